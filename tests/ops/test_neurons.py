"""Neurons without random numbers step as Nengo's do, and their rates have exact derivatives."""

from __future__ import annotations

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.builder.neurons import SimNeurons
from nengo.builder.signal import Signal

from nengo_nb.ops import find_rule

from .reference import DT, Case, assert_agrees, group_of, random_case, run_nengo, run_rule

SIZES = (30, 1, 20)


def neurons(types, rng, sizes=SIZES):
    """One operator per neuron type, with a random state."""
    ops = []
    for neuron_type, n in zip(types, sizes, strict=True):
        state = neuron_type.make_state(n, rng=np.random.RandomState(rng.integers(1000)))
        signals = {
            k: v if isinstance(v, np.random.RandomState) else Signal(v) for k, v in state.items()
        }
        ops.append(SimNeurons(neuron_type, Signal(np.zeros(n)), Signal(np.zeros(n)), signals))
    return ops


RATES = [
    [nengo.RectifiedLinear(), nengo.RectifiedLinear(2), nengo.RectifiedLinear(0.5)],
    [nengo.Sigmoid(), nengo.Sigmoid(tau_ref=0.003), nengo.Sigmoid(tau_ref=1)],
    [nengo.Tanh(), nengo.Tanh(tau_ref=0.003), nengo.Tanh(tau_ref=1)],
    [nengo.LIFRate(), nengo.LIFRate(tau_rc=0.05, amplitude=0.1), nengo.LIFRate(tau_ref=0.001)],
    [
        nengo.AdaptiveLIFRate(),
        nengo.AdaptiveLIFRate(tau_n=0.1, inc_n=0.1),
        nengo.AdaptiveLIFRate(amplitude=3),
    ],
]

SPIKES = [
    [
        nengo.SpikingRectifiedLinear(),
        nengo.SpikingRectifiedLinear(2),
        nengo.SpikingRectifiedLinear(0.5),
    ],
    [nengo.LIF(), nengo.LIF(tau_rc=0.05, tau_ref=0.0042), nengo.LIF(amplitude=0.3, tau_rc=0.002)],
    [nengo.LIF(min_voltage=-1), nengo.LIF(min_voltage=-np.inf), nengo.LIF(tau_ref=0)],
    [
        nengo.AdaptiveLIF(),
        nengo.AdaptiveLIF(tau_n=0.1, inc_n=0.1),
        nengo.AdaptiveLIF(amplitude=3, min_voltage=-2),
    ],
    [
        nengo.RegularSpiking(nengo.LIFRate()),
        nengo.RegularSpiking(nengo.Tanh(), amplitude=2),
        nengo.RegularSpiking(nengo.Sigmoid()),
    ],
    [
        nengo.Izhikevich(),
        nengo.Izhikevich(reset_voltage=-50, reset_recovery=2, tau_recovery=0.1),
        nengo.Izhikevich(coupling=0.26),
    ],
]


def name(types):
    return type(types[0]).__name__


@pytest.mark.parametrize("types", RATES, ids=name)
def test_rates_are_nengos(types, rng):
    """Siblings with different parameters and sizes, computed as one."""
    assert_agrees(random_case(neurons(types, rng), rng, scale=3.0, n_steps=20))


@pytest.mark.parametrize("types", RATES[:1] + SPIKES[:1], ids=name)
def test_constant_currents_are_spread_over_the_batch(types, rng):
    """A current from a constant has no batch axis."""
    assert_agrees(
        random_case(neurons(types, rng), rng, constant=(0,), scale=3.0, n_steps=5), float32=None
    )


@pytest.mark.parametrize("types", SPIKES, ids=name)
def test_spikes_are_nengos(types, rng):
    """In float64: every spike in its step, every state to ten digits."""
    is_fast = name(types) in ("SpikingRectifiedLinear", "RegularSpiking")
    scale, offset = (300.0, 100.0) if is_fast else (4.0, 2.0)
    case = random_case(neurons(types, rng), rng, scale=scale, offset=offset, n_steps=200)

    expected = run_nengo(case)

    assert all(outputs[0].any() for outputs in expected), "a test without spikes tests nothing"
    assert_agrees(case, float32=None)


