"""Run a compiled plan: advance the simulation state chunk by chunk, each committed whole."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from itertools import chain
from threading import get_ident
from typing import Any

import numpy as np
from nengo.base import NengoObject
from nengo.builder import Model, Signal
from nengo.exceptions import SimulationError

from nengo_nb.engine.executor import Chunk, Executor, States
from nengo_nb.engine.journal import Calls, Journal, call_sources
from nengo_nb.engine.python_ops import make_python_step, process_rngs
from nengo_nb.numpy_steps.step_groups import StepGroups
from nengo_nb.plan.dataflow import step_order
from nengo_nb.plan.graph import Operation, Origin

from .chunk_size import Pace
from .nonfinite import FiniteCheck
from .observed_signals import Observed, Recent
from .planning import operation_names
from .signal_memory import Memory
from .signals import SignalValues
from .sim_state import Home, SimState, find_homes, state_after, view_of


class Runner:
    """A compiled plan and its present state.

    Args:
        model: The built model.
        executor: The compiled plan.
        seed: Seed of the processes.
    """

    def __init__(self, model: Model, executor: Executor, seed: int) -> None:
        self.model = model
        self.executor = executor
        self.plan = plan = executor.plan
        self.batch = executor.batch
        self.dtype = executor.dtype
        self.seed = seed
        self.finite = FiniteCheck(model, self.executor)
        self.names = operation_names(model)
        # Observed signals must not change the order of Python calls and of the processes' seeds.
        unobserved = getattr(model, "unobserved", model)
        self.order = plan.graph.order if unobserved is model else step_order(unobserved)
        self.state = SimState(0, self.executor.initial_states())
        self.calls = Calls()
        self.python: dict[int, Journal] = self.python_steps(seed)
        self.operators = {o.index: o.op for o in plan.graph.operations if o.index in self.python}
        self.inputs: Mapping[int, np.ndarray] = {}
        self.homes = find_homes(plan)
        self.compile_seconds: float | None = None
        self.steps_per_second: float | None = None
        self.pace = Pace(plan.cost)
        self._compiling: Future[None] | None = None
        self.memory = Memory(self)
        self.signals: SignalValues | None = None
        self._inside: int | None = None

    @cached_property
    def step_groups(self) -> StepGroups:
        """Operators that are computed together in steps in NumPy."""
        called = {op for op in self.operators.values() if op is not None}
        return StepGroups(self.order, self.memory.held, called, self.plan.graph.dt)

    def refuse_inside(self, what: str) -> None:
        """Refuse values that are only known at the end of a chunk to Python functions inside it.

        Raises:
            SimulationError: This thread is running more than one step.
        """
        # By thread: a live view may read the time from another thread while a chunk is computed.
        thread = get_ident()
        if self._inside == thread or (self._inside and self.executor.answers_on(thread)):
            raise SimulationError(
                f"A Python function of this network reads {what} while several steps are computed "
                "at once, so it "
                "would see the state before them. Let the function refer to the simulator by a "
                "variable, or call "
                "sim.step() in a loop."
            )

    def hide(self, several: bool) -> None:
        """Note that this thread computes ``several`` steps at once, or has done so."""
        self._inside = get_ident() if several else None

    def rebuild(self) -> None:
        """Compile the programs anew, after an assumption they were compiled under has changed."""
        constants, old = self.executor.held, self.executor
        self.executor = Executor(self.plan, self.batch, self.dtype, old.device, old.on_any_thread)
        # Outputs of constant nodes and parameters may have been written since they were built.
        self.executor.held = constants
        self.executor.set_parameters(self.plan.graph.changed)
        self.finite = FiniteCheck(self.model, self.executor)
        self.finite.start(self.state.states, self.state.n_steps)

    def python_steps(self, seed: int) -> dict[int, Journal]:
        """Return all Python operations in their state before the first step, by index."""
        return self.make_steps(self.plan.python_operations, self.batch, seed)

    def make_steps(
        self, operations: Iterable[Operation], batch: int, seed: int
    ) -> dict[int, Journal]:
        """Return some Python operations in their state before the first step, by index."""
        # For all processes, as the seed of each depends on its place in Nengo's order.
        rngs = process_rngs(self.order, seed)
        return {
            o.index: Journal(
                make_python_step(o, self.names[o.op], batch, self.plan.graph.dt, rngs),
                self.names[o.op],
                self.calls,
            )
            for o in operations
        }

    def rewind(self, seed: int | None) -> None:
        """Go back to before the first step; a seed also restarts the Python operations."""
        self.state = SimState(0, self.executor.initial_states())
        self.inputs = {}
        self.memory.reset()
        if seed is not None:
            self.seed = seed
            self.python = self.python_steps(seed)

    def start_compiling(self) -> Future[None]:
        """Compile in a thread of its own, so that waiting for it can be interrupted."""
        if self._compiling is None:
            pool = ThreadPoolExecutor(1, thread_name_prefix="nengo_nb-compile")
            self._compiling = pool.submit(self._compile)
            pool.shutdown(wait=False)
        return self._compiling

    @property
    def is_compiled(self) -> bool:
        """Whether its program is compiled, or cannot be."""
        return self._compiling is not None and self._compiling.done()

    def _compile(self) -> None:
        begin = time.perf_counter()
        self.executor.compile(self.state.states)
        self.compile_seconds = time.perf_counter() - begin

    def run(
        self,
        n_steps: int,
        feeds: Callable[[int, int], Mapping[int, np.ndarray]],
        commit: Callable[[int, Chunk], None],
        stop: Callable[[], bool],
        overdue: Callable[[], bool],
        singly: bool = False,
    ) -> int:
        """Take steps until they are done or a stop is asked for.

        Args:
            n_steps: Number of steps to take.
            feeds: From the first step of a chunk and the one after its last, counted from 0 in this
                run, to its feeds.
            commit: Called with the number of a chunk's first step and the chunk, once it is whole.
            stop: Whether to stop after the step in flight.
            overdue: Whether to stop there although functions have been called for later steps.
            singly: Whether chunks are of one step, as Python functions read the state of the
                simulator.

        Returns:
            Number of steps taken.
        """
        done = 0
        longest = 1 if singly else n_steps
        self.finite.start(self.state.states, self.state.n_steps)
        while done < n_steps and not stop():
            capacity = self.executor.capacity
            # Compiling for longer chunks happens in the background and pays only in a long run.
            if (
                min(self.pace.length, n_steps - done, longest)
                > self.plan.cost.many_chunks * capacity
            ):
                self.executor.widen()
            whole = self.executor.whole
            # Weights that learn in blocks of steps take least time per step in whole blocks.
            count = min(
                max(self.pace.length // whole, 1) * whole, n_steps - done, capacity, longest
            )
            begin = time.perf_counter()
            taken = self._advance(count, feeds(done, done + count), commit, stop, overdue)
            seconds = max(time.perf_counter() - begin, 1e-6)  # a coarse clock may stand still
            done += taken
            self.steps_per_second = taken / seconds
            if taken:
                self.pace.took(taken, seconds)
        self.finite.finish(self.state.states, self.state.n_steps)
        return done

    def _advance(
        self,
        count: int,
        feeds: Mapping[int, np.ndarray],
        commit: Callable[[int, Chunk], None],
        stop: Callable[[], bool],
        overdue: Callable[[], bool],
    ) -> int:
        """Run one chunk and commit it. Where a Python function fails, the steps before are kept."""
        # Before the state is read: handing on what was written to ``sim.signals`` replaces it.
        if self.signals is not None:
            self.signals.write_back()
        first, before = self.state.n_steps + 1, self.state.states
        # A chunk of one step shows Python functions what Nengo does, so nothing is refused then.
        self.hide(count > 1)
        try:
            chunk = self.executor.run_until(before, first, count, self.python, feeds, stop, overdue)
        finally:
            self.hide(False)
        if chunk.count:
            # State before probe data: whoever sees new samples in another thread finds their time.
            self.state = state_after(self.state, chunk, self.python)
            self.inputs = chunk.inputs
            self.memory.recent = Recent(before, first, chunk, self.plan.graph.changed, self.state)
            if self.signals is not None:
                self.signals.take(self, chunk)
            commit(first, chunk)
            # Last, so that an error loses no data.
            self.finite.add(before, first, chunk, self.python)
        if chunk.error is not None:
            raise chunk.error
        return chunk.count

    def carried(self, state: SimState, homes: Mapping[Signal, Home]) -> SimState:
        """Translate a state of another runner for the same network, whose ``homes`` are given, to
        this one.

        States that the other runner does not carry get their initial values.
        """
        # Every plan has a dictionary of its own, so identity says whether it is the same plan.
        if homes is self.homes:
            return state
        arrays = [list(stage) for stage in self.executor.initial_states()]
        for signal in self.homes.keys() & homes.keys():
            s, i, positions = self.homes[signal]
            there, k, others = homes[signal]
            source = np.asarray(state.states[there][k]).reshape(self.batch, -1)
            # ``astype`` copies, so the result is put back rather than written through a view.
            flat = arrays[s][i].astype(source.dtype).reshape(self.batch, -1)
            flat[:, positions] = source[:, others]
            arrays[s][i] = flat.reshape(arrays[s][i].shape)
        return SimState(state.n_steps, self.executor.as_states(arrays))

    def adopt_state(self, other: Runner) -> None:
        """Adopt another machine's state for the same network, with Python steps and parameters."""
        self.state = self.carried(other.state, other.homes)
        self.steps_per_second = other.steps_per_second
        # ``in_turn`` asks this object whether Python is being called: one for both machines.
        self.calls = other.calls
        for journal in self.python.values():
            journal.calls = other.calls
        # Indices differ from plan to plan; operators are the same objects in all plans of a model.
        steps = {op: other.python[index] for index, op in other.operators.items()}
        self.python |= {index: steps[op] for index, op in self.operators.items() if op in steps}
        self.memory.adopt_state(other.memory)

    def time_stages(self, n_steps: int) -> list[float]:
        """Measure the seconds per step of each stage from here; the simulation does not move."""
        # States are not replaced, but Python functions are really called and their memory moves on.
        memory = self.get_state()
        total = [0.0] * len(self.plan.stages)
        try:
            capacity = self.executor.capacity
            for begin in range(0, n_steps, capacity):
                count = min(capacity, n_steps - begin)
                first = self.state.n_steps + 1
                chunk_seconds = self.executor.time_stages(
                    self.state.states, first, count, self.python
                )
                total = [a + b for a, b in zip(total, chunk_seconds, strict=True)]
        finally:
            self.set_state(memory)
        return [seconds / n_steps for seconds in total]

    def set_parameters(self, values: Mapping[Signal, np.ndarray]) -> None:
        """Run with other values of parameters than those that were built."""
        self.memory.use_trained(values)

    def sources(self, values: Iterable[int], n_steps: int) -> dict[int, np.ndarray]:
        """Return the outputs of unfed nodes in a run from the start, ``(n_steps, size)``."""
        graph = self.plan.graph
        wanted = set(values)
        constants = {
            v: graph.signal(v).initial_value
            for v in wanted
            if graph.values[v].origin is Origin.CONSTANT_INPUT
        }
        # Steps of their own, so that those of the simulation keep their memory.
        steps = self.python_steps(self.seed)
        called = [o for o in graph.operations if o.index in steps and wanted & set(o.outputs)]
        call_sources(
            [steps[o.index] for o in called], [k * graph.dt for k in range(1, n_steps + 1)]
        )
        outputs = {
            v: np.broadcast_to(array, (n_steps, array.size)) for v, array in constants.items()
        }
        for operation in called:
            array = steps[operation.index].collect(n_steps)
            outputs[operation.outputs[0]] = np.asarray(array)[:, 0]
        return outputs

    def run_aside(
        self, n_steps: int, feeds: Mapping[int, np.ndarray], stateful: bool = False
    ) -> dict[NengoObject, np.ndarray]:
        """Run without recording, and return the probe data.

        Args:
            n_steps: Number of steps.
            feeds: For each fed value, its value at each step, ``(n_steps, batch, size)``.
            stateful: Whether the run goes on from where this simulation is, which is then where it
                ends, also by an error; otherwise it begins at the initial states, and this
                simulation stays where it is.

        Returns:
            For each probe, ``(n_steps, batch, size)``.
        """
        if self.signals is not None:
            self.signals.write_back()
        state = self.state if stateful else SimState(0, self.executor.initial_states())
        python = self.python if stateful else self.python_steps(self.seed)
        parts: list[dict[NengoObject, np.ndarray]] = []
        self.finite.start(state.states, state.n_steps)
        capacity = self.executor.capacity
        for begin in range(0, n_steps, capacity):
            end = min(begin + capacity, n_steps)
            window = {value: array[begin:end] for value, array in feeds.items()}
            before, first = state.states, state.n_steps + 1
            chunk = self.executor.run_until(before, first, end - begin, python, window)
            state = state_after(state, chunk, python)
            # Before the error is raised: the steps before it were taken.
            if stateful:
                self.state = state
            if chunk.error is not None:
                raise chunk.error
            self.finite.add(before, first, chunk, python)
            parts.append(chunk.records)
        self.finite.finish(state.states, state.n_steps)
        # Observed signals are kept for ``sim.signals`` alone.
        records = {}
        for probe in parts[0]:
            if not isinstance(probe, Observed):
                records[probe] = np.concatenate([part[probe] for part in parts])
        return records

    def get_state(self) -> dict[int, Any]:
        """Return a copy of the memory of all Python operations, by index."""
        return {index: step.get_state() for index, step in self.python.items()}

    def set_state(self, memory: Mapping[int, Any]) -> None:
        """Restore the memory of Python operations that ``get_state`` returned."""
        for index, saved in memory.items():
            self.python[index].set_state(saved)

    def current(self, signal: Signal) -> np.ndarray | None:
        """Return the value of a state between steps, ``(batch, *shape)``; else None."""
        if signal.base not in self.homes:
            return None
        s, i, positions = self.homes[signal.base]
        flat = np.asarray(self.state.states[s][i]).reshape(self.batch, -1)[:, positions]
        return view_of(flat.reshape(self.batch, *signal.base.shape), signal)

    def adopt(self, values: Mapping[Signal, np.ndarray], n_steps: int) -> None:
        """Replace the states of signals, and add to the number of steps taken.

        Values are ``(items, size)``; fewer items than the minibatch has are its first ones.
        """
        states = self.with_values(self.state.states, values)
        self.state = SimState(self.state.n_steps + n_steps, states)

    def with_values(self, states: States, values: Mapping[Signal, np.ndarray]) -> States:
        """Return a copy of states in which signals have other values, ``(items, size)``."""
        # Contiguous copies: snapshots share the states, and ``reshape`` has to give a view below.
        arrays = [list(map(np.array, stage)) for stage in states]
        for signal, array in values.items():
            if signal in self.homes:
                s, i, positions = self.homes[signal]
                arrays[s][i].reshape(self.batch, -1)[: len(array), positions] = array
        return self.executor.as_states(arrays)

    def parameter_count(self) -> int:
        """Number of constants (weights, biases, encoders, ...) the program holds."""
        parameters = chain.from_iterable(segment.parameters for segment in self.plan.segments)
        return sum(parameter.array.size for parameter in parameters)
