"""Gradients are checked: those that are wrong, and those that do not arrive."""

from __future__ import annotations

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import SimulationError

import nengo_nb
from nengo_nb.errors import GradientWarning

from .networks import open_simulator, regression


@pytest.mark.parametrize("neuron_type", [nengo.LIF(), nengo.Tanh(), nengo.AdaptiveLIF()], ids=str)
def test_gradients_of_a_network_are_those_of_finite_differences(neuron_type):
    model = regression(neuron_type, nengo.Alpha(0.003), train_gains=True, train_synapses=True)
    with open_simulator(model, minibatch_size=3) as sim:
        found = sim.check_gradients()

        assert set(found) == {"answer"}
        assert {"source", "hidden/bias", "hidden/gain", "hidden->output/tau"} <= set(
            found["answer"]
        )
        assert all(np.abs(analytic).max() > 0 for analytic, _ in found["answer"].values())
        assert set(sim.check_gradients(inputs=[], outputs=[model.probe])["answer"]) == set(
            found["answer"]
        ) - {"source"}


@tf.custom_gradient
def half_of_a_gradient(x):
    return x**2, lambda upstream: upstream * x


@tf.custom_gradient
def no_gradient(x):
    return x**2, lambda upstream: upstream * 0


@tf.custom_gradient
def gradient_of_nan(x):
    return x**2, lambda upstream: upstream * np.nan


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (half_of_a_gradient, "the gradient of squared by source is wrong"),
        (no_gradient, "the gradient of squared by source is wrong: .* it is 0, but"),
        (gradient_of_nan, "the gradient of squared by source is NaN or infinite: .* nan, nan"),
        (lambda x: tf.sqrt(x - 5), "squared, or its gradient by source, is NaN or infinite"),
        (lambda x: x / 0.0, "squared, or its gradient by source, is NaN or infinite"),
    ],
    ids=["half", "none", "NaN", "root of a negative number", "infinite"],
)
def test_a_wrong_gradient_is_found_and_named(function, sentence):
    with nengo.Network(seed=0) as net:
        source = nengo.Node([0.0], label="source")
        node = nengo_nb.TensorNode(function, shape_in=1, pass_time=False)
        nengo.Connection(source, node, synapse=None)
        nengo.Probe(node, label="squared")
    with (
        nengo_nb.Simulator(net, progress_bar=False) as sim,
        pytest.raises(SimulationError, match=sentence),
    ):
        sim.check_gradients()


def test_a_parameter_that_is_no_number_is_found():
    model = regression()
    with open_simulator(model) as sim:
        sim.keras_model.trainable_weights[0].assign(
            np.full_like(sim.keras_model.trainable_weights[0], np.nan)
        )
        with pytest.raises(SimulationError, match="answer, or its gradient by .* is NaN"):
            sim.check_gradients()


def test_a_check_says_which_functions_it_does_not_see_through():
    with nengo.Network(seed=0) as net:
        source = nengo.Node([0.0], label="source")
        square = nengo.Node(lambda t, x: x**2, size_in=1, label="square")
        nengo.Connection(source, square, synapse=None)
        nengo.Probe(square)
    with (
        nengo_nb.Simulator(net, progress_bar=False) as sim,
        pytest.warns(GradientWarning, match="No gradient passes through <Node 'square'>") as caught,
    ):
        sim.check_gradients()

    assert caught[0].filename == __file__


def test_parameters_that_no_gradient_reaches_are_named_with_the_way_to_them():
    model = regression()
    with model.net:
        hard = nengo_nb.TensorNode(lambda t, x: tf.floor(x), shape_in=1, label="hard")
        before = nengo.Ensemble(
            5,
            1,
            neuron_type=nengo.RectifiedLinear(),
            label="before",
            max_rates=nengo.dists.Uniform(1, 2),
        )
        nengo.Connection(model.source[0], before)
        nengo.Connection(before, hard)
        nengo.Connection(hard, model.output)
    with open_simulator(model) as sim:
        sim.compile("sgd", loss="mse")
        start = sim.data[before].bias
        with pytest.warns(
            GradientWarning,
            match=r"before/bias \(.*hard.* has no gradient, by way of .*before.* -> .*hard",
        ):
            sim.fit(model.x, model.y, verbose=0)

        np.testing.assert_array_equal(sim.data[before].bias, start)
        assert np.abs(sim.data[model.hidden].bias - sim.data[model.hidden].bias.mean()).max() > 0


def test_parameters_that_lead_to_no_probe_with_a_loss_are_named():
    model = regression()
    with model.net:
        aside = nengo.Ensemble(5, 1, neuron_type=nengo.RectifiedLinear(), label="aside")
        nengo.Connection(model.source[0], aside)
        nengo.Probe(aside.neurons)
    with open_simulator(model) as sim:
        sim.compile("sgd", loss={model.probe: "mse"})
        with pytest.warns(
            GradientWarning, match=r"aside/bias \(no path leads from it to a probe with a loss\)"
        ):
            sim.fit(model.x, model.y, verbose=0)


def test_python_aside_does_not_stand_in_the_way():
    model = regression()
    with model.net:
        aside = nengo.Node(lambda t, x: x**2, size_in=1, label="aside")
        nengo.Connection(model.output, aside)
        nengo.Probe(aside)
    with open_simulator(model) as sim:
        sim.compile("sgd", loss={model.probe: "mse"})
        sim.fit(model.x, model.y, verbose=0)
        sim.compile("sgd", loss="mse")
        with pytest.warns(
            GradientWarning, match="<Probe of 'output' of <Node 'aside'>>: no gradient reaches any"
        ):
            sim.fit(model.x, [model.y, model.y], verbose=0)
