"""Rasters go on from the bits of the last frame, and look as if they were drawn anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nengo_nb.jupyter.live.history import History
from nengo_nb.jupyter.live.packed_spikes import count_bits, join_samples
from nengo_nb.jupyter.live.render import Cache, Style, Window, raster

DT = 0.001
SPIKES = (np.random.default_rng(0).random((3000, 21)) < 0.1) / DT
STYLE = Style(tuple(range(21)), 0.0, True, None, (1, 21))


def history(n_steps):
    return History(SPIKES[:n_steps], n_steps, 1.0, DT)


@pytest.mark.parametrize("style", [STYLE, replace(STYLE, dims=(4, 2, 7))], ids=["all", "chosen"])
def test_a_raster_that_goes_on_looks_as_if_it_were_drawn_anew(style):
    cache = Cache()
    # The window fills, moves on, stays, goes back and is another one.
    for n_steps, end in [(500, 1), (700, 1), (1900, 1.9), (1933, 1.933), (1933, 1.933), (1933, 1)]:
        for length in (1.0, 0.5):
            window = Window(end - length, end)
            drawn = raster(history(n_steps), window, style, cache)
            anew = raster(history(n_steps), window, style, Cache())
            np.testing.assert_array_equal(drawn.array.view(np.uint8), anew.array.view(np.uint8))


def test_only_new_samples_are_read():
    values, window, cache = SPIKES.copy(), Window(0.0, 1.0), Cache()
    raster(History(values[:600], 600, 1.0, DT), window, STYLE, cache)
    values[:600] = 0

    drawn = raster(History(values[:700], 700, 1.0, DT), window, STYLE, cache)

    whole = raster(history(700), window, STYLE, Cache())
    np.testing.assert_array_equal(drawn.array.view(np.uint8), whole.array.view(np.uint8))


def test_other_neurons_and_another_array_are_packed_anew():
    cache, window = Cache(), Window(0.0, 1.0)
    raster(history(900), window, STYLE, cache)

    fewer = raster(history(900), window, replace(STYLE, dims=(3, 1)), cache)
    silent = raster(History(np.zeros((900, 21)), 900, 1.0, DT), window, STYLE, cache)

    anew = raster(history(900), window, replace(STYLE, dims=(3, 1)), Cache())
    np.testing.assert_array_equal(fewer.array.view(np.uint8), anew.array.view(np.uint8))
    assert not silent.array.view(np.uint8).any()


def test_columns_have_the_spikes_of_all_their_samples_however_many_these_are():
    bits = np.packbits(SPIKES[:100] > 0, axis=1, bitorder="little")
    starts = np.array([0, 1, 5, 6, 50, 99])

    joined = join_samples(bits, starts)

    np.testing.assert_array_equal(joined, np.bitwise_or.reduceat(bits, starts, axis=0))


@pytest.mark.parametrize("neurons", [21, 16, 8, 1])
def test_spikes_of_neighbours_are_counted_wherever_their_bytes_begin(neurons):
    spikes = SPIKES[:100, :neurons] > 0
    edges = np.arange(min(neurons, 9) + 1) * neurons // min(neurons, 9)

    counts = count_bits(np.packbits(spikes, axis=1, bitorder="little"), edges)

    expected = np.add.reduceat(spikes, edges[:-1], axis=1, dtype=int)
    np.testing.assert_array_equal(counts, expected)
