"""Initial weights have the variance they promise, and fit wherever Nengo takes a distribution."""

from __future__ import annotations

import copy
import pickle

import nengo
import numpy as np
import pytest
import scipy.stats
from nengo.exceptions import ReadonlyError, ValidationError

from nengo_nb.objects.dists import Glorot, He, TruncatedNormal, VarianceScaling

N, D = 300, 200
"""Size of a sample: 300 outputs of 200 inputs."""


def draw(dist, n=N, d=D, seed=0):
    return dist.sample(n, d, rng=np.random.RandomState(seed))


@pytest.mark.parametrize("limit", [None, 0.01, 0.5, 1.0, 1.5, 3.0])
def test_a_truncated_normal_is_scipys(limit):
    """Whether it is drawn from a normal or a uniform distribution."""
    dist = TruncatedNormal(mean=-1, stddev=0.7, limit=limit)
    far = 2 if limit is None else limit / 0.7

    samples = draw(dist, d=None, n=20_000)

    assert np.abs(samples + 1).max() <= 0.7 * far
    assert scipy.stats.kstest(samples, scipy.stats.truncnorm(-far, far, -1, 0.7).cdf).pvalue > 0.01


@pytest.mark.parametrize("distribution", ["uniform", "normal"])
@pytest.mark.parametrize(
    ("make", "variance"),
    [
        (lambda how: VarianceScaling(3, "fan_in", how), 3 / D),
        (lambda how: VarianceScaling(3, "fan_out", how), 3 / N),
        (lambda how: VarianceScaling(3, "fan_avg", how), 3 / ((N + D) / 2)),
        (lambda how: Glorot(distribution=how), 2 / (N + D)),
        (lambda how: He(distribution=how), 2 / D),
        (lambda how: He(0.5, distribution=how), 1 / D),
    ],
    ids=["fan_in", "fan_out", "fan_avg", "Glorot", "He", "He, halved"],
)
def test_variance_follows_the_size_of_the_layer(make, variance, distribution):
    samples = draw(make(distribution))

    assert samples.shape == (N, D)
    assert abs(samples.mean()) < 5 * np.sqrt(variance / samples.size)
    assert samples.var() == pytest.approx(variance, rel=0.03)


def test_the_uniform_distribution_has_the_limits_of_the_paper():
    """Glorot & Bengio (2010), equation 16."""
    limit = np.sqrt(6 / (N + D))

    samples = draw(Glorot())

    assert limit * 0.99 < np.abs(samples).max() <= limit
    assert (
        scipy.stats.kstest(samples.ravel(), scipy.stats.uniform(-limit, 2 * limit).cdf).pvalue
        > 0.01
    )


def test_the_normal_distribution_is_cut_off_at_two_standard_deviations():
    stddev = np.sqrt(2 / D) / scipy.stats.truncnorm(-2, 2).std()

    samples = draw(He())

    assert 1.9 * stddev < np.abs(samples).max() <= 2 * stddev


@pytest.mark.parametrize("dist", [TruncatedNormal(), Glorot(), He(), VarianceScaling()], ids=repr)
def test_samples_have_the_shape_and_come_from_the_generator_they_are_given(dist):
    np.random.seed(0)
    untouched = np.random.get_state()[1].copy()

    assert draw(dist, n=5, d=None).shape == (5,)
    assert draw(dist, n=5, d=0).shape == (5, 0)
    assert draw(dist, n=0, d=3).shape == (0, 3)
    np.testing.assert_array_equal(draw(dist), draw(dist))
    np.testing.assert_array_equal(np.random.get_state()[1], untouched)


def test_a_transform_is_drawn_by_the_sizes_of_its_two_ends():
    """A transform has a row for each output, so its columns are the fan in."""
    with nengo.Network(seed=0) as net:
        net.config[nengo.Ensemble].neuron_type = nengo.RectifiedLinear()
        few, many = (nengo.Ensemble(n, 1, gain=np.ones(n), bias=np.zeros(n)) for n in (50, 800))
        conn = nengo.Connection(many.neurons, few.neurons, transform=He())

    with nengo.Simulator(net, progress_bar=False) as sim:
        weights = sim.data[conn].weights

    assert weights.shape == (50, 800)
    assert weights.var() == pytest.approx(2 / 800, rel=0.05)


def test_encoders_and_eval_points_may_be_drawn_from_them():
    with nengo.Network(seed=0) as net:
        ens = nengo.Ensemble(
            30, 2, encoders=Glorot(), eval_points=TruncatedNormal(limit=1), n_eval_points=50
        )
        nengo.Probe(ens)

    with nengo.Simulator(net, progress_bar=False) as sim:
        np.testing.assert_allclose(np.linalg.norm(sim.data[ens].encoders, axis=1), 1)
        assert np.abs(sim.data[ens].eval_points).max() <= 1


def test_they_are_frozen_values_that_print_themselves():
    assert repr(TruncatedNormal(1, 2, limit=3)) == "TruncatedNormal(mean=1, stddev=2, limit=3)"
    assert repr(Glorot()) == "Glorot()"
    assert repr(He(2)) == "He(scale=2)"
    assert repr(VarianceScaling(2, "fan_in")) == "VarianceScaling(scale=2, mode='fan_in')"
    assert Glorot() == Glorot() != Glorot(distribution="normal")
    assert Glorot() != VarianceScaling()
    assert hash(He()) == hash(He())
    assert pickle.loads(pickle.dumps(He(3))) == copy.deepcopy(He(3)) == He(3)
    with pytest.raises(ReadonlyError):
        Glorot().scale = 2


@pytest.mark.parametrize(
    "make",
    [
        lambda: TruncatedNormal(stddev=0),
        lambda: TruncatedNormal(stddev="wide"),
        lambda: TruncatedNormal(limit=-1),
        lambda: VarianceScaling(scale=0),
        lambda: VarianceScaling(mode="fan"),
        lambda: Glorot(distribution="cauchy"),
        lambda: He(scale=-1),
    ],
)
def test_parameters_out_of_range_are_refused(make):
    with pytest.raises(ValidationError):
        make()
