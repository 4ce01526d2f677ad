"""Inspecting: looking into a simulation while it runs, from Python functions that the network calls.

A function that reads ``sim.data``, ``sim.n_steps`` or an array of ``sim.signals`` expects what Nengo shows: the end of
the step before. So before each run it is searched whether any function can reach the simulator (it is often bound to a
variable after the network was built); if so, chunks are of one step. Signals that the program does not hand on, and
that somebody looks at, are added to the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from nengo.builder import Model, Operator, Signal
from nengo.builder.processes import SimProcess
from nengo.utils.progress import Progress, ProgressBar
from nengo.utils.simulator import operator_dependency_graph

from nengo_nb.plan.search import can_reach

from .build import make_plan_of, python_code
from .machine import Machine, Moment
from .observed import depends_on_more, observing, refuse, replay
from .progress import track
from .watching import Watching


class Inspecting(Watching):
    """What ``Simulator`` offers for looking into a simulation while it runs."""

    model: Model
    seed: int
    data: Any
    _machine: Machine
    _rng: tuple[int, np.random.RandomState] | None = None
    _looks_inside = False
    _looked_for: int | None = None
    _in_step = False
    progress_bar: bool | ProgressBar
    step: Callable[..., None]

    @property
    def rng(self) -> np.random.RandomState:
        """The generator from which processes without a seed were seeded, where Nengo's simulator leaves it."""
        if self._rng is None or self._rng[0] != self.seed:
            rng = np.random.RandomState(self.seed)
            for op in self._machine.order:
                if isinstance(op, SimProcess):
                    op.process.get_rng(rng)
            self._rng = self.seed, rng
        return self._rng[1]

    @property
    def dg(self) -> dict[Operator, set[Operator]]:
        """For each of Nengo's operators, those that depend on it."""
        return operator_dependency_graph(self.model.operators)

    def _prepare_run(self, n_steps: int) -> bool:
        """Make ready for a run; returns whether its chunks are of one step."""
        self.signals.write_back()
        missing = self.signals.missing()
        if missing:
            self._observe(missing)
        self._looks_inside = self._is_looked_into(n_steps)
        return self._looks_inside

    def _is_looked_into(self, n_steps: int) -> bool:
        """Whether Python functions can see, between two steps, what this simulator holds."""
        plan = self._machine.plan
        live = [o for stage in plan.stages for part in stage.parts for o in getattr(part, "operations", ())]
        if not live:
            return False
        arrays = self.signals.arrays
        if n_steps == 1 and self._looked_for == len(arrays):
            return self._looks_inside  # a chunk is of one step anyway
        self._looked_for = len(arrays)
        codes = (python_code(o.op) for o in live if o.op is not None)
        found = can_reach(
            (code for code in codes if code is not None), [self, self.data, self.signals, *arrays]
        )
        return bool(arrays) if found is None else found

    def _observe(self, signals: list[Signal]) -> None:
        """Go on with a plan that keeps more signals."""
        observed = [*self._machine.memory.observed, *signals]
        model = observing(self.model, observed)
        plan = make_plan_of(model, self.minibatch_size)
        if self._machine.moment.n_steps and depends_on_more(plan.graph, plan, self._machine.homes):
            raise refuse(signals[0])
        machine = self._new_machine(model, plan)
        machine.start_compiling().result()
        machine.take_over(self._machine)
        self._machine.release()
        self._machine = machine

    def _replayed(self, signal: Signal) -> np.ndarray:
        """What a signal was at the last step, ``(batch, *shape)``, though nobody asked for it before.

        Raises:
            SimulationError: That cannot be computed again.
        """
        machine = self._machine
        recent = machine.memory.recent
        if signal in machine.homes or recent is None or recent.moment is not machine.moment:
            raise refuse(signal)
        value = replay(self.model, machine, recent, signal)
        machine.memory.keep({signal: value})
        return value.reshape(machine.batch, *signal.shape)

    # -- a subclass with a step of its own

    def _run_by_steps(
        self,
        n_steps: int,
        data: Mapping[Any, Any] | None,
        progress_bar: bool | ProgressBar | None,
        goes_on: bool,
    ) -> None:
        """Take steps by the ``step`` of a subclass, which paces them, for example; arguments as in ``run_steps``."""
        self.signals.write_back()
        here = self._machine.moment, self._machine.remember()
        progress = Progress("Simulating", "Simulation", max_steps=n_steps)
        try:
            with track(self.progress_bar if progress_bar is None else progress_bar, progress, self.model.dt):
                for k in range(n_steps):
                    self.step(**({} if data is None else {"data": _at_step(data, k)}))
                    progress.step()
        finally:
            if not goes_on:
                self._return_to(*here)

    def _return_to(self, moment: Moment, memory: Mapping[int, Any]) -> None:
        """Be where the simulation was, after a run that leaves no trace but its data."""
        self._machine.moment = moment
        self._machine.restore(memory)
        self.signals.forget_written()


def _at_step(data: Mapping[Any, Any], k: int) -> dict[Any, np.ndarray]:
    """What is fed in one step of a run."""
    return {key: np.asarray(array)[:, k : k + 1] for key, array in data.items()}
