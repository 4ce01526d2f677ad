"""In training with spikes, neurons fire as ever, and have the derivatives that were chosen."""

from __future__ import annotations

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.builder import Model

import nengo_nb.objects.rules  # noqa: F401 - registers the rule of SpikingLeakyReLU
from nengo_nb.objects.neurons import SpikingLeakyReLU
from nengo_nb.ops import ExecutionMode, Gradients, Group, find_rule
from nengo_nb.plan.signature import Layout
from nengo_nb.surrogates import SURROGATES, FastSigmoid

from .reference import DT

SPIKING = [
    nengo.LIF(),
    nengo.AdaptiveLIF(tau_n=0.02),
    nengo.SpikingRectifiedLinear(),
    SpikingLeakyReLU(0.5),
    nengo.RegularSpiking(nengo.Tanh()),
    nengo.RegularSpiking(nengo.LIFRate()),
    nengo.StochasticSpiking(nengo.LIFRate()),
    nengo.PoissonSpiking(nengo.LIFRate()),
    nengo.Izhikevich(),
]
N = 20


def group_and_op(neuron_type, surrogate):
    """One ensemble's operator, and the group of it alone."""
    with nengo.Network(seed=0) as net:
        ens = nengo.Ensemble(N, 1, neuron_type=neuron_type)
    model = Model(dt=DT)
    model.build(net)
    (op,) = (
        o for o in model.operators if getattr(o, "output", None) is model.sig[ens.neurons]["out"]
    )
    group = Group(
        (op,), Layout.ELEMENTWISE, (N,), (False,), DT, "float64", 3, Gradients(surrogate=surrogate)
    )
    return group, op


def run(group, op, mode, inputs):
    """Outputs and states over time, with the derivative of all outputs by the inputs."""
    rule = find_rule(op, mode)
    step = rule.make_step(group)
    states = [tf.constant(np.tile(s.initial_value, (3, 1))) for s in rule.signature(op).carried]
    given = tf.constant(inputs)
    outputs = []
    with tf.GradientTape() as tape:
        tape.watch(given)
        for k in range(len(inputs)):
            counter = {"counter": tf.constant(k + 1, tf.int64)} if rule.uses_counter else {}
            output, *states = step(given[k], *states, **counter)
            outputs.append(output)
        total = tf.add_n([tf.reduce_sum(o) for o in outputs])
    return np.array(outputs), [s.numpy() for s in states], tape.gradient(total, given)


@pytest.mark.parametrize("surrogate", ["rate", FastSigmoid()], ids=["rate", "fast_sigmoid"])
@pytest.mark.parametrize("neuron_type", SPIKING, ids=str)
def test_neurons_fire_in_training_exactly_as_they_do_without(neuron_type, surrogate, rng):
    group, op = group_and_op(neuron_type, surrogate)
    scale = 100 if isinstance(neuron_type, nengo.SpikingRectifiedLinear | SpikingLeakyReLU) else 10
    inputs = scale * rng.standard_normal((40, 3, N)) + (200 if scale == 100 else 5)
    if isinstance(neuron_type, nengo.neurons.RatesToSpikesNeuronType):
        inputs = np.abs(inputs) * 20

    wanted, states, _ = run(group, op, ExecutionMode.RUN, inputs)
    found, trained, gradient = run(group, op, ExecutionMode.SPIKES, inputs)

    np.testing.assert_allclose(found, wanted, atol=1e-9)
    for state, other in zip(trained, states, strict=True):
        np.testing.assert_allclose(state, other, atol=1e-9)
    assert (wanted != 0).any()
    assert np.abs(gradient).max() > 0
    assert np.isfinite(gradient).all()


def test_a_voltage_below_the_threshold_has_the_surrogate_s_derivative():
    """In one step of a LIF neuron ``dv/dJ = 1 - exp(-dt / tau)``, and a spike is ``1 / dt``
    high.
    """
    surrogate = FastSigmoid(slope=3.0)
    group, op = group_and_op(nengo.LIF(tau_rc=0.02), surrogate)
    inputs = np.linspace(0, 19, 3 * N).reshape(1, 3, N)

    outputs, _, gradient = run(group, op, ExecutionMode.SPIKES, inputs)

    charge, start = 1 - np.exp(-DT / 0.02), op.state["voltage"].initial_value
    voltage = start + (inputs - start) * charge
    np.testing.assert_array_equal(outputs > 0, voltage > 1)
    np.testing.assert_allclose(gradient, surrogate(voltage - 1) * charge / DT, rtol=1e-9)


def test_by_the_rate_a_neuron_has_the_derivative_of_its_rate():
    group, op = group_and_op(nengo.LIF(), "rate")
    inputs = np.linspace(2, 19, 3 * N).reshape(1, 3, N)

    _, _, gradient = run(group, op, ExecutionMode.SPIKES, inputs)
    _, _, wanted = run(group, op, ExecutionMode.RATES, inputs)

    np.testing.assert_allclose(gradient, wanted, rtol=1e-9)


def test_random_spikes_have_the_derivative_of_their_expected_number():
    group, op = group_and_op(nengo.PoissonSpiking(nengo.LIFRate(), amplitude=2), FastSigmoid())

    _, _, gradient = run(group, op, ExecutionMode.SPIKES, np.full((1, 3, N), 100.0))

    np.testing.assert_allclose(gradient, 2)


@pytest.mark.parametrize("name", [name for name in SURROGATES if name != "rate"])
def test_a_surrogate_is_highest_at_the_threshold_and_symmetric(name):
    x = tf.constant(np.linspace(0, 3, 50))
    found = SURROGATES[name](x).numpy()

    assert found[0] == 1
    assert (np.diff(found) <= 0).all()
    np.testing.assert_allclose(SURROGATES[name](-x), found)
