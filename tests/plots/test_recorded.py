"""Recorded plots are thinned without losing extremes, and packed without losing a spike."""

from __future__ import annotations

import numpy as np
import pytest

from nengo_nb.plots.extremes import thin_lines, thin_path
from nengo_nb.plots.moment import Moment, draw_moment, draw_run
from nengo_nb.plots.recorded import (
    CloudsRecord,
    Detail,
    ImagesRecord,
    LinesRecord,
    PathsRecord,
    RecordedRun,
    SpikesRecord,
    pack_spikes,
    spike_levels,
    thin_spikes,
)

TIMES = np.arange(1, 1001) / 1000


def unpack(packed, n_rows):
    """Read numbers of seven bits in a byte, as a page does."""
    numbers, number, shift = [], 0, 0
    for byte in packed:
        number += (byte & 127) << shift
        shift += 7
        if not byte & 128:
            numbers.append(number)
            number, shift = 0, 0
    rows, place = [], 0
    for _ in range(n_rows):
        count = numbers[place]
        rows.append(np.cumsum(numbers[place + 1 : place + 1 + count]).tolist())
        place += 1 + count
    assert place == len(numbers)
    return rows


def test_few_samples_stay_as_they_are():
    values = np.sin(TIMES)[:, np.newaxis]

    times, thinned = thin_lines(TIMES, values, 1000)

    assert times is TIMES
    assert thinned is values


def test_a_thinned_line_keeps_a_peak_of_one_sample():
    values = np.zeros((1000, 1))
    values[567], values[568] = 9, -7

    times, thinned = thin_lines(TIMES, values, 100)

    assert thinned.shape == (100, 1)
    assert (np.diff(times) >= 0).all()
    assert (thinned.max(), thinned.min()) == (9, -7)


def test_a_thinned_path_keeps_samples_that_were_there_with_extremes_of_both_coordinates():
    points = np.stack([np.cos(40 * TIMES), np.sin(30 * TIMES)], axis=1)
    points[333], points[444] = (5, 0), (0, -5)

    times, thinned = thin_path(TIMES, points, 80)

    assert len(times) == len(thinned) <= 88
    assert (thinned[:, 0].max(), thinned[:, 1].min()) == (5, -5)
    places = np.searchsorted(TIMES, times)
    np.testing.assert_array_equal(points[places], thinned)


def test_of_too_many_spikes_whole_rows_are_left_out():
    steps, rows = np.repeat(np.arange(100), 8), np.tile(np.arange(8), 100)

    kept_steps, kept_rows, step, every = thin_spikes(steps, rows, 8, 300)

    assert (step, every) == (4, 1)
    assert set(kept_rows.tolist()) == {0, 4}
    assert kept_steps[kept_rows == 4].tolist() == list(range(100))


def test_of_one_row_with_too_many_spikes_some_are_left_out():
    steps = np.arange(1000)

    kept_steps, _, step, every = thin_spikes(steps, np.zeros(1000, int), 1, 300)

    assert (step, every, len(kept_steps)) == (1, 4, 250)


def spikes(steps, rows, count, step=1):
    labels = tuple(map(str, range(count)))
    arrays = np.array(steps, np.int64), np.array(rows, np.int64)
    return SpikesRecord("spikes", "", labels, 0.001, *arrays, step)


def test_packed_spikes_are_those_of_each_row():
    record = spikes([101, 101, 228, 20_000, 3_000_000], [2, 0, 0, 2, 2], 4)

    rows = unpack(pack_spikes(record, 0.1), 4)

    assert rows == [[1, 128], [], [1, 19_900, 2_999_900], []]


def test_no_spikes_are_packed_as_empty_rows():
    assert unpack(pack_spikes(spikes([], [], 3), 0.0), 3) == [[], [], []]


def test_random_spikes_survive_packing():
    fired = np.random.RandomState(1).rand(500, 20) < 0.1
    steps, rows = np.nonzero(fired)

    unpacked = unpack(pack_spikes(spikes(steps, rows, 20), 0.0), 20)

    assert unpacked == [np.flatnonzero(fired[:, row]).tolist() for row in range(20)]


def test_ink_is_where_spikes_are_and_grey_where_marks_do_not_fill_a_pixel():
    record = spikes([0, 990, 991], [0, 1, 1], 2)

    levels = spike_levels(record, 0.0, 1.0, 100, 400)

    assert levels.shape == (2, 100)
    assert np.argwhere(levels).tolist() == [[0, 99], [1, 0]]
    # Ten milliseconds a column, four a mark, and the square root.
    assert levels[1, 0] == np.ceil(255 * np.sqrt(0.4))
    assert levels[0, 99] == np.ceil(255 * np.sqrt(0.8))


def test_a_mark_is_as_high_as_the_rows_that_it_stands_for():
    levels = spike_levels(spikes([500], [0], 8, step=4), 0.0, 1.0, 1000, 400)

    assert np.flatnonzero(levels.any(axis=1)).tolist() == [4, 5, 6, 7]


def test_half_of_a_detail_is_half_of_all():
    assert Detail(8, 6, 4).half() == Detail(4, 3, 2)


RECORDS = {
    "lines": LinesRecord("a", "", ("0",), "value", TIMES, np.sin(9 * TIMES)[:, np.newaxis]),
    "spikes": spikes([100, 900], [0, 1], 2),
    "paths": PathsRecord(
        "p", "", ("x", "y"), ("p",), (TIMES,), (np.stack([TIMES, TIMES**2], axis=1),)
    ),
    "images": ImagesRecord(
        "i", "", "value", TIMES[::500], np.array([[[0.0, 1.0]], [[1.0, 0.0]]]), (0.0, 1.0), False
    ),
    "clouds": CloudsRecord("c", "", ("A", "B"), TIMES[::500], np.array([[1.0, 0.0], [0.0, 1.0]])),
}


@pytest.mark.parametrize("kind", RECORDS)
def test_a_picture_of_each_kind_is_another_one_at_another_time(kind):
    early, late = (
        np.asarray(draw_moment((RECORDS[kind],), Moment(0.0, 1.0, time))) for time in (0.2, 1.0)
    )

    assert early.shape == late.shape
    assert (early != late).any()


def test_a_still_of_a_run_is_a_png():
    run = RecordedRun("run", 0.0, 1.0, tuple(RECORDS.values()))

    assert draw_run(run).startswith(b"\x89PNG")
