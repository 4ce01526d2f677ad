"""The simulator learns, and what it learned can be kept and taken elsewhere."""

from __future__ import annotations

from types import SimpleNamespace

import keras
import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import SimulationError, SimulatorClosed, ValidationError

import nengo_nb
from nengo_nb.engine.forward import Forward
from nengo_nb.errors import FeedError
from nengo_nb.simulator.build import plan_for_training

from .networks import reference, simulate


def regression(neuron_type=None, synapse=None, dtype="float32", n_neurons=30) -> SimpleNamespace:
    """Two inputs, a hidden layer, one output, with data to learn."""
    with nengo.Network(seed=0) as net:
        nengo_nb.configure_settings(dtype=dtype)
        net.config[nengo.Connection].synapse = synapse
        source = nengo.Node([0.0, 0.0], label="source")
        hidden = nengo.Ensemble(
            n_neurons, 2, neuron_type=neuron_type or nengo.RectifiedLinear(), label="hidden"
        )
        if neuron_type is None:
            hidden.max_rates = nengo.dists.Uniform(1, 2)
        output = nengo.Node(size_in=1, label="output")
        nengo.Connection(source, hidden)
        nengo.Connection(hidden, output, function=lambda x: x[0])
        probe = nengo.Probe(output, label="answer")
    x = np.random.RandomState(0).uniform(-1, 1, size=(205, 1, 2)).astype(dtype)
    y = x[:, :, :1] * x[:, :, 1:]
    return SimpleNamespace(net=net, source=source, hidden=hidden, output=output, probe=probe, x=x, y=y)


@pytest.fixture
def model() -> SimpleNamespace:
    return regression()


def open_simulator(model, minibatch_size=50) -> nengo_nb.Simulator:
    return nengo_nb.Simulator(model.net, minibatch_size=minibatch_size, progress_bar=False)


def test_fitting_lowers_the_loss_and_the_simulation_uses_what_was_learned(model):
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.Adam(0.02), loss={model.probe: "mse"}, metrics={model.probe: ["mae"]})
        before = sim.evaluate({model.source: model.x}, {model.probe: model.y}, verbose=0)
        history = sim.fit({model.source: model.x}, {model.probe: model.y}, epochs=15, verbose=0)
        after = sim.evaluate({model.source: model.x}, {model.probe: model.y}, verbose=0)

        assert after["loss"] < before["loss"] / 3
        assert len(history.history["loss"]) == 15
        np.testing.assert_allclose(
            after["loss"],
            np.mean((sim.predict({model.source: model.x})[model.probe] - model.y) ** 2),
            rtol=1e-4,
        )
        sim.run_steps(1, data={model.source: model.x[:50]})
        np.testing.assert_allclose(sim.data[model.probe], sim.predict(model.x[:50])[model.probe], atol=1e-6)


