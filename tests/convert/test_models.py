"""Whole models: sequential, functional and nested ones, shared layers, and how to find objects."""

from __future__ import annotations

import keras
import nengo
import numpy as np
import pytest
from keras import layers as L  # noqa: N812 - as in the tests of layers

import nengo_nb
from nengo_nb import Converter
from tests.convert.models import assert_converts, fill, sequence


@pytest.fixture
def nested() -> keras.Model:
    """A model in a model in a model."""
    inner = sequence((4,), L.Dense(5, activation="relu", name="first"), L.Dense(4, name="second"))
    inner.name = "inner"
    x = keras.Input((4,))
    y = inner(x)
    deep = keras.Model(x, [y, L.Dense(3, "tanh")(y)], name="deep")
    x = keras.Input((4,))
    return fill(keras.Model(x, L.Concatenate()([*deep(x), x])))


def test_a_sequential_model_is_looked_up_by_itself_and_its_layers():
    model = sequence((4,), L.Dense(3, activation="relu"), L.Dropout(0.5), L.Dense(2))

    converter = assert_converts(model)

    first, dropout, last = model.layers
    assert converter.inputs[model] is converter.inputs[model.inputs[0]]
    assert converter.outputs[model] is converter.outputs[last]
    assert isinstance(converter.layers[first], nengo.ensemble.Neurons)
    assert converter.layers[dropout] is converter.layers[first]
    assert converter.layers[last] is converter.outputs[last].obj
    assert converter.layers[first.output] is converter.layers[first]
    assert set(map(id, converter.inputs)) == {id(model.inputs[0])}
    assert converter.model.outputs == model.outputs


def test_nested_models_are_taken_apart(nested):
    converter = assert_converts(nested)

    deep = nested.layers[1]
    inner = deep.layers[1]
    assert converter.layers[inner.layers[0]].ensemble.label == "deep/inner/first"
    assert converter.layers[inner].label == "deep/inner/second"
    with pytest.raises(KeyError, match="'deep' is ambiguous: it has 2 outputs or calls"):
        converter.layers[deep]
    with pytest.raises(KeyError, match="'elsewhere' stands for no object here"):
        converter.layers[L.Dense(2, name="elsewhere")]


def test_a_layer_that_is_called_twice_is_refused_or_copied():
    shared = L.Dense(4, name="shared")
    x = keras.Input((4,))
    model = fill(keras.Model(x, shared(shared(x))))

    with pytest.raises(ValueError, match="'shared' are called more than once.*split_shared"):
        Converter(model)
    converter = assert_converts(model, split_shared_weights=True)

    with pytest.raises(KeyError, match="'shared' is ambiguous"):
        converter.layers[shared]
    assert converter.layers[model.outputs[0]].label == "shared:2"


def test_a_layer_without_weights_may_be_called_twice():
    relu = L.ReLU()
    x = keras.Input((4,))

    assert_converts(fill(keras.Model(x, relu(L.Dense(3)(relu(x))))))


def test_a_part_of_a_model_is_converted_from_the_tensor_that_it_begins_with():
    x = keras.Input((4,))
    middle = L.Dense(3, "relu")(x)
    part = keras.Model(middle, L.Dense(2)(L.Dense(2, "tanh")(middle)))

    converter = assert_converts(fill(part))

    assert converter.inputs[part] is converter.inputs[part.inputs[0]]


@keras.saving.register_keras_serializable("tests")
class Power(L.Layer):
    """A layer that is called with a number."""

    def call(self, inputs, exponent=2):
        return inputs**exponent


def test_what_falls_back_is_called_as_it_was():
    x = keras.Input((4,))
    power = Power()
    query = L.Reshape((2, 2))(x)
    attention = L.MultiHeadAttention(1, 2)(query, query, use_causal_mask=True)
    model = fill(keras.Model(x, [power(x, exponent=3), power(x), attention]))

    with pytest.warns(nengo_nb.errors.ConversionWarning, match="multi_head_attention"):
        assert Converter(model).verify(atol=1e-6)


