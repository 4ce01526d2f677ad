"""Reduced data are small, and nothing that an eye would look for is lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nengo_nb.plots.reduce import (
    MAX_POINTS,
    limits,
    reduce_heat,
    reduce_lines,
    reduce_spikes,
    spans,
)
from nengo_nb.plots.trace import Kind, make_trace


def times(steps: int) -> np.ndarray:
    return np.arange(1, steps + 1) * 0.001


@given(peak=st.integers(0, 99_999))
def test_a_single_peak_in_long_data_survives(peak):
    values = np.zeros((100_000, 1))
    values[peak] = 5.0

    _, reduced = reduce_lines(make_trace("peak", times(100_000), values))

    assert len(reduced) <= MAX_POINTS
    assert reduced.max() == 5.0


def test_short_data_are_kept_as_they_are():
    values = np.random.default_rng(0).standard_normal((500, 3))

    seconds, reduced = reduce_lines(make_trace("short", times(500), values))

    np.testing.assert_array_equal(seconds, times(500))
    np.testing.assert_allclose(reduced, values, atol=1e-6)


def test_reduced_times_go_forward():
    trace = make_trace("long", times(50_001), np.random.default_rng(0).standard_normal((50_001, 2)))

    seconds, _ = reduce_lines(trace)

    assert (np.diff(seconds) > 0).all()


def test_values_that_are_not_numbers_do_not_hide_their_neighbours():
    values = np.ones((20_000, 1))
    values[7_000] = np.nan

    _, reduced = reduce_lines(make_trace("gap", times(20_000), values))

    assert np.isfinite(reduced).all()


def test_every_spike_of_a_few_neurons_is_kept():
    values = (np.random.default_rng(0).random((1000, 8)) < 0.05) * 1000.0

    seconds, neurons = reduce_spikes(make_trace("spikes", times(1000), values, spikes=True))

    steps, expected = np.nonzero(values)
    assert sorted(zip(seconds, neurons, strict=True)) == sorted(
        zip(times(1000)[steps], expected, strict=True)
    )


def test_spikes_of_many_neurons_are_drawn_once_per_spot():
    values = np.ones((10_000, 400))

    seconds, neurons = reduce_spikes(make_trace("spikes", times(10_000), values, spikes=True))

    assert len(seconds) == 1500 * 300
    assert neurons.max() <= 399


def test_a_heat_map_shows_means():
    values = np.repeat(np.arange(200.0)[None], 1000, axis=0)

    image = reduce_heat(make_trace("heat", times(1000), values))

    assert image.shape == (128, 400)
    assert image.mean() == pytest.approx(values.mean(), rel=0.01)
    assert (np.diff(image[:, 0]) > 0).all()


@pytest.mark.parametrize(
    "values", [[0.0, 0.0], [5.0, 5.0], [np.nan, np.inf], [1e-300, 0.0], [-3.0, -3.0]]
)
def test_limits_always_span_something(values):
    low, high = limits(np.array(values))

    assert low < high


def test_a_trace_spans_its_sample_intervals():
    trace = make_trace("slow", [0.01, 0.02, 0.03], np.zeros((3, 1)))

    assert trace.kind is Kind.LINES
    assert spans(trace) == pytest.approx((0.0, 0.03))