def test_an_incomplete_last_minibatch_is_trained_and_evaluated(model):
    """205 examples are four minibatches of 50 and one of 5."""
    seen = []

    class Count(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append(batch)

    with open_simulator(model) as sim:
        sim.compile("sgd", loss="mse")
        sim.fit({"source": model.x}, {"answer": model.y}, verbose=0, callbacks=[Count()])

        assert seen == [0, 1, 2, 3, 4]
        assert sim.predict({"source": model.x})[model.probe].shape == (205, 1, 1)


@pytest.mark.parametrize(
    "neuron_type",
    [nengo.Sigmoid(), nengo.Tanh(), nengo.LIFRate(), nengo.AdaptiveLIFRate(tau_n=0.01)],
    ids=lambda t: type(t).__name__,
)
@pytest.mark.parametrize(
    "synapse",
    [None, nengo.Lowpass(0.003), nengo.Alpha(0.003), nengo.synapses.Triangle(0.003), nengo.Lowpass(0)],
)
def test_gradients_through_rates_synapses_and_time_are_those_of_finite_differences(neuron_type, synapse):
    model = regression(neuron_type, synapse, dtype="float64")
    built = nengo.builder.Model(dt=0.001)
    built.build(model.net)
    plan = plan_for_training(built)
    forward = Forward(plan, "float64")
    signal = built.sig[model.hidden.neurons]["bias"]
    feeds = {plan.graph.feedable[model.source]: tf.constant(np.repeat(model.x[:3], 6, axis=1))}

    @tf.function(jit_compile=True)
    def total(bias):
        return tf.reduce_sum(forward(feeds, {signal: bias}, [model.probe])[model.probe] ** 2)

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
        expected = (total(tf.constant(bias + step)) - total(tf.constant(bias - step))).numpy() / 2e-6
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
        trained = sim.keras_model({"source": tf.constant(x)})["answer"].numpy()

        np.testing.assert_allclose(trained, sim.predict(x)[model.probe], rtol=1e-4, atol=1e-6)


def test_the_words_of_nengo_dl_2_work(model):
    def loss(outputs, targets):
        return tf.reduce_mean(tf.square(outputs - targets))

    data = {model.source: model.x, model.probe: model.y}
    with open_simulator(model) as sim:
        before = sim.loss(data, objective={model.probe: loss})
        sim.train(data, keras.optimizers.Adam(0.02), n_epochs=10, objective={model.probe: loss})

        assert sim.loss(data, objective={model.probe: loss}) < before / 2
        np.testing.assert_allclose(sim.loss(data), sim.loss(data, objective={model.probe: loss}), rtol=1e-5)


def test_an_optimizer_of_tensorflow_1_is_refused_with_its_twin(model):
    with open_simulator(model) as sim, pytest.raises(ValidationError, match=r"keras\.optimizers\.RMSprop"):
        sim.compile(tf.compat.v1.train.RMSPropOptimizer(1e-3), loss="mse")


def test_parameters_have_names_a_person_can_read(model):
    with open_simulator(model) as sim:
        names = {parameter.name for parameter in sim.keras_model.values()}

        assert names == {"hidden/encoders", "hidden/bias", "hidden->output/weights"}
        assert {v.path for v in sim.keras_model.trainable_weights} == {
            "hidden/encoders", "hidden/bias", "hidden_to_output/weights",
        }  # fmt: skip


def test_saved_parameters_come_back_and_those_of_another_network_do_not(model, tmp_path):
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.Adam(0.02), loss="mse")
        sim.fit(model.x, model.y, epochs=2, verbose=0)
        file = sim.save_params(tmp_path / "weights")
        learned = sim.predict(model.x[:50])[model.probe]
    with open_simulator(model) as fresh:
        assert not np.allclose(fresh.predict(model.x[:50])[model.probe], learned)
        fresh.load_params(tmp_path / "weights")
        np.testing.assert_allclose(fresh.predict(model.x[:50])[model.probe], learned, atol=1e-6)

    other = regression(n_neurons=20)
    with open_simulator(other) as sim:
        before = sim.predict(other.x[:50])[other.probe]
        with pytest.raises(SimulationError, match=r"hidden/bias has shape \(30,\), not \(20,\)"):
            sim.load_params(file)
        np.testing.assert_array_equal(sim.predict(other.x[:50])[other.probe], before)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 truncated", b"\x80\x04K\x01.", b"text"])
def test_a_damaged_or_hostile_file_loads_nothing(model, tmp_path, content):
    file = tmp_path / "bad.npz"
    file.write_bytes(content)
    with open_simulator(model) as sim, pytest.raises(SimulationError, match="no parameters that can be read"):
        sim.load_params(file)