def test_normalization_follows_its_axis_in_a_temporal_model():
    x = keras.Input((None, 3, 2))
    model = fill(keras.Model(x, L.BatchNormalization(axis=2, trainable=False)(x)))

    assert Converter(model, allow_fallback=False, temporal_model=True).verify(atol=1e-6)


def test_a_model_with_named_inputs_and_outputs_is_verified_and_trained():
    a, b = keras.Input((3,), name="a"), keras.Input((2,), name="b")
    model = keras.Model({"a": a, "b": b}, {"sum": L.Dense(2)(a) + b, "a": L.Dense(1)(a)})

    assert Converter(fill(model)).verify(training=True, atol=1e-6)


def test_steps_of_a_temporal_model_are_steps_of_the_simulation():
    x = keras.Input((None, 3))
    y = L.Dropout(0.5)(L.Dense(4, "relu")(x))
    within = keras.Sequential(
        [keras.Input((6,)), L.Reshape((3, 2)), L.Conv1D(2, 2), L.Flatten()], name="within"
    )
    y = L.TimeDistributed(within)(L.TimeDistributed(L.Dense(6))(y))
    model = fill(keras.Model(x, L.Add()([L.Concatenate()([y, x])] * 2)))
    data = np.random.RandomState(0).uniform(size=(2, 5, 3)).astype("float32")

    converter = Converter(model, allow_fallback=False, temporal_model=True)

    assert converter.verify(inputs=data, atol=1e-6)
    with nengo_nb.Simulator(converter.net, minibatch_size=2, progress_bar=False) as sim:
        found = sim.predict({converter.inputs[model]: data})[converter.outputs[model]]
    np.testing.assert_allclose(found, model(data), atol=1e-6)


TRAINED = {
    "dense": lambda: sequence(
        (4,), L.Dense(5, activation="relu"), L.Dense(3), L.Activation("gelu"), L.Dense(2, "softmax")
    ),
    "convolutions": lambda: sequence(
        (5, 6, 4),
        L.Conv2D(4, 3, groups=2, activation="relu"),
        L.DepthwiseConv2D(2, activation="elu"),
        L.Conv2DTranspose(3, 3, strides=2, activation="sigmoid"),
        L.SeparableConv2D(3, 2, activation="swish"),
        L.AveragePooling2D(2),
        L.Reshape((-1, 3)),
        L.Dense(3, "softsign"),
        L.Conv1D(2, 2, padding="causal"),
    ),
}


@pytest.mark.parametrize("kind", TRAINED)
def test_a_network_learns_what_its_model_learns(kind):
    """With as many parameters: weights of a convolution and biases of channels are shared."""
    assert Converter(TRAINED[kind](), allow_fallback=False).verify(training=True, atol=1e-6)


def test_a_scaled_network_learns_what_its_model_learns():
    model = sequence((4,), L.Dense(5, activation="relu"), L.Dense(3))

    assert Converter(model, scale_firing_rates=30).verify(training=True, atol=1e-6)


def test_a_call_without_axes_falls_back_as_any_other():
    x = keras.Input((3, 2))
    model = keras.Model(x, [keras.ops.sum(x, axis=(1, 2)), *keras.ops.split(x, 3, axis=1)])

    with pytest.warns(nengo_nb.errors.ConversionWarning):
        assert Converter(model).verify()


def test_what_falls_back_learns_too_and_leaves_the_model_as_it_is():
    x = keras.Input((6, 6, 2))
    y = L.MaxPooling2D(2)(L.Conv2D(3, 3, activation="relu")(x))
    y = L.Flatten()(y)
    y = L.Multiply()([L.Dense(3)(y), L.Dense(3, lambda x: x * x)(y)])
    y = L.Dense(3, L.PReLU())(L.LayerNormalization()(y))
    model = keras.Model(x, L.PReLU()(y))
    model(np.zeros((1, 6, 6, 2)))  # Keras makes the weights of an activation when it is called
    fill(model)
    before = model.get_weights()

    with pytest.warns(nengo_nb.errors.ConversionWarning, match="max_pooling2d"):
        converter = Converter(model)

    assert converter.verify(training=True, atol=1e-5)
    for kept, weight in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(kept, weight)
