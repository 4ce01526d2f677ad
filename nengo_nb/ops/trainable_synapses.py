"""Synapses with trainable time constants: ``tau`` is a signal that the operator reads."""

from __future__ import annotations

from dataclasses import replace

from nengo.builder import Signal
from nengo.builder.processes import SimProcess
from nengo.synapses import Alpha, Lowpass

from nengo_nb.on_demand import tf
from nengo_nb.plan.signature import Layout, Mode, Signature

from .batch import batched
from .rules import Group, Rule, Step, Tensor


def trainable_lowpass(group: Group) -> Step:
    """``y' = a y + (1 - a) u`` with ``a = exp(-dt / tau)``."""

    def step(u: Tensor, tau: Tensor, y: Tensor) -> tuple[Tensor]:
        # expm1 keeps the digits of 1 - a where dt is much shorter than tau.
        return (y + (u - y) * -tf.math.expm1(-group.dt / tau),)

    return batched(group, step)


def trainable_alpha(group: Group) -> Step:
    """Two lowpass filters in a row, exact for an input that is constant over a step.

    With ``b = dt / tau`` and ``a = exp(-b)``, ``x1' = u + a (x1 - u)`` and
    ``y = x2' = u + a (x2 - u + b (x1 - u))``.
    """

    def step(u: Tensor, tau: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
        b = group.dt / tau
        a = tf.exp(-b)
        first, second = x[:, 0] - u, x[:, 1] - u
        y = u + a * (second + b * first)
        return y, tf.stack([u + a * first, y], axis=1)

    return batched(group, step)


def _rule(make_step: object, carries_output: bool) -> Rule:
    def carried(op: SimProcess) -> tuple[Signal, ...]:
        return (op.output,) if carries_output else (op.state["X"],)

    def writes(op: SimProcess) -> tuple[tuple[Signal, Mode], ...]:
        # The lowpass filter's output is its state.
        states = () if carries_output else ((op.state["X"], Mode.UPDATE),)
        return ((op.output, Mode.UPDATE), *states)

    return Rule(
        make_step.__name__,  # type: ignore[attr-defined]
        make_step,  # type: ignore[arg-type]
        Layout.ELEMENTWISE,
        kind=lambda _: (),
        carried=carried,
        reads=lambda op: (op.input,),
        writes=writes,
    )


_RULES = {
    Lowpass: _rule(trainable_lowpass, carries_output=True),
    Alpha: _rule(trainable_alpha, carries_output=False),
}


def can_train(op: object) -> bool:
    """Whether an operator filters a connection's signal with a time constant that can be
    trained.
    """
    return (
        isinstance(op, SimProcess)
        and type(op.process) in _RULES
        and op.mode == "update"
        and op.process.tau > 0
    )


def trainable_signature(op: SimProcess, tau: Signal) -> Signature:
    """The signature of a filter that reads its time constants, in seconds, from a signal of
    the size of its input.
    """
    return replace(_RULES[type(op.process)].signature(op), reads=(op.input, tau))