def test_a_frozen_network_gives_the_same_curve_in_nengo():
    model = regression(nengo.LIFRate(), nengo.Lowpass(0.005), dtype="float64")
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.Adam(0.001), loss="mse")
        sim.fit(np.repeat(model.x, 5, axis=1), np.repeat(model.y, 5, axis=1), epochs=2, verbose=0)
        sim.run_steps(30)
        sim.freeze_params(model.net)

    np.testing.assert_allclose(
        reference(model.net, 30).data[model.probe], sim.data[model.probe][0], atol=1e-10
    )
    np.testing.assert_allclose(
        simulate(model.net, 30).data[model.probe], sim.data[model.probe][0], atol=1e-10
    )


def test_early_stopping_and_checkpoints_work(model, tmp_path):
    file = tmp_path / "best.weights.h5"
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.Adam(0.02), loss="mse")
        sim.fit(
            model.x[:150],
            model.y[:150],
            validation_data=(model.x[150:], model.y[150:]),
            epochs=3,
            verbose=0,
            callbacks=[
                keras.callbacks.ModelCheckpoint(file, save_weights_only=True),
                keras.callbacks.EarlyStopping(patience=1),
            ],
        )
        learned = sim.predict(model.x[:50])[model.probe]
    with open_simulator(model) as fresh:
        fresh.keras_model.load_weights(file)

        np.testing.assert_allclose(fresh.predict(model.x[:50])[model.probe], learned, atol=1e-6)


def test_python_between_input_and_probe_is_refused_by_name():
    with nengo.Network() as net:
        source = nengo.Node([0.0])
        custom = nengo.Node(lambda t, x: x**2, size_in=1, label="square")
        ens = nengo.Ensemble(5, 1)
        nengo.Connection(source, custom)
        nengo.Connection(custom, ens)
        nengo.Probe(ens)
    with nengo_nb.Simulator(net, progress_bar=False) as sim, pytest.raises(SimulationError, match="square"):
        sim.compile("sgd", loss="mse")


def test_what_the_steps_are_too_few_to_reach_is_said_instead_of_training_nothing():
    model = regression(synapse=nengo.Lowpass(0.01))
    with open_simulator(model) as sim:
        sim.compile("sgd", loss="mse")
        with pytest.raises(
            SimulationError, match="no gradient reaches any parameter from answer within 1 step"
        ):
            sim.fit(model.x, model.y, verbose=0)


def names_of(sim) -> set[str]:
    values = sim.keras_model.variables_by_parameter
    return {parameter.name for parameter, variable in values.items() if variable.trainable}


def test_what_trains_is_chosen_by_network_class_and_object(model):
    with model.net:
        nengo_nb.configure_settings(trainable=None)
    config = model.net.config

    config[nengo.Ensemble].trainable = False
    with open_simulator(model) as sim:
        assert names_of(sim) == {"hidden->output/weights"}
    config[nengo.ensemble.Neurons].trainable = True
    with open_simulator(model) as sim:
        assert names_of(sim) == {"hidden/bias", "hidden->output/weights"}
    config[model.hidden].trainable = True
    config[model.net.all_connections[1]].trainable = False
    with open_simulator(model) as sim:
        assert names_of(sim) == {"hidden/encoders", "hidden/bias"}


def test_what_does_not_train_stays_as_it_is(model):
    with model.net:
        nengo_nb.configure_settings(trainable=False)
    model.net.config[model.hidden].trainable = True
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.Adam(0.02), loss="mse")
        before = {parameter.name: array for parameter, array in sim.keras_model.values().items()}
        sim.fit(model.x, model.y, verbose=0)
        after = {parameter.name: array for parameter, array in sim.keras_model.values().items()}

        np.testing.assert_array_equal(after["hidden->output/weights"], before["hidden->output/weights"])
        assert not np.allclose(after["hidden/encoders"], before["hidden/encoders"])


def test_smoothed_lif_neurons_learn_below_their_threshold():
    """Where all neurons are silent, only a smoothed rate has a gradient."""
    changes = {}
    for smoothing in (None, 0.1):
        with nengo.Network(seed=0) as net:
            nengo_nb.configure_settings(lif_smoothing=smoothing)
            source = nengo.Node([0.0])
            ens = nengo.Ensemble(5, 1, gain=np.ones(5), bias=np.full(5, 1.5), encoders=np.ones((5, 1)))
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


