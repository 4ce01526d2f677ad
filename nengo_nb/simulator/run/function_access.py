"""Access to ``sim.data`` and ``sim.signals`` from Python functions that the network calls.

A function that reads ``sim.data``, ``sim.n_steps`` or an array of ``sim.signals`` expects what
Nengo shows: the end of the step before. So before each run it is searched whether any function can
reach the simulator (it is often bound to a variable after the network was built); if so, chunks are
of one step. Signals that the program does not hand on, and that ``sim.signals`` was asked for, are
added to the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any

import numpy as np
from nengo.builder import Model, Operator, Signal
from nengo.builder.processes import SimProcess
from nengo.exceptions import SimulationError
from nengo.utils.progress import ProgressBar
from nengo.utils.simulator import operator_dependency_graph

from nengo_nb.engine.executor import Chunk
from nengo_nb.plan.reachability import can_reach
from nengo_nb.progress import Phase, PhaseProgress
from nengo_nb.simulator.object_names import Names
from nengo_nb.simulator.progress import track
from nengo_nb.simulator.record.data import SimulationData

from .dynamic_probes import Watching
from .nengo_steps import NengoSteps, can_step
from .observed_signals import observing, refuse, replay, states_besides
from .planning import make_plan_of, python_code
from .runner import Runner
from .sim_state import SimState


class Inspecting(Watching):
    """Mixin of ``Simulator``: runs whose Python functions read the simulator."""

    model: Model
    seed: int
    data: SimulationData
    _runner: Runner
    _rng: tuple[int, np.random.RandomState] | None = None
    _looks_inside = False
    """Whether Python functions can reach this simulator, its data or its signals' arrays."""
    _holds_arrays = False
    """Whether they can reach these arrays."""
    _in_nengo_steps = False
    _begins_in_nengo_steps = False
    """Whether the first step of a run is one of Nengo's own, as a filter was written to."""
    _nengo_steps: NengoSteps | None = None
    _looked_for: int | None = None
    _in_step = False
    progress_bar: bool | ProgressBar
    step: Callable[..., None]

    @property
    def rng(self) -> np.random.RandomState:
        """Generator that seeded the processes, in the state that Nengo's simulator leaves."""
        if self._rng is None or self._rng[0] != self.seed:
            # Nengo draws one seed per process when it makes its steps; drawing as many leaves the
            # generator in the same state.
            rng = np.random.RandomState(self.seed)
            for op in self._runner.order:
                if isinstance(op, SimProcess):
                    op.process.get_rng(rng)
            self._rng = self.seed, rng
        return self._rng[1]

    @property
    def dg(self) -> dict[Operator, set[Operator]]:
        """Nengo's dependency graph: for each operator, those that depend on it."""
        return operator_dependency_graph(self.model.operators)

    def _prepare_run(self, n_steps: int) -> None:
        """Decide how the next run is computed, and observe signals that it needs."""
        filters = self.signals.written_filters()
        self._begins_in_nengo_steps = bool(filters)
        if filters and not can_step(self._runner, self.minibatch_size):
            raise SimulationError(
                f"{Names(self.model).signal(filters[0])} cannot be written, as this program keeps "
                "one number where "
                "Nengo has a filter's state and its output; write to what the filter reads, or to "
                "what reads it."
            )
        # All but filters: those keep what was written until a step of Nengo's own has used it.
        self.signals.write_back(filters)
        self._look(n_steps)
        missing = self.signals.missing()
        memory = self._runner.memory
        # A value that is not known now has to be computed by a compiled plan, whichever way the run
        # goes.
        if any(memory.get(base) is None for base in missing):
            self._observe(missing)
            missing = []
        self._in_nengo_steps = self._holds_arrays and self._can_use_nengo_steps()
        if missing and not self._in_nengo_steps:
            self._observe(missing)

    def _run_chunks(
        self,
        n_steps: int,
        feeds: Callable[[int, int], Mapping[int, np.ndarray]],
        commit: Callable[[int, Chunk], None],
        stop: Callable[[], bool],
        overdue: Callable[[], bool],
    ) -> None:
        """Run, in chunks or in Nengo's own steps; arguments as those of ``Runner.run``."""
        runner = self._runner
        if self._in_nengo_steps:
            if self._nengo_steps is None or not self._nengo_steps.go_on(runner):
                self._nengo_steps = NengoSteps(runner, self.signals)
            self._nengo_steps.run(n_steps, feeds, commit, stop)
            return
        self._nengo_steps = None
        taken = 0
        # One step of Nengo's makes state and output of a written filter agree; the rest can be
        # compiled.
        if self._begins_in_nengo_steps:
            NengoSteps(runner, self.signals).run(1, feeds, commit, stop)
            taken = 1
        if taken < n_steps:
            runner.start_compiling().result()
            runner.run(
                n_steps - taken,
                # ``Runner.run`` counts its steps from 0; the feeds are those of the whole run.
                lambda begin, end: feeds(begin + taken, end + taken),
                commit,
                stop,
                overdue,
                singly=self._looks_inside,
            )

    def _can_use_nengo_steps(self) -> bool:
        """Whether a run by Nengo's own steps can start or continue here."""
        steps = self._nengo_steps
        if steps is not None and steps.go_on(self._runner):
            return True
        return can_step(self._runner, self.minibatch_size)

    def _start_compiling(self) -> Future[None]:
        """Start compiling the programs of the next run."""
        if not self._in_nengo_steps:
            return self._runner.start_compiling()
        nothing: Future[None] = Future()
        nothing.set_result(None)
        return nothing

    def _look(self, n_steps: int) -> None:
        """Search whether Python functions can reach this simulator and so see each step."""
        plan = self._runner.plan
        live = [
            o
            for stage in plan.stages
            for part in stage.parts
            for o in getattr(part, "operations", ())
        ]
        if not live:
            self._looks_inside = self._holds_arrays = False
            return
        arrays = self.signals.arrays
        # The search walks all that functions can reach, which a loop of ``sim.step()`` must not pay
        # each time.
        if n_steps == 1 and self._looked_for == len(arrays):
            return  # a chunk is of one step anyway
        self._looked_for = len(arrays)
        codes = (python_code(o.op) for o in live if o.op is not None)
        search = can_reach(
            (code for code in codes if code is not None), [self, self.data, self.signals, *arrays]
        )
        # Where the walk ends without an answer, only arrays that were handed out are taken to be in
        # reach.
        self._looks_inside = bool(arrays) if search.is_reached is None else search.is_reached
        self._holds_arrays = self._looks_inside and (bool(arrays) or "signals" in search.attributes)

    def _observe(self, signals: list[Signal]) -> None:
        """Replace the runner by one whose plan keeps more signals.

        Raises:
            SimulationError: A signal depends on states that were not computed so far.
        """
        observed = [*self._runner.memory.observed, *signals]
        model = observing(self.model, observed)
        plan = make_plan_of(model, self.minibatch_size, self._runner.executor.device)
        more = states_besides(plan, self._runner.homes)
        values = {signal: self._runner.memory.get(signal) for signal in more}
        # Before compiling: a state that nothing carried cannot be made up in the middle of a run.
        if any(value is None for value in values.values()):
            raise refuse(self.model, signals[0])
        # Made ready before it takes over, so that an error leaves the present runner as it is.
        runner = self._new_runner(model, plan)
        runner.start_compiling().result()
        runner.adopt_state(self._runner)
        runner.memory.set({signal: value for signal, value in values.items() if value is not None})
        self._runner.release()
        self._runner = runner

    def _replayed(self, signal: Signal) -> np.ndarray:
        """Recompute the value of an unobserved signal at the last step, ``(batch, *shape)``.

        Raises:
            SimulationError: That cannot be computed again.
        """
        runner = self._runner
        recent = runner.memory.recent
        # The last chunk is of use only if nothing has replaced the states since, as ``reset`` does.
        if signal in runner.homes or recent is None or recent.state is not runner.state:
            raise refuse(self.model, signal)
        value = replay(self.model, runner, recent, signal)
        runner.memory.keep({signal: value})
        return value.reshape(runner.batch, *signal.shape)

    # -- a subclass with a step of its own

    def _run_by_steps(
        self,
        n_steps: int,
        data: Mapping[Any, Any] | None,
        progress_bar: bool | ProgressBar | None,
        goes_on: bool,
    ) -> None:
        """Run by the ``step`` of a subclass; arguments as in ``run_steps``."""
        self.signals.write_back()
        here = self._runner.state, self._runner.get_state()
        progress = PhaseProgress(Phase.SIMULATING, n_steps)
        try:
            with track(
                self.progress_bar if progress_bar is None else progress_bar, progress, self.model.dt
            ):
                for k in range(n_steps):
                    self.step(**({} if data is None else {"data": _at_step(data, k)}))
                    progress.step()
        finally:
            if not goes_on:
                self._return_to(*here)

    def _return_to(self, state: SimState, memory: Mapping[int, Any]) -> None:
        """Return to an earlier state, after a run with ``stateful=False``; its data stay."""
        self._runner.state = state
        self._runner.set_state(memory)
        self.signals.forget_written()


def _at_step(data: Mapping[Any, Any], k: int) -> dict[Any, np.ndarray]:
    """Slice ``data=`` of a run for one of its steps."""
    return {key: np.asarray(array)[:, k : k + 1] for key, array in data.items()}
