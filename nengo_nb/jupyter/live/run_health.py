"""Health of a live run, of what it records anyhow: once a second, and for a hundredth of its time.

Ensembles are looked at whose spikes or values are recorded, and connections whose weights are
plotted; nothing is recorded for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import nengo
import numpy as np

from nengo_nb.analysis.activity import Activity, check_input, check_output, check_weights
from nengo_nb.analysis.health import Finding
from nengo_nb.jupyter.labels import paths_in
from nengo_nb.jupyter.protocol.run_health import RunFinding, RunFindings

from .history import read_history
from .layout_state import LayoutState

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator

INTERVAL = 1.0
"""Seconds between two looks at a run that goes on."""

SHARE = 200.0
"""Pause after a look, in multiples of the processor time that it took."""

SECONDS = 1.0
"""Simulated time that is looked at, in seconds."""

LEAST = 0.2
"""Simulated time from which on anything can be said, in seconds."""

MOST_VALUES = 2**20
"""Largest number of recorded values of a probe that are looked at."""

SMOOTH = 0.02
"""Time over which decoded values are averaged, in seconds: spikes make them noisy."""

NOW = "now"
"""End of the time that weights are told of."""


@dataclass
class RunHealth:
    """Findings about the run of a view.

    Args:
        clock: Returns the time, in seconds.
        processor: Returns the processor time of this thread, in seconds.
    """

    clock: Callable[[], float] = time.perf_counter
    processor: Callable[[], float] = time.thread_time
    _due: float = field(default=0.0, init=False)
    _looked: tuple[int, int] = field(default=(0, -1), init=False)
    # Names and problems that the page knows of.
    _told: tuple[tuple[str, str], ...] = field(default=(), init=False)
    _names: dict[int, str] = field(default_factory=dict, init=False)
    # Largest weights by connection, each with the number of steps.
    _weights: dict[int, list[tuple[int, float]]] = field(default_factory=dict, init=False)

    def forget(self) -> None:
        """Let the next message have all findings, as for a page that has just come."""
        self._told = ()
        self._looked = (0, -1)
        self._due = 0.0

    def changes(self, state: LayoutState) -> RunFindings | None:
        """Return the findings if they have changed; None as well while it is too early to look.

        Args:
            state: Plots of a view, and its run.
        """
        run, sim = state.run, state.run.sim
        reached = (run.reached.branch, run.reached.n_steps)
        is_due = self.clock() >= self._due or not (run.playing or run.moving)
        if sim is None or sim.closed or reached == self._looked or not is_due:
            return None
        if reached[0] != self._looked[0]:
            self._weights = {}
        self._looked = reached
        busy = self.processor()
        findings = self._find(state, sim)
        took = self.processor() - busy
        self._due = self.clock() + max(INTERVAL, SHARE * took)
        # Numbers in the sentences change all the time, and nobody could read them.
        kinds = tuple((each.name, each.problem) for each in findings.findings)
        if kinds == self._told:
            return None
        self._told = kinds
        return findings

    def _find(self, state: LayoutState, sim: Simulator) -> RunFindings:
        if not self._names:
            self._names = paths_in(sim.model.toplevel)
        found: dict[tuple[int, str], Finding] = {}
        try:
            for finding in (*self._of_probes(state, sim), *self._of_weights(state, sim)):
                found.setdefault((id(finding.obj), finding.problem.value), finding)
        # The run may go back, or forget samples, between its state and this look at it.
        except (IndexError, KeyError):
            pass
        return RunFindings(
            findings=[
                RunFinding(
                    name=each.name,
                    problem=each.problem.value,
                    reason=each.reason,
                    remedy=each.remedy,
                )
                for each in found.values()
            ]
        )

    def _of_probes(self, state: LayoutState, sim: Simulator) -> Iterator[Finding]:
        recorded = state.run.reached.recorded
        for probe in list(sim.model.probes):
            if probe not in recorded or probe.sample_every is not None:
                continue
            values = _newest(state, sim, probe)
            if len(values) < round(LEAST / sim.dt):
                continue
            yield from self._of_samples(probe, values, sim.dt)

    def _of_samples(self, probe: nengo.Probe, values: np.ndarray, dt: float) -> Iterator[Finding]:
        """Yield findings about the target of a probe, of its samples ``(samples, size)``."""
        target, attr = probe.target, probe.attr
        if isinstance(target, nengo.ensemble.Neurons) and attr == "output":
            total = np.abs(values).sum(axis=0)
            activity = Activity(target.ensemble, n_steps=len(values), output=total)
            yield from check_output(activity, self._name(target.ensemble), dt)
        elif isinstance(target, nengo.Ensemble) and attr in ("decoded_output", "input"):
            activity = Activity(target)
            smooth = _averaged(values, round(SMOOTH / dt))
            activity.add(smooth, np.zeros((len(smooth), 0)))
            subject = "input" if attr == "input" else "decoded value"
            yield from check_input(activity, self._name(target), subject)

    def _of_weights(self, state: LayoutState, sim: Simulator) -> Iterator[Finding]:
        for plot in state.plots:
            conn, now = plot.source.owner, plot.source.now
            if now is None or not isinstance(conn, nengo.Connection):
                continue
            n_steps = state.run.reached.n_steps
            weights = self._weights.setdefault(id(conn), [])
            weights.append((n_steps, float(np.abs(now(sim)).max(initial=0.0))))
            # Those of half of the way are enough to tell growth without an end.
            half = next(value for steps, value in weights if steps >= n_steps / 2)
            first, last = weights[0][1], weights[-1][1]
            yield from check_weights(conn, self._name(conn), first, half, last, NOW)

    def _name(self, thing: nengo.Ensemble | nengo.Connection) -> str:
        return self._names.get(id(thing), str(thing))


def _newest(state: LayoutState, sim: Simulator, probe: nengo.Probe) -> np.ndarray:
    """Return the newest samples of a probe, ``(samples, size)``, as a view."""
    reached = state.run.reached
    history = read_history(sim, probe, state.item, reached.n_steps, reached.recorded[probe])
    size = max(history.values.shape[1], 1)
    count = min(round(SECONDS / sim.dt), MOST_VALUES // size)
    # Not those of before a probe was there, or that were forgotten.
    return history.values[max(len(history.values) - count, 0) :]


def _averaged(values: np.ndarray, steps: int) -> np.ndarray:
    """Return the averages over spans of steps, ``(spans, size)``."""
    steps = max(steps, 1)
    whole = len(values) // steps * steps
    return values[:whole].reshape(-1, steps, values.shape[1]).mean(axis=1)
