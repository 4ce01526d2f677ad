"""Minibatches that come often are predicted in one program, and are what they were."""

import nengo
import numpy as np
import pytest

import nengo_nb
from tests.costs import change_costs

STEPS, BATCH, MANY = 12, 4, 5


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch):
    change_costs(monkeypatch, many_minibatches=MANY)


def network(neurons, rule=None):
    with nengo.Network(seed=0) as net:
        net.node = nengo.Node(np.zeros(2))
        ens = nengo.Ensemble(20, 2, neuron_type=neurons)
        out = nengo.Node(size_in=2)
        nengo.Connection(net.node, ens)
        learned = nengo.Connection(ens, out, learning_rule_type=rule)
        if rule is not None:
            nengo.Connection(out, learned.learning_rule)
        nengo.Probe(ens.neurons, label="spikes")
        nengo.Probe(out, synapse=0.01, label="filtered")
        if rule is not None:
            nengo.Probe(learned, "weights", label="weights")
    return net


def predict(net, many):
    """The last of many minibatches, the very last of which is smaller, and the simulator's
    own state untouched.
    """
    x = np.random.RandomState(0).uniform(-1, 1, (BATCH * many - 1, STEPS, 2))
    with nengo_nb.Simulator(net, minibatch_size=BATCH, progress_bar=False) as sim:
        found = sim.predict({net.node: x})
        assert sim.n_steps == 0
        in_one = (
            sim._parts.predictor.minibatches[STEPS] > MANY
            and sim._parts.predictor.whole_run is not None
        )
    return {probe.label: array[-7:] for probe, array in found.items()}, in_one, x[-7:]


@pytest.mark.parametrize(
    ("neurons", "dtype"),
    [
        (nengo.LIF(), "float32"),
        (nengo.AdaptiveLIF(), "float32"),
        (nengo.SpikingRectifiedLinear(), "float32"),
        # Its rates of 400 are rounded in float32 by more than the bound, as processors differ.
        (nengo.Tanh(), "float64"),
    ],
)
def test_what_comes_often_is_predicted_in_one_program_and_is_the_same(neurons, dtype):
    net = network(neurons)
    with net:
        nengo_nb.configure_settings(dtype=dtype)
    often, in_one, x = predict(net, MANY + 2)

    with nengo_nb.Simulator(net, minibatch_size=BATCH, progress_bar=False) as sim:
        seldom = {probe.label: array for probe, array in sim.predict({net.node: x}).items()}

    assert in_one
    for label, array in seldom.items():
        np.testing.assert_allclose(often[label], array, rtol=1e-5, atol=1e-5)


def test_an_input_that_stands_still_is_predicted_like_any_other():
    rng = np.random.RandomState(0)
    with nengo.Network(seed=0) as net:
        picture, moving = nengo.Node(np.zeros(64)), nengo.Node([0])
        hidden = nengo.Ensemble(512, 1, neuron_type=nengo.LIF())
        nengo.Connection(
            picture, hidden.neurons, transform=rng.normal(size=(512, 64)), synapse=None
        )
        nengo.Connection(moving, hidden, synapse=None)
        for label, target in {"seen": picture, "moved": moving, "spikes": hidden.neurons}.items():
            nengo.Probe(target, label=label)
    x = {
        picture: np.repeat(rng.uniform(-1, 1, (BATCH, 1, 64)), 20, axis=1),
        moving: rng.uniform(-1, 1, (BATCH, 20, 1)),
    }
    with nengo_nb.Simulator(net, minibatch_size=BATCH, progress_bar=False) as sim:
        seldom = sim.predict(x)
        often = sim.predict({node: np.tile(array, (MANY, 1, 1)) for node, array in x.items()})
        in_one = sim._parts.predictor.whole_run is not None

    assert in_one
    for probe, array in seldom.items():
        np.testing.assert_allclose(often[probe][-BATCH:], array, rtol=1e-5, atol=1e-5)


def test_a_network_with_nothing_that_moves_still_moves():
    net = network(nengo.LIF())
    x = np.repeat(np.random.RandomState(0).uniform(-1, 1, (BATCH, 1, 2)), STEPS, axis=1)

    with nengo_nb.Simulator(net, minibatch_size=BATCH, progress_bar=False) as sim:
        seldom = sim.predict({net.node: x})
        often = sim.predict({net.node: np.tile(x, (MANY, 1, 1))})

    for probe, array in seldom.items():
        assert array.shape[1] == STEPS
        np.testing.assert_allclose(often[probe][-BATCH:], array, rtol=1e-5, atol=1e-5)


def test_weights_that_are_learned_while_it_runs_begin_anew_for_each_example():
    net = network(nengo.LIF(), nengo.PES())
    often, in_one, x = predict(net, MANY + 2)

    with nengo_nb.Simulator(net, minibatch_size=BATCH, progress_bar=False) as sim:
        seldom = {probe.label: array for probe, array in sim.predict({net.node: x}).items()}

    assert in_one
    assert np.ptp(often["weights"][:, -1] - often["weights"][:, 0]) > 0
    for label, array in seldom.items():
        np.testing.assert_allclose(often[label], array, rtol=1e-4, atol=1e-5)


def test_what_needs_random_numbers_or_python_goes_on_as_before():
    net = network(nengo.StochasticSpiking(nengo.LIFRate()))

    _, in_one, _ = predict(net, MANY + 2)

    assert not in_one


def test_minibatches_that_come_seldom_are_not_compiled_for():
    _, in_one, _ = predict(network(nengo.LIF()), 3)

    assert not in_one
