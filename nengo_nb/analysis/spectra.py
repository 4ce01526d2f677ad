"""Power spectra and cross-correlations of signals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SEGMENTS = 8
"""Number of segments, half over each other, that a signal is divided into by default."""

LEAST_SEGMENT = 64
"""Samples of a segment at least, by default: fewer have too few frequencies."""


@dataclass(frozen=True, eq=False)
class Spectrum:
    """One-sided power spectral density.

    Args:
        frequencies: In Hz, from zero to half the sampling rate, ``(n_frequencies,)``.
        power: Density in the squared unit of the signal per Hz, ``(n_frequencies, size)``. Its
            integral over all frequencies is the variance.
        n_segments: Number of segments that it is the mean of.
    """

    frequencies: np.ndarray
    power: np.ndarray
    n_segments: int

    @property
    def peaks(self) -> np.ndarray:
        """Frequency of the largest power above zero of each signal, in Hz, ``(size,)``."""
        return self.frequencies[1:][np.argmax(self.power[1:], axis=0)]


def segment_length(n_samples: int) -> int:
    """Return the default length of segments: a power of two, of which there are eight or more."""
    # n segments that are half over each other are as long as (n + 1) / 2 of them.
    longest = max(2 * n_samples // (SEGMENTS + 1), LEAST_SEGMENT)
    return min(2 ** (longest.bit_length() - 1), n_samples)


def power_spectrum(values: np.ndarray, dt: float, segment: int | None = None) -> Spectrum:
    """Return the power spectral density by Welch's method.

    Segments that are half over each other, less their mean, are weighted by a Hann window; their
    periodograms are averaged. It is what ``scipy.signal.welch(values, 1 / dt, nperseg=segment,
    axis=0)`` gives.

    Args:
        values: Signals, ``(samples, size)`` or ``(samples,)``.
        dt: Time between two samples, in seconds.
        segment: Number of samples of a segment: the longer, the finer the frequencies, which are
            ``1 / (segment * dt)`` apart, and the noisier the power. By default a power of two, of
            which there are eight segments or more.

    Raises:
        ValueError: There are fewer than two samples, or fewer than a segment has.

    References:
        Welch (1967). The use of fast Fourier transform for the estimation of power spectra: A
        method based on time averaging over short, modified periodograms. IEEE Transactions on Audio
        and Electroacoustics 15(2), 70-73.
    """
    values = np.asarray(values, np.float64)
    values = values.reshape(len(values), -1)
    if len(values) < 2:
        raise ValueError(f"a spectrum needs two samples at least, not {len(values)}")
    length = segment_length(len(values)) if segment is None else segment
    if not 2 <= length <= len(values):
        raise ValueError(
            f"a segment has between 2 and {len(values)} samples, as many as there are, not {length}"
        )
    # Periodic and not symmetric: of a window of N samples, the sample N would be zero again.
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)
    starts = np.arange(0, len(values) - length + 1, length - length // 2)
    power = np.zeros((length // 2 + 1, values.shape[1]))
    for start in starts:
        part = values[start : start + length]
        weighted = window[:, np.newaxis] * (part - part.mean(axis=0))
        power += np.abs(np.fft.rfft(weighted, axis=0)) ** 2
    power *= dt / (len(starts) * (window**2).sum())
    # Negative frequencies have the same power; zero has none, nor has half the sampling rate.
    last = None if length % 2 else -1
    power[1:last] *= 2
    return Spectrum(np.fft.rfftfreq(length, dt), power, len(starts))


@dataclass(frozen=True, eq=False)
class CrossCorrelation:
    """Correlation of signals with a reference, by the time that they come after it.

    Args:
        lags: In seconds, from negative ones to positive ones, ``(n_lags,)``.
        values: Correlation coefficients between -1 and 1, ``(n_lags, size)``. Those of constants
            are zero.
    """

    lags: np.ndarray
    values: np.ndarray

    @property
    def best_lags(self) -> np.ndarray:
        """Lag of the largest correlation of each signal in seconds, ``(size,)``."""
        return self.lags[np.argmax(self.values, axis=0)]


def cross_correlation(
    values: np.ndarray, reference: np.ndarray, dt: float, longest: float
) -> CrossCorrelation:
    """Return how signals are correlated with a reference that is shifted in time.

    A signal that repeats its reference 20 ms later has its largest correlation at a lag of 20 ms.
    At each lag the products of deviations from the means are added up where both overlap, and
    divided by the number of all samples, as other packages do by default: of the lags at which a
    rhythm fits, the shortest has the largest correlation, and a share of it is missing that is as
    large as the lag is of the whole time.

    Args:
        values: Signals, ``(samples, size)`` or ``(samples,)``.
        reference: Reference, ``(samples,)``.
        dt: Time between two samples, in seconds.
        longest: Longest lag in seconds, either way.

    Raises:
        ValueError: The reference has not as many samples, or there are fewer than two.
    """
    values, reference = np.asarray(values, np.float64), np.asarray(reference, np.float64)
    values = values.reshape(len(values), -1)
    n_samples = len(values)
    if reference.shape != (n_samples,) or n_samples < 2:
        raise ValueError(
            f"signals and reference have equally many samples, two at least, not {n_samples} and "
            f"an array of the shape {reference.shape}"
        )
    most = min(round(longest / dt), n_samples - 1)
    signals, other = _standardized(values), _standardized(reference[:, np.newaxis])
    # Padded with zeros, so that the end does not meet the begin: the product of the Fourier
    # transforms is a circular correlation.
    padded = 2 ** int(np.ceil(np.log2(n_samples + most)))
    product = np.fft.rfft(signals, padded, axis=0) * np.conj(np.fft.rfft(other, padded, axis=0))
    circular = np.fft.irfft(product, padded, axis=0)
    steps = np.arange(-most, most + 1)
    return CrossCorrelation(steps * dt, circular[steps] / n_samples)


def _standardized(values: np.ndarray) -> np.ndarray:
    """Return values less their mean, over their standard deviation; zeros where that is zero."""
    centred = values - values.mean(axis=0)
    deviations = centred.std(axis=0)
    # Rounding leaves a little deviation to constants.
    constant = deviations <= 1e-12 * np.abs(values).max(axis=0, initial=0.0)
    return np.where(constant, 0.0, centred / np.where(constant, 1.0, deviations))
