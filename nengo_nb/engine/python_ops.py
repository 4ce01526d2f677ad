"""Operators that run in Python: node functions, processes, and operators without a TensorFlow rule.

Each is called once per step and minibatch item, as Nengo would: time is a Python float, the input
is a fresh array, and the result is checked and copied at once (``python_results.py``). A function
of time alone is called once per step, and all items share its result.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from nengo.builder import Operator, Signal
from nengo.builder.operator import SimPyFunc
from nengo.builder.processes import SimProcess
from nengo.builder.signal import SignalDict
from nengo.utils.numpy import maxint

from nengo_nb.errors import NodeError
from nengo_nb.plan.dataflow import python_reads
from nengo_nb.plan.graph import Operation

from .process_steps import make_process_step
from .python_results import checked

Arrays = list[np.ndarray]
Result = float | tuple[float, ...] | np.ndarray
"""Checked result of a source at a step: ``(size,)``, ``(batch, *shape)``, or a number that
stands for all of them.
"""


class PythonStep(Protocol):
    """Step of one operator in Python, with its memory."""

    def __call__(self, time: float, inputs: Arrays) -> Arrays:
        """Take one step, from inputs ``(batch, *shape)`` to outputs ``(batch, *shape)``."""

    def get_state(self) -> Any:
        """Return a copy of the memory."""

    def set_state(self, memory: Any) -> None:
        """Restore a copy of the memory."""


class Source(Protocol):
    """Operator whose output depends on nothing but the time."""

    function: Callable[[float], Any]
    """Its function, whose result is unchecked and may be changed by the user's code later."""

    def checked(self, result: Any) -> Result:
        """Check a result of the function, and return it as an immutable number or a copy."""

    def spread(self, result: Result) -> Arrays:
        """Convert the result of one step to outputs ``(batch, *shape)``."""

    def collect(self, results: Sequence[Result]) -> np.ndarray | None:
        """Stack the results of steps, ``(steps, batch or 1, size)``; None without an output."""


def is_source(step: PythonStep) -> bool:
    """Whether a step depends on nothing but the time."""
    if isinstance(step, FunctionStep):
        return step.with_time and step.input_dtype is None
    return isinstance(step, ProcessStep)


def make_python_step(
    operation: Operation,
    name: str,
    batch: int,
    dt: float,
    rngs: Mapping[Operator, np.random.RandomState],
) -> PythonStep:
    """Make the step of an operator that runs in Python, as it is at the start of a simulation.

    Args:
        operation: The operation to run.
        name: Its name in errors.
        batch: Number of minibatch items.
        dt: Length of a step, in seconds.
        rngs: The random number generator of each process, as Nengo would hand it out.
    """
    op = operation.op
    if isinstance(op, SimPyFunc):
        return FunctionStep(op, name, batch)
    if isinstance(op, SimProcess) and op.input is None:
        return ProcessStep(op, name, batch, dt, rngs[op])
    if op is not None and hasattr(op, "make_batch_step"):
        return BatchStep(op.make_batch_step(batch))
    return OperatorStep(op, batch, dt, rngs.get(op))


