"""The batch axis: every argument of a step has one, and so has every result."""

from __future__ import annotations

from typing import Any

from nengo_nb.on_demand import tf

from .rules import Group, Step, Tensor


def batched(group: Group, step: Step) -> Step:
    """Return ``step`` for arguments of which some have no batch axis.

    Constant reads come without one: they get a batch axis of length one, so that they broadcast
    against the others. A result that depends on constants alone is spread over the batch.

    Args:
        group: Says which reads are constant.
        step: A step whose arguments all have a batch axis, possibly of length one.
    """

    def batched_step(*tensors: Tensor, **counter: Any) -> list[Tensor]:
        # Carried tensors come behind the reads, and all of them have a batch axis.
        constant = group.parametric + (False,) * (len(tensors) - len(group.parametric))
        arguments = [t[tf.newaxis] if c else t for t, c in zip(tensors, constant, strict=True)]
        # Shapes are static, so this is a Python number; a
        # step of constants alone takes it from the group.
        batch = max([t.shape[0] for t in arguments] + [group.batch])
        return [_spread(result, batch) for result in step(*arguments, **counter)]

    return batched_step


def _spread(result: Tensor, batch: int) -> Tensor:
    """Broadcast ``result`` to the whole batch."""
    if result.shape[0] == batch:
        return result
    return tf.broadcast_to(result, [batch, *result.shape[1:]])
