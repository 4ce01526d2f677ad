"""Spectra and correlations are those of SciPy and NumPy, and of signals that are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import signal

from nengo_nb.analysis import cross_correlation, power_spectrum

DT = 0.001
TIMES = np.arange(4000) * DT
NOISE = np.random.RandomState(0).randn(4000, 3)


@pytest.mark.parametrize("segment", [256, 255, 1000, 4000])
def test_a_spectrum_is_that_of_scipy(segment):
    found = power_spectrum(NOISE, DT, segment)

    frequencies, power = signal.welch(NOISE, 1 / DT, nperseg=segment, axis=0)
    np.testing.assert_allclose(found.frequencies, frequencies)
    np.testing.assert_allclose(found.power, power, rtol=1e-9, atol=1e-18)


@pytest.mark.parametrize("frequency", [5.0, 40.0, 123.0])
def test_a_sine_has_its_peak_at_its_frequency(frequency):
    found = power_spectrum(np.sin(2 * np.pi * frequency * TIMES), DT, 1000)

    assert found.peaks[0] == pytest.approx(frequency)


def test_the_integral_of_the_power_is_the_variance():
    found = power_spectrum(NOISE, DT)

    resolution = found.frequencies[1]
    np.testing.assert_allclose(found.power.sum(axis=0) * resolution, NOISE.var(axis=0), rtol=0.05)
    assert found.n_segments >= 8


def test_white_noise_has_the_same_power_at_all_frequencies():
    found = power_spectrum(NOISE[:, 0], DT, 64)

    np.testing.assert_allclose(found.power[2:-2, 0], 2 * DT, rtol=0.4)


def test_a_mean_has_no_power():
    np.testing.assert_allclose(power_spectrum(np.full(500, 7.0), DT).power, 0, atol=1e-25)


def test_too_few_samples_are_refused():
    with pytest.raises(ValueError, match="two samples at least, not 1"):
        power_spectrum(np.zeros(1), DT)
    with pytest.raises(ValueError, match="between 2 and 10 samples, as many as there are, not 11"):
        power_spectrum(np.zeros(10), DT, 11)


@pytest.mark.parametrize("delay", [-30, 0, 7, 100])
def test_a_delayed_copy_is_correlated_by_one_at_its_delay(delay):
    reference = NOISE[200:-200, 0]
    delayed = NOISE[200 - delay : -200 - delay, 0]

    found = cross_correlation(delayed, reference, DT, 0.15)

    assert found.best_lags[0] == pytest.approx(delay * DT)
    assert found.values.max() == pytest.approx(1 - abs(delay) / 3600, abs=0.03)
    assert len(found.lags) == 301


def test_correlations_are_as_they_are_defined():
    values, reference = NOISE[:50, :2], NOISE[:50, 2]

    found = cross_correlation(values, reference, DT, 0.02)

    for column in range(2):
        assert found.values[20, column] == pytest.approx(
            np.corrcoef(values[:, column], reference)[0, 1]
        )
        a = (values[:, column] - values[:, column].mean()) / values[:, column].std()
        b = (reference - reference.mean()) / reference.std()
        whole = signal.correlate(a, b)[49 - 20 : 49 + 21]
        np.testing.assert_allclose(found.values[:, column], whole / 50, atol=1e-12)


def test_of_the_lags_of_a_rhythm_the_shortest_is_the_best():
    reference, delayed = np.sin(2 * np.pi * 5 * TIMES), np.sin(2 * np.pi * 5 * (TIMES - 0.017))

    found = cross_correlation(delayed, reference, DT, 0.5)

    assert found.best_lags[0] == pytest.approx(0.017, abs=0.0011)
    assert found.values.max() <= 1


def test_what_does_not_change_is_not_correlated():
    found = cross_correlation(np.full(100, 0.1), NOISE[:100, 0], DT, 0.01)

    assert not found.values.any()


def test_signals_of_another_length_are_refused():
    with pytest.raises(ValueError, match=r"not 10 and an array of the shape \(9,\)"):
        cross_correlation(np.zeros(10), np.zeros(9), DT, 0.01)
