"""Intervals of known processes have the variation that theory and other packages give."""

from __future__ import annotations

import nengo
import numpy as np
import pytest
from scipy import stats

from nengo_nb.analysis import cv, cv2, find_intervals, find_spikes, interval_histogram
from tests.analysis.processes import DT, gamma, poisson, trains_of


def test_intervals_are_those_of_each_neuron_by_itself():
    intervals = find_intervals(trains_of([0.1, 0.3, 0.4], [], [0.15], [0.2, 0.25], end=1.0))

    np.testing.assert_allclose(intervals.seconds, [0.2, 0.1, 0.05])
    assert intervals.neurons.tolist() == [0, 0, 3]
    assert intervals.counts.tolist() == [2, 0, 0, 1]


def test_a_clock_does_not_vary():
    trains = trains_of(np.arange(1, 100) * 0.01, np.arange(1, 30) * 0.03, end=1.0)

    np.testing.assert_allclose(cv(find_intervals(trains)), 0, atol=1e-9)
    np.testing.assert_allclose(cv2(find_intervals(trains)), 0, atol=1e-9)


def test_a_poisson_process_varies_by_one():
    intervals = find_intervals(poisson(50, 40, 100))

    assert cv(intervals).mean() == pytest.approx(1, abs=0.01)
    assert cv2(intervals).mean() == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("shape", [0.5, 4, 16])
def test_a_gamma_process_varies_by_the_root_of_its_shape(shape):
    intervals = find_intervals(gamma(shape, 50, 20, 100))

    assert cv(intervals).mean() == pytest.approx(1 / np.sqrt(shape), rel=0.03)


def test_a_rate_that_changes_slowly_changes_cv_and_not_cv2():
    """Holt et al. (1996) made CV2 for this."""
    slow, fast = poisson(10, 1, 100, seed=1).times, poisson(100, 1, 100, seed=2).times
    intervals = find_intervals(trains_of(np.r_[slow, 100 + fast], end=200.0))

    assert cv(intervals)[0] > 1.5
    assert cv2(intervals)[0] == pytest.approx(1, abs=0.03)


def test_cv_and_cv2_are_as_they_are_defined_elsewhere():
    """SciPy's variation, which Elephant's cv is, and the formula of Elephant's cv2."""
    trains = poisson(20, 10, 3)
    intervals = find_intervals(trains)

    for neuron in range(10):
        isi = np.diff(trains.times[trains.neurons == neuron])
        assert cv(intervals)[neuron] == pytest.approx(stats.variation(isi))
        formula = 2 * np.mean(np.abs(np.diff(isi)) / (isi[1:] + isi[:-1]))
        assert cv2(intervals)[neuron] == pytest.approx(formula)


def test_neurons_with_fewer_than_two_intervals_have_no_variation():
    intervals = find_intervals(trains_of([], [0.1], [0.1, 0.3], [0.1, 0.2, 0.4], end=1.0))

    assert np.isnan(cv(intervals)).tolist() == [True, True, True, False]
    assert np.isnan(cv2(intervals)).tolist() == [True, True, True, False]
    assert cv2(intervals)[3] == pytest.approx(2 / 3)


def test_spikes_of_one_step_have_intervals_of_zero():
    intervals = find_intervals(find_spikes(np.array([[3000.0]]), DT))

    np.testing.assert_allclose(intervals.seconds, 0)
    assert cv2(intervals)[0] == 0


def test_intervals_of_poisson_neurons_fall_off_exponentially():
    histogram = interval_histogram(find_intervals(poisson(50, 50, 100, dt=DT)), longest=0.1)

    shares = histogram.counts / (histogram.counts.sum() + histogram.n_beyond)
    expected = -np.diff(np.exp(-50 * np.maximum(histogram.edges, 0)))
    np.testing.assert_allclose(shares, expected, atol=0.002)


@pytest.mark.parametrize("tau_ref", [0.002, 0.005, 0.0102])
def test_no_interval_of_lif_neurons_is_within_the_refractory_period(tau_ref):
    with nengo.Network(seed=0) as net:
        drive = nengo.Node(5)
        ens = nengo.Ensemble(
            40, 1, neuron_type=nengo.LIF(tau_ref=tau_ref), max_rates=nengo.dists.Uniform(50, 90)
        )
        nengo.Connection(drive, ens)
        probe = nengo.Probe(ens.neurons)
    with nengo.Simulator(net, progress_bar=False) as sim:
        sim.run(0.5)

    intervals = find_intervals(find_spikes(sim.data[probe], DT))
    histogram = interval_histogram(intervals, tau_ref)

    steps = int(tau_ref / DT + 1e-6)
    place = int(np.argmin(np.abs(histogram.edges - (steps - 0.5) * DT)))
    assert histogram.edges[place] == pytest.approx((steps - 0.5) * DT)
    assert not histogram.counts[:place].any()
    assert histogram.counts.sum() == len(intervals.seconds) > 300


def test_bins_hold_whole_steps_so_that_no_comb_comes_of_them():
    steps = np.arange(1, 400)
    intervals = find_intervals(trains_of(np.cumsum(steps) * DT, end=100.0))

    histogram = interval_histogram(intervals, 0.0)

    assert set(histogram.counts[1:-1].tolist()) == {10}


def test_longer_intervals_than_asked_for_are_counted_beyond():
    intervals = find_intervals(trains_of([0.1, 0.11, 0.5], end=1.0))

    histogram = interval_histogram(intervals, longest=0.05)

    assert histogram.counts.sum() == 1
    assert histogram.n_beyond == 1


def test_without_intervals_the_histogram_is_empty():
    histogram = interval_histogram(find_intervals(trains_of([0.1], end=1.0)), 0.002)

    assert histogram.counts.sum() == 0
    assert len(histogram.edges) == len(histogram.counts) + 1
