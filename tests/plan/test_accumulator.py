"""Contributions: written part by part, read as a reference."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nengo_nb.plan.accumulator import Contribution
from nengo_nb.plan.refs import Piece, Ref, whole, zeros

from .test_refs import VALUES, read, refs


@given(refs(), st.data())
def test_writing_is_assigning(ref, data):
    written = Contribution(ref)
    expected = read(ref).copy()

    for _ in range(data.draw(st.integers(1, 4))):
        begin = data.draw(st.integers(0, ref.size))
        size = data.draw(st.integers(0, min(ref.size - begin, 20)))
        value = data.draw(st.sampled_from([0, 1]))
        written.write(begin, whole(value, size) if value else zeros(size))
        expected[begin : begin + size] = VALUES[1][:size] if value else 0

        np.testing.assert_array_equal(read(written.ref), expected)


@given(st.data())
def test_it_knows_where_it_is_zero(data):
    written = Contribution(zeros(30))
    begin = data.draw(st.integers(0, 20))
    written.write(begin, whole(1, 10))

    low = data.draw(st.integers(0, 29))
    high = data.draw(st.integers(low + 1, 30))

    assert written.is_zero(low, high) == (high <= begin or begin + 10 <= low)


def test_parts_that_continue_each_other_become_one():
    written = Contribution(zeros(20))

    for begin in (5, 0, 15, 10):
        written.write(begin, Ref((Piece(1, begin, 1, 5),)))

    assert written.ref.pieces == (Piece(1, 0, 1, 20),)