class FunctionStep:
    """Step of a Python function of time, of an input, or of both."""

    def __init__(self, op: SimPyFunc, name: str, batch: int) -> None:
        self.function = op.fn
        self.name = name
        self.batch = batch
        self.with_time = op.t is not None
        self.shape = None if op.output is None else op.output.shape
        self.input_dtype = None if op.x is None else op.x.dtype

        self._begun: tuple[float, np.ndarray, list[np.ndarray]] | None = None
        """Time, input and results of a step in which the function failed for a later item;
        None otherwise.
        """

    def __call__(self, time: float, inputs: Arrays) -> Arrays:
        """Call the function for each minibatch item, or once where it has no input."""
        arguments = (time,) if self.with_time else ()
        if self.input_dtype is None:
            return self.spread(self.checked(self.function(*arguments)))
        items = self._items_before(time, inputs[0])
        try:
            for item in inputs[0][len(items) :]:
                result = self.function(*arguments, item.astype(self.input_dtype))
                items.append(self._as_array(self.checked(result)))
        # The items before the failure keep their results: the next attempt at this step must not
        # call the function for them again.
        except BaseException:
            self._begun = time, inputs[0], items
            raise
        if self.shape is None:
            return []
        return [items[0][np.newaxis] if self.batch == 1 else np.stack(items)]

    def call_singly(self, time: float, item: np.ndarray) -> Result:
        """Call the function without a minibatch, and return its checked result.

        Args:
            time: The time, in seconds.
            item: The input, of which the function gets a copy to keep or change.
        """
        item = item.astype(self.input_dtype)
        return self.checked(self.function(time, item) if self.with_time else self.function(item))

    def _items_before(self, time: float, inputs: np.ndarray) -> list[np.ndarray]:
        """Return the results of the items that this very step computed before it failed."""
        begun, self._begun = self._begun, None
        if begun is None or begun[0] != time or not np.array_equal(begun[1], inputs):
            return []
        return begun[2]

    def spread(self, result: Result) -> Arrays:
        """Broadcast one result to all minibatch items, ``(batch, *shape)``."""
        return [] if self.shape is None else [np.broadcast_to(result, (self.batch, *self.shape))]

    def collect(self, results: Sequence[Result]) -> np.ndarray | None:
        """Stack the results of many steps, ``(steps, 1, size)``."""
        if self.shape is None:
            return None
        try:
            array = np.array(results, dtype=float)
        except ValueError:  # numbers among arrays
            array = np.array([self._as_array(result) for result in results])
        return np.broadcast_to(array.reshape(len(results), 1, -1), (len(results), 1, *self.shape))

    def _as_array(self, result: Result) -> np.ndarray:
        return result if isinstance(result, np.ndarray) else np.full(self.shape or (), result)

    def checked(self, result: Any) -> Result:
        """Check a result, and return it as immutable numbers or a copy; zero without an output."""
        if self.shape is None:
            return 0.0
        return checked(result, self.shape, self.name, self.function)

    def get_state(self) -> None:
        """Return None: the state of the user's function cannot be copied."""

    def set_state(self, memory: None) -> None:
        """Do nothing, for the same reason."""


class ProcessStep:
    """Step of a process without input, such as white noise: one stream per minibatch item."""

    def __init__(
        self, op: SimProcess, name: str, batch: int, dt: float, rng: np.random.RandomState
    ) -> None:
        self.name = name
        self.shape = op.output.shape
        self.rngs = item_rngs(rng, batch)
        self.states = [_initial_state(op) for _ in range(batch)]
        self.steps = [
            make_process_step(op.process, self.shape, dt, r, state)
            for r, state in zip(self.rngs, self.states, strict=True)
        ]

    def __call__(self, time: float, inputs: Arrays) -> Arrays:
        """Take one step of every stream."""
        return self.spread(self.function(time))

    def function(self, time: float) -> np.ndarray:
        """Step the process of each item; returns outputs, ``(batch, *shape)``, a new array."""
        outputs = np.empty((len(self.steps), *self.shape))
        for i, step in enumerate(self.steps):
            result = step(time)
            if result is None:  # which NumPy would take for NaN
                raise NodeError(
                    f"{self.name} returned None; an array of shape {self.shape} is expected."
                )
            outputs[i] = result
        return outputs

    def checked(self, result: np.ndarray) -> np.ndarray:
        """Return the result as it is: a process may output any number, as in Nengo."""
        return result

    def spread(self, result: Result) -> Arrays:
        """Return the result as it is: every item has its own."""
        return [np.asarray(result)]

    def collect(self, results: Sequence[Result]) -> np.ndarray:
        """Stack the results of many steps, ``(steps, batch, *shape)``."""
        return np.array(results, dtype=float)

    def get_state(self) -> Any:
        """Return copies of the generators and of the arrays of the processes."""
        return [rng.get_state() for rng in self.rngs], copy.deepcopy(self.states)

    def set_state(self, memory: Any) -> None:
        """Write back what ``get_state`` returned, in place: the steps hold these arrays."""
        for rng, state in zip(self.rngs, memory[0], strict=True):
            rng.set_state(state)
        for state, saved in zip(self.states, memory[1], strict=True):
            for key, array in saved.items():
                state[key][...] = array


def _initial_state(op: SimProcess) -> dict[str, np.ndarray]:
    """Return copies of the arrays that a process keeps, as they are before the first step."""
    return {name: signal.initial_value.copy() for name, signal in op.state.items()}


