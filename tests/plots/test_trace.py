"""A trace takes what was recorded, in whatever shape, and says how it is drawn."""

import numpy as np
import pytest

from nengo_nb.plots import Kind, make_trace


@pytest.mark.parametrize(
    ("size", "spikes", "kind"),
    [
        (1, False, Kind.LINES),
        (24, False, Kind.LINES),
        (25, False, Kind.HEAT),
        (500, True, Kind.RASTER),
    ],
)
def test_the_number_of_dimensions_chooses_the_kind(size, spikes, kind):
    values = np.zeros((10, size))

    trace = make_trace("x", np.arange(10), values, spikes=spikes)

    assert trace.kind is kind


def test_one_item_of_a_batch_is_chosen():
    batch = np.arange(3)[:, None, None] * np.ones((3, 10, 2))

    trace = make_trace("x", np.arange(10), batch, batched=True, item=2)

    assert trace.values.shape == (10, 2)
    assert (trace.values == 2).all()


def test_an_item_that_is_not_there_is_named():
    batch = np.zeros((3, 10, 2))

    with pytest.raises(IndexError, match="no batch item 3: the batch has items 0 to 2"):
        make_trace("x", np.arange(10), batch, batched=True, item=3)


def test_weights_over_time_are_flattened():
    weights = np.zeros((10, 4, 5))

    trace = make_trace("weights", np.arange(10), weights)

    assert trace.size == 20


def test_the_last_times_belong_to_a_probe_that_was_cleared():
    values = np.zeros((4, 1))

    trace = make_trace("x", np.arange(10), values)

    np.testing.assert_array_equal(trace.times, [6, 7, 8, 9])


def test_nothing_recorded_is_an_error():
    with pytest.raises(ValueError, match="nothing was recorded by 'x' yet"):
        make_trace("x", [], np.zeros((0, 1)))


def test_too_few_times_are_an_error():
    with pytest.raises(ValueError, match="'x' has 3 samples but only 2 times"):
        make_trace("x", [0.1, 0.2], np.zeros((3, 1)))
