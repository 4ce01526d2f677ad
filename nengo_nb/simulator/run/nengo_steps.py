"""Run Nengo's own operators in NumPy: the first steps of a simulation, and what holds its arrays.

The first steps of a simulation are taken before anything could be compiled (``engine/tiers.py``). A
function that clamps a voltage or zeroes weights while the network runs means the arrays between two
operators of a step, and a compiled step has no such state. In both cases each of Nengo's operators
takes its step in NumPy, in the order of ``nengo.Simulator(optimize=False)``; the arrays of
``sim.signals`` are those it works on. The states come from the compiled program and go back to it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from nengo.builder import Operator, Signal
from nengo.builder.processes import SimProcess
from nengo.builder.signal import SignalDict

from nengo_nb.engine.chunk_values import merged
from nengo_nb.engine.executor import Chunk
from nengo_nb.engine.floating_types import narrow
from nengo_nb.engine.journal import Journal
from nengo_nb.plan.dataflow import python_reads
from nengo_nb.plan.deferred import read_before
from nengo_nb.plan.program import Plan, PythonPart

from .numpy_block import Block
from .observed_signals import Observed
from .runner import Runner
from .signal_pool import SignalPool, Undo
from .signals import SignalValues, sparse_array
from .sim_state import SimState

if TYPE_CHECKING:
    Step = Callable[[int], None]

LARGEST_POOLED = 2**14
"""Elements of a signal above which a step takes longer than to look at it by itself."""


def _operators(plan: Plan) -> Iterator[Operator]:
    """Yield the operators that take part in a plan."""
    for stage in plan.stages:
        for part in stage.parts:
            groups = () if isinstance(part, PythonPart) else part.groups
            operations = part.operations if isinstance(part, PythonPart) else ()
            yield from (o.op for o in operations if o.op is not None)
            for group in groups:
                yield from group.ops


def _errors(strict: bool) -> np.errstate:
    """Return the context of floating-point errors: Nengo's, or that of numbers checked later."""
    if strict:
        return np.errstate(divide="ignore", invalid="raise")
    return np.errstate(divide="ignore", invalid="ignore", over="ignore")


