"""Kinds of operators: those of one kind can be computed together, over the elements of all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass

import numpy as np
from nengo import neurons
from nengo.builder import Operator, Signal
from nengo.builder.neurons import SimNeurons
from nengo.builder.operator import Copy, DotInc, ElementwiseInc, Reset
from nengo.builder.probe import SimProbe
from nengo.builder.processes import SimProcess
from nengo.rc import rc
from nengo.synapses import LinearFilter

from .operator_positions import copied_positions

LARGEST_POOLED = 2**14
"""Elements of a signal above which an operator by itself takes longer than a call of NumPy."""

LARGEST_STACKED = 2**16
"""Elements of a matrix above which a copy in a stack of them costs more than it saves."""

ELEMENTWISE = (
    neurons.LIF,
    neurons.LIFRate,
    neurons.RectifiedLinear,
    neurons.SpikingRectifiedLinear,
    neurons.Sigmoid,
    neurons.Tanh,
    neurons.AdaptiveLIF,
    neurons.AdaptiveLIFRate,
    neurons.Izhikevich,
)
"""Neuron types, but no subclasses, whose steps compute each neuron from its own numbers."""


@dataclass(frozen=True)
class Kind:
    """Key of what can be computed together.

    Args:
        name: Name of the kernel.
        detail: What operators of one kind have in common.
    """

    name: str
    detail: tuple[Hashable, ...] = ()


IDLE = Kind("idle")
"""Kind of operators that do nothing in a step."""

CONSTANT = Kind("constant")
"""Kind of operators that set elements to what does not depend on the step."""


def pooled_signals(order: Iterable[Operator], inputs: Iterable[Signal]) -> dict[Signal, None]:
    """Return the base signals that share one piece of memory, as an ordered set.

    Args:
        order: The operators of a step.
        inputs: Signals that no operator writes and that may change between runs.
    """
    written: dict[Signal, None] = {}
    for op in order:
        written.update((s.base, None) for s in (*op.sets, *op.incs, *op.updates))
    written.update(dict.fromkeys(inputs))
    dtype = rc.float_dtype  # looked up once, as it is read from the configuration
    return {base: None for base in written if _can_be_pooled(base, dtype)}


def _can_be_pooled(base: Signal, dtype: np.dtype) -> bool:
    is_number = not base.sparse and base.initial_value.dtype == dtype
    return is_number and base.size <= LARGEST_POOLED


class Kinds:
    """Finds the kind of each operator of a model.

    Args:
        order: The operators of a step.
        inputs: Signals that no operator writes and that may change between runs.
        pooled: Base signals in the common memory.
        dt: Length of a step, in seconds.
    """

    def __init__(
        self,
        order: Iterable[Operator],
        inputs: Iterable[Signal],
        pooled: Collection[Signal],
        dt: float,
    ) -> None:
        self.pooled = pooled
        self.dt = dt
        self._varying = set(inputs)
        for op in order:
            self._varying.update(s.base for s in (*op.sets, *op.incs, *op.updates))
        self._filters: dict[LinearFilter, tuple[float, float] | None] = {}
        # By exact type, as a subclass may compute something else.
        self._finders: dict[type[Operator], Callable[..., Kind | None]] = {
            SimProbe: lambda _: IDLE,
            Reset: lambda op: CONSTANT if self._is_pooled(op.dst) else None,
            Copy: self._of_copy,
            ElementwiseInc: self._of_product,
            DotInc: self._of_dot,
            SimNeurons: self._of_neurons,
            SimProcess: self._of_filter,
        }

    def of(self, op: Operator) -> Kind | None:
        """Return the kind of an operator; None if it is computed by itself."""
        finder = self._finders.get(type(op))
        return None if finder is None else finder(op)

    def is_constant(self, signal: Signal) -> bool:
        """Whether no step changes a signal, nor anything between two runs of the same steps."""
        return not signal.base.sparse and signal.base not in self._varying

    def _is_pooled(self, *signals: Signal) -> bool:
        return all(signal.base in self.pooled for signal in signals)

    def _of_copy(self, op: Copy) -> Kind | None:
        if not self._is_pooled(op.dst):
            return None
        if op.dst_slice is not None:
            to, _ = copied_positions(op)
            if len(np.unique(to)) < len(to):
                return None
        if self.is_constant(op.src):
            return Kind("add constant") if op.inc else CONSTANT
        return Kind("copy", (op.inc,)) if self._is_pooled(op.src) else None

    def _of_product(self, op: ElementwiseInc) -> Kind | None:
        if not self._is_pooled(op.X, op.Y):
            return None
        is_scaled = self.is_constant(op.A)
        return Kind("product", (is_scaled,)) if is_scaled or self._is_pooled(op.A) else None

    def _of_dot(self, op: DotInc) -> Kind | None:
        is_plain = op.A.ndim == 2 and op.X.ndim == 1
        if not is_plain or not self.is_constant(op.A) or not self._is_pooled(op.X, op.Y):
            return None
        if op.A.size > LARGEST_STACKED or op.Y.size != op.A.shape[0]:
            return None
        return Kind("dot", op.A.shape)

    def _of_neurons(self, op: SimNeurons) -> Kind | None:
        is_known = type(op.neurons) in ELEMENTWISE and not op.state_extra
        if not is_known or not self._is_pooled(op.J, op.output, *op.state.values()):
            return None
        return Kind("neurons", (op.neurons,))

    def _of_filter(self, op: SimProcess) -> Kind | None:
        process = op.process
        if not isinstance(process, LinearFilter) or op.input is None or "X" not in op.state:
            return None
        if not self._is_pooled(op.input, op.output, op.state["X"]):
            return None
        if self.coefficients(process) is None or op.state["X"].size != op.output.size:
            return None
        return Kind("filter", (op.mode == "inc",))

    def coefficients(self, process: LinearFilter) -> tuple[float, float] | None:
        """Return ``a`` and ``b`` of a filter ``x = a * x + b * u``; None if it is another one."""
        if process not in self._filters:
            shape = (1,)
            state = process.make_state(shape, shape, self.dt)
            step = process.make_step(shape, shape, self.dt, np.random, state)
            is_first_order = type(step) in (LinearFilter.OneX, LinearFilter.OneXScalar)
            self._filters[process] = (step.a, step.b) if is_first_order else None
        return self._filters[process]
