"""Chunks are as long as their time allows."""

from __future__ import annotations

import pytest

from nengo_nb.plan.cost import MODELS, Device
from nengo_nb.simulator.run.chunk_size import Pace

COST = MODELS[Device.CPU]


def settled(by_itself: float, each: float, most: int = 10**6) -> int:
    """The length of chunks after a while, where they cost ``by_itself`` seconds and
    ``each`` for a step.
    """
    pace = Pace(COST)
    for _ in range(30):
        count = min(pace.length, most)
        pace.took(count, by_itself + each * count)
    return min(pace.length, most)


def test_a_chunk_takes_the_time_it_should():
    assert settled(0, 1e-5) == pytest.approx(COST.chunk_seconds / 1e-5, rel=0.01)
    assert settled(0.005, 1e-4) == pytest.approx((COST.chunk_seconds - 0.005) / 1e-4, rel=0.01)


def test_steps_that_take_longer_than_a_chunk_should_are_taken_one_by_one():
    assert settled(0, 1.0) == 1


def test_what_a_chunk_costs_by_itself_is_shared_by_many_steps():
    """Shorter chunks would not be much shorter, and a run takes several times as long."""
    assert settled(0.1, 1e-3) * 1e-3 == pytest.approx(COST.least_share * 0.1, rel=0.01)
    assert settled(0.1, 0.01, most=16) == 16


def test_one_slow_chunk_is_forgotten():
    """The first may find everything cold."""
    pace = Pace(COST)
    pace.took(COST.first_steps, 1.0)
    for _ in range(30):
        pace.took(pace.length, 1e-5 * pace.length)

    assert pace.length == pytest.approx(COST.chunk_seconds / 1e-5, rel=0.01)
