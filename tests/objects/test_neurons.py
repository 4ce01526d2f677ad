"""The neuron types of our own run in Nengo, run here, and have exact derivatives."""

from __future__ import annotations

import pickle
from decimal import Decimal, localcontext

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import ValidationError

import nengo_nb
import nengo_nb.objects.rules
from nengo_nb.objects.neurons import LeakyReLU, SoftLIFRate, SpikingLeakyReLU
from nengo_nb.ops import ExecutionMode, find_rule
from tests.ops.reference import Case, assert_agrees, group_of, random_case, run_nengo, run_rule
from tests.ops.test_neurons import name, neurons
from tests.simulator.networks import assert_as_nengo, channel

RATES = [
    [SoftLIFRate(), SoftLIFRate(0.02, tau_rc=0.05, amplitude=0.1), SoftLIFRate(3e5, tau_ref=0)],
    [LeakyReLU(), LeakyReLU(0, amplitude=3), LeakyReLU(-2)],
]
SPIKES = [SpikingLeakyReLU(), SpikingLeakyReLU(2, amplitude=0.3), SpikingLeakyReLU(-1)]


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def rule_step(neuron_types, J, rng, dtype, mode=ExecutionMode.RUN):
    """The step of a group with as many neurons of each type as there are currents."""
    n = len(J)
    ops = neurons(neuron_types, rng, (n,) * len(neuron_types))
    case = Case(ops, [[np.zeros((1, 1, n))]] * len(ops), n_steps=1, batch=1)
    return find_rule(ops[0], mode).make_step(group_of(case, dtype))


@pytest.mark.parametrize("types", [*RATES, SPIKES], ids=name)
def test_they_step_as_their_numpy_step_does(types, rng):
    """Siblings with different parameters and sizes, computed as one."""
    scale = 600.0 if types is SPIKES else 3.0
    case = random_case(neurons(types, rng), rng, scale=scale, n_steps=100)

    assert all(outputs[0].any() for outputs in run_nengo(case))
    assert_agrees(case, float32=None if types is SPIKES else 1e-5)


@pytest.mark.parametrize("neuron_type", [SoftLIFRate(), LeakyReLU(), SpikingLeakyReLU()], ids=repr)
def test_a_network_of_them_is_nengos(neuron_type):
    assert_as_nengo(channel(neuron_type, dtype="float64").net, atol=1e-10)


def soft_rate_and_slope(J, sigma):
    """The formula of Hunsberger & Eliasmith and a difference quotient, in a thousand digits."""
    with localcontext(prec=1000):
        h = sigma * Decimal(10) ** -200

        def rate(current):
            j = sigma * (1 + ((current - 1) / sigma).exp()).ln()
            return 1 / (Decimal("0.002") + Decimal("0.02") * (1 + 1 / j).ln())

        return rate(J), (rate(J + h) - rate(J - h)) / (2 * h)


SIGMAS = [1e-3, 0.02, 1.0, 30.0, 1e6]


@pytest.mark.parametrize("sigma", SIGMAS)
def test_a_soft_rate_and_its_slope_are_those_of_the_formula(sigma, rng):
    """Against the formula in as many digits as it takes, also where a softplus is zero in
    64 bits.
    """
    J = 1 + sigma * np.array([-900, -100, -15.1, -15, -14.9, -1, 0, 1, 40, 700])
    step = rule_step([SoftLIFRate(sigma)], J, rng, "float64")

    with tf.GradientTape() as tape:
        currents = tf.constant(J[np.newaxis])
        tape.watch(currents)
        (rates,) = step(currents)
    slopes = tape.gradient(rates, currents)[0]

    exact = [soft_rate_and_slope(Decimal(current), Decimal(sigma)) for current in J.tolist()]
    wanted, wanted_slopes = np.array(exact, dtype=float).T
    np.testing.assert_allclose(rates[0], wanted, rtol=1e-10)
    np.testing.assert_allclose(slopes, wanted_slopes, rtol=1e-8)
    np.testing.assert_allclose(SoftLIFRate(sigma).rates(J, [1], [0])[:, 0], wanted, rtol=1e-10)


@pytest.mark.parametrize("neuron_type", [*map(SoftLIFRate, SIGMAS), LeakyReLU(0.1)], ids=repr)
def test_slopes_are_those_of_finite_differences(neuron_type, rng):
    J = 1 + getattr(neuron_type, "sigma", 1.0) * np.array(
        [-30, -15.5, -14.5, -3, -0.5, 0, 0.4, 2, 9, 25.0]
    )
    step = rule_step([neuron_type], J, rng, "float64")

    slopes, numeric = tf.test.compute_gradient(
        lambda x: step(x)[0], [tf.constant(J[np.newaxis])], delta=1e-5 * np.ptp(J)
    )

    np.testing.assert_allclose(
        slopes[0], numeric[0], rtol=1e-3, atol=1e-6 * np.abs(numeric[0]).max()
    )


