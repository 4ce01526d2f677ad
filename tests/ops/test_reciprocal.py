"""A reciprocal without a division is one."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from nengo_nb.ops.reciprocal import reciprocal

UNIT = 2.0**-23


@pytest.mark.parametrize("scale", [1e-30, 1e-6, 1.0, 1e6, 1e30])
def test_it_is_exact_to_the_last_bit_but_one(scale):
    x = np.geomspace(scale, 16 * scale, 100_001, dtype=np.float32)

    found = reciprocal(tf.constant(x)).numpy().astype(float)

    assert np.abs(found * x.astype(float) - 1).max() <= 2 * UNIT


def test_in_float64_it_is_the_division():
    x = np.geomspace(1e-3, 1e3, 101)

    np.testing.assert_array_equal(reciprocal(tf.constant(x)).numpy(), 1 / x)
