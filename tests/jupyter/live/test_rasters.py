"""Rasters are ink: solid for a single spike, grey where marks of many spikes would touch."""

from __future__ import annotations

import numpy as np
import pytest

from nengo_nb.jupyter.live.history import History
from nengo_nb.jupyter.live.render import (
    BINS,
    FULL,
    MARK_SECONDS,
    ROWS,
    Cache,
    Style,
    Window,
    raster,
)

DT = 0.001


def drawn(spikes, seconds=None):
    """Shares of ink, ``(rows, BINS)``, of spikes ``(steps, neurons)``, and the largest level."""
    steps, neurons = spikes.shape
    style = Style(tuple(range(neurons)), 0.0, True, None, (1, neurons))
    window = Window(0.0, steps * DT if seconds is None else seconds)
    found = raster(History(spikes / DT, steps, 1.0, DT), window, style, Cache())
    array = np.ascontiguousarray(found.array).view(np.uint8)
    if found.high == 1:
        bits = np.unpackbits(array, axis=1, bitorder="little")[:, :neurons]
        return bits.T.astype(float), found.high
    return (array[:, : min(neurons, ROWS)].T / FULL) ** 2, found.high


def poisson(rate, steps, neurons):
    return np.random.RandomState(0).rand(steps, neurons) < rate * DT


def test_few_neurons_in_a_short_window_are_bits():
    spikes = poisson(50, 2000, 90)

    ink, high = drawn(spikes)

    assert high == 1
    assert set(np.unique(ink)) == {0, 1}
    np.testing.assert_array_equal(ink.any(axis=1), spikes.any(axis=0))


@pytest.mark.parametrize("seconds", [5, 30, 120])
@pytest.mark.parametrize("rate", [5, 50])
def test_a_long_window_is_as_grey_as_neurons_fire(seconds, rate):
    ink, high = drawn(poisson(rate, int(seconds / DT), 40))

    assert high == FULL
    assert ink.mean() == pytest.approx(rate * MARK_SECONDS, rel=0.1)


def test_neurons_that_fire_twice_as_often_are_twice_as_dark_at_every_zoom():
    for seconds in (5, 60):
        spikes = np.hstack([poisson(10, int(seconds / DT), 20), poisson(20, int(seconds / DT), 20)])
        ink, _ = drawn(spikes)
        assert ink[20:].mean() == pytest.approx(2 * ink[:20].mean(), rel=0.25)


def test_many_neurons_share_rows_and_these_are_as_grey_as_they_fire():
    spikes = poisson(20, 2000, 5 * ROWS + 7)
    spikes[:, : 5 * ROWS // 2] = False

    ink, high = drawn(spikes)

    assert high == FULL
    assert len(ink) == ROWS
    assert ink[: ROWS // 2 - 1].max() == 0
    # A column of 3.3 ms has a spike of one neuron in fifteen.
    expected = 1 - (1 - 20 * DT) ** (2000 / BINS)
    assert ink[ROWS // 2 + 1 :].mean() == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize(("steps", "neurons"), [(2000, 3 * ROWS), (600_000, 3)])
def test_no_spike_is_lost(steps, neurons):
    spikes = np.zeros((steps, neurons), bool)
    spikes[steps // 2, neurons // 2] = True

    ink, _ = drawn(spikes)

    ((row, column),) = np.argwhere(ink)
    assert row == (neurons // 2) * len(ink) // neurons
    assert column == BINS // 2


def test_a_window_that_is_not_full_yet_is_empty_where_nothing_was_recorded():
    ink, _ = drawn(np.ones((1000, 5), bool), seconds=10)

    assert ink[:, : BINS // 10 - 1].all()
    assert not ink[:, BINS // 10 + 1 :].any()


def test_all_neurons_at_their_limit_are_solid():
    ink, _ = drawn(np.ones((20_000, 2 * ROWS), bool))

    assert ink.min() == 1
