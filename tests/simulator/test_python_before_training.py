"""Python in front of what is trained: it is evaluated as data, and no gradient passes it."""

from __future__ import annotations

import keras
import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import SimulationError, ValidationError

import nengo_nb
from nengo_nb.errors import GradientWarning

from .networks import open_simulator, regression

STEPS = 6


def double(x):
    return 2 * x


def behind(model, build):
    """A network whose source goes through what a function builds before it reaches the
    hidden layer.
    """
    with model.net:
        (direct,) = [c for c in model.net.connections if c.pre_obj is model.source]
        model.net.connections.remove(direct)
        build(model.source, model.hidden)
    return model


def node_function(source, target):
    node = nengo.Node(lambda t, x: 2 * x, size_in=2, label="doubling")
    nengo.Connection(source, node, synapse=None)
    nengo.Connection(node, target, synapse=None)


def connection_function(source, target):
    nengo.Connection(source, target, function=double, synapse=None)


def filtered_input(source, target):
    """The first of two steps of a synapse, which has a state."""
    node = nengo.Node(lambda t, x: 4 * x, size_in=2)
    nengo.Connection(source, node, synapse=0.004)
    nengo.Connection(node, target, synapse=None)


def spikes(source, target):
    ens = nengo.Ensemble(20, 2, label="front")
    node = nengo.Node(lambda t, x: 2 * x, size_in=2, label="doubling")
    nengo.Connection(source, ens, synapse=None)
    nengo.Connection(ens, node, synapse=0.004)
    nengo.Connection(node, target, synapse=None)


def loop(source, target):
    """In a circle with itself."""
    node = nengo.Node(lambda t, x: 0.5 * x, size_in=2)
    nengo.Connection(source, node, synapse=None)
    nengo.Connection(node, node, synapse=0.002)
    nengo.Connection(node, target, synapse=None)


def two_in_a_row(source, target):
    first, second = (nengo.Node(lambda t, x: 1.4 * x, size_in=2) for _ in range(2))
    nengo.Connection(source, first, synapse=None)
    nengo.Connection(first, second, synapse=None)
    nengo.Connection(second, target, synapse=None)


@pytest.mark.parametrize("n_steps", [1, STEPS])
@pytest.mark.parametrize(
    "build", [node_function, connection_function, filtered_input, loop, two_in_a_row]
)
def test_training_evaluates_it_as_the_simulation_does(build, n_steps):
    """With rate neurons the loss of an epoch without learning is the one that is evaluated."""
    model = behind(regression(nengo.LIFRate(), n_steps=n_steps), build)
    x, y = model.x[:100], model.y[:100]
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.SGD(0.0), loss="mse")
        trained = sim.fit(x, y, verbose=0).history["loss"][0]
        evaluated = sim.evaluate(x, y, verbose=0)["loss"]

    assert trained == pytest.approx(evaluated, rel=1e-4)


@pytest.mark.parametrize("build", [node_function, connection_function])
def test_what_is_behind_it_learns_the_same_as_from_its_data(build):
    python = behind(regression(), build)
    plain = regression()
    biases = []
    for model, x in ((python, python.x), (plain, 2 * plain.x)):
        model.hidden.seed = 3
        with open_simulator(model) as sim:
            sim.compile(keras.optimizers.SGD(0.05), loss="mse")
            losses = sim.fit(x, model.y, epochs=5, shuffle=False, verbose=0).history["loss"]
            biases.append(sim.data[model.hidden].bias)

            assert losses[-1] < losses[0]

    np.testing.assert_allclose(biases[0], biases[1], rtol=1e-4, atol=1e-6)


def test_spikes_in_front_of_it_are_trained_as_rates_and_stay_as_they_are():
    model = behind(regression(nengo.LIFRate(), n_steps=STEPS), spikes)
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.Adam(1e-3), loss="mse")
        before = sim.keras_model.values()
        with pytest.warns(
            GradientWarning,
            match=r"front/encoders \(<Node 'doubling'> runs in Python and has no gradient",
        ):
            losses = sim.fit(model.x, model.y, epochs=4, verbose=0).history["loss"]

        assert losses[-1] < losses[0]
        changed = {
            p.name for p, array in sim.keras_model.values().items() if (array != before[p]).any()
        }
        assert "hidden/bias" in changed
        assert not any(name.startswith("front") for name in changed)


