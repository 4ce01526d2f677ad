"""Training over time: with spikes, in windows, from state to state, with noise."""

from __future__ import annotations

import keras
import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import ValidationError

import nengo_nb
from nengo_nb.errors import FeedError
from nengo_nb.surrogates import Triangle

from .networks import open_simulator, regression

STEPS = 12


def over_time(neuron_type=None, **settings):
    return regression(
        neuron_type or nengo.LIFRate(),
        nengo.Lowpass(0.003),
        n_steps=STEPS,
        n_neurons=20,
        **settings,
    )


def gradients_of(sim, model):
    """The derivatives of a loss over five examples by all parameters, compiled."""
    network = sim.keras_model

    @tf.function(jit_compile=True)
    def gradients(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((network({"source": x})["answer"] - y) ** 2)
        return loss, tape.gradient(loss, [v.value for v in network.trainable_weights])

    loss, found = gradients(tf.constant(model.x[:5]), tf.constant(model.y[:5]))
    return [loss.numpy(), *(g.numpy() for g in found)]


@pytest.mark.parametrize(
    "neuron_type", [nengo.LIF(), nengo.RegularSpiking(nengo.LIFRate())], ids=str
)
def test_with_a_surrogate_the_forward_pass_is_the_network_itself(neuron_type):
    model = over_time(neuron_type, surrogate="fast_sigmoid")
    with open_simulator(model, minibatch_size=5) as sim:
        trained = sim.keras_model({"source": tf.constant(model.x[:5])})["answer"].numpy()

        np.testing.assert_allclose(
            trained, sim.predict(model.x[:5])[model.probe], rtol=1e-4, atol=1e-5
        )
        assert np.abs(gradients_of(sim, model)[1]).max() > 0


@pytest.mark.parametrize("surrogate", ["rate", Triangle(2.0), lambda x: tf.exp(-(x**2))])
def test_a_network_learns_with_spikes_by_any_surrogate(surrogate):
    model = over_time(nengo.LIF(), surrogate=surrogate)
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.Adam(1e-4), loss="mse")
        losses = sim.fit(model.x, model.y, epochs=6, verbose=0).history["loss"]

    assert losses[-1] < 0.9 * losses[0]


@pytest.mark.parametrize("every", [4, 5])
def test_what_is_computed_again_gives_the_same_gradients(every):
    model = over_time()
    with open_simulator(model) as sim:
        plain = gradients_of(sim, model)
        sim.compile("sgd", loss="mse")
        sim._parts.trainer.choose_schedule(recompute_every=every)
        again = gradients_of(sim, model)

    for one, other in zip(plain, again, strict=True):
        np.testing.assert_allclose(other, one, rtol=1e-4, atol=1e-7 * np.abs(one).max())


def test_truncation_changes_the_weights_after_each_window_and_carries_the_state_on():
    """205 examples are five minibatches, and 12 steps are three windows of at most five."""
    model = over_time()
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.SGD(0.0), loss="mse")
        whole = sim.fit(model.x, model.y, shuffle=False, verbose=0).history["loss"]
        cut = sim.fit(model.x, model.y, shuffle=False, truncation=4, verbose=0).history["loss"]

        assert sim.keras_model.optimizer.iterations.numpy() == 5 + 5 * 3
        np.testing.assert_allclose(cut, whole, rtol=1e-4)


@pytest.mark.parametrize("name", ["truncation", "recompute_every"])
def test_a_window_has_a_positive_number_of_steps(name):
    model = over_time()
    with open_simulator(model) as sim:
        sim.compile("sgd", loss="mse")
        with pytest.raises(ValidationError, match=f"{name}: must be a positive number of steps"):
            sim.fit(model.x, model.y, verbose=0, **{name: 0})


def test_a_stateful_fit_goes_on_from_minibatch_to_minibatch_and_leaves_the_simulation_there():
    """With a learning rate of zero, it is one long run."""
    model = over_time()
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.SGD(0.0), loss="mse")
        x = model.x[:150]
        sim.fit(x, model.y[:150], stateful=True, shuffle=False, verbose=0)

        assert sim.n_steps == 3 * STEPS
        ahead = sim.predict(x[:50], stateful=True)[model.probe]
    with open_simulator(model) as sim:
        for k in (0, 50, 100, 0):
            sim.run_steps(STEPS, data={model.source: x[k : k + 50]})
        np.testing.assert_allclose(ahead, sim.data[model.probe][:, -STEPS:], atol=1e-5)


def test_isolated_states_are_no_states():
    model = over_time()
    losses = []
    for arguments in ({}, {"stateful": True}):
        with open_simulator(model) as sim:
            sim.compile(keras.optimizers.SGD(0.01), loss="mse")
            isolate = [nengo_nb.callbacks.IsolateState(sim)] if arguments else []
            found = sim.fit(
                model.x[:100],
                model.y[:100],
                shuffle=False,
                verbose=0,
                callbacks=isolate,
                **arguments,
            )
            losses.append(found.history["loss"])
            assert sim.n_steps == 0

    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-5)


def test_stateful_prediction_is_a_run():
    model = over_time(nengo.LIF())
    with open_simulator(model) as sim:
        first = sim.predict(model.x[:50], stateful=True)[model.probe]
        second = sim.predict_on_batch(model.x[:50], stateful=True)[model.probe]
        assert sim.n_steps == 2 * STEPS
        assert sim.data[model.probe].size == 0
    with open_simulator(model) as sim:
        sim.run_steps(2 * STEPS, data={model.source: np.tile(model.x[:50], (1, 2, 1))})

        np.testing.assert_allclose(
            np.concatenate([first, second], axis=1), sim.data[model.probe], atol=1e-6
        )


def test_what_cannot_go_on_from_a_minibatch_is_refused():
    model = over_time(nengo.LIF())
    with open_simulator(model) as sim:
        with pytest.raises(FeedError, match="must be a multiple of 50; the last minibatch has 5"):
            sim.predict(model.x, stateful=True)
        with pytest.raises(FeedError, match="205 examples are more than a minibatch of 50"):
            sim.predict_on_batch(model.x)
        assert sim.n_steps == 200 // 50 * STEPS


def test_noise_in_ensembles_is_there_while_training():
    model = over_time()
    model.hidden.noise = nengo.processes.WhiteNoise(nengo.dists.Gaussian(0, 50), seed=1)
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.SGD(0.0), loss="mse")
        noisy = sim.fit(model.x, model.y, epochs=2, shuffle=False, verbose=0).history["loss"]
    model.hidden.noise = None
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.SGD(0.0), loss="mse")
        (quiet,) = sim.fit(model.x, model.y, shuffle=False, verbose=0).history["loss"]

    assert len({*np.round(noisy, 5), round(quiet, 5)}) == 3, "each epoch has noise of its own"
