"""Lines of kept runs are those that the present run would have, with less work for each frame."""

from __future__ import annotations

import numpy as np
import pytest

from nengo_nb.jupyter.live.history import History
from nengo_nb.jupyter.live.render import Cache, Style, Window, lines
from nengo_nb.jupyter.live.still_lines import StillCache, still_lines

ERROR = 1e-2
"""Difference of filters that begin elsewhere: exp(-10) of values of about a hundred."""

STYLE = Style((2, 0), 0.005, False, None, (1, 2))


@pytest.fixture
def history():
    """A tail of a run of 30 s, from 10 s on."""
    values = np.random.default_rng(0).standard_normal((20_000, 3)).cumsum(axis=0)
    return History(values, 30_000, 1.0, 0.001)


@pytest.mark.parametrize("length", [0.1, 0.7, 2.0, 15.0])
def test_they_are_those_of_the_samples_wherever_the_window_goes(history, length):
    cache = StillCache()

    for end in (9.0, 10.5, 12.3, 12.4, 14.0, 13.9, 29.9, 30.0, 31.0, 11.0, 60.0):
        window = Window(max(end - length, 0.0), end)
        still = still_lines(history, window, STYLE, cache)
        moving = lines(history, window, STYLE, Cache())

        points = moving.array.shape[1]
        assert moving.array.size == still.array.size
        # The last bucket reaches beyond the window.
        inner = slice(0, max(points - 2, 0))
        np.testing.assert_allclose(still.array[:, inner], moving.array[:, inner], atol=ERROR)
        assert still.low <= moving.low + ERROR
        assert still.high >= moving.high - ERROR


def test_a_window_that_moves_on_is_cut_from_what_is_there(history):
    cache = StillCache()
    blocks = []
    for end in np.arange(15.0, 19.0, 0.033):
        still_lines(history, Window(end - 2.0, end), STYLE, cache)
        blocks.append(cache.block)

    assert len({id(block) for block in blocks}) == 2
    assert blocks[0].values.shape[1] < 4000


def test_another_length_or_choice_of_lines_is_reduced_anew(history):
    cache = StillCache()
    still_lines(history, Window(13.0, 15.0), STYLE, cache)
    first = cache.block

    one = still_lines(history, Window(13.0, 15.0), Style((1,), 0.0, False, None, (1, 1)), cache)
    longer = still_lines(history, Window(11.0, 21.0), STYLE, cache)

    assert first is not cache.block
    assert len(one.array) == 2
    assert len(longer.array) == 3


def test_a_joined_run_is_reduced_anew(history):
    cache = StillCache()
    window = Window(15.0, 17.0)
    still_lines(history, window, STYLE, cache)
    joined = History(np.concatenate([np.zeros((5000, 3)), history.values]), 30_000, 1.0, 0.001)

    still = still_lines(joined, window, STYLE, cache)

    moving = lines(joined, window, STYLE, Cache())
    np.testing.assert_allclose(still.array[:, :-2], moving.array[:, :-2], atol=ERROR)