def test_a_loss_that_is_no_number_ends_training_with_the_weights_before_it(model):
    y = model.y.copy()
    y[120] = np.nan
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.Adam(0.02), loss="mse")
        with pytest.raises(
            SimulationError, match=r"loss of answer became NaN or infinite in epoch 1, minibatch 3"
        ):
            sim.fit(model.x, y, shuffle=False, epochs=3, verbose=0)
        stopped = sim.keras_model.values()
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.Adam(0.02), loss="mse")
        sim.fit(model.x[:100], model.y[:100], shuffle=False, verbose=0)
        good = {parameter.name: array for parameter, array in sim.keras_model.values().items()}

    for parameter, array in stopped.items():
        np.testing.assert_allclose(array, good[parameter.name], rtol=1e-6)


def test_a_reset_forgets_what_was_learned_or_keeps_it(model):
    with open_simulator(model) as sim:
        built = sim.predict(model.x)[model.probe]
        sim.compile(keras.optimizers.Adam(0.02), loss="mse")
        sim.fit(model.x, model.y, verbose=0)
        learned = sim.predict(model.x)[model.probe]

        sim.reset(include_trainable=False)
        np.testing.assert_array_equal(sim.predict(model.x)[model.probe], learned)
        sim.reset()
        np.testing.assert_array_equal(sim.predict(model.x)[model.probe], built)


def test_what_cannot_be_trained_can_still_predict():
    with nengo.Network() as net:
        source = nengo.Node([0.0])
        custom = nengo.Node(lambda t, x: x**2 + t, size_in=1)
        nengo.Connection(source, custom, synapse=None)
        probe = nengo.Probe(custom)
    x = np.random.RandomState(0).uniform(size=(5, 3, 1))
    with nengo_nb.Simulator(net, minibatch_size=2, progress_bar=False) as sim:
        found = sim.predict({source: x})[probe]

    np.testing.assert_allclose(found, x**2 + np.array([[[0.001], [0.002], [0.003]]]), rtol=1e-5)


def test_a_network_without_parameters_is_refused():
    with nengo.Network() as net:
        source = nengo.Node([0.0])
        probe = nengo.Probe(source)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.compile("sgd", loss="mse")
        with pytest.raises(ValidationError, match="nothing in this network can be trained"):
            sim.fit({source: np.zeros((2, 1, 1))}, {probe: np.zeros((2, 1, 1))})


@pytest.mark.parametrize(
    ("x", "y", "error", "message"),
    [
        (
            {"sauce": np.zeros((5, 1, 2))},
            np.zeros((5, 1, 1)),
            FeedError,
            "'sauce'.*Input nodes are: 'source'",
        ),
        (np.zeros((5, 2)), np.zeros((5, 1, 1)), FeedError, r"\(examples, n_steps, 2\) is needed"),
        (np.zeros((5, 1, 2)), None, FeedError, "y is needed"),
        (
            np.zeros((5, 1, 2)),
            {"quest": np.zeros((5, 1, 1))},
            ValidationError,
            "no probe 'quest'; there are answer",
        ),
        (None, np.zeros((5, 1, 1)), FeedError, "n_steps is needed"),
    ],
)
def test_data_that_do_not_fit_are_refused(model, x, y, error, message):
    with open_simulator(model) as sim:
        sim.compile("sgd", loss="mse")
        before = sim.keras_model.values()
        with pytest.raises(error, match=message):
            sim.fit(x, y, verbose=0)

        for parameter, array in sim.keras_model.values().items():
            np.testing.assert_array_equal(array, before[parameter])


def test_a_closed_simulator_learns_no_more(model):
    sim = simulate(model.net, 1)

    with pytest.raises(SimulatorClosed):
        sim.compile("sgd", loss="mse")
