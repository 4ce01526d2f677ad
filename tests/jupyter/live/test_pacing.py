"""Pacing: how fast a run goes is measured over all of its time, delays and catching up included."""

from __future__ import annotations

import math

import pytest

from nengo_nb.jupyter.live import pacing
from nengo_nb.jupyter.live.pacing import Pacing

DT = 1e-3
CHUNK = 30
"""Steps of a chunk, which take 30 ms at real time."""


class Clock:
    """Wall time that passes only where a test says so."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(pacing.time, "perf_counter", clock)
    return clock


def run_chunk(paced, clock, seconds, late=0.0):
    """Wait until a chunk is due, and longer if something is in the way; then run it."""
    clock.now += paced.wait() + late
    begin = clock.now
    clock.now += seconds
    paced.took(CHUNK, paced.speed, begin)


def test_a_run_that_makes_up_for_delays_is_never_said_to_be_faster_than_asked(clock):
    paced = Pacing(DT)
    ratios = []
    for k in range(200):
        run_chunk(paced, clock, 0.002, late=0.028 if k % 4 == 1 else 0.0)
        ratios.append(paced.ratio)

    assert max(ratios) <= 1.0
    assert ratios[-1] == pytest.approx(1.0, abs=0.03)


def test_a_run_that_is_too_slow_is_said_to_be_so(clock):
    paced = Pacing(DT)
    for _ in range(100):
        run_chunk(paced, clock, 0.060)

    assert paced.ratio == pytest.approx(0.5, rel=1e-6)


def test_at_full_speed_the_speed_is_that_of_the_clock_with_what_is_between_chunks(clock):
    paced = Pacing(DT)
    paced.set_speed(None)
    for _ in range(100):
        run_chunk(paced, clock, 0.010, late=0.005)

    # But for a hundredth of the first chunk, which had nothing before it.
    assert paced.ratio == pytest.approx(2.0, rel=1e-2)


def test_a_pause_is_not_measured(clock):
    paced = Pacing(DT)
    for _ in range(50):
        run_chunk(paced, clock, 0.002)
    clock.now += 1000
    paced.start()
    run_chunk(paced, clock, 0.002)

    assert paced.ratio == pytest.approx(1.0, rel=1e-6)


def test_a_speed_near_zero_leaves_a_number(clock):
    paced = Pacing(DT)
    paced.set_speed(1e-320)
    for _ in range(3):  # the run's thread takes one whenever it is woken
        begin = clock.now
        clock.now += 0.002
        paced.took(CHUNK, paced.speed, begin)

    assert math.isfinite(paced.ratio)
    assert paced.wait() > 1e6
