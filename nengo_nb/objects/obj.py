"""Objectives in the order of NengoDL 2: outputs first, targets second. ``losses`` has them as Keras wants them."""

from __future__ import annotations

from keras import ops

from .losses import Tensor, checked_order, nan_mse, norm, signal_axes


def mse(outputs: Tensor, targets: Tensor) -> Tensor:
    """The mean squared error; where a target is NaN there is no error, and no gradient.

    Args:
        outputs: What a probe recorded, such as ``(batch, steps, size)``.
        targets: What it should have recorded.

    Returns:
        One number.
    """
    return ops.mean(nan_mse(targets, outputs))


class Regularize:
    """The norm of a probed signal, to keep activities or weights small.

    Args:
        order: Order of the norm: 1, 2, any number from 1 on, ``"euclidean"`` (which is 2), or ``np.inf``.
        axis: Axis or axes of the signal at one step over which the norm is taken; by default all of them.
        weight: Factor on the result; None for 1.
    """

    def __init__(
        self, order: float | str = 2, axis: int | tuple[int, ...] | None = None, weight: float | None = None
    ) -> None:
        self.order = checked_order(order)
        self.axis = axis
        self.weight = weight

    def __call__(self, outputs: Tensor, targets: Tensor = None) -> Tensor:
        """The mean norm over examples and steps; ``targets`` are not looked at."""
        tensor = ops.convert_to_tensor(outputs)
        found = ops.mean(norm(tensor, self.order, signal_axes(self.axis, len(tensor.shape))))
        return found if self.weight is None else found * self.weight

    def __repr__(self) -> str:
        return f"Regularize(order={self.order:g}, axis={self.axis}, weight={self.weight})"
