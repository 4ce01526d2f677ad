"""Access to ``sim.data`` and ``sim.signals`` from Python functions that the network calls.

A function that reads ``sim.data``, ``sim.n_steps`` or an array of ``sim.signals`` expects what
Nengo shows: the end of the step before. So before each run it is searched whether any function can
reach the simulator (it is often bound to a variable after the network was built); if so, chunks are
of one step. Signals that the program does not hand on, and that ``sim.signals`` was asked for, are
added to the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from nengo.exceptions import SimulationError

from nengo_nb.engine.executor import Chunk
from nengo_nb.plan.reachability import can_reach
from nengo_nb.simulator.object_names import Names

from .nengo_steps import NengoSteps
from .planning import python_code
from .simulation import Simulation
from .steppable import can_step


class FunctionAccess:
    """Decides how a run is computed, by what Python functions of the network can reach, and runs.

    Args:
        simulation: The simulation.
    """

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self.looks_inside = False
        """Whether Python functions can reach the simulator, its data or its signals' arrays."""
        self.holds_arrays = False
        """Whether they can reach these arrays."""
        self.numpy_steps = 0
        """How many steps of the next run are taken by Nengo's own operators, at its beginning."""
        self._nengo_steps: NengoSteps | None = None
        self._looked_for: int | None = None

    def prepare(self, n_steps: int, seen: Sequence[object]) -> None:
        """Decide how the next run is computed, and observe signals that it needs.

        Args:
            n_steps: Number of steps of the run.
            seen: Objects that show the simulation to a function that can reach them.

        Raises:
            SimulationError: A filter was written to that the program has in another form.
        """
        simulation, signals = self.simulation, self.simulation.signals
        filters = signals.written_filters()
        if filters and not can_step(simulation.runner, simulation.minibatch_size):
            raise SimulationError(
                f"{Names(simulation.model).signal(filters[0])} cannot be written, as this program "
                "keeps one number where Nengo has a filter's state and its output; write to what "
                "the filter reads, or to what reads it."
            )
        # All but filters: those keep what was written until a step of Nengo's own has used it.
        signals.write_back(filters)
        self._look(n_steps, seen)
        missing = signals.missing()
        memory = simulation.runner.memory
        # A value that is not known now has to be computed by a compiled plan, whichever way the run
        # goes.
        if any(memory.get(base) is None for base in missing):
            simulation.observe(missing)
            missing = []
        self.numpy_steps = self._count_numpy_steps(n_steps, bool(filters))
        if missing and self.numpy_steps < n_steps:
            simulation.observe(missing)

    def _count_numpy_steps(self, n_steps: int, writes_filters: bool) -> int:
        """Return how many steps of a run Nengo's own operators take, at its beginning.

        Args:
            n_steps: Number of steps of the run.
            writes_filters: Whether states or outputs of filters were written to.
        """
        simulation = self.simulation
        tier = min(n_steps, simulation.numpy_steps - simulation.runner.state.n_steps)
        if (self.holds_arrays or tier > 0) and self._can_use_nengo_steps():
            # Between two operators of a compiled step there are no arrays to be held.
            return n_steps if self.holds_arrays else tier
        # One step of Nengo's makes state and output of a written filter agree; the rest can be
        # compiled.
        return int(writes_filters)

    def step_again(self) -> bool:
        """Take one more step in NumPy, if nothing but such steps came since the last.

        What ``prepare`` would decide for it is what it has decided for that one.

        Returns:
            Whether it was taken; otherwise it has to be prepared, and nothing has changed.
        """
        simulation, steps = self.simulation, self._nengo_steps
        runner = simulation.runner
        if (
            steps is None
            or steps.strict
            or simulation.signals.are_asked_for
            or runner.state.n_steps >= simulation.numpy_steps
            or not (self._looked_for == 0 or not runner.python)
            or not steps.go_on(runner)
        ):
            return False
        self._compile_ahead()
        steps.step(simulation.recordings)
        return True

    def run_in_numpy(
        self,
        feeds: Callable[[int, int], Mapping[int, np.ndarray]],
        commit: Callable[[int, Chunk], None],
        stop: Callable[[], bool],
    ) -> None:
        """Take the steps of Nengo's own operators; arguments as those of ``Runner.run``."""
        runner = self.simulation.runner
        steps, strict = self._nengo_steps, self.holds_arrays
        if not strict:
            self._compile_ahead()
        if steps is None or steps.strict != strict or not steps.go_on(runner):
            steps = NengoSteps(runner, self.simulation.signals, strict)
            self._nengo_steps = steps
        steps.run(self.numpy_steps, feeds, commit, stop, self.looks_inside)

    def _compile_ahead(self) -> None:
        """Begin to compile after half of the steps in NumPy."""
        # A simulation that gets there may well outlast them all; compiled meanwhile, it need not
        # wait then.
        runner, last = self.simulation.runner, self.simulation.numpy_steps
        if last <= 2 * runner.state.n_steps < 2 * last:
            runner.start_compiling()

    def run_compiled(
        self,
        n_steps: int,
        feeds: Callable[[int, int], Mapping[int, np.ndarray]],
        commit: Callable[[int, Chunk], None],
        stop: Callable[[], bool],
        overdue: Callable[[], bool],
    ) -> None:
        """Take the steps after those, in chunks; arguments as those of ``Runner.run``."""
        self._nengo_steps = None
        taken, runner = self.numpy_steps, self.simulation.runner
        runner.run(
            n_steps - taken,
            # ``Runner.run`` counts its steps from 0; the feeds are those of the whole run.
            lambda begin, end: feeds(begin + taken, end + taken),
            commit,
            stop,
            overdue,
            singly=self.looks_inside,
        )

    def waits_to_compile(self, n_steps: int) -> bool:
        """Whether a run of so many steps has to wait for its program, or the first one had to."""
        runner = self.simulation.runner
        reaches = runner.state.n_steps + n_steps > self.simulation.numpy_steps
        return reaches and (not runner.is_compiled or runner.steps_per_second is None)

    def _can_use_nengo_steps(self) -> bool:
        """Whether a run by Nengo's own steps can start or continue here."""
        steps = self._nengo_steps
        simulation = self.simulation
        if steps is not None and steps.go_on(simulation.runner):
            return True
        return can_step(simulation.runner, simulation.minibatch_size)

    def _look(self, n_steps: int, seen: Sequence[object]) -> None:
        """Search whether Python functions can reach this simulator and so see each step."""
        if not self.simulation.runner.python:
            self.looks_inside = self.holds_arrays = False
            return
        signals = self.simulation.signals
        arrays = signals.arrays
        # The search walks all that functions can reach, which a loop of ``sim.step()`` must not pay
        # each time.
        if n_steps == 1 and self._looked_for == len(arrays):
            return  # a chunk is of one step anyway
        self._looked_for = len(arrays)
        live = self.simulation.runner.operators.values()
        codes = (python_code(op) for op in live if op is not None)
        search = can_reach(
            (code for code in codes if code is not None), [*seen, self.simulation, signals, *arrays]
        )
        # Where the walk ends without an answer, only arrays that were handed out are taken to be in
        # reach.
        self.looks_inside = bool(arrays) if search.is_reached is None else search.is_reached
        self.holds_arrays = self.looks_inside and (bool(arrays) or "signals" in search.attributes)
