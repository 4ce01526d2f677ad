"""Averages around markers show what happens there, and of what has nothing to do with them no more
than their mean.
"""

from __future__ import annotations

import numpy as np
import pytest

from nengo_nb.analysis import (
    SpikeTrains,
    aligned_average,
    find_spikes,
    periodic_markers,
    population_rate,
    psth,
)
from tests.analysis.processes import DT, poisson, trains_of

TIMES = np.arange(1, 5001) * DT


def test_markers_repeat_until_the_end():
    np.testing.assert_allclose(periodic_markers(0.5, 0.25, 1.25), [0.5, 0.75, 1.0, 1.25])
    np.testing.assert_allclose(periodic_markers(0.5, 0.0, 9.0), [0.5])
    assert len(periodic_markers(0.1, 0.1, 1.0)) == 10
    assert not len(periodic_markers(2.0, 0.5, 1.0))


def test_what_repeats_with_the_markers_is_its_own_average_without_an_error():
    wave = np.sin(2 * np.pi * 2 * TIMES)

    found = aligned_average(wave, DT, periodic_markers(0.0, 0.5, 5.0), 0.125, 0.375)

    assert found.n_markers == 9  # at 0 s there is nothing before, and at 5 s nothing after
    np.testing.assert_allclose(found.mean[:, 0], np.sin(2 * np.pi * 2 * found.times), atol=1e-9)
    np.testing.assert_allclose(found.sem, 0, atol=1e-9)
    assert found.times[[0, -1]].tolist() == pytest.approx([-0.124, 0.375])


def test_noise_is_averaged_away_as_its_standard_error_says():
    noise = np.random.RandomState(0).randn(5000, 2)

    found = aligned_average(noise, DT, periodic_markers(0.1, 0.05, 4.9), 0.02, 0.02)

    assert np.abs(found.mean).std() < 0.2
    assert found.sem.mean() == pytest.approx(1 / np.sqrt(found.n_markers), rel=0.05)


def test_an_average_is_that_of_the_samples_after_a_begin():
    values = np.arange(100.0)

    found = aligned_average(values, DT, np.array([2.05, 2.06]), 0.002, 0.002, begin=2.0)

    # The sample of 2.05 s is the fiftieth one.
    np.testing.assert_allclose(found.mean[:, 0], [53, 54, 55, 56])
    np.testing.assert_allclose(found.times, [-0.001, 0, 0.001, 0.002], atol=1e-12)


def test_markers_that_were_not_recorded_as_a_whole_count_for_nothing():
    found = aligned_average(np.ones(100), DT, np.array([0.0, 0.05, 0.095]), 0.01, 0.01)
    none = aligned_average(np.ones(100), DT, np.array([0.3]), 0.01, 0.01)

    assert found.n_markers == 1
    assert np.isnan(found.sem).all()
    assert none.n_markers == 0
    assert np.isnan(none.mean).all()


def test_spikes_after_markers_are_a_peak_there():
    """Each of ten neurons fires 20 ms after each of five markers, and never else."""
    markers = np.arange(0.5, 3.0, 0.5)
    trains = trains_of(*[markers + 0.0205] * 10, end=4.0, dt=0.0005)

    found = psth(trains, markers, 0.05, 0.1, 0.005)

    assert found.n_markers == 5
    peak = int(np.argmax(found.mean[:, 0]))
    assert found.times[peak] == pytest.approx(0.0225)
    # One spike in 5 ms.
    assert found.mean[peak, 0] == pytest.approx(200)
    assert found.mean.sum() == pytest.approx(200)


def test_a_spike_at_a_marker_comes_before_it_as_the_step_does_that_ends_there():
    spikes = np.zeros((100, 1))
    spikes[49] = 1 / DT

    found = psth(find_spikes(spikes, DT), np.array([0.05]), 0.002, 0.002, 0.002)

    np.testing.assert_allclose(found.mean[:, 0], [500, 0])


def test_poisson_neurons_have_their_rate_whatever_the_markers():
    trains = poisson(40, 50, 20, dt=DT)

    found = psth(trains, periodic_markers(0.0, 0.5, 20.0), 0.1, 0.4, 0.01)

    assert found.mean.mean() == pytest.approx(40, rel=0.03)
    expected = np.sqrt(40 / (50 * 0.01) / found.n_markers)
    assert found.sem.mean() == pytest.approx(expected, rel=0.1)


def test_a_histogram_of_one_marker_is_the_population_rate_there():
    trains = poisson(40, 50, 2, dt=DT)
    _, rates = population_rate(trains, 0.01)

    found = psth(trains, np.array([1.0]), 0.2, 0.3, 0.01)

    np.testing.assert_allclose(found.mean[:, 0], rates[80:130])


def test_what_cannot_be_is_refused():
    trains = trains_of([0.1], end=1.0)
    with pytest.raises(ValueError, match=r"time before a marker is a multiple of 0.01 s"):
        psth(trains, np.array([0.5]), 0.015, 0.1, 0.01)
    with pytest.raises(ValueError, match="no time before or after markers"):
        psth(trains, np.array([0.5]), 0.0, 0.0, 0.01)
    nobody = SpikeTrains(np.zeros(0), np.zeros(0, int), 0, 0.0, 1.0)
    with pytest.raises(ValueError, match="without neurons has no rate"):
        psth(nobody, np.array([0.5]), 0.1, 0.1, 0.01)
