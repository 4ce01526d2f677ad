"""Models that cannot become networks are refused by name, with the way out."""

from __future__ import annotations

import keras
import nengo
import numpy as np
import pytest
import tensorflow as tf
from keras import layers as L  # noqa: N812 - as in the tests of layers
from nengo.exceptions import NengoWarning

from nengo_nb import Converter
from nengo_nb.errors import ConversionError, ConversionWarning
from tests.convert.models import fill, sequence


class Subclassed(keras.Model):
    """A model whose layers are called by Python code."""

    def __init__(self):
        super().__init__()
        self.dense = L.Dense(2)

    def call(self, inputs):
        return self.dense(inputs)


class Overridden(keras.Model):
    """A functional model that computes something else than Keras recorded."""

    def call(self, inputs):
        return 2 * super().call(inputs)


def overridden() -> keras.Model:
    x = keras.Input((3,))
    return Overridden(x, L.Dense(2)(x))


def narrow(dtype: str) -> keras.Model:
    """A model of which one layer has another dtype policy."""
    return sequence((3,), L.Dense(2), L.Dense(2, dtype=dtype, name="narrow"))


def open_axis() -> keras.Model:
    x = keras.Input((None, 3), name="series")
    return keras.Model(x, L.Dense(2)(x))


def open_image() -> keras.Model:
    x = keras.Input((None, None, 3), name="image")
    return keras.Model(x, L.GlobalAveragePooling2D()(L.Conv2D(2, 3)(x)))