class OperatorStep:
    """Step of any Nengo operator, by its own ``make_step``, on arrays of its own."""

    def __init__(
        self, op: Operator, batch: int, dt: float, rng: np.random.RandomState | None
    ) -> None:
        self.op = op
        self.reads = python_reads(op)
        self.written = [op.output] if isinstance(op, SimProcess) else op.sets + op.incs + op.updates
        self.signals = [SignalDict() for _ in range(batch)]
        self.rngs = item_rngs(rng or np.random.RandomState(0), batch)
        self.own_rngs = [item_rngs(r, batch) for r in getattr(op, "state_extra", {}).values()]
        self.steps = [self._make_step(i, dt) for i in range(batch)]
        self.time_signals = [s for s in op.reads if s not in self.reads]

    def _make_step(self, i: int, dt: float) -> Callable[[], None]:
        """Make Nengo's step function of minibatch item ``i``."""
        # A copy, for the generators of one item are put on it; the built model stays as it is.
        op = copy.copy(self.op)
        op.init_signals(self.signals[i])
        if self.own_rngs:
            op.state_extra = dict(
                zip(op.state_extra, (rngs[i] for rngs in self.own_rngs), strict=True)
            )
        if isinstance(op, SimProcess):
            op.process = _WithRng(op.process, self.rngs[i])
        return op.make_step(self.signals[i], dt, self.rngs[i])

    def __call__(self, time: float, inputs: Arrays) -> Arrays:
        """Take one step of the operator for every minibatch item."""
        op = self.op
        for i, step in enumerate(self.steps):
            signals = self.signals[i]
            for signal, array in zip(self.reads, inputs, strict=True):
                signals[signal][...] = array[i]
            for signal in self.time_signals:
                signals[signal][...] = time
            # The plan adds increments from all operators itself, so this one starts from zero.
            for signal in op.incs:
                signals[signal][...] = 0
            step()
        results = []
        for signal in self.written:
            items = [signals[signal] for signals in self.signals]
            # A copy: the operator writes its next results into the same arrays.
            results.append(np.stack(items))
        return results

    def get_state(self) -> Any:
        """Return copies of all arrays of the operator, and of its generators."""
        arrays = [_copies(signals) for signals in self.signals]
        return arrays, [rng.get_state() for rng in self._all_rngs()]

    def set_state(self, memory: Any) -> None:
        """Write back what ``get_state`` returned, in place: the step functions hold the arrays."""
        for signals, saved in zip(self.signals, memory[0], strict=True):
            for signal, array in saved.items():
                # Views share the memory of their base, and Nengo makes constant signals read-only.
                if not signal.is_view and signals[signal].flags.writeable:
                    signals[signal][...] = array
        for rng, state in zip(self._all_rngs(), memory[1], strict=True):
            rng.set_state(state)

    def _all_rngs(self) -> Iterator[np.random.RandomState]:
        """Yield the generators of all items, then those that the operator keeps of its own."""
        yield from self.rngs
        for rngs in self.own_rngs:
            yield from rngs


def _copies(signals: Mapping[Signal, np.ndarray]) -> dict[Signal, np.ndarray]:
    """Return copies of the arrays of signals."""
    return {signal: array.copy() for signal, array in signals.items()}


class BatchStep:
    """Step of an operator that computes all minibatch items at once, without memory."""

    def __init__(self, step: Callable[[float, Arrays], Arrays]) -> None:
        self.step = step

    def __call__(self, time: float, inputs: Arrays) -> Arrays:
        """Take one step of all items."""
        return [np.array(output) for output in self.step(time, inputs)]

    def get_state(self) -> None:
        """Return None: the state of the user's function cannot be copied."""

    def set_state(self, memory: None) -> None:
        """Do nothing, for the same reason."""


class _WithRng:
    """Stand-in for a process that returns a generator chosen before, whatever its seed."""

    def __init__(self, process: Any, rng: np.random.RandomState) -> None:
        self._process = process
        self._rng = rng

    def get_rng(self, rng: np.random.RandomState) -> np.random.RandomState:
        """Return the generator chosen before."""
        return self._rng

    def __getattr__(self, name: str) -> Any:
        return getattr(self._process, name)


def item_rngs(rng: np.random.RandomState, batch: int) -> list[np.random.RandomState]:
    """Make one generator per minibatch item; the first continues exactly as ``rng`` would."""
    # Two copies, so that the seeds of the others are drawn without moving the first one on.
    first = np.random.RandomState()
    first.set_state(rng.get_state())
    others = np.random.RandomState()
    others.set_state(rng.get_state())
    seeds = others.randint(maxint, size=batch - 1)
    return [first, *(np.random.RandomState(seed) for seed in seeds)]


def process_rngs(
    step_order: Sequence[Operator], seed: int
) -> dict[Operator, np.random.RandomState]:
    """Draw the generator of every process, in the order in which ``nengo.Simulator`` draws them."""
    rng = np.random.RandomState(seed)
    return {op: op.process.get_rng(rng) for op in step_order if isinstance(op, SimProcess)}
