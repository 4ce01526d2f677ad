"""Record more than the probes of the network, without building it again and without changing it.

A watched value is that of a probe which belongs to no network. The built model gets the operators
of such probes, a new plan is made and compiled, and the states move over, so that the simulation
goes on where it was. That costs as much time as compiling did at first, during which the old plan
may go on running; afterwards it costs as much as recording does. States that were not computed
until now start from their initial states.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import RLock
from typing import Any

import nengo
import numpy as np
from nengo.builder import Model

from nengo_nb.plan.program import Plan
from nengo_nb.simulator.record.recording import Recording, new_recordings
from nengo_nb.simulator.train.learning import Learning

from .checkpoint import Snapshot, go_back, take
from .locking import in_turn
from .observed_signals import observing
from .planning import make_plan_of
from .runner import Runner


@dataclass(frozen=True)
class Prepared:
    """A wider model and a compiled runner for it, ready to take over.

    Args:
        probes: The new probes.
        model: The model with these probes.
        runner: The machine that runs it.
    """

    probes: tuple[nengo.Probe, ...]
    model: Model
    runner: Runner


def make_probe(target: Any, attr: str | None = None, label: str | None = None) -> nengo.Probe:
    """Return a probe that belongs to no network, without a synapse.

    Args:
        target: An ensemble, its neurons, a node or a connection, or a slice of one.
        attr: Attribute to record; by default that of ``nengo.Probe``.
        label: Label of the probe.

    Raises:
        ValidationError: There is no such attribute.
    """
    return nengo.Probe(target, attr, label=label, add_to_container=False)


def widen(model: Model, probes: Sequence[nengo.Probe]) -> Model:
    """Return a copy of a built model with more probes; the model itself stays as it is."""
    wider = copy.copy(model)
    for name in ("operators", "params", "probes", "seeds", "seeded", "sig"):
        setattr(wider, name, copy.copy(getattr(model, name)))
    with wider.decoder_cache, np.errstate(divide="ignore"):  # as when the network was built
        for probe in probes:
            # Nengo's builder asks for a seed; an unfiltered probe draws nothing from it.
            wider.seeded[probe], wider.seeds[probe] = True, 0
            wider.build(probe)
    return wider


class Watching(Learning):
    """Mixin of ``Simulator``: watched values, and snapshots to go back to."""

    _turn: RLock
    _when_closed: list[Callable[[], None]]
    _recordings: dict[nengo.Probe, Recording]
    _new_runner: Callable[[Model, Plan], Runner]

    @in_turn
    def snapshot(self) -> Snapshot:
        """Take a snapshot of the present state, for ``restore``."""
        self.signals.write_back()
        return take(self._runner, self._recordings)

    @in_turn
    def restore(self, snapshot: Snapshot) -> None:
        """Return to a snapshot of this simulation, and forget data recorded after it."""
        self._check_open("go back")
        go_back(snapshot, self._runner, self._recordings)
        self.signals.forget_written()

    def watch(self, target: Any, attr: str | None = None, label: str | None = None) -> nengo.Probe:
        """Record something that has no probe, from now on; ``dynamic_probes.py`` says the cost.

        Args:
            target: An ensemble, its neurons, a node or a connection, or a slice of one.
            attr: Attribute to record; by default that of ``nengo.Probe``.
            label: Label of the probe.

        Returns:
            The key of ``data``; the network does not hold it.
        """
        self._check_open("watch")
        probe = make_probe(target, attr, label)
        self.adopt(self.prepare([probe]))
        return probe

    @property
    def outputs(self) -> dict[nengo.Node, np.ndarray]:
        """Outputs of the input nodes at the last step, ``(batch, size)``; empty at first."""
        last = self._runner.inputs
        feedable = self._runner.plan.graph.feedable.items()
        return {node: last[value] for node, value in feedable if value in last}

    @property
    def recorded(self) -> dict[nengo.Probe, int]:
        """Number of samples that each probe has recorded."""
        # ``list``, as a live view reads this while ``watch`` may add probes in another thread.
        return {probe: len(recording) for probe, recording in list(self._recordings.items())}

    def when_closed(self, call: Callable[[], None]) -> None:
        """Register a function to be called when the simulator is closed."""
        self._when_closed.append(call)

    def prepare(self, probes: Sequence[nengo.Probe]) -> Prepared:
        """Compile a machine that records more probes; the simulation may run meanwhile."""
        model = widen(self.model, probes)
        observed = observing(model, self._runner.memory.observed)
        runner = self._new_runner(
            observed, make_plan_of(observed, self.minibatch_size, self._runner.executor.device)
        )
        runner.start_compiling().result()
        return Prepared(tuple(probes), model, runner)

    @in_turn
    def adopt(self, prepared: Prepared) -> None:
        """Replace the runner by a prepared one, which continues from the present state."""
        self._check_open("watch")
        # In place: ``sim.data``, ``sim.signals`` and the user hold this model.
        vars(self.model).update(vars(prepared.model))
        prepared.runner.adopt_state(self._runner)
        self._runner.release()
        self._runner = prepared.runner
        self._use_trained()
        self._recordings |= new_recordings(self.model, prepared.probes, self.dtype)
