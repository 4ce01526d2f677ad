"""Ticks are round numbers, in Python where they are in the browser."""

import json
from pathlib import Path

import numpy as np
import pytest

from nengo_nb.plots.picture import TIME_TICKS, VALUE_TICKS
from nengo_nb.plots.ticks import find_ticks, find_ticks_within_rounding

# The browser's tests read the same file.
AXES = json.loads(
    (Path(__file__).parents[2] / "labextension" / "tests" / "ticks.json").read_text("utf-8")
)


@pytest.mark.parametrize("axis", AXES, ids=lambda axis: f"{axis['low']} to {axis['high']}")
def test_ticks_are_where_the_browser_has_them(axis):
    ticks = find_ticks(axis["low"], axis["high"], axis["wanted"])

    assert len(ticks) == len(axis["ticks"])
    np.testing.assert_allclose(ticks, axis["ticks"], atol=1e-9 * (axis["high"] - axis["low"]))


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (-1.05, 1.05), (0, 1e-6), (-300, 1e5), (9.999, 10.001)]
)
@pytest.mark.parametrize(("wanted", "most"), [(VALUE_TICKS, 6), (TIME_TICKS, 11)])
def test_a_picture_has_room_for_its_ticks(low, high, wanted, most):
    ticks = find_ticks_within_rounding(low, high, wanted)

    assert 2 <= len(ticks) <= most
    assert low <= ticks[0] < ticks[-1] <= high + 1e-9 * high


def test_a_tick_at_a_limit_that_is_off_by_rounding_is_drawn():
    assert find_ticks_within_rounding(1e-18, 0.5 - 1e-12, 5)[0] == 0
    assert find_ticks(1e-18, 0.5, 5)[0] == 0.1
