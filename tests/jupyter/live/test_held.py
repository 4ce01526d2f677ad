"""Analyses are held for some frames while more come, and never where none comes."""

from __future__ import annotations

import numpy as np
import pytest

from nengo_nb.jupyter.live.held import INTERVAL, SHARE, Held
from nengo_nb.jupyter.live.render import Drawn, Window, empty


class Time:
    """A clock, and drawings that take a while."""

    def __init__(self):
        self.now = 100.0
        self.busy = 0.0
        self.made = 0
        self.takes = 0.001
        self.held = Held(lambda: self.now, lambda: self.busy)

    def make(self):
        self.made += 1
        self.busy += self.takes
        return Drawn(np.array([[0.0, 1.0], [5.0, 6.0]], np.float32), 0.0, 1.0)

    def frame(self, key="plot", begin=0.0, is_timed=False, may_hold=True):
        window = Window(begin, begin + 2)
        return self.held.draw(key, window, is_timed, may_hold, self.make)


@pytest.fixture
def time():
    return Time()


def test_a_drawing_is_made_a_few_times_a_second(time):
    for _ in range(31):
        time.frame()
        time.now += 1 / 30

    assert time.made == pytest.approx(1 / INTERVAL, abs=1)


def test_one_that_takes_long_is_made_the_less_often(time):
    time.takes = 0.1
    time.frame()

    time.now += 0.9 * SHARE * time.takes
    time.frame()
    assert time.made == 1
    time.now += 0.2 * SHARE * time.takes
    time.frame()
    assert time.made == 2


def test_the_last_frame_has_all_there_is(time):
    time.frame()
    time.frame(may_hold=False)

    assert time.made == 2


def test_another_plot_is_made_at_once(time):
    time.frame("plot")
    time.frame("another")

    assert time.made == 2


def test_a_line_that_is_held_moves_with_its_window(time):
    time.frame(begin=1.0, is_timed=True)
    drawn = time.frame(begin=1.25, is_timed=True)

    assert time.made == 1
    np.testing.assert_allclose(drawn.array, [[-0.25, 0.75], [5.0, 6.0]])


def test_a_line_is_held_no_longer_than_it_has_to_be(time):
    time.frame(is_timed=True)
    time.now += 1.1 * SHARE * time.takes
    time.frame(is_timed=True)

    assert time.made == 2


def test_what_is_empty_stays_so():
    held = Held(lambda: 0.0, lambda: 0.0)
    window = Window(0.0, 1.0)

    for _ in range(2):
        assert held.draw("plot", window, True, True, empty).array.size == 0
