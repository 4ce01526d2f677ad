"""The simulator learns."""

from __future__ import annotations

import keras
import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import SimulationError, SimulatorClosed, ValidationError

import nengo_nb
from nengo_nb.errors import FeedError

from .networks import open_simulator, regression, simulate


def test_fitting_lowers_the_loss_and_the_simulation_uses_what_was_learned(model):
    with open_simulator(model) as sim:
        sim.compile(
            keras.optimizers.Adam(0.02), loss={model.probe: "mse"}, metrics={model.probe: ["mae"]}
        )
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
        np.testing.assert_allclose(
            sim.data[model.probe], sim.predict(model.x[:50])[model.probe], atol=1e-6
        )


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


@pytest.mark.parametrize("probes", [1, 2])
def test_measures_have_the_name_of_their_probe_also_where_there_is_one(model, probes):
    with model.net:
        for _ in range(1, probes):
            nengo.Probe(model.output, label="other")
    with open_simulator(model) as sim:
        sim.compile("sgd", loss="mse", metrics=["mae"])

        found = sim.evaluate(model.x, [model.y] * probes, verbose=0)

        assert {"loss", "answer_loss", "answer_mae"} <= set(found)
        assert found["answer_loss"] == pytest.approx(found["loss"] / probes)
        if probes == 1:
            assert found["answer_mae"] == found["mae"]


def test_the_words_of_nengo_dl_2_work(model):
    def loss(outputs, targets):
        return tf.reduce_mean(tf.square(outputs - targets))

    data = {model.source: model.x, model.probe: model.y}
    with open_simulator(model) as sim:
        before = sim.loss(data, objective={model.probe: loss})
        sim.train(data, keras.optimizers.Adam(0.02), n_epochs=10, objective={model.probe: loss})

        assert sim.loss(data, objective={model.probe: loss}) < before / 2
        np.testing.assert_allclose(
            sim.loss(data), sim.loss(data, objective={model.probe: loss}), rtol=1e-5
        )


def test_a_soft_reset_begins_again_with_what_was_learned_and_recorded(model):
    with open_simulator(model) as sim:
        sim.train({model.source: model.x, model.probe: model.y}, keras.optimizers.Adam(0.02))
        learned = sim.predict(model.x)[model.probe]
        sim.run_steps(3)

        with pytest.warns(DeprecationWarning, match="soft_reset is deprecated: use reset"):
            sim.soft_reset()
        kept = (sim.n_steps, sim.data[model.probe].shape[1])
        np.testing.assert_array_equal(sim.predict(model.x)[model.probe], learned)
        with pytest.warns(DeprecationWarning, match="soft_reset"):
            sim.soft_reset(include_trainable=True, include_probes=True)

        assert kept == (0, 3)
        assert sim.data[model.probe].size == 0
        assert not np.allclose(sim.predict(model.x)[model.probe], learned)


def test_an_optimizer_of_tensorflow_1_is_refused_with_its_twin(model):
    with (
        open_simulator(model) as sim,
        pytest.raises(ValidationError, match=r"keras\.optimizers\.RMSprop"),
    ):
        sim.compile(tf.compat.v1.train.RMSPropOptimizer(1e-3), loss="mse")


@pytest.mark.parametrize("method", ["fit", "evaluate"])
def test_learning_without_a_loss_says_what_comes_first(model, method):
    with open_simulator(model) as sim, pytest.raises(ValidationError, match=r"call sim\.compile"):
        getattr(sim, method)({model.source: model.x}, {model.probe: model.y})


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

        np.testing.assert_array_equal(
            after["hidden->output/weights"], before["hidden->output/weights"]
        )
        assert not np.allclose(after["hidden/encoders"], before["hidden/encoders"])


def test_a_loss_that_is_no_number_ends_training_with_the_weights_before_it(model):
    y = model.y.copy()
    y[120] = 1e30  # its square is too large for float32
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