def test_in_windows_of_time_it_goes_on():
    model = behind(regression(nengo.LIFRate(), n_steps=STEPS), filtered_input)
    losses = []
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.SGD(0.0), loss="mse")
        for truncation in (None, 2):
            history = sim.fit(model.x, model.y, shuffle=False, truncation=truncation, verbose=0)
            losses.append(history.history["loss"])

    assert losses[1] == pytest.approx(losses[0], rel=1e-4)


def test_every_minibatch_begins_at_the_start_also_a_smaller_last_one():
    def build(source, target):
        node = nengo.Node(lambda t, x: x * (t > 0.0015), size_in=2)
        nengo.Connection(source, node, synapse=None)
        nengo.Connection(node, target, synapse=None)

    model = behind(regression(nengo.LIFRate(), n_steps=2), build)
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.SGD(0.0), loss="mse")
        first, second = sim.fit(model.x, model.y, epochs=2, shuffle=False, verbose=0).history[
            "loss"
        ]

        assert first == pytest.approx(second, rel=1e-6)
        assert first == pytest.approx(sim.evaluate(model.x, model.y, verbose=0)["loss"], rel=1e-4)


def test_an_operator_without_a_rule_in_front_of_it_is_data_too():
    class Doubled(nengo.LIFRate):
        def step(self, dt, J, output):
            super().step(dt, J, output)
            output *= 2

    def build(source, target):
        ens = nengo.Ensemble(10, 2, neuron_type=Doubled(), label="own")
        nengo.Connection(source, ens, synapse=None)
        nengo.Connection(ens, target, synapse=None)

    model = behind(regression(nengo.LIFRate()), build)
    with pytest.warns(nengo_nb.errors.PythonStepWarning):
        sim = open_simulator(model)
    with sim:
        sim.compile(keras.optimizers.Adam(1e-3), loss="mse")
        with pytest.warns(
            GradientWarning, match=r"own/bias \(.* runs in Python and has no gradient"
        ):
            losses = sim.fit(model.x, model.y, epochs=4, verbose=0).history["loss"]

    assert losses[-1] < losses[0]


def test_gradients_behind_it_are_those_of_differences_and_minibatches_can_be_trained():
    model = behind(regression(nengo.LIFRate(), n_steps=2, dtype="float64"), node_function)
    with open_simulator(model, minibatch_size=5) as sim:
        with pytest.warns(GradientWarning, match="No gradient passes through <Node 'doubling'>"):
            results = sim.check_gradients()

        assert np.abs(results["answer"]["hidden/bias"][0]).max() > 0
        np.testing.assert_array_equal(results["answer"]["source"][0], 0)
        sim.compile(keras.optimizers.SGD(0.05), loss="mse")
        sim.keras_model.train_on_batch(model.x[:5], model.y[:5])
        outputs = sim.keras_model({"source": tf.constant(model.x[:5])})["answer"].numpy()
        np.testing.assert_allclose(outputs, sim.predict(model.x[:5])[model.probe], rtol=1e-4)


def test_where_nothing_is_behind_it_training_is_refused_by_name():
    with nengo.Network(seed=0) as net:
        source = nengo.Node([0.0], label="source")
        ens = nengo.Ensemble(10, 1, neuron_type=nengo.LIFRate(), label="ens")
        node = nengo.Node(lambda t, x: x, size_in=1, label="last")
        nengo.Connection(source, ens, synapse=None)
        nengo.Connection(ens, node, synapse=None)
        probe = nengo.Probe(node)
    with nengo_nb.Simulator(net, minibatch_size=2, progress_bar=False) as sim:
        sim.compile("sgd", loss="mse")
        with pytest.raises(
            SimulationError, match="<Node 'last'> runs in Python and has no gradient"
        ):
            sim.fit({source: np.zeros((2, 1, 1))}, {probe: np.zeros((2, 1, 1))}, verbose=0)


def test_from_state_to_state_it_is_refused_by_name():
    model = behind(regression(nengo.LIFRate(), n_steps=2), node_function)
    with open_simulator(model) as sim:
        sim.compile("sgd", loss="mse")
        with pytest.raises(
            ValidationError, match="<Node 'doubling'> runs in Python.*leave stateful out"
        ):
            sim.fit(model.x[:50], model.y[:50], stateful=True, verbose=0)


def test_a_keras_model_with_python_is_not_traced():
    model = behind(regression(nengo.LIFRate()), node_function)
    with open_simulator(model) as sim:
        sim.compile("sgd", loss="mse")
        with pytest.raises(SimulationError, match=r"cannot be called in a tf\.function"):
            tf.function(lambda x: sim.keras_model({"source": x}), autograph=False)(
                tf.constant(model.x[:5])
            )
