"""Gradients: through rate neurons exactly, and through spiking ones by their rates."""

from __future__ import annotations

import keras
import nengo
import numpy as np
import pytest
import tensorflow as tf

import nengo_nb
from nengo_nb.engine.forward import Forward
from nengo_nb.ops.rules import ExecutionMode
from nengo_nb.simulator.run.planning import plan_for_training

from .networks import open_simulator, regression


@pytest.mark.parametrize(
    "neuron_type",
    [nengo.Sigmoid(), nengo.Tanh(), nengo.LIFRate(), nengo.AdaptiveLIFRate(tau_n=0.01)],
    ids=lambda t: type(t).__name__,
)
@pytest.mark.parametrize(
    "synapse",
    [
        None,
        nengo.Lowpass(0.003),
        nengo.Alpha(0.003),
        nengo.synapses.Triangle(0.003),
        nengo.Lowpass(0),
    ],
)
def test_gradients_through_rates_synapses_and_time_are_those_of_finite_differences(
    neuron_type, synapse
):
    model = regression(neuron_type, synapse, dtype="float64")
    built = nengo.builder.Model(dt=0.001)
    built.build(model.net)
    plan = plan_for_training(built, ExecutionMode.RATES, [model.probe])
    forward = Forward(plan, "float64")
    signal = built.sig[model.hidden.neurons]["bias"]
    feeds = {plan.graph.feedable[model.source]: tf.constant(np.repeat(model.x[:3], 6, axis=1))}

    @tf.function(jit_compile=True)
    def total(bias):
        return tf.reduce_sum(forward(feeds, {signal: bias}, [model.probe])[0][model.probe] ** 2)

    @tf.function(jit_compile=True)
    def gradient(bias):
        with tf.GradientTape() as tape:
            tape.watch(bias)
            value = total.python_function(bias)
        return tape.gradient(value, bias)

    bias = signal.initial_value + 0.01
    found = gradient(tf.constant(bias)).numpy()
    for i in range(0, 30, 7):
        step = np.zeros(30)
        step[i] = 1e-6
        expected = (
            total(tf.constant(bias + step)) - total(tf.constant(bias - step))
        ).numpy() / 2e-6
        np.testing.assert_allclose(found[i], expected, rtol=1e-3, atol=1e-7)
    assert np.abs(found).max() > 1e-6


@pytest.mark.parametrize(
    "spiking",
    [
        nengo.LIF(),
        nengo.SpikingRectifiedLinear(),
        nengo.AdaptiveLIF(),
        nengo.RegularSpiking(nengo.Tanh()),
        nengo.StochasticSpiking(nengo.LIFRate()),
        nengo.PoissonSpiking(nengo.Sigmoid()),
    ],
    ids=lambda t: type(t).__name__,
)
def test_spiking_neurons_learn_by_their_rates_and_run_with_spikes(spiking):
    model = regression(spiking)
    x, y = np.repeat(model.x, 5, axis=1), np.repeat(model.y, 5, axis=1)
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.Adam(1e-4), loss="mse")
        before = sim.get_nengo_params(model.hidden)
        history = sim.fit(x, y, epochs=5, verbose=0)

        assert history.history["loss"][-1] < history.history["loss"][0]
        assert not np.allclose(sim.get_nengo_params(model.hidden)["bias"], before["bias"])
        assert len(np.unique(sim.predict(x[:50])[model.probe])) > 2


def test_in_training_a_rate_network_is_the_network_itself():
    model = regression(nengo.LIFRate(), nengo.Lowpass(0.01))
    x = np.repeat(model.x[:4], 20, axis=1)
    with open_simulator(model, minibatch_size=4) as sim:
        sim.compile("sgd", loss="mse")
        trained = sim.keras_model({"source": tf.constant(x)})["answer"].numpy()

        np.testing.assert_allclose(trained, sim.predict(x)[model.probe], rtol=1e-4, atol=1e-6)


def test_smoothed_lif_neurons_learn_below_their_threshold():
    """Where all neurons are silent, only a smoothed rate has a gradient."""
    changes = {}
    for smoothing in (None, 0.1):
        with nengo.Network(seed=0) as net:
            nengo_nb.configure_settings(lif_smoothing=smoothing)
            source = nengo.Node([0.0])
            ens = nengo.Ensemble(
                5, 1, gain=np.ones(5), bias=np.full(5, 1.5), encoders=np.ones((5, 1))
            )
            output = nengo.Node(size_in=1)
            nengo.Connection(source, ens, synapse=None)
            nengo.Connection(ens.neurons, output, transform=np.ones((1, 5)), synapse=None)
            probe = nengo.Probe(output)
        with nengo_nb.Simulator(net, minibatch_size=4, progress_bar=False) as sim:
            sim.compile("adam", loss="mse")
            before = sim.get_nengo_params(ens)["bias"]
            sim.fit({source: np.full((4, 1, 1), -0.9)}, {probe: np.ones((4, 1, 1))}, verbose=0)
            changes[smoothing] = np.abs(sim.get_nengo_params(ens)["bias"] - before).max()

    assert changes[None] == 0
    assert changes[0.1] > 0
