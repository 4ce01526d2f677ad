"""Turn Keras' ``class_weight`` into sample weights, which Keras refuses to do for named targets."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from nengo.exceptions import ValidationError

from nengo_nb.on_demand import tf

Tensor = Any


def class_weights(
    targets: Mapping[str, Any], class_weight: Mapping[int, float], sample_weight: Any = None
) -> dict[str, Tensor]:
    """Return the weight of each sample, ``(batch, samples)``, by the name of the only output.

    Args:
        targets: The target of each output, ``(batch, samples, 1)`` or ``(batch, samples)`` with
            numbers of classes, or ``(batch, samples, classes)`` with a one for the class.
        class_weight: Weight of each class; classes that are missing have a weight of one.
        sample_weight: Sample weights from the same call, which have to be None.

    Raises:
        ValidationError: There are several outputs, or other weights.
    """
    if len(targets) != 1:
        raise ValidationError(
            f"is for networks with one loss, but there are {', '.join(targets)}; use sample_weight",
            attr="class_weight",
        )
    if sample_weight is not None:
        raise ValidationError("cannot be given together with sample_weight", attr="class_weight")
    ((name, target),) = targets.items()
    return {name: _looked_up(tf.convert_to_tensor(target), class_weight)}


def weighted(class_weight: Mapping[int, float]) -> Any:
    """Return a function that maps minibatches ``(x, y)`` to ``(x, y, weights)``."""
    return partial(_weighted, class_weight)


def _weighted(
    class_weight: Mapping[int, float], x: Any, y: Any, *weights: Any
) -> tuple[Any, Any, Any]:
    return x, y, class_weights(y, class_weight, weights[0] if weights else None)


def _looked_up(target: Tensor, class_weight: Mapping[int, float]) -> Tensor:
    """Look up the weights of classes, in the shape of a target without its last axis."""
    # A last axis of one holds numbers of classes; a longer one is one-hot.
    if len(target.shape) > 2 and target.shape[-1] > 1:
        classes = tf.argmax(target, axis=-1, output_type=tf.int32)
    else:
        flat = tf.squeeze(target, axis=-1) if len(target.shape) > 2 else target
        # Class numbers are often stored as floats; a cast alone would make 0 of 0.9999.
        classes = tf.cast(tf.round(flat) if flat.dtype.is_floating else flat, tf.int32)
    weights = tf.ones(tf.shape(classes), tf.float32)
    for number, weight in class_weight.items():
        weights = tf.where(classes == int(number), tf.constant(weight, tf.float32), weights)
    return weights