@pytest.mark.parametrize("sigma", SIGMAS)
def test_in_float32_no_current_makes_a_rate_or_slope_infinite(sigma, rng):
    J = np.array([-1e30, -1e4, -100, -1, 0, 0.9, 1, 1.1, 2, 100, 1e4, 1e30], "float32")
    step = rule_step([SoftLIFRate(sigma)], J, rng, "float32")

    @tf.function(jit_compile=True)
    def both(J):
        with tf.GradientTape() as tape:
            tape.watch(J)
            (rates,) = step(J)
        return rates, tape.gradient(rates, J)

    rates, slopes = (t[0].numpy() for t in both(tf.constant(J[np.newaxis])))

    assert np.isfinite(rates).all()
    assert np.isfinite(slopes).all()
    assert (slopes >= 0).all()
    np.testing.assert_allclose(
        rates, SoftLIFRate(sigma).rates(J, [1], [0])[:, 0], rtol=1e-4, atol=1e-4
    )


def test_a_soft_rate_is_a_lif_rate_far_from_the_threshold():
    J = np.array([-5.0, 0.0, 0.5, 1.5, 5.0, 100.0])

    soft, sharp = SoftLIFRate(1e-3).rates(J, [1], [0]), nengo.LIFRate().rates(J, [1], [0])

    np.testing.assert_allclose(soft[3:], sharp[3:], rtol=1e-6)
    assert (soft[:3] < 1.0).all()


def test_a_leaky_slope_is_one_of_its_two_slopes_at_zero(rng):
    J = np.array([-1.0, -1e-30, 0.0, 1e-30, 1.0])
    step = rule_step([LeakyReLU(0.2, amplitude=3)], J, rng, "float64")

    with tf.GradientTape() as tape:
        currents = tf.constant(J[np.newaxis])
        tape.watch(currents)
        (rates,) = step(currents)

    np.testing.assert_allclose(tape.gradient(rates, currents)[0], [0.6, 0.6, 0.6, 3, 3])


def test_the_number_of_spikes_is_unbiased_for_either_sign(rng):
    """The mean over neurons that start anywhere is the rate, even in the first steps."""
    n = 4000
    ops = neurons([SpikingLeakyReLU(0.5, amplitude=2)] * 2, rng, (n, n))
    currents = [np.full(n, 130.0), np.full(n, -130.0)]
    case = Case(ops, [[J] for J in currents], n_steps=5, batch=1)

    up, down = (outputs[0][0].mean() for outputs in run_rule(case))

    assert up == pytest.approx(260, abs=15)
    assert down == pytest.approx(-130, abs=15)


def test_spikes_are_trained_by_their_rates(rng):
    J = np.array([-10.0, 0.0, 10.0])
    step = rule_step(
        [SpikingLeakyReLU(0.5, amplitude=2)], J, rng, "float64", mode=ExecutionMode.RATES
    )

    (rates,) = step(tf.constant(J[np.newaxis]))

    np.testing.assert_allclose(rates, [[-10, 0, 20]])
    np.testing.assert_allclose(
        SpikingLeakyReLU(0.5, amplitude=2).rates(J, [1], [0])[:, 0], rates[0]
    )


@pytest.mark.parametrize("neuron_type", [LeakyReLU(), SpikingLeakyReLU()], ids=repr)
def test_max_rates_and_intercepts_are_kept(neuron_type):
    rates, intercepts = np.array([100.0, 250.0]), np.array([-0.5, 0.3])

    gain, bias = neuron_type.gain_bias(rates, intercepts)

    np.testing.assert_allclose(neuron_type.rates([1.0], gain, bias)[0], rates)
    np.testing.assert_allclose(neuron_type.max_rates_intercepts(gain, bias), [rates, intercepts])


def test_they_are_values_that_print_themselves():
    assert repr(SoftLIFRate(0.1, tau_rc=0.03)) == "SoftLIFRate(sigma=0.1, tau_rc=0.03)"
    assert repr(LeakyReLU(amplitude=2)) == "LeakyReLU(amplitude=2)"
    assert (
        pickle.loads(pickle.dumps(SpikingLeakyReLU(0.1))) == SpikingLeakyReLU(0.1) != LeakyReLU(0.1)
    )
    assert SoftLIFRate().spiking is LeakyReLU().spiking is False
    assert LeakyReLU().negative is SpikingLeakyReLU().negative is SpikingLeakyReLU().spiking is True
    for make in (
        lambda: SoftLIFRate(sigma=0),
        lambda: LeakyReLU("steep"),
        lambda: LeakyReLU(amplitude=0),
    ):
        with pytest.raises(ValidationError):
            make()


def test_a_soft_lif_network_solves_and_runs_in_nengos_simulator():
    net = channel(SoftLIFRate(0.05)).net

    with nengo.Simulator(net, progress_bar=False) as theirs:
        theirs.run_steps(300)
    with nengo_nb.Simulator(net, progress_bar=False) as ours:
        ours.run_steps(300)

    decoded = net.all_probes[0]
    wanted = np.sin(6 * theirs.trange()) ** 2
    assert np.abs(theirs.data[decoded][:, 0] - wanted).mean() < 0.15
    np.testing.assert_allclose(ours.data[decoded], theirs.data[decoded], atol=1e-4)
