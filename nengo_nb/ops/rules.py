"""Contract and registry of rules: a rule computes a group of sibling operators in TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, NamedTuple

import numpy as np
from nengo.builder import Operator, Signal

from nengo_nb.plan.cost import MODELS, CostModel, Device
from nengo_nb.plan.signature import Layout, Mode, Signature, default_writes

Tensor = Any
"""A ``tf.Tensor``; named so that reading this file does not import TensorFlow."""

Step = Callable[..., "Sequence[Tensor]"]
"""``step(*reads, *carried)`` returns one tensor for each write. With ``Rule.uses_counter`` it also
gets ``counter=``, the number of the step being computed (an int64 scalar, the first step is 1)."""


class ExecutionMode(Enum):
    """Purpose that operators are planned for: some are computed differently in training."""

    RUN = "run"
    RATES = "training, with spiking neurons by their rates"
    SPIKES = "training, with spikes whose derivative a surrogate stands for"


Surrogate = Callable[[Tensor], Tensor] | Literal["rate"]
"""Surrogate derivative of a spike: a function of the voltage's distance above the threshold (in
units of the way from rest to threshold), or ``"rate"`` for the derivative of the firing rate."""


@dataclass(frozen=True)
class Gradients:
    """Settings for the differentiation of spiking neurons.

    Args:
        lif_smoothing: Width of the smoothing of LIF rates at their threshold; None for no
            smoothing.
        surrogate: Surrogate derivative of a spike; None where neurons are trained by their rates.
    """

    lif_smoothing: float | None = None
    surrogate: Surrogate | None = None


@dataclass(frozen=True)
class Group:
    """Sibling operators that are computed together.

    Args:
        ops: The operators, in the order in which they are laid side by side.
        layout: Concatenated along the last axis, or stacked on a new axis.
        sizes: Length of each operator's last axis (``ELEMENTWISE``).
        parametric: For each read, whether it is constant over the run. Constant reads have no batch
            axis.
        dt: Length of a time step, in seconds.
        dtype: ``"float32"`` or ``"float64"``.
        batch: Number of items of the batch; results of constants alone are broadcast to it.
        gradients: Settings for the differentiation of spiking neurons in training.
        cost: The cost model of the device.
    """

    ops: tuple[Operator, ...]
    layout: Layout
    sizes: tuple[int, ...]
    parametric: tuple[bool, ...]
    dt: float
    dtype: str
    batch: int = 1
    gradients: Gradients = Gradients()
    cost: CostModel = MODELS[Device.CPU]

    def constant(self, values: Sequence[float], rank: int = 1) -> float | np.ndarray:
        """Arrange one number per operator so that it broadcasts against the group's tensors.

        Args:
            values: One number for each operator.
            rank: Number of axes behind the group axis (``STACKED`` only).

        Returns:
            A Python float where all operators agree, else ``(N,)`` (``ELEMENTWISE``) or
            ``(G, 1, ...)`` (``STACKED``).
        """
        first = float(values[0])
        # A Python float takes the dtype of the tensor it meets.
        if all(float(value) == first for value in values):
            return first
        array = np.asarray(values, dtype=self.dtype)
        if self.layout is Layout.ELEMENTWISE:
            return np.repeat(array, self.sizes)
        return array.reshape((-1,) + (1,) * rank)

    def per_element(self, arrays: Sequence[np.ndarray]) -> np.ndarray:
        """Join one array per operator as the group's tensors are joined."""
        if self.layout is Layout.ELEMENTWISE:
            return np.concatenate([np.asarray(a, dtype=self.dtype) for a in arrays], axis=-1)
        return np.stack([np.asarray(a, dtype=self.dtype) for a in arrays])


