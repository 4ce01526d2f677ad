"""``sim.gradient_report`` says where gradients vanish, explode or are cut, and changes nothing."""

from __future__ import annotations

import keras
import nengo
import numpy as np
import pytest
from nengo.exceptions import ValidationError

import nengo_nb
from nengo_nb.simulator.train.gradient_report import GradientState


def chain(*scales, neuron_type=None):
    """A chain of dense transforms of some size, from an input node to a probe."""
    with nengo.Network(seed=0) as net:
        nengo_nb.configure_settings(trainable=None)
        net.config[nengo.Ensemble].trainable = False
        net.config[nengo.Connection].synapse = None
        source = previous = nengo.Node(np.zeros(3), label="source")
        for number, scale in enumerate(scales):
            layer = nengo.Node(size_in=3, label=f"layer_{number}")
            if neuron_type is not None:
                layer = nengo.Ensemble(
                    3, 1, neuron_type=neuron_type, gain=np.ones(3), bias=np.zeros(3)
                ).neurons
            nengo.Connection(previous, layer, transform=scale * np.eye(3), label=f"w_{number}")
            previous = layer
        probe = nengo.Probe(previous)
    return net, source, probe


def report(net, source, probe, size=1.0, **options):
    rng = np.random.RandomState(0)
    x, y = size * rng.randn(4, 5, source.size_out), rng.randn(4, 5, probe.size_in)
    with nengo_nb.Simulator(net, minibatch_size=4, progress_bar=False, **options) as sim:
        sim.compile("sgd", loss="mse")
        before = sim.keras_model.get_weights()
        reported = sim.gradient_report({source: x}, {probe: y})
        for weights, kept in zip(sim.keras_model.get_weights(), before, strict=True):
            np.testing.assert_array_equal(weights, kept)
        assert sim.n_steps == 0
    return reported, x, y


def states(reported):
    return {of.name.removesuffix("/weights"): of.state for of in reported.gradients}


def test_the_sizes_are_those_of_the_gradients_by_hand():
    reported, x, y = report(*chain(2.0))

    (gradient,) = reported.gradients
    error = 2 * x - y
    by_hand = 2 * np.einsum("bti,btj->ij", error, x) / error.size

    assert gradient.state is GradientState.FLOWS
    assert gradient.size == pytest.approx(np.sqrt(np.mean(by_hand**2)), rel=1e-5)
    assert gradient.weight_size == pytest.approx(2 / np.sqrt(3), rel=1e-6)
    assert reported.loss == pytest.approx(np.mean(error**2), rel=1e-5)


def test_a_gradient_vanishes_behind_tiny_weights():
    reported, *_ = report(*chain(1.0, 1e-8))

    assert states(reported) == {"w_0": GradientState.VANISHES, "w_1": GradientState.FLOWS}


def test_a_gradient_vanishes_where_no_neuron_is_active():
    reported, *_ = report(*chain(-1.0, neuron_type=nengo.RectifiedLinear()), size=0.0)

    assert states(reported) == {"w_0": GradientState.VANISHES}


def test_a_gradient_explodes_where_weights_are_huge():
    reported, *_ = report(*chain(1.0, 1e4))

    assert reported.of(GradientState.EXPLODES)[0].name == "w_0/weights"


def test_a_gradient_that_is_no_number_explodes():
    reported, *_ = report(*chain(1e20, 1e20))

    assert set(states(reported).values()) == {GradientState.EXPLODES}


def test_python_cuts_gradients_and_the_report_says_so():
    net, source, _ = chain(1.0)
    net.probes.clear()
    with net:
        python = nengo.Node(lambda _, x: x[:1], size_in=3, label="python")
        nengo.Connection(net.all_nodes[1], python, label="to_python")
        learned = nengo.Node(size_in=1)
        nengo.Connection(python, learned, transform=[[1.0]], label="behind")
        probe = nengo.Probe(learned)

    reported, *_ = report(net, source, probe)

    cut = {gradient.name: gradient.reason for gradient in reported.of(GradientState.CUT)}
    assert "python" in cut["w_0/weights"]
    assert "runs in Python" in cut["w_0/weights"]
    assert states(reported)["behind"] is GradientState.FLOWS


def test_the_table_names_parameters_sizes_and_states():
    text = str(report(*chain(1.0, 1e-8))[0])

    first, header, vanishing, flowing = text.splitlines()
    assert first.startswith("loss ")
    assert header.split() == ["parameter", "gradient", "weights"]
    assert vanishing.split()[0] == "w_0/weights"
    assert vanishing.endswith("vanishes")
    assert flowing.endswith("flows")


def test_layers_of_keras_are_in_the_report():
    with nengo.Network(seed=0) as net:
        source = nengo.Node(np.zeros(3))
        dense = keras.layers.Dense(2, name="dense")
        probe = nengo.Probe(nengo_nb.Layer(dense)(source))

    reported, *_ = report(net, source, probe)

    assert {name.split("/")[-1] for name in states(reported)} == {"kernel", "bias"}
    assert set(states(reported).values()) == {GradientState.FLOWS}


def test_without_a_loss_there_are_no_gradients():
    net, source, probe = chain(1.0)

    with (
        nengo_nb.Simulator(net, progress_bar=False) as sim,
        pytest.raises(ValidationError, match="call sim.compile"),
    ):
        sim.gradient_report({source: np.ones((1, 1, 3))}, {probe: np.ones((1, 1, 3))})


def test_training_goes_on_as_if_there_had_been_no_report():
    net, source, probe = chain(1.0, 0.5)
    rng = np.random.RandomState(0)
    x, y = rng.randn(8, 5, 3), rng.randn(8, 5, 3)
    weights = []
    for asks in (False, True):
        with nengo_nb.Simulator(net, minibatch_size=4, progress_bar=False) as sim:
            sim.compile("sgd", loss="mse")
            for _ in range(2):
                if asks:
                    sim.gradient_report({source: x}, {probe: y})
                sim.fit({source: x}, {probe: y}, shuffle=False, verbose=0)
            weights.append(sim.keras_model.get_weights())

    for asked, plain in zip(*weights, strict=True):
        np.testing.assert_array_equal(asked, plain)
