"""Objectives in NengoDL 2's order of arguments, outputs first; ``losses`` has them as Keras
losses.
"""

from __future__ import annotations

from nengo_nb.on_demand import keras

from .losses import Tensor, checked_order, nan_mse, norm, signal_axes

ops = keras.ops


def mse(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the mean squared error; where a target is NaN there is no error, and no gradient.

    Args:
        outputs: Outputs of a probe, such as ``(batch, steps, size)``.
        targets: Targets of the same shape.

    Returns:
        One number.
    """
    return ops.mean(nan_mse(targets, outputs))


class Regularize:
    """Regularization: the norm of a probed signal, such as activities or weights.

    Args:
        order: Order of the norm: 1, 2, any number from 1 on, ``"euclidean"`` (which is 2), or
            ``np.inf``.
        axis: Axis or axes of the signal at one step over which the norm is taken; by default all of
            them.
        weight: Factor on the result; None for 1.
    """

    def __init__(
        self,
        order: float | str = 2,
        axis: int | tuple[int, ...] | None = None,
        weight: float | None = None,
    ) -> None:
        self.order = checked_order(order)
        self.axis = axis
        self.weight = weight

    def __call__(self, outputs: Tensor, targets: Tensor = None) -> Tensor:
        """Return the mean norm over examples and steps; ``targets`` are ignored."""
        tensor = ops.convert_to_tensor(outputs)
        mean_norm = ops.mean(norm(tensor, self.order, signal_axes(self.axis, len(tensor.shape))))
        return mean_norm if self.weight is None else mean_norm * self.weight

    def __repr__(self) -> str:
        return f"Regularize(order={self.order:g}, axis={self.axis}, weight={self.weight})"