@dataclass(frozen=True)
class Packed:
    """State of a group packed into fewer tensors, from which all results of a step follow.

    XLA duplicates a producer into each fusion that reads it, so a rule with several results does
    its arithmetic several times. In a loop the group is carried in this form instead.

    Args:
        pack: ``pack(*carried)`` returns the packed tensors.
        step: ``step(*reads, *packed)`` returns the next packed tensors.
        results: ``results(*packed)`` unpacks the results of the rule's step, by a few operations
            per element.
        hidden: Indices of carried tensors that come back different but equivalent; no other
            operator may read them.
    """

    pack: Step
    step: Step
    results: Step
    hidden: tuple[int, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A TensorFlow implementation for one kind of operator.

    Args:
        name: Name in ``explain()``.
        make_step: Returns the step function of a group.
        layout: Layout of merged siblings; a function of the operator where its shapes decide.
        kind: Merge key: only operators of one rule with equal keys are siblings.
        carried: The signals an operator carries from step to step.
        reads: The signals an operator reads.
        writes: The signals an operator writes; by default all of them.
        uses_counter: Whether the step function takes ``counter=``.
        packed: Returns the packed form of a group; None for a group that has none.
        postponed: See ``Signature``.
        outer: For a result ``post pre^T`` whose ``pre`` is the first read: returns, for a group,
            ``post``, ``(batch, G, n)``, as a function of the other reads.
    """

    name: str
    make_step: Callable[[Group], Step]
    layout: Layout | Callable[[Operator], Layout]
    kind: Callable[[Operator], Hashable]
    carried: Callable[[Operator], tuple[Signal, ...]]
    reads: Callable[[Operator], tuple[Signal, ...]]
    writes: Callable[[Operator], tuple[tuple[Signal, Mode], ...]]
    uses_counter: bool = False
    packed: Callable[[Group], Packed | None] = lambda _: None
    postponed: bool = False
    outer: Callable[[Group], Callable[..., Tensor]] | None = None

    def signature(self, op: Operator) -> Signature:
        """Return the signature of ``op`` in the dataflow."""
        return Signature(
            kind=self.kind(op),
            layout=self.layout if isinstance(self.layout, Layout) else self.layout(op),
            reads=self.reads(op),
            carried=self.carried(op),
            writes=self.writes(op),
            postponed=self.postponed,
            rule=self,
        )

    # A rule is an identity; the equality of a dataclass would compare its lambdas.
    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


class RuleKey(NamedTuple):
    """Key of a rule in the registry.

    Args:
        operator: The operator class.
        of: The type of the neurons or the process that it steps, if it steps one.
        mode: Purpose that operators are planned for.
        device: The kind of device it is made for; None for a rule that serves them all.
    """

    operator: type[Operator]
    of: type | None
    mode: ExecutionMode
    device: Device | None


_RULES: dict[RuleKey, Rule] = {}

_FALLBACKS = {
    ExecutionMode.RUN: (ExecutionMode.RUN,),
    ExecutionMode.RATES: (ExecutionMode.RATES, ExecutionMode.RUN),
    ExecutionMode.SPIKES: (ExecutionMode.SPIKES, ExecutionMode.RATES, ExecutionMode.RUN),
}
"""Order of look-up: an operator without a rule for training is computed as in a run."""


def rule(  # noqa: PLR0913 - one argument for each thing a rule may say
    op_type: type[Operator],
    of: type | None = None,
    *,
    layout: Layout | Callable[[Operator], Layout],
    kind: Callable[[Operator], Hashable] = lambda _: (),
    carried: Callable[[Operator], tuple[Signal, ...]] = lambda _: (),
    reads: Callable[[Operator], tuple[Signal, ...]] = lambda op: tuple(op.reads),
    writes: Callable[[Operator], tuple[tuple[Signal, Mode], ...]] = default_writes,
    uses_counter: bool = False,
    packed: Callable[[Group], Packed | None] = lambda _: None,
    postponed: bool = False,
    outer: Callable[[Group], Callable[..., Tensor]] | None = None,
    modes: Sequence[ExecutionMode] = (ExecutionMode.RUN,),
    device: Device | None = None,
) -> Callable[[Callable[[Group], Step]], Callable[[Group], Step]]:
    """Register the decorated function as the rule for an operator type.

    Args:
        op_type: The operator class, e.g. ``SimNeurons``.
        of: For ``SimNeurons`` the neuron type, for ``SimProcess`` the process type. Matched
            exactly: a subclass may step differently, so it needs a rule of its own.
        layout: Layout of merged siblings; a function of the operator where its shapes decide.
        kind: Merge key: operators are computed together only where it is equal.
        carried: Signals whose previous value the step needs, in the order of its arguments.
        reads: Signals read.
        writes: Signals written, in the order of the step's results.
        uses_counter: Whether the step needs the number of the time step.
        packed: The rule's packed form, if it has one.
        postponed: See ``Signature``.
        outer: See ``Rule``.
        modes: Purposes that it is the rule for.
        device: Kind of device it is made for; by default every one without a rule of its own.
    """

    def register(make_step: Callable[[Group], Step]) -> Callable[[Group], Step]:
        made = Rule(
            name=make_step.__name__,
            make_step=make_step,
            layout=layout,
            kind=kind,
            carried=carried,
            reads=reads,
            writes=writes,
            uses_counter=uses_counter,
            packed=packed,
            postponed=postponed,
            outer=outer,
        )
        for mode in modes:
            _RULES[RuleKey(op_type, of, mode, device)] = made
        return make_step

    return register


def subject(op: Operator) -> Any:
    """Return the neuron type or process of an operator, if it has one."""
    return getattr(op, "neurons", None) or getattr(op, "process", None)


def find_rule(
    op: Operator, mode: ExecutionMode = ExecutionMode.RUN, device: Device = Device.CPU
) -> Rule | None:
    """Return the rule for exactly this operator (and neuron type or process type), or None.

    A rule for the mode that is asked for goes before one it may fall back to, and of these, one
    made for the device before one that serves all devices.

    Args:
        op: The operator.
        mode: Purpose that it is planned for.
        device: Kind of device it is planned for.
    """
    stepped = subject(op)
    of = None if stepped is None else type(stepped)
    for allowed in _FALLBACKS[mode]:
        for kind in (device, None):
            registered = _RULES.get(RuleKey(type(op), of, allowed, kind))
            if registered is not None:
                return registered
    return None


def known_rules() -> list[str]:
    """Names of what has a rule, such as ``SimNeurons(LIF)``, in order."""
    names = set()
    for key in _RULES:
        if key.mode is ExecutionMode.RUN:
            name = key.operator.__name__
            names.add(name if key.of is None else f"{name}({key.of.__name__})")
    return sorted(names)
