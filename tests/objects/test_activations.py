"""Activations of Keras as neuron types: their values and slopes, in Nengo and compiled."""

from __future__ import annotations

import pickle

import keras
import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import ValidationError

import nengo_nb.objects.rules  # noqa: F401 - registers the rules
from nengo_nb.objects import activations as rates
from nengo_nb.ops import find_rule
from tests.objects.test_neurons import rule_step
from tests.ops.reference import assert_agrees, random_case
from tests.ops.test_neurons import neurons
from tests.simulator.networks import assert_as_nengo, channel

K = keras.activations

KERAS = [
    (rates.ClippedReLU(6.0), K.relu6),
    (rates.ClippedReLU(0.7, 0.1, 0.3), lambda x: K.relu(x, 0.1, 0.7, 0.3)),
    (rates.ELU(0.5), lambda x: K.elu(x, 0.5)),
    (rates.ELU(1.6732632423543772, scale=1.0507009873554805), K.selu),
    (rates.ELU(2.0, width=2.0), lambda x: keras.ops.celu(x, 2.0)),
    (rates.GELU(), K.gelu),
    (rates.GELU(approximate=True), lambda x: K.gelu(x, approximate=True)),
    (rates.SiLU(), K.silu),
    (rates.Mish(), K.mish),
    (rates.Softplus(), K.softplus),
    (rates.LogSigmoid(), K.log_sigmoid),
    (rates.Softsign(), K.softsign),
    (rates.Exponential(), K.exponential),
    (rates.HardSigmoid(), K.hard_sigmoid),
    (rates.HardSiLU(), K.hard_silu),
    (rates.Softmax(8), K.softmax),
]
IDS = [repr(neuron_type) for neuron_type, _ in KERAS]

CURRENTS = np.array([-60.0, -3.5, -0.6, -0.01, 0.02, 0.5, 2.5, 30.0])


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize(("neuron_type", "activation"), KERAS, ids=IDS)
def test_rates_and_slopes_are_those_of_keras(neuron_type, activation, rng):
    step = rule_step([neuron_type], CURRENTS, rng, "float64")
    stacked = isinstance(neuron_type, rates.Softmax)
    J = tf.constant(CURRENTS[np.newaxis, np.newaxis] if stacked else CURRENTS[np.newaxis])

    with tf.GradientTape(persistent=True) as tape:
        tape.watch(J)
        (found,), wanted = step(J), activation(J)

    np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-12)
    slopes = tape.gradient(found, J), tape.gradient(wanted, J)
    np.testing.assert_allclose(*slopes, rtol=1e-5, atol=1e-6)
    assert np.isfinite(slopes[0]).all()


@pytest.mark.parametrize(("neuron_type", "activation"), KERAS, ids=IDS)
def test_nengos_step_gives_the_same(neuron_type, activation):
    found = np.zeros_like(CURRENTS)

    neuron_type.step(0.001, CURRENTS, found)

    np.testing.assert_allclose(found, activation(CURRENTS[np.newaxis])[0], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("neuron_type", [rates.GELU(), rates.Softmax(8)], ids=repr)
def test_compiled_they_step_as_their_numpy_step_does(neuron_type, rng):
    case = random_case(neurons([neuron_type], rng, (8,)), rng, scale=3.0, n_steps=10)

    assert_agrees(case, float32=1e-5)


def test_a_softmax_is_over_its_own_neurons_where_ensembles_are_merged():
    """Nengo's optimizer and our plan put ensembles of one type side by side."""
    with nengo.Network() as net:
        x = nengo.Node(np.arange(12.0) ** 2)
        for i, n_classes in enumerate((3, 3, 6)):
            ens = nengo.Ensemble(
                6, 1, gain=np.ones(6), bias=np.zeros(6), neuron_type=rates.Softmax(n_classes)
            )
            nengo.Connection(x[3 * i : 3 * i + 6], ens.neurons, synapse=None, transform=0.1)
            nengo.Probe(ens.neurons)

    assert_as_nengo(net, atol=1e-6)


@pytest.mark.parametrize("neuron_type", [rates.ELU(), rates.SiLU()], ids=repr)
def test_a_network_of_them_is_nengos(neuron_type):
    assert_as_nengo(channel(neuron_type, dtype="float64").net, atol=1e-10)


def test_types_with_other_parameters_are_other_groups(rng):
    one, other = (
        neurons([neuron_type], rng, (3,))[0] for neuron_type in (rates.ELU(0.5), rates.ELU(1.0))
    )

    kind = find_rule(one).kind

    assert kind(one) != kind(other)
    assert kind(one) == kind(neurons([rates.ELU(0.5)], rng, (3,))[0])


def test_they_print_themselves_and_are_pickled():
    neuron_type = rates.ClippedReLU(max_value=2.0)

    assert repr(neuron_type) == "ClippedReLU(max_value=2.0)"
    assert pickle.loads(pickle.dumps(neuron_type)) == neuron_type


@pytest.mark.parametrize(
    "make", [lambda: rates.ELU(width=0), lambda: rates.Softmax(0), lambda: rates.ClippedReLU("6")]
)
def test_a_parameter_that_cannot_be_is_refused(make):
    with pytest.raises(ValidationError):
        make()