class NengoSteps:
    """Steps of Nengo's operators over shared arrays.

    Args:
        runner: The machine that the states come from and go back to.
        signals: The arrays that were handed out by ``sim.signals``.
    """

    def __init__(self, runner: Runner, signals: SignalValues) -> None:
        self.runner = runner
        self.shared = signals
        bases: dict[Signal, None] = {}
        for op in runner.order:
            bases.update((signal.base, None) for signal in op.all_signals)
        arrays = {base: self._array(base) for base in bases}
        self.pool = SignalPool({base: arrays[base] for base in self._pooled(arrays)})
        self.arrays = SignalDict()
        for base, array in arrays.items():
            # ``SignalDict`` refuses new keys, and its ``init`` would copy: it has to be the very
            # array that was handed out.
            dict.__setitem__(self.arrays, base, self.pool.arrays.get(base, array))
        self.before: list[tuple[Signal, Signal]] = []
        for op in runner.order:
            for signal, before in read_before.get(op, {}).items():
                if before in runner.homes:
                    self.before.append((signal, before))
        journals = {op: runner.python[index] for index, op in runner.operators.items()}
        self.fed: dict[Operator, int] = {}
        for value in runner.plan.graph.feedable.values():
            operation = runner.plan.graph.values[value].operation
            if operation >= 0:
                self.fed[runner.plan.graph.operations[operation].op] = value
        self._called: list[Journal] = []
        """Journals of the operations that were called in the step under way."""
        rng = np.random.RandomState(runner.seed)
        self.steps = [(op, self._step(op, journals.get(op), rng)) for op in runner.order]
        # After the steps are made, as some of them are called here.
        self._compute_postponed()
        self.unknown = self._unknown() if runner.state.n_steps else frozenset()
        # Identities that ``go_on`` compares: anything else that touches the simulation replaces one
        # of them.
        self._state, self._changed = runner.state, runner.plan.graph.changed

    def _pooled(self, arrays: Mapping[Signal, Any]) -> Iterator[Signal]:
        """Yield the signals that steps write, but those whose arrays were handed out, or are large.

        Args:
            arrays: The arrays of all base signals.
        """
        written: dict[Signal, None] = {}
        for op in self.runner.order:
            written.update((s.base, None) for s in (*op.sets, *op.incs, *op.updates))
        for base in written:
            is_dense = isinstance(arrays[base], np.ndarray)
            if is_dense and base.size <= LARGEST_POOLED and self.shared.array_of(base) is None:
                yield base

    def go_on(self, runner: Runner) -> bool:
        """Whether the next run can reuse these steps: at most arrays were written since."""
        graph = runner.plan.graph
        same = (
            runner is self.runner and self._state is runner.state and self._changed is graph.changed
        )
        return same and self.shared.are_in(self.arrays)

    def _compute_postponed(self) -> None:
        """Recompute the last step's results of operators that a plan postpones by one step."""
        now = {signal: self.arrays[signal].copy() for signal, _ in self.before}
        for signal, before in self.before:
            value = self.runner.current(before)
            if value is not None:
                self.arrays[signal][...] = value[0]
        for op, step in self.steps:
            if op in read_before and self.runner.state.n_steps:
                # The number does not matter: no postponed operator runs in Python.
                step(0)
        for signal, array in now.items():
            self.arrays[signal][...] = array

    def _unknown(self) -> frozenset[Signal]:
        """Return the signals whose states no plan has carried, as nothing depends on them."""
        plan, memory = self.runner.plan, self.runner.memory
        live = set(_operators(plan))
        dead = [o.op for o in plan.graph.operations if o.op is not None and o.op not in live]
        written: set[Signal] = set()
        for op in dead:
            written.update(signal.base for signal in (*op.sets, *op.incs, *op.updates))
        return frozenset(base for base in written if memory.get(base) is None)

    def _array(self, base: Signal) -> Any:
        """Return the array of a signal: the one that was handed out, or a new one."""
        if base.sparse:
            return sparse_array(base)
        value = self.runner.memory.get(base)
        if value is None:  # a state that acts like Nengo's, though it is another
            value = self.runner.current(base)
        array = self.shared.array_of(base)
        if array is None:
            array = np.array(base.initial_value)
        if value is not None and not self.shared.is_written(base):
            array[...] = value[0]
        return array

    def _step(self, op: Operator, journal: Journal | None, rng: np.random.RandomState) -> Step:
        """Return one operator's part of a step, to be called with the number of the step."""
        if journal is None:
            step = op.make_step(self.arrays, self.runner.plan.graph.dt, rng)
            return lambda _: step()
        return self._python_step(op, journal)

    def _python_step(self, op: Operator, journal: Journal) -> Step:
        arrays, called, dt = self.arrays, self._called, self.runner.plan.graph.dt
        reads = [arrays[signal] for signal in python_reads(op)]
        written = [op.output] if isinstance(op, SimProcess) else [*op.sets, *op.incs, *op.updates]
        outputs = [arrays[signal] for signal in written if signal is not None]
        adds = [signal in op.incs for signal in written if signal is not None]

        def step(number: int) -> None:
            # Copies, as functions may keep or change their arguments.
            inputs = [array[np.newaxis].copy() for array in reads]
            results = journal.call_singly(number, number * dt, inputs)
            called.append(journal)
            # A function without output has a result all the same.
            for array, result, add in zip(outputs, results, adds, strict=False):
                array[...] = array + result if add else result

        return step

    def run(
        self,
        n_steps: int,
        feeds: Callable[[int, int], Mapping[int, np.ndarray]],
        commit: Callable[[int, Chunk], None],
        stop: Callable[[], bool],
        singly: bool,
        strict: bool,
    ) -> None:
        """Take steps until all are done or ``stop``; an error keeps the steps before it.

        Args:
            n_steps: Number of steps to take.
            feeds: As for ``Runner.run``.
            commit: As for ``Runner.run``.
            stop: As for ``Runner.run``.
            singly: Whether each step is committed by itself, as functions of the network look at
                what is committed.
            strict: Whether a number that is none raises ``FloatingPointError``, as in Nengo.
        """
        runner = self.runner
        fed = feeds(0, n_steps)
        probes = [probe for probe in runner.plan.probes if not isinstance(probe, Observed)]
        probed = {probe: self.arrays[runner.model.sig[probe]["in"]] for probe in probes}
        block = Block(probed, 1 if singly else n_steps, runner.dtype)
        large = self._large()
        # Without Python, only a second interrupt ends a step in the middle; large arrays are not
        # copied for that.
        undo = Undo(self.pool, large if strict or runner.python else ())
        # What a step hands to the next is what the program could hold, or a simulation would depend
        # on where its runs end.
        rounds = runner.dtype == "float32" and not strict
        with (
            self._running(),
            self._feeding(fed) as own,
            runner.hiding(not singly),
            _errors(strict),
        ):
            try:
                for k in range(n_steps):
                    if k and stop():
                        break
                    number = runner.state.n_steps + block.count + 1
                    self._take(number, k, fed, own, undo, strict)
                    # Numbers that overflow in float32 are found by the check of the run.
                    with np.errstate(over="ignore"):
                        block.add()
                    if not (strict or runner.finite.has_warned or self.pool.looks_finite()):
                        self._check(block)
                    if rounds:
                        self.pool.round()
                        for array in large:
                            array[...] = array.astype(np.float32)
                    if block.is_due():
                        self._commit(block, commit)
            finally:
                # An error keeps the steps before it.
                self._commit(block, commit)

    def _commit(self, block: Block, commit: Callable[[int, Chunk], None]) -> None:
        """Commit the steps of a block, and begin the next."""
        if block.count:
            runner, first = self.runner, self.runner.state.n_steps + 1
            # The states follow at the end of the run. The number before the data: whoever sees new
            # samples in another thread finds their time.
            runner.state = SimState(runner.state.n_steps + block.count, runner.state.states)
            commit(first, block.take())

    def _check(self, block: Block) -> None:
        """Warn of the first operator in the order of a step that writes what is not finite."""
        finite, number = self.runner.finite, self.runner.state.n_steps + block.count
        for op in self.runner.order:
            for signal in (*op.sets, *op.incs, *op.updates):
                array = np.asarray(self.arrays[signal])
                if not np.isfinite(narrow(array, self.runner.dtype)).all():
                    finite.tell_signal(signal, array, number)
                    return

    def _large(self) -> list[np.ndarray]:
        """Return the written arrays outside the pool."""
        pooled = self.pool.arrays
        return [self.arrays[b] for b in self.runner.homes if b in self.arrays and b not in pooled]

    @contextmanager
    def _feeding(self, fed: Mapping[int, np.ndarray]) -> Iterator[dict[Signal, np.ndarray]]:
        """Context of a run, at whose end constant nodes that are fed have their own outputs again.

        Yields:
            Their own outputs, by signal.
        """
        # Until the end and not for a step, as probes are read after it.
        held = self.runner.memory.held
        own = {base: self.arrays[base].copy() for base, value in held.items() if value in fed}
        try:
            yield own
        finally:
            for base, array in own.items():
                self.arrays[base][...] = array

    def _take(
        self,
        number: int,
        k: int,
        fed: Mapping[int, np.ndarray],
        own: Mapping[Signal, np.ndarray],
        undo: Undo,
        strict: bool,
    ) -> None:
        """Take one step; where it fails, the states are those before it."""
        undo.save()
        # Of a step that failed, results are kept for the next attempt.
        self._called.clear()
        if not fed and not strict:
            self._take_plain(number, undo)
            return
        self.shared.write_to_python()
        try:
            for base, array in own.items():
                feed = fed[self.runner.memory.held[base]][k, 0]
                self.arrays[base][...] = merged(feed, array.reshape(-1)).reshape(base.shape)
            for op, step in self.steps:
                replaced = self.fed.get(op)
                feed = None if replaced is None or replaced not in fed else fed[replaced][k, 0]
                if feed is None or np.ma.is_masked(feed):
                    step(number)
                if feed is not None:
                    output = self.arrays[op.output]
                    output[...] = merged(feed, output.reshape(-1)).reshape(op.output.shape)
            self.shared.show_python()
            self._commit_calls()
        except BaseException:
            undo.go_back()
            raise

    def _take_plain(self, number: int, undo: Undo) -> None:
        """Take one step without feeds, whose arrays no function holds."""
        try:
            for _, step in self.steps:
                step(number)
            self._commit_calls()
        except BaseException:
            undo.go_back()
            raise

    def _commit_calls(self) -> None:
        """Drop the results of a step that is complete."""
        for journal in self._called:
            journal.commit(1)

    @contextmanager
    def _running(self) -> Iterator[None]:
        """Context in which ``sim.signals`` shows the running arrays; then return the states."""
        runner, memory = self.runner, self.runner.memory
        begin = runner.state.n_steps
        self.shared.running, self.shared.unknown = self.arrays, self.unknown
        begin_seconds = time.perf_counter()
        try:
            yield
        finally:
            # First of all: from here on ``sim.signals`` shows the runner again.
            self.shared.running = None
            seconds = max(time.perf_counter() - begin_seconds, 1e-6)
            runner.steps_per_second = (runner.state.n_steps - begin) / seconds
            if runner.state.n_steps > begin:
                graph = runner.plan.graph
                outputs = {v: runner.model.sig[n]["out"] for n, v in graph.feedable.items()}
                # A node that nothing reads has no array.
                runner.inputs = {
                    v: self.arrays[signal].reshape(1, -1).copy()
                    for v, signal in outputs.items()
                    if signal.base in self.arrays
                }
            self.shared.write_constants()
            states = {base: self.arrays[base] for base in runner.homes if base in self.arrays}
            # Postponed operators keep what they read; their results are computed in the next step.
            states |= {before: self.arrays[signal] for signal, before in self.before}
            memory.set({base: array[np.newaxis] for base, array in states.items()})
            dense = {base: a for base, a in self.arrays.items() if isinstance(a, np.ndarray)}
            memory.keep({base: a.reshape(1, -1) for base, a in dense.items() if not base.is_view})
            # Those that Python operations keep are no arrays of these steps.
            self.shared.show_python()
            self.shared.have_seen()
            # Last, as ``memory.set`` makes a new state.
            self._state, self._changed = runner.state, runner.plan.graph.changed
