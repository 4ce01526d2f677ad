"""References: views, concatenations and reversed slices without copying."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from nengo.builder import Signal

from nengo_nb.plan.refs import Piece, Ref, join, runs, view_index, whole, zeros

VALUES = {0: np.zeros(1), 1: np.arange(100.0, 120), 2: np.arange(200.0, 230)}


def read(ref: Ref) -> np.ndarray:
    """The numbers a reference stands for."""
    found = [VALUES[p.value][p.start + p.step * np.arange(p.length)] for p in ref.pieces]
    return np.concatenate(found) if found else np.zeros(0)


@st.composite
def refs(draw) -> Ref:
    """Some elements of some values, in some order."""
    pieces = []
    for _ in range(draw(st.integers(1, 5))):
        value = draw(st.sampled_from([1, 2]))
        size = len(VALUES[value])
        start = draw(st.integers(0, size - 1))
        step = draw(st.sampled_from([-2, -1, 0, 1, 2]))
        room = {
            1: size - start,
            2: (size - start + 1) // 2,
            0: 5,
            -1: start + 1,
            -2: start // 2 + 1,
        }[step]
        pieces.append(Piece(value, start, step, draw(st.integers(1, room))))
    return Ref(pieces)


@given(refs(), st.data())
def test_a_cut_is_a_slice(ref, data):
    begin = data.draw(st.integers(0, ref.size))
    end = data.draw(st.integers(begin, ref.size))

    np.testing.assert_array_equal(read(ref.cut(begin, end)), read(ref)[begin:end])


@given(refs(), st.data())
def test_taking_is_indexing(ref, data):
    index = np.array(data.draw(st.lists(st.integers(0, ref.size - 1), max_size=12)), dtype=int)

    np.testing.assert_array_equal(read(ref.take(index)), read(ref)[index])


@given(refs(), refs())
def test_joining_is_concatenating(a, b):
    np.testing.assert_array_equal(read(join([a, b])), np.concatenate([read(a), read(b)]))


@given(st.lists(st.integers(0, 30), max_size=20))
def test_runs_are_the_index_again(index):
    found = runs(np.array(index, dtype=int))

    expanded = []
    for begin, step, count in found:
        expanded += [begin + step * i for i in range(count)]
    assert expanded == index


def test_a_reversed_slice_is_one_piece():
    assert whole(1, 20).take(np.arange(20)[::-1]).pieces == (Piece(1, 19, -1, 20),)


def test_neighbours_become_one_piece():
    assert join([Ref([Piece(1, 0, 1, 5)]), Ref([Piece(1, 5, 1, 5)])]).pieces == (
        Piece(1, 0, 1, 10),
    )
    assert join([zeros(3), zeros(4)]).pieces == (Piece(0, 0, 0, 7),)


def test_views_are_found_in_their_base():
    base = Signal(np.arange(24.0).reshape(4, 6), name="base")
    views = [base[1:3], base[:, 2:4], base[::-1], base[::2, ::3], base[2], base[3:1:-1, 1]]

    for view in views:
        index = view_index(view)
        if index is None:
            index = view.elemoffset + np.arange(view.size)
        np.testing.assert_array_equal(
            base.initial_value.reshape(-1)[index], view.initial_value.reshape(-1)
        )