@pytest.mark.parametrize("types", SPIKES[:-1], ids=name)
def test_spikes_in_float32_come_in_the_same_step_or_the_next(types, rng):
    """Rounding may move a spike across the end of a step; nearly all stay, and their number
    does.
    """
    is_fast = name(types) in ("SpikingRectifiedLinear", "RegularSpiking")
    scale, offset = (300.0, 100.0) if is_fast else (1.0, 3.0)
    case = random_case(neurons(types, rng), rng, scale=scale, offset=offset, n_steps=200)

    for own, wanted in zip(run_rule(case, "float32"), run_nengo(case), strict=True):
        spikes, expected = own[0] * DT, wanted[0] * DT
        assert np.mean(np.abs(spikes - expected) > 1e-3) < 0.001
        np.testing.assert_allclose(
            spikes.sum(axis=1), expected.sum(axis=1), atol=1.01 * expected.max()
        )


def test_a_neuron_integrates_in_the_last_part_of_its_refractory_step(rng):
    """A LIF neuron's rate is the analytic one, which it would not be if refractory times
    were whole steps.
    """
    lif = nengo.LIF(tau_ref=0.00237)
    J = np.linspace(1.5, 20, 40)
    case = Case(neurons([lif], rng, (40,)), [[J]], n_steps=2000, batch=1)

    spikes = run_rule(case)[0][0][0].mean(axis=0)

    np.testing.assert_allclose(spikes, lif.rates(J, 1, 0).ravel(), atol=0.6)


def test_a_current_that_is_not_a_number_is_not_a_rate(rng):
    """It must not be taken for silence."""
    case = Case(
        neurons([nengo.LIFRate()], rng, (3,)), [[np.array([np.nan, 0.0, 2.0])]], n_steps=1, batch=1
    )

    rates = run_rule(case)[0][0][0, 0]

    assert np.isnan(rates[0])
    assert rates[1] == 0
    assert rates[2] > 0


def lif_derivative(J):
    """``tau_rc r^2 / (J (J - 1))`` above the threshold."""
    above = np.where(J > 1, J, 2.0)
    rate = 1 / (0.002 + 0.02 * np.log1p(1 / (above - 1)))
    return np.where(J > 1, 0.02 * rate**2 / (above * (above - 1)), 0)


DERIVATIVES = {
    nengo.RectifiedLinear(2): lambda J: 2.0 * (J > 0),
    nengo.Sigmoid(): lambda J: 400 * np.exp(-J) / (1 + np.exp(-J)) ** 2,
    nengo.Tanh(): lambda J: 400 / np.cosh(J) ** 2,
    nengo.LIFRate(): lif_derivative,
}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("neuron_type", DERIVATIVES, ids=lambda t: type(t).__name__)
def test_derivatives_of_rates_are_exact_and_finite(neuron_type, dtype, rng):
    """Also at the threshold, and just above it."""
    J = np.array([-5.0, 0.0, 0.5, 1.0, 1 + 1e-6, 1.01, 1.5, 3.0, 50.0], dtype=dtype)
    case = Case(
        neurons([neuron_type], rng, (len(J),)), [[np.zeros((1, 1, len(J)))]], n_steps=1, batch=1
    )
    step = find_rule(case.ops[0]).make_step(group_of(case, dtype))

    @tf.function(jit_compile=True)
    def derivative(J):
        with tf.GradientTape() as tape:
            tape.watch(J)
            (rates,) = step(J)
        return tape.gradient(rates, J)

    wanted = DERIVATIVES[neuron_type](J.astype("float64"))

    rtol, atol = (1e-10, 1e-10) if dtype == "float64" else (2e-5, 1e-4)
    np.testing.assert_allclose(
        derivative(tf.constant(J[np.newaxis]))[0], wanted, rtol=rtol, atol=atol
    )


@pytest.mark.parametrize("types", [*RATES[-1:], *SPIKES], ids=name)
def test_gradients_of_states_are_finite(types, rng):
    """No branch that is not taken spoils them."""
    case = random_case(neurons(types, rng), rng, scale=3.0, offset=1.0)
    rule = find_rule(case.ops[0])
    step = rule.make_step(group_of(case, "float32"))
    carried = [rule.signature(op).carried for op in case.ops]
    J = tf.constant(rng.standard_normal((2, sum(SIZES))) * 3 + 1, "float32")
    state = []
    for signals in zip(*carried, strict=True):
        initial = np.concatenate([signal.initial_value for signal in signals])
        state.append(tf.constant(np.tile(initial, (2, 1)), "float32"))

    @tf.function(jit_compile=True)
    def gradient(J, state):
        with tf.GradientTape() as tape:
            tape.watch((J, state))
            total = tf.add_n([tf.reduce_sum(result) for result in step(J, *state)])
        return tape.gradient(total, [J, *state])

    assert all(g is None or np.isfinite(g.numpy()).all() for g in gradient(J, state))
