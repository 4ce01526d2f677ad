"""Each layer becomes Nengo objects that compute what Keras does, here and in Nengo."""

from __future__ import annotations

import os
import subprocess
import sys

import keras
import numpy as np
import pytest
from keras import layers as L  # noqa: N812 - dozens of them, one a line

from nengo_nb import Converter
from tests.convert.models import assert_converts, branches, fill, run_nengo

ELEMENTWISE = (
    "relu sigmoid tanh leaky_relu relu6 elu selu gelu silu mish softplus softsign exponential "
    "log_sigmoid hard_sigmoid hard_silu softmax linear"
)

FAMILIES = {
    "dense": ((3, 2, 4), [L.Dense(3, "relu"), L.Dense(2, use_bias=False)]),
    "convolutions over one axis": (
        (7, 3),
        [
            L.Conv1D(4, 3),
            L.Conv1D(4, 3, 2, padding="same", activation="relu"),
            L.Conv1D(2, 3, 2, padding="causal"),
            L.DepthwiseConv1D(3, depth_multiplier=2),
            L.SeparableConv1D(4, 3, padding="same", activation="tanh"),
            L.Conv1DTranspose(2, 3, strides=2, padding="same"),
        ],
    ),
    "convolutions over two axes": (
        (6, 7, 4),
        [
            L.Conv2D(3, (2, 3), 2, padding="same", activation="relu"),
            L.Conv2D(4, 3, groups=2),
            L.Conv2D(4, 3, padding="same", strides=3),
            L.DepthwiseConv2D(3, depth_multiplier=2, padding="same", strides=2),
            L.SeparableConv2D(4, 3, padding="same", activation="sigmoid"),
        ],
    ),
    "transposed convolutions": (
        (4, 5, 3),
        [
            L.Conv2DTranspose(2, 3),
            L.Conv2DTranspose(2, 3, strides=2, padding="same"),
            L.Conv2DTranspose(2, 2, strides=3),
            L.Conv2DTranspose(2, 5, strides=2, padding="same", activation="relu"),
        ],
    ),
    "channels first": (
        (3, 6, 7),
        [
            L.Conv2D(4, 3, data_format="channels_first", padding="same"),
            L.DepthwiseConv2D(3, data_format="channels_first"),
            L.AveragePooling2D(2, data_format="channels_first"),
            L.AveragePooling2D(3, 2, padding="same", data_format="channels_first"),
            L.GlobalAveragePooling2D(data_format="channels_first"),
            L.Flatten(data_format="channels_first"),
        ],
    ),
    "pooling over one axis": (
        (6, 7),
        [L.AveragePooling1D(2), L.AveragePooling1D(3, 2, padding="same")],
    ),
    "pooling over two axes": (
        (6, 7, 3),
        [
            L.AveragePooling2D(2),
            L.AveragePooling2D(3, 2, padding="same"),
            L.GlobalAveragePooling2D(keepdims=True),
        ],
    ),
    "pooling over three axes": (
        (5, 4, 3, 2),
        [L.AveragePooling3D(2), L.AveragePooling3D(3, 2, padding="same")],
    ),
    "elements that move": (
        (4, 6, 2),
        [
            L.Reshape((3, -1)),
            L.Permute((3, 1, 2)),
            L.Cropping2D(((1, 0), (2, 1))),
            L.ZeroPadding2D(((1, 0), (2, 1))),
            L.UpSampling2D(2),
        ],
    ),
    "activations": (
        (6,),
        [
            *map(L.Activation, ELEMENTWISE.split()),
            L.ReLU(0.5),
            L.ReLU(max_value=0.5, negative_slope=0.1, threshold=0.3),
            L.ReLU(negative_slope=0.2),
            L.LeakyReLU(),
            L.ELU(0.5),
            L.Softmax(),
        ],
    ),
    "affine": (
        (6,),
        [
            L.Rescaling(2.0, 1.0),
            L.Normalization(mean=[0.1] * 6, variance=[2.0] * 6),
            L.RepeatVector(3),
            L.Identity(),
        ],
    ),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_layer_is_what_it_was_in_keras(family):
    shape, layers = FAMILIES[family]

    # Layers of Keras belong to one model: each test makes its own.
    fresh = [type(layer).from_config(layer.get_config()) for layer in layers]

    assert_converts(branches(shape, *fresh))


INFERENCE = {
    "dilated": (
        (8, 9, 2),
        lambda: [
            L.Conv2D(4, 3, dilation_rate=2, padding="same"),
            L.DepthwiseConv2D(3, dilation_rate=2),
            L.SeparableConv2D(3, 3, dilation_rate=2),
        ],
    ),
    "over three axes": (
        (4, 5, 4, 2),
        lambda: [
            L.Conv3D(2, 3, 2, padding="same", activation="relu"),
            L.Conv3D(2, (1, 2, 3), dilation_rate=(2, 1, 1)),
            L.Conv3D(2, 2, groups=2),
        ],
    ),
    "normalized": (
        (4, 5, 3),
        lambda: [L.BatchNormalization(), L.BatchNormalization(axis=1, center=False)],
    ),
}


@pytest.mark.parametrize("kind", INFERENCE)
def test_more_is_exact_in_a_network_that_is_only_run(kind):
    shape, layers = INFERENCE[kind]

    assert_converts(branches(shape, *layers()), inference_only=True)


def test_an_activation_may_be_given_as_a_layer():
    given = [L.LeakyReLU(negative_slope=0.1), L.ReLU(max_value=0.3), L.Softmax(), L.ELU(0.5)]

    assert_converts(branches((5,), *[L.Dense(3, activation) for activation in given]))


def test_sums_products_and_rearrangements_of_tensors_are_connections():
    x, y, z = keras.Input((4, 4, 2)), keras.Input((4, 4, 2)), keras.Input((1, 1, 2))
    a = L.Conv2D(2, 3, padding="same", activation="relu")(x)
    outputs = [
        L.Add()([a, y, x]),
        L.Average()([a, y]),
        L.Subtract()([a, y]),
        L.Concatenate()([a, y]),
        L.Concatenate(axis=1)([a, y]),
        a - z,
        2.0 * a - 1.0,
        1 - a / 4,
        -a + np.arange(2.0),
        a * np.arange(32.0).reshape(1, 4, 4, 2),
        keras.ops.relu(a - 0.5),
        keras.ops.transpose(a, (0, 2, 1, 3)),
        a[:, 1:3],
        keras.ops.stack([a, y], axis=1),
        keras.ops.softmax(a),
    ]

    assert_converts(fill(keras.Model([x, y, z], outputs)))


def test_maxima_become_means_where_that_is_asked_for():
    model = branches((4, 4, 2), L.MaxPooling2D(2), L.GlobalMaxPooling2D())
    means = branches((4, 4, 2), L.AveragePooling2D(2), L.GlobalAveragePooling2D())
    x = np.random.RandomState(0).uniform(size=(1, 4, 4, 2)).astype("float32")

    converter = Converter(model, allow_fallback=False, max_to_avg_pool=True)

    for found, wanted in zip(run_nengo(converter, [x]), means(x), strict=True):
        np.testing.assert_allclose(found, np.ravel(wanted), rtol=1e-5)
    assert [row.why for row in converter.report.notable] == [
        "averages take the place of maxima (max_to_avg_pool)"
    ] * 2
    with pytest.raises(ValueError, match="differs from that of the model"):
        converter.verify(inputs=x)


def test_a_normalization_becomes_a_part_of_the_weights_before_it():
    x = keras.Input((5, 5, 2))
    convolution = L.Conv2D(3, 3)
    normalized = L.BatchNormalization()(convolution(x))
    model = fill(keras.Model(x, L.Dense(2)(L.Flatten()(L.ReLU()(normalized)))))

    converter = assert_converts(model, inference_only=True)

    assert converter.layers[normalized].label == convolution.name
    assert not [n for n in converter.net.nodes if "normalization" in n.label]
    with pytest.raises(KeyError, match="became a part of its weights"):
        converter.layers[convolution]


def test_a_normalization_stays_where_something_else_reads_the_layer_before_it():
    x = keras.Input((4,))
    read, returned, active = L.Dense(3)(x), L.Dense(3)(x), L.Dense(3, "relu")(x)
    outputs = [L.BatchNormalization()(y) for y in (read, returned, active)]

    assert_converts(fill(keras.Model(x, [*outputs, returned, read + 1])), inference_only=True)


def test_noise_is_left_out_and_said_so():
    model = branches((4,), L.Dropout(0.5), L.GaussianNoise(0.1))

    converter = assert_converts(model)

    assert "the network trains without it" in str(converter.report)
    assert len(converter.net.all_objects) == 1 + 2  # the input, and two probes of it


WITHOUT_ONEDNN = """
import keras, numpy as np, nengo_nb
model = keras.Sequential([keras.Input((3, 6, 7)), keras.layers.Conv2D(4, 3, data_format="channels_first")])
converter = nengo_nb.Converter(model)
print(converter.verify(atol=1e-6), converter.verify(training=True, atol=1e-4))
"""


def test_channels_first_are_compared_where_tensorflow_has_no_operation_for_them():
    environment = {**os.environ, "TF_ENABLE_ONEDNN_OPTS": "0"}

    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_ONEDNN],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.stdout.split() == ["True", "True"], run.stderr
