"""Random numbers are the published ones, have the right statistics, and depend only on what
they are for.
"""

from __future__ import annotations

import nengo
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from nengo_nb.ops import random

from .reference import DT, Case, run_rule
from .test_neurons import neurons

STEPS = 3000


def words(*values):
    return tuple(tf.constant(v, tf.uint32) for v in values)


@pytest.mark.parametrize(
    ("key", "counter", "wanted"),
    [
        ((0, 0), (0, 0), (0x6B200159, 0x99BA4EFE)),
        ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
        ((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), (0xC4923A9C, 0x483DF7A0)),
    ],
)
def test_threefry_gives_the_known_answers(key, counter, wanted):
    """Those that come with Random123."""
    compiled = tf.function(random.threefry2x32, jit_compile=True)

    assert tuple(int(x) for x in compiled(words(*key), words(*counter))) == wanted


def test_float32_numbers_are_the_float64_ones_cut_short():
    """So a run in either precision is nearly the same run."""
    bits = words(np.arange(0, 2**32, 2**22 + 12345).tolist(), 0xFFFFFFFF)

    short, long = random.to_unit(bits, "float32").numpy(), random.to_unit(bits, "float64").numpy()

    assert (short <= long).all()
    assert (long - short < 2.0**-24).all()
    assert long.max() < 1


def rates_case(neuron_type, rates, seeds=(1, 2, 3), batch=2, n_steps=STEPS, constant=True):
    """Siblings at given rates; ``rates`` is ``(n,)``."""
    ops = [neurons([neuron_type], np.random.default_rng(seed), (len(rates),))[0] for seed in seeds]
    given = rates if constant else np.broadcast_to(rates, (batch, n_steps, len(rates)))
    return Case(ops, [[np.array(given)] for _ in ops], n_steps=n_steps, batch=batch)


def counts(case, **options):
    """Number of spikes, ``(ops, batch, steps, n)``."""
    amplitude = case.ops[0].neurons.amplitude
    return np.array([own[0] for own in run_rule(case, **options)]) * DT / amplitude


@pytest.fixture(scope="module")
def stochastic():
    return counts(
        rates_case(nengo.StochasticSpiking(nengo.LIFRate(), amplitude=2), STOCHASTIC_RATES)
    )


@pytest.fixture(scope="module")
def poisson():
    return counts(rates_case(nengo.PoissonSpiking(nengo.LIFRate(), amplitude=2), POISSON_RATES))


STOCHASTIC_RATES = np.array([0.0, 20, 300, 500, 500, 999, 1000, 2700])
POISSON_RATES = np.array([0.0, 20, 300, 1000, 1000, 5000, 31_900, 33_000, 200_000])


def test_stochastic_spikes_round_the_rate_up_or_down(stochastic):
    """Up with the probability of the fractional part: a Bernoulli variable's mean and variance."""
    mean = STOCHASTIC_RATES * DT
    chance = mean % 1
    error = np.sqrt(chance * (1 - chance) / stochastic[..., 0].size)

    assert np.isin(stochastic - np.floor(mean), [0, 1]).all()
    assert (np.abs(stochastic.mean(axis=(0, 1, 2)) - mean) <= 4 * error + 1e-12).all()


def test_poisson_means_and_variances_are_the_rate(poisson):
    """Also where a variable is a sum of several."""
    mean, n = POISSON_RATES * DT, poisson[..., 0].size
    variance_error = np.sqrt((mean + 2 * mean**2) / n)

    assert (np.abs(poisson.mean(axis=(0, 1, 2)) - mean) <= 4 * np.sqrt(mean / n)).all()
    assert (np.abs(poisson.var(axis=(0, 1, 2)) - mean) <= 4 * variance_error).all()


@pytest.mark.parametrize(
    "element", range(1, len(POISSON_RATES)), ids=lambda i: f"{POISSON_RATES[i]} Hz"
)
def test_poisson_spikes_have_poissons_distribution(poisson, element):
    """A chi-square test over all counts, rare ones taken together."""
    mean = POISSON_RATES[element] * DT
    observed = np.bincount(poisson[..., element].astype(int).ravel(), minlength=int(mean * 2) + 20)
    total = observed.sum()
    k = np.arange(len(observed))
    expected = stats.poisson.pmf(k, mean) * total
    common = expected > 10
    seen = np.append(observed[common], total - observed[common].sum())
    wanted = np.append(expected[common], total - expected[common].sum())

    chi_square = ((seen - wanted) ** 2 / np.maximum(wanted, 1)).sum()

    assert stats.chi2.sf(chi_square, len(seen) - 1) > 1e-3


@pytest.mark.parametrize("which", ["stochastic", "poisson"])
def test_operators_items_elements_and_steps_are_independent(which, request):
    """No two series with the same rate correlate, nor does one with itself a step later."""
    spikes = request.getfixturevalue(which)[..., 3:5]
    series = np.moveaxis(spikes, 2, -1).reshape(-1, STEPS)
    series = (series - series.mean(axis=1, keepdims=True)) / series.std(axis=1, keepdims=True)
    correlation = series @ series.T / STEPS
    lagged = series[:, 1:] @ series[:, :-1].T / STEPS

    limit = 4.5 / np.sqrt(STEPS)
    assert np.abs(correlation - np.eye(len(series))).max() < limit
    assert np.abs(lagged).max() < limit


TYPES = [nengo.StochasticSpiking, nengo.PoissonSpiking]


@pytest.mark.parametrize("neuron_type", TYPES)
def test_merging_chunks_and_batch_size_change_nothing(neuron_type):
    """A number depends on object, element, step and item alone."""
    rates = np.array([300.0, 1500.0, 40_000.0])
    base = neuron_type(nengo.LIFRate())
    merged = counts(rates_case(base, rates, n_steps=30))

    alone = counts(rates_case(base, rates, seeds=(2,), n_steps=30))
    more = counts(rates_case(base, rates, n_steps=30, batch=3))
    later = counts(rates_case(base, rates, n_steps=20), first_step=11)

    np.testing.assert_array_equal(alone[0], merged[1])
    np.testing.assert_array_equal(more[:, :2], merged)
    np.testing.assert_array_equal(later, merged[:, :, 10:])


@pytest.mark.parametrize("neuron_type", TYPES)
def test_asking_for_a_key_does_not_move_nengos_generator(neuron_type):
    """The network may be run by Nengo too, or compiled twice."""
    (op,) = rates_case(neuron_type(nengo.LIFRate()), np.ones(3), seeds=(1,)).ops

    assert random.object_key(op) == random.object_key(op)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("neuron_type", TYPES)
def test_negative_rates_make_negative_spikes(neuron_type, dtype):
    """Where the base type has them; in either precision, at rates that differ between items."""
    rates = np.array([-2500.0, 0.0, 2500.0])
    spikes = counts(
        rates_case(neuron_type(nengo.Tanh()), rates, constant=False, n_steps=300), dtype=dtype
    )

    np.testing.assert_allclose(spikes.mean(axis=(0, 1, 2)), [-2.5, 0, 2.5], atol=0.2)
    np.testing.assert_allclose(spikes, np.round(spikes), atol=1e-5)


def test_a_poisson_rate_that_is_none_gives_no_number():
    """Nengo raises there; it must not look like silence, nor run forever."""
    rates = np.array([np.nan, np.inf, -1.0, 100.0])

    spikes = counts(rates_case(nengo.PoissonSpiking(nengo.LIFRate()), rates, seeds=(1,), n_steps=2))

    assert np.isnan(spikes[..., :3]).all()
    assert np.isfinite(spikes[..., 3]).all()
