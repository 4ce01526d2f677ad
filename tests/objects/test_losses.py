"""Losses count what they should, survive NaN and zero, and can be saved."""

from __future__ import annotations

import inspect
from contextlib import nullcontext

import keras
import numpy as np
import pytest
import tensorflow as tf

from nengo_nb.errors import FeedError
from nengo_nb.objects import losses, obj
from tests.simulator.networks import open_simulator, regression

OUTPUTS = np.random.default_rng(0).standard_normal((3, 5, 2, 4)).astype("float32")
IGNORED = np.zeros((3, 5), "float32")


def gradient(function, x):
    @tf.function(jit_compile=True)
    def both(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            total = tf.reduce_sum(function(x))
        return tape.gradient(total, x)

    return both(tf.constant(x)).numpy()


def test_a_target_that_is_nan_is_no_error():
    targets = np.zeros_like(OUTPUTS)
    targets[0] = np.nan

    found = losses.nan_mse(targets, OUTPUTS).numpy()

    assert found.shape == (3, 5, 2)
    assert not found[0].any()
    np.testing.assert_allclose(found[1:], (OUTPUTS[1:] ** 2).mean(axis=-1), rtol=1e-6)


def test_a_target_that_is_nan_gives_no_gradient():
    targets = np.zeros_like(OUTPUTS)
    targets[0] = np.nan

    slopes = gradient(lambda x: losses.nan_mse(targets, x), OUTPUTS)

    np.testing.assert_allclose(slopes, np.where(np.isnan(targets), 0, 2 * OUTPUTS / 4), rtol=1e-6)


def test_without_nan_it_is_the_mean_squared_error():
    targets = np.ones_like(OUTPUTS)

    found = losses.nan_mse(targets, OUTPUTS).numpy().mean()

    np.testing.assert_allclose(found, keras.losses.MeanSquaredError()(targets, OUTPUTS), rtol=1e-6)
    np.testing.assert_allclose(obj.mse(OUTPUTS, targets), found, rtol=1e-6)


def test_objectives_take_outputs_first():
    assert list(inspect.signature(obj.mse).parameters) == ["outputs", "targets"]
    assert list(inspect.signature(losses.nan_mse).parameters) == ["y_true", "y_pred"]
    np.testing.assert_allclose(obj.mse(np.array([1.0, 5.0]), np.array([3.0, np.nan])), 2.0)


@pytest.mark.parametrize("order", [1, 2, "euclidean", 3, 1.5, np.inf])
def test_a_norm_is_numpys(order):
    number = 2 if order == "euclidean" else order
    flat = OUTPUTS.reshape(3, 5, -1)

    whole = losses.Regularize(order, reduction="none")(IGNORED, OUTPUTS)
    by_axis = [
        losses.Regularize(order, axis, reduction="none")(IGNORED, OUTPUTS) for axis in (0, 1, -1)
    ]

    np.testing.assert_allclose(whole, np.linalg.norm(flat, number, axis=2), rtol=1e-5)
    for found, axis in zip(by_axis, (2, 3, 3), strict=True):
        np.testing.assert_allclose(found, np.linalg.norm(OUTPUTS, number, axis=axis), rtol=1e-5)


def test_the_mean_over_examples_and_steps_is_taken():
    wanted = np.linalg.norm(OUTPUTS.reshape(15, -1), axis=1).mean()

    np.testing.assert_allclose(losses.Regularize()(IGNORED, OUTPUTS), wanted, rtol=1e-6)
    np.testing.assert_allclose(obj.Regularize(weight=0.5)(OUTPUTS), wanted / 2, rtol=1e-6)
    np.testing.assert_allclose(obj.Regularize()(OUTPUTS, np.zeros(3)), wanted, rtol=1e-6)


@pytest.mark.parametrize("order", [1, 2, 3, np.inf])
def test_the_gradient_of_a_norm_is_exact(order):
    x = OUTPUTS[:, :, 0].astype("float64")

    def total(values):
        return np.linalg.norm(values, order, axis=2).sum()

    h = 1e-6
    numeric = np.zeros_like(x)
    for at in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[at] = h
        numeric[at] = (total(x + step) - total(x - step)) / (2 * h)

    slopes = gradient(lambda values: losses.norm(values, float(order), (2,)), x)

    np.testing.assert_allclose(slopes, numeric, atol=1e-7)


@pytest.mark.parametrize("order", [1, 1.5, 2, 3, np.inf])
@pytest.mark.parametrize("size", [0.0, 1e-30, 1e30])
def test_the_gradient_of_a_norm_is_finite_at_zero_and_for_very_small_and_large_signals(order, size):
    x = np.full((1, 1, 4), size, "float32")
    x[..., 0] = 0

    slopes = gradient(lambda values: losses.norm(values, float(order), (2,)), x)
    found = losses.norm(x, float(order), (2,))

    assert np.isfinite(slopes).all()
    np.testing.assert_allclose(found, np.linalg.norm(x.astype("float64"), order, axis=2), rtol=1e-6)


@pytest.mark.parametrize("order", [0, 0.5, -1, "nuclear", None, np.nan])
def test_an_order_that_is_no_norm_is_refused(order):
    with pytest.raises(ValueError, match="order must be"):
        losses.Regularize(order)


def test_an_axis_that_the_signal_does_not_have_is_refused():
    with pytest.raises(ValueError, match="the signal has 2 axes behind batch and time"):
        losses.Regularize(axis=2)(IGNORED, OUTPUTS)


# --- the table of losses
# ------------------------------------------------------------------------------------------------


def is_loss(value):
    """Whether a value is a loss in Keras' sense, declared or not."""
    if inspect.isclass(value):
        return issubclass(value, keras.losses.Loss)
    return inspect.isfunction(value) and [*inspect.signature(value).parameters][:1] == ["y_true"]


def test_every_loss_is_declared_and_only_losses_are_public():
    defined = {
        name
        for name, value in vars(losses).items()
        if is_loss(value) and value.__module__ == losses.__name__
    }

    assert defined == set(losses.LOSSES) == set(losses.__all__)


@pytest.mark.parametrize("name", losses.LOSSES)
def test_a_declared_loss_is_saved_and_restored_by_keras(name):
    loss = losses.resolve_names(name)

    again = keras.losses.deserialize(keras.losses.serialize(loss))

    assert losses.find_declaration(again) is losses.LOSSES[name]


@pytest.mark.parametrize("name", losses.LOSSES)
def test_a_declared_loss_is_known_to_a_simulator_by_its_name(name):
    model = regression()
    targets = model.y.copy()
    if losses.LOSSES[name].allows_nan:
        targets[:5] = np.nan

    with open_simulator(model) as sim:
        sim.compile("sgd", loss=name, metrics=[name])
        measured = sim.fit(model.x, targets, verbose=0).history

    assert len(measured) == 2
    assert np.isfinite([*measured.values()]).all()


@pytest.mark.parametrize("name", losses.LOSSES)
def test_the_shape_of_a_target_is_checked_as_a_loss_is_declared(name):
    model = regression()

    with open_simulator(model) as sim:
        sim.compile("sgd", loss=name)
        compare = sim.keras_model.losses_by_output["answer"].check_targets
        is_refused = losses.LOSSES[name].compares_elements
        expectation = pytest.raises(FeedError) if is_refused else nullcontext()

        with expectation:
            compare(np.zeros((205, 1, 7)), 1)


def test_names_are_resolved_inside_lists_and_mappings_and_others_are_keras():
    given = {"a": ["mae", "nan_mse"], "b": ("nan_mse",), "c": None}

    resolved = losses.resolve_names(given)

    assert resolved == {"a": ["mae", losses.nan_mse], "b": (losses.nan_mse,), "c": None}


def test_they_are_saved_and_restored_by_keras():
    regularize = losses.Regularize(np.inf, axis=(0, 1), name="small")

    again = keras.losses.deserialize(keras.losses.serialize(regularize))

    assert again.get_config() == regularize.get_config()
    np.testing.assert_allclose(again(IGNORED, OUTPUTS), regularize(IGNORED, OUTPUTS))
    assert keras.losses.deserialize(keras.losses.serialize(losses.nan_mse)) is losses.nan_mse


def test_a_keras_model_compiles_with_them():
    model = keras.Sequential([keras.layers.Input((5, 4)), keras.layers.Dense(2)])
    model.compile("sgd", loss=losses.nan_mse, metrics=[losses.nan_mse], jit_compile=True)
    targets = np.full((3, 5, 2), np.nan, "float32")
    before = model.get_weights()

    history = model.fit(OUTPUTS[:, :, 0], targets, verbose=0)

    assert history.history["loss"] == [0.0]
    np.testing.assert_array_equal(model.get_weights()[0], before[0])