CASES = {
    "no model": (lambda: L.Dense(2), "A Keras 3 model is needed, not a keras.*Dense"),
    "a module of TensorFlow": (tf.Module, "A Keras 3 model is needed, not a tensorflow.*Module"),
    "no weights yet": (
        lambda: keras.Sequential([L.Dense(2)], name="bare"),
        "'bare' has no weights yet.*keras.Input",
    ),
    "a subclass": (Subclassed, "subclass of keras.Model.*functional model"),
    "a functional model with its own call": (overridden, "subclass of keras.Model"),
    "mixed precision": (
        lambda: narrow("mixed_float16"),
        "'narrow' computes in float16.*'mixed_float16'",
    ),
    "half precision": (lambda: narrow("float16"), "'narrow' computes in float16.*'float32'"),
    "brain floats": (
        lambda: narrow("mixed_bfloat16"),
        "'narrow' computes in bfloat16.*'mixed_bfloat16'",
    ),
    "open axes of an image": (open_image, "the input 'image' has a shape that is not fixed"),
    "an open axis": (open_axis, "the input 'series' has a shape that is not fixed.*temporal_model"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_model_that_cannot_be_converted_says_why(case):
    make, message = CASES[case]

    with pytest.raises(ConversionError, match=message) as error:
        Converter(make())

    assert isinstance(error.value, TypeError)


def test_a_model_of_another_backend_is_refused(monkeypatch):
    model = sequence((3,), L.Dense(2))
    monkeypatch.setattr("keras.backend.backend", lambda: "jax")

    with pytest.raises(ConversionError, match="Keras' jax backend.*KERAS_BACKEND is tensorflow"):
        Converter(model)


def test_a_model_of_the_older_keras_is_refused():
    """It has weights, and none of Keras 3's classes."""

    class Older:
        name = "older"

        def get_weights(self):
            return []

    with pytest.raises(ConversionError, match="older Keras.*TF_USE_LEGACY_KERAS"):
        Converter(Older())


def test_a_model_that_never_has_weights_is_a_network():
    model = keras.Sequential([keras.Input((2, 3)), L.Flatten(), L.ReLU()])

    assert Converter(model, allow_fallback=False).verify()


def test_a_layer_that_is_called_at_each_step_of_an_unrolled_loop_is_refused_or_copied():
    x, cell = keras.Input((3, 2)), L.Dense(4, "tanh", name="cell")
    state = cell(L.Concatenate()([x[:, 0], keras.ops.zeros_like(x[:, 0, :1]), x[:, 0]]))
    for step in (1, 2):
        state = cell(L.Concatenate()([x[:, step], state[:, :3]]))
    model = fill(keras.Model(x, L.Dense(2)(state)))

    with pytest.raises(ValueError, match=r"cell.*split_shared_weights=True"):
        Converter(model)
    with pytest.warns(NengoWarning):
        assert Converter(model, split_shared_weights=True).verify(atol=1e-6)


def test_an_activation_that_is_python_code_is_refused_or_falls_back():
    def bump(x):
        return keras.ops.exp(-keras.ops.square(x))

    for activation in (bump, lambda x: x * x):
        model = sequence((3,), L.Dense(2, activation=activation, name="own"), L.Dense(1))
        with pytest.raises(ConversionError, match=r"own \(Dense\).*swap_activations"):
            Converter(model, allow_fallback=False)
        with pytest.warns(ConversionWarning, match=r"own \(Dense\)"):
            assert Converter(model).verify(atol=1e-6)
        swapped = Converter(
            model, allow_fallback=False, swap_activations={activation: nengo.Tanh(tau_ref=1)}
        )
        assert len(swapped.net.all_ensembles) == 1


@pytest.mark.parametrize(
    "layer",
    [L.LSTM(3, return_sequences=True), L.Flatten(), L.Conv1D(2, 3), L.LayerNormalization()],
    ids=lambda layer: type(layer).__name__,
)
def test_a_layer_that_may_mix_steps_of_time_is_refused_in_a_temporal_model(layer):
    x = keras.Input((4, 3))

    with pytest.raises(ConversionError, match="wrap it in TimeDistributed"):
        Converter(keras.Model(x, layer(x)), temporal_model=True)


@pytest.mark.parametrize("axis", [1, -2])
def test_series_that_follow_each_other_are_refused_in_a_temporal_model(axis):
    x = keras.Input((4, 3))

    with pytest.raises(ConversionError, match=r"Concatenate.*mixes steps of time"):
        Converter(keras.Model(x, L.Concatenate(axis=axis)([x, x])), temporal_model=True)


def test_a_temporal_model_without_time_is_refused():
    x = keras.Input((4, 3))
    model = keras.Model(x, L.GlobalAveragePooling1D()(x))

    with pytest.raises(ConversionError, match="wrap it in TimeDistributed, if it does"):
        Converter(model, temporal_model=True)
    with pytest.raises(ConversionError, match="has no time axis"):
        Converter(keras.Model(x, keras.ops.sum(x, axis=(1, 2))), temporal_model=True)


def test_a_layer_with_a_state_is_refused():
    x = keras.Input((4, 3), batch_size=2)
    model = keras.Model(x, L.LSTM(3, stateful=True, name="lstm")(x))

    with pytest.raises(ConversionError, match=r"lstm \(LSTM\).*keeps a state between calls"):
        Converter(model)


def test_a_layer_that_cannot_be_copied_is_refused():
    class Opaque(L.Layer):
        def __init__(self, size):
            super().__init__()
            self.dense = L.Dense(size)

        def build(self, shape):
            self.dense.build(shape)

        def call(self, inputs):
            return self.dense(inputs)

    with pytest.raises(ConversionError, match="cannot be copied.*give it get_config"):
        Converter(sequence((3,), Opaque(2)))


def test_verification_tells_a_network_that_was_changed():
    model = sequence((3,), L.Dense(2, name="dense"))
    converter = Converter(model)
    model.set_weights([weight + 1 for weight in model.get_weights()])

    with pytest.raises(ValueError, match="'dense' differs from that of the model by"):
        converter.verify()
    with pytest.raises(ValueError, match="has 1 inputs, and 2 arrays"):
        converter.verify(inputs=[np.ones((2, 3)), np.ones((2, 3))])


def test_verification_tells_parameters_that_are_not_trained():
    model = sequence((3,), L.Dense(2))
    converter = Converter(model)
    for connection in converter.net.connections:
        converter.net.config[connection].trainable = False

    with pytest.raises(ValueError, match="has 8 trainable parameters, and the network 0"):
        converter.verify(training=True)
