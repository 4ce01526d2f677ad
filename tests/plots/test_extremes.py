"""Two points stand for a bucket of samples: its extremes, in the order of its trend."""

import numpy as np
import pytest

from nengo_nb.plots.extremes import bucket_extremes, equal_bucket_extremes


def test_a_bucket_keeps_its_extremes_in_the_order_of_its_trend():
    rising, falling = [0.0, 5.0, -1.0, 2.0], [3.0, 4.0, 1.0, 2.0]

    points = bucket_extremes(np.array([rising + falling]).T, np.array([0, 4]))

    assert points[:, 0].tolist() == [-1, 5, 4, 1]


@pytest.mark.parametrize("width", [1, 2, 8, 64])
def test_buckets_of_one_width_are_reduced_alike(width):
    rng = np.random.default_rng(width)
    values = np.where(rng.random((5 * width, 3)) < 0.2, np.nan, rng.random((5 * width, 3)))

    points = equal_bucket_extremes(values, width)

    np.testing.assert_array_equal(points, bucket_extremes(values, np.arange(0, 5 * width, width)))


def test_only_a_bucket_without_a_number_is_a_gap():
    nan = np.nan

    points = bucket_extremes(np.array([[nan, 1.0, nan, nan]]).T, np.array([0, 2]))

    np.testing.assert_array_equal(points[:, 0], [1, 1, nan, nan])
