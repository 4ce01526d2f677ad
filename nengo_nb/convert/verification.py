"""Comparison of a converted network with its model, as they are and after some training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import nengo
import numpy as np
from nengo.exceptions import ValidationError

from nengo_nb.on_demand import keras, tf
from nengo_nb.simulator import Simulator

from .conversion import Conversion
from .core import ConvertNoise
from .graph import Value
from .registry import find_converter

BATCH = 4
EPOCHS = 3
LEARNING_RATE = 0.1


def verify(conversion: Conversion, training: bool, inputs: Any, atol: float, rtol: float) -> bool:
    """Compare a network with its model; see ``Converter.verify``.

    Raises:
        ValueError: They differ.
    """
    arrays = arrays_of(conversion, inputs)
    feeds = feeds_of(conversion, arrays)
    # Verification is no run of the user's: it shows no bars, and leaves no simulator behind.
    batch = len(arrays[0])
    with Simulator(conversion.net, minibatch_size=batch, progress_bar=False) as sim:
        wanted = call_model(conversion.model, arrays)
        if training:
            wanted = _train(conversion, arrays, sim, feeds)
        found = sim.predict(feeds)
    for value, target in zip(conversion.graph.outputs, wanted, strict=True):
        probe = conversion.probes[value]
        _compare(value, found[probe], _steps(conversion, target), atol, rtol)
    return True


def feeds_of(conversion: Conversion, inputs: Any) -> dict[nengo.Node, np.ndarray]:
    """Return examples of the model as those of the network, ``(examples, steps, size)`` by node.

    Raises:
        ValueError: There is not one array for each input.
    """
    arrays = arrays_of(conversion, inputs)
    return {
        conversion.objects[value]: _steps(conversion, array)
        for value, array in zip(conversion.graph.inputs, arrays, strict=True)
    }


def arrays_of(conversion: Conversion, inputs: Any) -> list[np.ndarray]:
    """Return the inputs that were given, or random ones.

    Raises:
        ValueError: There is not one array for each input, or one is empty.
    """
    tensors = conversion.model.inputs
    if inputs is not None:
        arrays = [inputs] if isinstance(inputs, np.ndarray) else list(inputs)
        if len(arrays) != len(tensors):
            raise ValueError(
                f"The model has {len(tensors)} inputs, and {len(arrays)} arrays were given."
            )
        arrays = [np.asarray(array) for array in arrays]
        if not all(array.ndim and len(array) for array in arrays):
            raise ValidationError("has no examples", attr="x")
        return arrays
    rng = np.random.RandomState(0)
    return [_random(rng, tensor.shape) for tensor in tensors]


def _random(rng: np.random.RandomState, shape: Sequence[int | None]) -> np.ndarray:
    """Return random numbers of a shape; an open time axis has a few steps."""
    lengths = [3 if length is None else length for length in shape[1:]]
    return rng.uniform(size=(BATCH, *lengths)).astype("float32")


def _steps(conversion: Conversion, array: np.ndarray) -> np.ndarray:
    """Return values of the model as those of the network, ``(batch, steps, size)``."""
    n_steps = array.shape[1] if conversion.options.temporal_model else 1
    return np.reshape(array, (len(array), n_steps, -1))


def call_model(model: Any, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the outputs of a model, in the order of ``model.outputs``."""
    outputs, _ = _call(model, arrays)
    return outputs


def _call(model: Any, arrays: Sequence[np.ndarray]) -> tuple[list[np.ndarray], bool]:
    """Return the outputs of a model, and whether it needs XLA.

    On processors for which TensorFlow does not use oneDNN, its own operations know channels last
    alone; XLA knows both.
    """
    inputs, needs_xla = _structured(model, arrays), False
    try:
        structured = model(inputs, training=False)
    except tf.errors.UnimplementedError:
        structured, needs_xla = tf.function(model, jit_compile=True)(inputs, training=False), True
    return [np.asarray(output) for output in keras.tree.flatten(structured)], needs_xla


def _structured(model: Any, arrays: Sequence[np.ndarray]) -> Any:
    return keras.tree.pack_sequence_as(model._inputs_struct, list(arrays))


def _train(
    conversion: Conversion,
    arrays: Sequence[np.ndarray],
    sim: Simulator,
    feeds: dict[nengo.Node, np.ndarray],
) -> list[np.ndarray]:
    """Train both towards the same random targets, in one minibatch.

    Returns:
        The outputs of the trained model; the user's is then as it was before.

    Raises:
        ValueError: They have different numbers of trainable parameters.
    """
    model = _trainable_model(conversion)
    _compare_counts(model, sim)
    rng = np.random.RandomState(1)
    outputs, needs_xla = _call(model, arrays)
    targets = [rng.uniform(size=output.shape).astype("float32") for output in outputs]
    steps = {
        conversion.probes[value]: _steps(conversion, target)
        for value, target in zip(conversion.graph.outputs, targets, strict=True)
    }
    sim.compile(optimizer=keras.optimizers.SGD(LEARNING_RATE), loss="mse")
    sim.fit(feeds, steps, epochs=EPOCHS, verbose=0, shuffle=False)
    x = _structured(model, arrays)
    y = keras.tree.pack_sequence_as(model._outputs_struct, targets)
    losses = keras.tree.map_structure(lambda _: "mse", model._outputs_struct)
    before = model.get_weights()
    try:
        jit_compile = True if needs_xla else "auto"
        optimizer = keras.optimizers.SGD(LEARNING_RATE)
        model.compile(optimizer=optimizer, loss=losses, jit_compile=jit_compile)
        model.fit(x, y, batch_size=len(arrays[0]), epochs=EPOCHS, verbose=0, shuffle=False)
        return call_model(model, arrays)
    finally:
        model.set_weights(before)


def _trainable_model(conversion: Conversion) -> Any:
    """Return a model that can be trained, without a change of how the user's is compiled.

    It has the same layers, or, if some add noise in training, copies of them without noise.
    """
    model = conversion.model

    def copy_layer(layer: Any) -> Any:
        if _is_noise(layer):
            return keras.layers.Identity(name=layer.name)
        return type(layer).from_config(layer.get_config())

    if any(_is_noise(call.layer) for call in conversion.graph.calls):
        copy = keras.models.clone_model(model, clone_function=copy_layer, recursive=True)
        copy.set_weights(model.get_weights())
        return copy
    return keras.Model(model._inputs_struct, model._outputs_struct)


def _is_noise(layer: Any) -> bool:
    kind = find_converter(layer)
    return kind is not None and issubclass(kind, ConvertNoise)


def _compare_counts(model: Any, sim: Simulator) -> None:
    numbers = [_count(model.trainable_weights), _count(sim.keras_model.trainable_weights)]
    if numbers[0] != numbers[1]:
        raise ValueError(
            f"The model has {numbers[0]} trainable parameters, and the network {numbers[1]}."
        )


def _count(weights: Sequence[Any]) -> int:
    return sum(int(np.prod(weight.shape)) for weight in weights)


def _compare(value: Value, found: np.ndarray, wanted: np.ndarray, atol: float, rtol: float) -> None:
    """Compare one output.

    Raises:
        ValueError: It differs by more than is allowed, or is not finite.
    """
    allowed = atol + rtol * float(np.abs(wanted).max())
    difference = np.abs(found - wanted)
    # Written so that NaN fails.
    if not (difference <= allowed).all():
        worst = np.nanmax(difference)
        raise ValueError(
            f"The output {value.call.name!r} differs from that of the model by {worst:.3g}, where "
            f"{allowed:.3g} is allowed."
        )
