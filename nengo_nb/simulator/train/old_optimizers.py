"""Refusal of optimizers that scripts for TensorFlow 1 use, with the one of Keras to use instead."""

from __future__ import annotations

from typing import Any

from nengo.exceptions import ValidationError

OLD_EPSILONS = {"RMSprop": "1e-10", "Adam": "1e-8"}
"""Default ``epsilon`` of TensorFlow 1; Keras' 1e-7 is too large for small gradients."""


def refuse_old_optimizer(optimizer: Any) -> None:
    """Refuse optimizers of TensorFlow 1, which cannot train a Keras model.

    Raises:
        ValidationError: This is one; the error names its Keras equivalent.
    """
    kind = type(optimizer)
    if kind.__module__.startswith("tensorflow.python.training"):
        twin = (
            kind.__name__.removesuffix("Optimizer")
            .replace("GradientDescent", "SGD")
            .replace("RMSProp", "RMSprop")
        )
        epsilon = OLD_EPSILONS.get(twin)
        same = f", with epsilon={epsilon} to learn as it did" if epsilon else ""
        raise ValidationError(
            f"{kind.__name__} belongs to TensorFlow 1; use keras.optimizers.{twin}{same}",
            attr="optimizer",
        )
