"""An argument is put together from slices of tensors, whichever way it is written."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from nengo_nb.engine.lowering import NUMBER, Emitter, Frame, clock
from nengo_nb.plan.cost import MODELS, Device
from nengo_nb.plan.program import Gather, Place, Segment, Source, Span, joined

BATCH, WIDTH, DT = 2, 40, 0.001
COST = MODELS[Device.CPU]
STATE, INPUT, PARAMETER = Place(Source.STATE), Place(Source.INPUT), Place(Source.PARAMETER)


@pytest.fixture
def frame() -> Frame:
    """Step 5 of an empty segment: inputs count from 0, a state from 100, a parameter from 200."""
    emitter = Emitter(Segment((), (), (), (), (), ()), BATCH, DT, "float64", COST)
    inputs = tf.reshape(tf.range(BATCH * WIDTH, dtype=tf.float64), (BATCH, WIDTH))
    state = tf.reshape(100 + tf.range(BATCH * 6, dtype=tf.float64), (BATCH, 2, 3))
    parameter = tf.constant(200 + np.arange(4.0))
    return Frame(emitter, tf.constant(5, NUMBER), inputs, [parameter], [state])


def plain(span: Span) -> np.ndarray:
    """Return the elements of a span, one by one."""
    at = span.start + span.step * np.arange(span.length)
    tensors = {
        Source.INPUT: np.arange(BATCH * WIDTH).reshape(BATCH, WIDTH),
        Source.STATE: 100 + np.arange(BATCH * 6).reshape(BATCH, 6),
        Source.PARAMETER: np.tile(200 + np.arange(4), (BATCH, 1)),
        Source.ZERO: np.zeros((BATCH, 1)),
        Source.STEP: np.full((BATCH, 1), 5),
        Source.TIME: np.full((BATCH, 1), 5 * DT),
    }
    return tensors[span.place.source][:, at]


@pytest.mark.parametrize(
    "spans",
    [
        (),
        (Span(INPUT, 3, 1, 4),),
        (Span(INPUT, 3, 2, 4),),
        (Span(INPUT, 9, -3, 4),),
        (Span(INPUT, 3, -1, 4),),
        (Span(INPUT, 3, 0, 4),),
        (Span(Place(Source.ZERO), 0, 0, 3),),
        (Span(Place(Source.STEP), 0, 0, 1), Span(Place(Source.TIME), 0, 0, 2)),
        (Span(STATE, 0, 1, 6), Span(INPUT, 0, 1, 2), Span(PARAMETER, 1, 1, 2)),
        tuple(Span(INPUT, 10 * k, 1, 3) for k in range(4)),  # equal runs at equal distances
        tuple(
            Span(INPUT, 1 + 13 * k, 1, 7) for k in range(3)
        ),  # of which the last has no room behind it
        tuple(Span(INPUT, 5, 1, 3) for _ in range(3)),  # the same run again
        tuple(Span(INPUT, 30 - 10 * k, 1, 3) for k in range(4)),  # backwards
        tuple(
            Span(INPUT, (7 * k) % (WIDTH - 1), 1, 1 + k % 2) for k in range(COST.most_slices + 2)
        ),  # irregular
        tuple(Span((INPUT, STATE)[k % 2], k % 5, 1, 1) for k in range(COST.most_slices + 2)),
    ],
)
def test_spans_are_gathered_as_they_are_listed(frame, spans):
    gather = Gather(spans, (sum(span.length for span in spans),))

    found = frame.gather(gather)

    np.testing.assert_array_equal(
        found, np.concatenate([np.zeros((BATCH, 0)), *map(plain, spans)], axis=1)
    )


def test_a_whole_state_is_read_as_the_tensor_it_is(frame):
    assert frame.gather(Gather((Span(STATE, 0, 1, 6),), (2, 3))) is frame.states[0]


def test_a_constant_argument_has_its_shape_and_no_batch_axis(frame):
    found = frame.gather(Gather((Span(PARAMETER, 0, 1, 4),), (2, 2)), parametric=True)

    np.testing.assert_array_equal(found, [[200, 201], [202, 203]])


def test_outputs_are_values_side_by_side(frame):
    gathers = [Gather((Span(INPUT, 0, 1, 2),), (2,)), Gather((Span(STATE, 5, 1, 1),), (1,))]

    np.testing.assert_array_equal(frame.vector(gathers), [[0, 1, 105], [40, 41, 111]])
    assert frame.vector([]).shape == (BATCH, 0)


def test_outputs_that_follow_one_another_are_one_slice(frame):
    tenths = [Gather((Span(INPUT, 10 * k, 1, 10),), (10,)) for k in range(4)]

    assert frame.vector(tenths) is frame.inputs
    in_two = [*tenths[2:], Gather((Span(STATE, 0, 1, 2), Span(STATE, 2, 1, 4)), (6,)), *tenths[:2]]
    np.testing.assert_array_equal(
        frame.vector(in_two)[0], [*range(20, 40), *range(100, 106), *range(20)]
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Span(INPUT, 0, 1, 2), Span(INPUT, 3, 1, 2)),
        (Span(INPUT, 0, 1, 2), Span(STATE, 2, 1, 2)),
        (Span(INPUT, 0, 2, 2), Span(INPUT, 2, 2, 2)),
        (Span(INPUT, 3, 0, 2), Span(INPUT, 5, 1, 2)),
        (Span(INPUT, 3, 1, 2), Span(INPUT, 2, 1, 1)),
    ],
)
def test_spans_with_a_gap_between_them_stay_apart(one, other):
    assert joined([one, other]) == [one, other]


def test_time_is_rounded_once_however_many_steps_there_were():
    number = 2**25 + 1  # float32 has no such number

    assert clock(tf.constant(number, NUMBER), DT, "float32").numpy() == np.float32(number * DT)
