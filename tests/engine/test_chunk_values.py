"""Values at each step of a chunk are assembled from stages' outputs, inputs and constants."""

from __future__ import annotations

import nengo
import numpy as np
import pytest
import tensorflow as tf

from nengo_nb.engine.chunk_values import Histories, select
from nengo_nb.plan.graph import Graph, Origin, Value
from nengo_nb.plan.refs import Piece, Ref, whole, zeros

DT = 0.5


@pytest.fixture
def graph() -> Graph:
    """Value 1 is computed, 2 the time, 3 the number of the step, 4 a constant and 5 a parameter."""
    signal = nengo.builder.Signal(np.array([[1.0, 2.0], [3.0, 4.0]]))
    graph = Graph(dt=DT)
    graph.add(Value(Origin.OPERATION, 3, operation=0))
    graph.add(Value(Origin.TIME, 1))
    graph.add(Value(Origin.STEP, 1))
    graph.add(Value(Origin.CONSTANT, 1, number=7.0))
    graph.add(Value(Origin.PARAMETER, 4, signal=signal))
    return graph


@pytest.fixture
def chunk(graph) -> Histories:
    """Steps 3 and 4 of two items; value 1 counts from zero."""
    chunk = Histories(graph, first=3, count=2, batch=2, dtype="float32")
    chunk.arrays[1] = np.arange(12, dtype=np.float32).reshape(2, 2, 3)
    return chunk


def test_the_first_step_of_a_simulation_is_at_one_time_step(graph):
    np.testing.assert_array_equal(
        Histories(graph, 1, 3, 1, "float32").times(), [DT, 2 * DT, 3 * DT]
    )


def test_a_reference_is_read_at_every_step_for_every_item(chunk):
    np.testing.assert_array_equal(chunk.get(whole(1, 3)), chunk.arrays[1])


def test_time_step_number_constants_and_parameters_are_the_same_for_all_items(chunk):
    ref = Ref(
        (
            Piece(2, 0, 0, 1),
            Piece(3, 0, 0, 1),
            Piece(4, 0, 0, 2),
            Piece(5, 3, -3, 2),
            *zeros(1).pieces,
        )
    )

    found = chunk.get(ref)

    assert found.dtype == np.float32
    np.testing.assert_array_equal(found[0, 0], [3 * DT, 3, 7, 7, 4, 1, 0])
    np.testing.assert_array_equal(found[1, 0], [4 * DT, 4, 7, 7, 4, 1, 0])
    np.testing.assert_array_equal(found[:, 1], found[:, 0])


def test_what_is_read_is_a_copy_that_later_chunks_do_not_change(chunk):
    found = chunk.get(whole(1, 3))
    chunk.arrays[1][:] = -1

    assert found.min() == 0


def test_what_a_stage_handed_on_is_cut_into_values_without_the_steps_behind_the_chunk(graph):
    chunk = Histories(graph, first=1, count=2, batch=1, dtype="float32")
    outputs = tf.reshape(tf.range(20, dtype=tf.float32), (5, 1, 4))  # room for five steps

    chunk.hand_on([1, 2], [3, 1], outputs)

    np.testing.assert_array_equal(chunk.arrays[1][:, 0], [[0, 1, 2], [4, 5, 6]])
    np.testing.assert_array_equal(chunk.arrays[2][:, 0], [[3], [7]])
    assert [begin for _, begin in chunk.tensors.values()] == [0, 3]
    assert all(tensor is outputs for tensor, _ in chunk.tensors.values())


@pytest.mark.parametrize(
    ("piece", "expected"),
    [
        (Piece(1, 1, 1, 3), [1, 2, 3]),
        (Piece(1, 0, 2, 3), [0, 2, 4]),
        (Piece(1, 4, -1, 5), [4, 3, 2, 1, 0]),
        (Piece(1, 4, -2, 2), [4, 2]),
        (Piece(1, 3, 0, 2), [3, 3]),
    ],
)
def test_a_piece_selects_along_the_last_axis_forwards_backwards_or_again_and_again(piece, expected):
    array = np.arange(10).reshape(2, 5)

    np.testing.assert_array_equal(select(array, piece), [expected, np.add(expected, 5)])
