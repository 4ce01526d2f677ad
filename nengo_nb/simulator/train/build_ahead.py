"""Make the variables of optimizer, losses and metrics before a training step is traced.

TensorFlow traces a function twice if it makes variables in the first trace, and one that is made
while tracing takes a hundred times as long as one that is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nengo_nb.on_demand import keras

from .schedules import Tensor, Tensors

if TYPE_CHECKING:
    from .keras_model import NetworkModel

BUILT_LATE = ("_compile_loss", "_compile_metrics")
"""Private attributes of a Keras model that Keras itself builds in the first step. With a release
that has no such attributes, the first step is traced once more.
"""


def build_ahead(model: NetworkModel, y: Tensors) -> None:
    """Build what a compiled model has not built yet.

    Args:
        model: The model.
        y: The targets of a minibatch, by output.
    """
    optimizer = model.optimizer
    if optimizer is not None and not optimizer.built:
        # As Keras names the variables when an optimizer is first applied.
        with keras.name_scope(optimizer.name, caller=optimizer):
            optimizer.build(model.trainable_weights)
    parts = [getattr(model, name, None) for name in BUILT_LATE]
    unbuilt = [part for part in parts if part is not None and not part.built]
    # Targets by other names than those of outputs are for Keras to sort out, in its own step.
    if unbuilt and y.keys() == model.losses_by_output.keys():
        outputs = {name: _output(model, name, target) for name, target in y.items()}
        for part in unbuilt:
            part.build(dict(y), outputs)


def _output(model: NetworkModel, name: str, target: Tensor) -> keras.KerasTensor:
    """Return what an output will be, from which Keras sees how targets are compared with it."""
    loss = model.losses_by_output[name]
    shape = (*loss.shapes[0][:-1], sum(shape[-1] for shape in loss.shapes))
    return keras.KerasTensor((*target.shape[:2], *shape), dtype=model.dtype)
