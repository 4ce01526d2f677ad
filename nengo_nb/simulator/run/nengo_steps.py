"""Run Nengo's own operators in NumPy: the first steps of a simulation, and what holds its arrays.

The first steps of a simulation are taken before anything could be compiled (``engine/tiers.py``). A
function that clamps a voltage or zeroes weights while the network runs means the arrays between two
operators of a step, and a compiled step has no such state. In both cases each of Nengo's operators
takes its step in NumPy, in the order of ``nengo.Simulator(optimize=False)``; the arrays of
``sim.signals`` are those it works on. The states come from the compiled program and go back to it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from nengo.base import NengoObject
from nengo.builder import Operator, Signal
from nengo.builder.signal import SignalDict

from nengo_nb.engine.chunk_values import merged
from nengo_nb.engine.executor import Chunk, States
from nengo_nb.engine.floating_types import narrow
from nengo_nb.plan.deferred import read_before
from nengo_nb.plan.program import Plan, PythonPart
from nengo_nb.simulator.record.recording import Recording

from .numpy_block import Block
from .observed_signals import Observed
from .rings import newest_first
from .runner import Runner
from .signal_pool import KeptArrays, LastOutputs, SignalPool, Undo
from .signals import SignalValues, sparse_array
from .sim_state import SimState
from .step_parts import StepParts


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
    # Numbers that overflow, in float32 too, are found by the check of the run.
    return np.errstate(divide="ignore", invalid="ignore", over="ignore")


class NengoSteps:
    """Steps of Nengo's operators over shared arrays.

    Args:
        runner: The machine that the states come from and go back to.
        signals: The arrays that were handed out by ``sim.signals``.
        strict: Whether functions of the network hold these arrays: then they are the very arrays
            that run, operator by operator, and what is no number raises ``FloatingPointError``.
    """

    def __init__(self, runner: Runner, signals: SignalValues, strict: bool) -> None:
        self.runner = runner
        self.shared = signals
        self.strict = strict
        bases: dict[Signal, None] = dict.fromkeys(runner.step_groups.pooled)
        for op in runner.order:
            bases.update((signal.base, None) for signal in op.all_signals)
        arrays = {base: self._array(base) for base in bases}
        pooled = (base for base in runner.step_groups.pooled if self._handed_out(base) is None)
        self.pool = SignalPool({base: arrays[base] for base in pooled})
        self.arrays = SignalDict()
        for base, array in {**arrays, **self.pool.arrays}.items():
            # ``SignalDict`` refuses new keys, and its ``init`` would copy: it has to be the very
            # array that was handed out.
            dict.__setitem__(self.arrays, base, array)
        self.before: list[tuple[Signal, Signal]] = []
        for op in runner.order:
            for signal, before in read_before.get(op, {}).items():
                if before in runner.homes:
                    self.before.append((signal, before))
        self.fed: dict[Operator, int] = {}
        for value in runner.plan.graph.feedable.values():
            operation = runner.plan.graph.values[value].operation
            if operation >= 0:
                self.fed[runner.plan.graph.operations[operation].op] = value
        self.parts = StepParts(runner, self.arrays)
        parts = self.parts.singly(runner.order) if strict else self.parts.in_groups(self.pool)
        self.steps = list(parts)
        self._plain = [step for _, step in self.steps]
        # After the steps are made, as some of them are called here.
        self._compute_postponed()
        self.unknown = self._unknown() if runner.state.n_steps else frozenset()
        # Signals that the steps take from the program and give back; where they keep still, their
        # values are those of now.
        self._homes = [base for base in runner.homes if base in self.arrays]
        self._begin_states = runner.state.states
        self._large = self._outside(base for base in self._homes)
        self._outputs = {
            value: runner.model.sig[node]["out"]
            for node, value in runner.plan.graph.feedable.items()
            # A node that nothing reads has no array.
            if runner.model.sig[node]["out"].base in self.arrays
        }
        written = [*self._homes, *self._outputs.values(), *(signal for signal, _ in self.before)]
        for op in runner.order:
            written += (*op.sets, *op.incs, *op.updates)
        self._kept_outside = self._outside(dict.fromkeys(signal.base for signal in written))
        probes = [probe for probe in runner.plan.probes if not isinstance(probe, Observed)]
        self._probed = {probe: self.arrays[runner.model.sig[probe]["in"]] for probe in probes}
        self._single_step = Block(self._probed, 1, runner.dtype)
        # Without Python, only a second interrupt ends a step in the middle; large arrays are not
        # copied for that.
        self._undo = Undo(self.pool, self._large.values() if strict or runner.python else ())
        # Identities that ``go_on`` compares: anything else that touches the simulation replaces one
        # of them.
        self._state, self._changed = runner.state, runner.plan.graph.changed

    def _handed_out(self, base: Signal) -> np.ndarray | None:
        """Return the array of a signal that runs as it was handed out; None if it is another."""
        return self.shared.array_of(base) if self.strict else None

    def _outside(self, bases: Iterable[Signal]) -> dict[Signal, np.ndarray]:
        """Return the dense arrays of some base signals that are not in the pool."""
        outside = {base: self.arrays[base] for base in bases if base not in self.pool.arrays}
        return {base: array for base, array in outside.items() if isinstance(array, np.ndarray)}

    def go_on(self, runner: Runner) -> bool:
        """Whether the next run can reuse these steps: at most arrays were written since."""
        graph = runner.plan.graph
        same = (
            runner is self.runner and self._state is runner.state and self._changed is graph.changed
        )
        if self.strict:
            return same and self.shared.are_in(self.arrays)
        # What is written to other signals than states of filters has made a new state.
        return same and not self.shared.are_written()

    def _compute_postponed(self) -> None:
        """Recompute the last step's results of operators that a plan postpones by one step."""
        now = {signal: self.arrays[signal].copy() for signal, _ in self.before}
        for signal, before in self.before:
            value = self.runner.current(before)
            if value is not None:
                self.arrays[signal][...] = value[0]
        postponed = [op for op in self.runner.order if op in read_before]
        if self.runner.state.n_steps:
            for _, step in self.parts.singly(postponed):
                step()  # none of them runs in Python
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
        array = self._handed_out(base)
        if array is not None:
            if value is not None and not self.shared.is_written(base):
                array[...] = value[0]
            return array
        array = np.array(base.initial_value)
        written = self.shared.take_written(base)
        if written is not None:
            array[...] = written
        elif value is not None:
            array[...] = value[0]
        return array

    def step(self, recordings: Mapping[NengoObject, Recording]) -> None:
        """Take one step without feeds, and record it; an error keeps the steps before it.

        As ``run`` does, without what only feeds or several steps need, which would take as long
        as the step of a small network.

        Args:
            recordings: Samples of each probe.
        """
        runner = self.runner
        number, begin_seconds = runner.state.n_steps + 1, time.perf_counter()
        self.shared.running, self.shared.unknown = self.arrays, self.unknown
        self.parts.number = number
        self._undo.save()
        self.parts.called.clear()
        reached = number - 1
        try:
            with _errors(strict=False):
                self._take_plain()
                # From here on the step is kept, also where its numbers are an error.
                reached = number
                self._end_step(number)
        finally:
            self.shared.running = None
            self._hand_back(reached, has_moved=reached == number)
            self._state = runner.state
            if reached == number:
                # State before probe data, as in ``run``.
                for probe, array in self._probed.items():
                    recordings[probe].extend(number, array.reshape(1, 1, -1))
        runner.steps_per_second = 1 / max(time.perf_counter() - begin_seconds, 1e-6)

    def run(
        self,
        n_steps: int,
        feeds: Callable[[int, int], Mapping[int, np.ndarray]],
        commit: Callable[[int, Chunk], None],
        stop: Callable[[], bool],
        singly: bool,
    ) -> None:
        """Take steps until all are done or ``stop``; an error keeps the steps before it.

        Args:
            n_steps: Number of steps to take.
            feeds: As for ``Runner.run``.
            commit: As for ``Runner.run``.
            stop: As for ``Runner.run``.
            singly: Whether each step is committed by itself, as functions of the network look at
                what is committed.
        """
        runner, strict = self.runner, self.strict
        fed = feeds(0, n_steps)
        one = singly or n_steps == 1
        block = self._single_step if one else Block(self._probed, n_steps, runner.dtype)
        # Given back at the end and not after a step, as probes are read then.
        own = self._own_outputs(fed)
        begin, begin_seconds = runner.state.n_steps, time.perf_counter()
        self.shared.running, self.shared.unknown = self.arrays, self.unknown
        # A step by itself shows Python functions what Nengo does.
        runner.hide(not (singly or n_steps == 1))
        try:
            with _errors(strict):
                for k in range(n_steps):
                    if k and stop():
                        break
                    self.parts.number = begin + k + 1
                    self._take(k, fed, own)
                    # Numbers that overflow in float32 are found by the check of the run.
                    if strict:
                        with np.errstate(over="ignore"):
                            block.add()
                    else:
                        block.add()
                        self._end_step(runner.state.n_steps + block.count)
                    if block.is_due():
                        self._commit(block, commit)
        finally:
            # An error keeps the steps before it.
            self._commit(block, commit)
            for base, array in own.items():
                self.arrays[base][...] = array
            # From here on ``sim.signals`` shows the runner again.
            self.shared.running = None
            runner.hide(False)
            seconds = max(time.perf_counter() - begin_seconds, 1e-6)
            runner.steps_per_second = (runner.state.n_steps - begin) / seconds
            self._hand_back(runner.state.n_steps, has_moved=runner.state.n_steps > begin)
            self._state, self._changed = runner.state, runner.plan.graph.changed

    def _end_step(self, number: int) -> None:
        """Check the numbers of a step, and round them to the program's type.

        What a step hands to the next is what the program could hold, or a simulation would depend
        on where its runs end.
        """
        runner = self.runner
        if not (runner.finite.has_warned or self.pool.looks_finite()):
            self._check(number)
        if runner.dtype == "float32":
            self.pool.round()
            for array in self._large.values():
                array[...] = array.astype(np.float32)

    def _commit(self, block: Block, commit: Callable[[int, Chunk], None]) -> None:
        """Commit the steps of a block, and begin the next."""
        if block.count:
            runner, before = self.runner, self._state
            first = runner.state.n_steps + 1
            # The states follow at the end of the run. The number before the data: whoever sees new
            # samples in another thread finds their time.
            n_steps = runner.state.n_steps + block.count
            runner.state = SimState(n_steps, lambda: before.states)
            commit(first, block.take())

    def _check(self, number: int) -> None:
        """Warn of the first operator in the order of a step that writes what is not finite."""
        finite = self.runner.finite
        for op in self.runner.order:
            for signal in (*op.sets, *op.incs, *op.updates):
                array = np.asarray(self.arrays[signal])
                if not np.isfinite(narrow(array, self.runner.dtype)).all():
                    finite.tell_signal(signal, array, number)
                    return

    def _own_outputs(self, fed: Mapping[int, np.ndarray]) -> dict[Signal, np.ndarray]:
        """Return copies of the outputs of constant nodes that are fed, by signal."""
        held = self.runner.memory.held if fed else {}
        return {base: self.arrays[base].copy() for base, value in held.items() if value in fed}

    def _take(
        self, k: int, fed: Mapping[int, np.ndarray], own: Mapping[Signal, np.ndarray]
    ) -> None:
        """Take one step; where it fails, the states are those before it."""
        undo = self._undo
        undo.save()
        # Of a step that failed, results are kept for the next attempt.
        self.parts.called.clear()
        if not fed and not self.strict:
            self._take_plain()
            return
        self.shared.write_to_python()
        try:
            for base, array in own.items():
                feed = fed[self.runner.memory.held[base]][k, 0]
                self.arrays[base][...] = merged(feed, array.reshape(-1)).reshape(base.shape)
            for op, step in self.steps:
                replaced = None if op is None else self.fed.get(op)
                feed = None if replaced is None or replaced not in fed else fed[replaced][k, 0]
                if feed is None or np.ma.is_masked(feed):
                    step()
                if feed is not None and op is not None:
                    output = self.arrays[op.output]
                    output[...] = merged(feed, output.reshape(-1)).reshape(op.output.shape)
            self.shared.show_python()
            self.parts.commit_calls()
        except BaseException:
            undo.go_back()
            raise

    def _take_plain(self) -> None:
        """Take one step without feeds, whose arrays no function holds."""
        try:
            for step in self._plain:
                step()
            self.parts.commit_calls()
        except BaseException:
            self._undo.go_back()
            raise

    def _hand_back(self, n_steps: int, has_moved: bool) -> None:
        """Return the states to the runner, as copies; most are arranged when somebody asks.

        Args:
            n_steps: Number of steps that led to them.
            has_moved: Whether any step was taken.
        """
        runner, memory, shared = self.runner, self.runner.memory, self.shared
        kept = KeptArrays(self.pool, self._kept_outside)
        if has_moved:
            runner.inputs = LastOutputs(kept, self._outputs)
        runner.state = SimState(n_steps, lambda: self._states(kept))
        memory.keep(kept)
        if shared.are_shared:
            if self.strict:
                shared.write_constants()
            # Whoever holds arrays may have written to them, against what the program relies on. It
            # relies on nothing about rings, whose position may be written too.
            others = (base for base in self._homes if base not in memory.rings)
            memory.set({base: kept[base][np.newaxis] for base in others})
            shared.show()

    def _states(self, kept: KeptArrays) -> States:
        """Arrange arrays as states of the program."""
        values = {base: kept[base].reshape(1, -1) for base in self._homes}
        values |= newest_first(self.runner.memory.rings, kept)
        # Postponed operators keep what they read; their results are computed in the next step.
        values |= {before: kept[signal].reshape(1, -1) for signal, before in self.before}
        return self.runner.with_values(self._begin_states, values)
