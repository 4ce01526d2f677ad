"""Keras losses for ``sim.compile(loss=...)``: targets first, outputs second.

A loss is declared once, here, by :func:`declare_loss`. From its row in ``LOSSES`` come its name in
``sim.compile``, ``%%nengo_train --loss`` and Tab, its name in Keras' files, its place in the
documentation, and the checks of its targets.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from nengo_nb.on_demand import keras

ops = keras.ops

Tensor = Any

PACKAGE = "nengo_nb"

AnyLoss = TypeVar("AnyLoss", bound=Callable[..., Any])


@dataclass(frozen=True)
class Declaration:
    """Loss of this package with what a training must know about it.

    Args:
        loss: A function ``f(y_true, y_pred)``, or a class of ``keras.losses.Loss``.
        compares_elements: Whether targets must have the shape of the outputs.
        allows_nan: Whether a target may be NaN.
    """

    loss: Callable[..., Any]
    compares_elements: bool
    allows_nan: bool


LOSSES: dict[str, Declaration] = {}
"""The losses of this package, by name."""


def declare_loss(*, compares_elements: bool, allows_nan: bool) -> Callable[[AnyLoss], AnyLoss]:
    """Return a decorator that makes a function or class known as a loss under its own name; for
    arguments see :class:`Declaration`.
    """

    def declare(loss: AnyLoss) -> AnyLoss:
        LOSSES[loss.__name__] = Declaration(loss, compares_elements, allows_nan)
        registered: AnyLoss = keras.saving.register_keras_serializable(PACKAGE)(loss)
        return registered

    return declare


def find_declaration(loss: Any) -> Declaration | None:
    """Return the declaration of a loss of this package; None for any other loss."""
    for declaration in LOSSES.values():
        is_instance = inspect.isclass(declaration.loss) and isinstance(loss, declaration.loss)
        if loss is declaration.loss or is_instance:
            return declaration
    return None


def resolve_names(given: Any) -> Any:
    """Replace the names of this package's losses by the losses, also inside lists and mappings.

    Keras looks up names among its own losses alone, so what has another name is left to it.
    """
    if isinstance(given, Mapping):
        return {key: resolve_names(value) for key, value in given.items()}
    if isinstance(given, list | tuple):
        return type(given)(resolve_names(value) for value in given)
    if not isinstance(given, str) or given not in LOSSES:
        return given
    loss = LOSSES[given].loss
    return loss() if inspect.isclass(loss) else loss


@declare_loss(compares_elements=True, allows_nan=True)
def nan_mse(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """``mean((y_true - y_pred)^2)`` over the last axis; where a target is NaN there is no error,
    and no gradient.

    Args:
        y_true: Targets, such as ``(batch, steps, size)``; NaN where any output is right.
        y_pred: Outputs, of the same shape.

    Returns:
        One error for each example and step, of which Keras takes the mean.
    """
    outputs = ops.convert_to_tensor(y_pred)
    targets = ops.cast(y_true, outputs.dtype)
    has_target = ops.logical_not(ops.isnan(targets))
    # Not a product with the mask: NaN times zero is NaN.
    return ops.mean(
        ops.square(ops.where(has_target, targets - outputs, ops.zeros_like(outputs))), axis=-1
    )


@declare_loss(compares_elements=False, allows_nan=True)
class Regularize(keras.losses.Loss):
    """Regularization loss: the norm of a probed signal, such as activities or weights; targets are
    ignored.

    Its coefficient is given in ``loss_weights``, as for every Keras loss.

    Args:
        order: Order of the norm: 1, 2, any number from 1 on, ``"euclidean"`` (which is 2), or
            ``np.inf``.
        axis: Axis or axes of the signal over which the norm is taken, as it is at one step: 0 is
            the axis behind batch and time. By default all of them.
        name: Name of the loss.
        reduction: Keras's reduction over examples and steps; by default the mean.
    """

    def __init__(
        self,
        order: float | str = 2,
        axis: int | tuple[int, ...] | None = None,
        name: str = "regularize",
        reduction: str = "sum_over_batch_size",
    ) -> None:
        super().__init__(name=name, reduction=reduction)
        self.order = checked_order(order)
        # A saved configuration is JSON, where a tuple has become a list.
        self.axis = tuple(axis) if isinstance(axis, list) else axis

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return the norm for each example and step."""
        return norm(y_pred, self.order, signal_axes(self.axis, len(y_pred.shape)))

    def get_config(self) -> dict[str, Any]:
        """Return the configuration that Keras saves, which must be JSON."""
        # JSON has no infinity.
        order = "inf" if self.order == math.inf else self.order
        return {"order": order, "axis": self.axis, "name": self.name, "reduction": self.reduction}


def checked_order(order: float | str) -> float:
    """Convert the order of a norm to a number.

    Raises:
        ValueError: There is no such norm.
    """
    try:
        number = 2.0 if order == "euclidean" else float(order)
    except (TypeError, ValueError):
        number = math.nan
    if not number >= 1:
        raise ValueError(
            f"order must be a number from 1 on, infinity, or 'euclidean', not {order!r}."
        )
    return number


def signal_axes(axis: int | tuple[int, ...] | None, rank: int) -> tuple[int, ...]:
    """Convert axes of a signal at one step to axes of ``(batch, steps, *signal)``."""
    if axis is None:
        # Without a time axis the signal is behind the batch alone.
        return tuple(range(min(2, rank - 1), rank))
    axes = (axis,) if isinstance(axis, int) else axis
    if not all(-(rank - 2) <= a < rank - 2 for a in axes):
        raise ValueError(
            f"axis {axis} is out of range: the signal has {rank - 2} axes behind batch and time."
        )
    # A negative axis counts from the end in either numbering.
    return tuple(a + 2 if a >= 0 else a + rank for a in axes)


def norm(x: Tensor, order: float, axes: tuple[int, ...]) -> Tensor:
    """``sum(|x|^order)^(1 / order)``. At zero, where a norm has a corner, its gradient is
    taken as zero.
    """
    size = ops.abs(x)
    if order == 1:
        return ops.sum(size, axis=axes)
    largest = ops.max(size, axis=axes, keepdims=True)
    if order == math.inf:
        return ops.squeeze(largest, axes)
    # Powers of numbers up to one neither overflow nor vanish; a constant factor does not change the
    # gradient.
    scale = ops.stop_gradient(ops.where(largest > 0, largest, ops.ones_like(largest)))
    relative = size / scale
    # Zeros are replaced before they are raised to a power: the gradient
    # of the branch not taken would be infinite, and NaN after where.
    safe = ops.where(relative > 0, relative, ops.ones_like(relative))
    power = ops.where(relative > 0, ops.power(safe, order), ops.zeros_like(relative))
    total = ops.sum(power, axis=axes, keepdims=True)
    positive = total > 0
    root = ops.power(ops.where(positive, total, ops.ones_like(total)), 1 / order)
    return ops.squeeze(ops.where(positive, root * scale, ops.zeros_like(total)), axes)


# A star import and the documentation see losses alone.
__all__ = [*LOSSES]  # noqa: PLE0604 - every key is a text
