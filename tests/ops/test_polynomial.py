"""Polynomials stand for functions of a bounded argument without anyone seeing it in a float32."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from nengo_nb.ops.polynomial import bounded, ratio_coefficients
from nengo_nb.plan.cost import MODELS, Device

DEGREE = MODELS[Device.CPU].highest_degree

BOUNDS = np.geomspace(1e-6, 2, 25)
"""Lengths of a step over membrane time constants: 1 us over 1 s, to 1 ms over half of it,
and beyond.
"""

FUNCTIONS = {"charge": lambda x: -np.expm1(-x), "crossing": lambda x: -np.log1p(-x)}
LIBRARY = {"charge": lambda x: -tf.math.expm1(-x), "crossing": lambda x: -tf.math.log1p(-x)}


def largest(name, bound):
    """The largest argument: what has been charged in a step is what may have to cross."""
    return bound if name == "charge" else -np.expm1(-bound)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("bound", BOUNDS)
def test_it_is_exact_to_the_last_bits_of_a_float32(name, bound):
    top = largest(name, bound)
    function = bounded(FUNCTIONS[name], LIBRARY[name], top, "float32", DEGREE)
    x = np.concatenate([np.geomspace(top * 1e-6, top, 1000), np.linspace(0, top, 1001)[1:]]).astype(
        np.float32
    )

    found = function(tf.constant(x)).numpy()

    wanted = FUNCTIONS[name](x.astype(np.longdouble))
    assert np.max(np.abs(found / wanted - 1)) < 2.5 * np.finfo(np.float32).eps


def test_it_is_nothing_for_nothing():
    function = bounded(FUNCTIONS["charge"], LIBRARY["charge"], 0.05, "float32", DEGREE)

    assert function(tf.zeros(3)).numpy().tolist() == [0, 0, 0]


def test_the_usual_time_constant_takes_four_multiplications():
    assert len(ratio_coefficients(FUNCTIONS["charge"], 0.001 / 0.02, DEGREE)) == 4


@pytest.mark.parametrize(
    ("bound", "dtype"), [(30.0, "float32"), (np.inf, "float32"), (0.05, "float64")]
)
def test_where_no_short_polynomial_will_do_the_function_itself_is_used(bound, dtype):
    assert (
        bounded(FUNCTIONS["charge"], LIBRARY["charge"], bound, dtype, DEGREE) is LIBRARY["charge"]
    )


def test_a_device_may_have_shorter_polynomials():
    assert ratio_coefficients(FUNCTIONS["charge"], 0.001 / 0.02, 2) is None
