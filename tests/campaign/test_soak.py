"""The soak in small: a few simulators and views leave nothing in a kernel, and what grows
is seen.
"""

from __future__ import annotations

import pytest

from tests.campaign.soak import MIB, Census, come_and_go, judge


def test_simulators_and_views_leave_nothing_in_a_kernel():
    assert come_and_go(simulators=4, views=12, seed=1, batches=4) == []


def samples(memory=0, **grows):
    """Samples in which something grows from one to the next."""
    first = {"threads": 5, "comms": 3, "widgets": 2}
    censuses = []
    for step in range(20):
        counts = {name: count + grows.get(name, 0) * step for name, count in first.items()}
        censuses.append(Census(300 * MIB + memory * step, **counts))
    return censuses


def test_what_stays_as_it_is_is_no_trouble():
    assert judge("views", samples()) == []


@pytest.mark.parametrize(
    ("grows", "sentence"),
    [
        ({"memory": 10 * MIB}, "views: memory grows by 140 MiB"),
        ({"threads": 1}, "views: 10 threads became 24"),
        ({"comms": 2}, "views: 13 comms became 41"),
        ({"widgets": 1}, "views: 7 widgets became 21"),
    ],
    ids=str,
)
def test_what_grows_is_said(grows, sentence):
    assert judge("views", samples(**grows)) == [sentence]
