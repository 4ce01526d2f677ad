"""Networks of the field, at a reduced size: all of their layers, between inputs and a read-out."""

from __future__ import annotations

import keras
import pytest
from keras import layers as L  # noqa: N812 - as in the tests of layers

from nengo_nb import Converter
from nengo_nb.convert.report import Fate
from nengo_nb.errors import ConversionWarning
from tests.convert.models import assert_converts, fill


def lenet() -> keras.Model:
    """LeCun, Bottou, Bengio & Haffner (1998), Gradient-based learning applied to document
    recognition. Proceedings of the IEEE 86.
    """
    return keras.Sequential(
        [
            keras.Input((12, 12, 1)),
            L.Conv2D(3, 5, padding="same", activation="tanh"),
            L.AveragePooling2D(2),
            L.Conv2D(4, 3, activation="tanh"),
            L.AveragePooling2D(2),
            L.Flatten(),
            L.Dense(8, "tanh"),
            L.Dense(5, "softmax"),
        ]
    )


def resnet() -> keras.Model:
    """He, Zhang, Ren & Sun (2016), Deep residual learning for image recognition. CVPR."""

    def convolved(x, filters, strides=1, width=3):
        x = L.Conv2D(filters, width, strides, padding="same", use_bias=False)(x)
        return L.BatchNormalization()(x)

    inputs = keras.Input((8, 8, 3))
    x = L.ReLU()(convolved(inputs, 4))
    for filters, strides in ((4, 1), (8, 2)):
        y = convolved(L.ReLU()(convolved(x, filters, strides)), filters)
        if strides > 1:
            x = convolved(x, filters, strides, width=1)
        x = L.ReLU()(L.Add()([x, y]))
    return keras.Model(inputs, L.Dense(5, "softmax")(L.GlobalAveragePooling2D()(x)))


def mobilenet() -> keras.Model:
    """Sandler, Howard, Zhu, Zhmoginov & Chen (2018), MobileNetV2: inverted residuals and linear
    bottlenecks. CVPR.
    """
    inputs = keras.Input((9, 9, 3))
    x = L.Rescaling(1 / 127.5, offset=-1)(inputs)
    for expanded, projected, strides in ((6, 4, 2), (8, 4, 1)):
        y = L.ReLU(6.0)(L.BatchNormalization()(L.Conv2D(expanded, 1, use_bias=False)(x)))
        if strides == 2:
            y = L.ZeroPadding2D(((0, 1), (0, 1)))(y)
        y = L.DepthwiseConv2D(
            3, strides, padding="valid" if strides == 2 else "same", use_bias=False
        )(y)
        y = L.ReLU(6.0)(L.BatchNormalization()(y))
        y = L.BatchNormalization()(L.Conv2D(projected, 1, use_bias=False)(y))
        x = L.Add()([x, y]) if strides == 1 else y
    x = L.Dropout(0.2)(L.GlobalAveragePooling2D(keepdims=True)(x))
    return keras.Model(inputs, L.Activation("hard_silu")(L.Conv2D(5, 1)(x)))


@pytest.mark.parametrize("make", [lenet, resnet, mobilenet])
def test_every_layer_of_a_real_model_becomes_nengos_objects(make):
    converter = assert_converts(fill(make()), inference_only=True)

    assert not converter.report.of(Fate.FALLBACK, Fate.REFUSED)


def test_a_vgg_block_pools_maxima_in_a_tensor_node_or_averages():
    """Simonyan & Zisserman (2015), Very deep convolutional networks for large-scale image
    recognition. ICLR.
    """
    layers = [L.Conv2D(4, 3, padding="same", activation="relu"), L.MaxPooling2D(2), L.Flatten()]
    model = fill(keras.Sequential([keras.Input((6, 6, 3)), *layers, L.Dense(5, "softmax")]))

    with pytest.warns(ConversionWarning, match="max_to_avg_pool"):
        kept = Converter(model)
    averaged = Converter(model, max_to_avg_pool=True)

    assert kept.verify(atol=1e-6)
    assert len(kept.report.of(Fate.FALLBACK)) == 1
    assert not averaged.report.of(Fate.FALLBACK)
