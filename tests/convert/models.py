"""Keras models with weights that are not zero, and their comparison with both simulators."""

from __future__ import annotations

import keras
import nengo
import numpy as np

from nengo_nb import Converter
from nengo_nb.convert.verification import call_model


def fill(model: keras.Model, seed: int = 0) -> keras.Model:
    """Give each weight random numbers: also biases, and averages of normalizations."""
    rng = np.random.RandomState(seed)
    for weight in model.weights:
        if weight.dtype != "float32":
            continue  # seeds of random numbers
        is_positive = "variance" in weight.path or "gamma" in weight.path
        low, high = (0.5, 1.5) if is_positive else (-0.4, 0.4)
        weight.assign(rng.uniform(low, high, size=weight.shape))
    return model


def branches(shape: tuple[int, ...], *layers: keras.layers.Layer) -> keras.Model:
    """Return a model that calls each layer on its input, so that one simulation tests them all."""
    x = keras.Input(shape)
    return fill(keras.Model(x, [layer(x) for layer in layers]))


def sequence(shape: tuple[int, ...], *layers: keras.layers.Layer) -> keras.Model:
    """Return a sequential model."""
    return fill(keras.Sequential([keras.Input(shape), *layers]))


def run_nengo(converter: Converter, arrays: list[np.ndarray]) -> list[np.ndarray]:
    """Return the outputs of one step of Nengo's own simulator, for one example, flat."""
    for tensor, array in zip(converter.model.inputs, arrays, strict=True):
        converter.inputs[tensor].output = array.ravel()
    with nengo.Simulator(converter.net, progress_bar=False) as sim:
        sim.step()
    return [sim.data[converter.outputs[tensor]][0] for tensor in converter.model.outputs]


def assert_converts(model: keras.Model, **options) -> Converter:
    """Every layer becomes Nengo's objects, and both simulators compute what Keras does."""
    converter = Converter(model, allow_fallback=False, **options)
    assert converter.verify(atol=1e-6)
    rng = np.random.RandomState(1)
    arrays = [rng.uniform(size=(1, *x.shape[1:])).astype("float32") for x in model.inputs]
    wanted = call_model(converter.model, arrays)
    for found, target in zip(run_nengo(converter, arrays), wanted, strict=True):
        np.testing.assert_allclose(found, np.ravel(target), rtol=1e-5, atol=2e-6)
    return converter
