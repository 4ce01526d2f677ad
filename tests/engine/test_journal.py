"""The journal of a Python operation: one call for each step, whatever becomes of the chunk."""

from __future__ import annotations

import numpy as np
import pytest

from nengo_nb.engine.journal import Calls, ChunkCutError, Journal, call_sources
from nengo_nb.engine.python_ops import PythonStep


class Doubling(PythonStep):
    """An operation of an input that notes its calls."""

    def __init__(self):
        self.times = []

    def __call__(self, time, inputs):
        self.times.append(time)
        return [2 * inputs[0]]

    def get_state(self):
        return len(self.times)

    def set_state(self, memory):
        del self.times[memory:]


@pytest.fixture
def journal():
    return Journal(Doubling(), "the doubling node", Calls())


def run(journal, first, values):
    """Return the outputs of a chunk that begins with step ``first``."""
    journal.start(first)
    outputs = [journal(k, 0.001 * (first + k), [np.array([[v]])]) for k, v in enumerate(values)]
    return [float(output[0][0, 0]) for output in outputs]


def test_steps_of_a_chunk_that_is_computed_again_are_not_called_for_again(journal):
    assert run(journal, 1, [1.0, 2.0, 3.0]) == [2, 4, 6]
    assert run(journal, 1, [1.0, 2.0]) == [2, 4]

    assert len(journal.step.times) == 3


def test_what_is_left_when_some_steps_are_completed_serves_the_next_chunk(journal):
    run(journal, 1, [1.0, 2.0, 3.0])
    journal.commit(2)

    assert run(journal, 3, [3.0, 4.0]) == [6, 8]
    assert journal.step.times == pytest.approx([0.001, 0.002, 0.003, 0.004])


def test_other_inputs_than_those_it_was_called_with_call_it_anew(journal):
    run(journal, 1, [1.0, 2.0, 3.0])

    assert run(journal, 1, [1.0, 5.0, 3.0]) == [2, 10, 6]
    assert len(journal.step.times) == 5


def test_inputs_that_differ_by_rounding_are_the_same(journal):
    run(journal, 1, [1.0, 2.0])

    assert run(journal, 1, [1.0 + 1e-6, 2.0 - 1e-6]) == [2, 4]
    assert len(journal.step.times) == 2


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_number_that_is_none_equals_itself_and_no_other(journal, value):
    run(journal, 1, [1.0, value])

    run(journal, 1, [1.0, value])
    assert len(journal.step.times) == 2
    assert run(journal, 1, [1.0, 3.0]) == [2, 6]
    assert len(journal.step.times) == 3


def test_another_first_step_than_the_next_begins_an_empty_journal(journal):
    run(journal, 1, [1.0, 2.0])
    run(journal, 5, [1.0])

    assert len(journal.step.times) == 3


def test_what_was_remembered_comes_back_with_the_journal(journal):
    run(journal, 1, [1.0, 2.0])
    memory = journal.get_state()
    run(journal, 1, [7.0])
    journal.set_state(memory)
    run(journal, 1, [1.0, 2.0])

    assert len(journal.step.times) == 2


class Clock(PythonStep):
    """A source that can fail at a time."""

    def __init__(self, fails_at=None):
        self.fails_at = fails_at
        self.times = []

    def function(self, time):
        if time == self.fails_at:
            self.fails_at = None
            raise RuntimeError("stopped")
        self.times.append(time)
        return time

    def checked(self, result):
        return result


def sources(*steps):
    calls = Calls()
    journals = [Journal(step, "a clock", calls) for step in steps]
    for journal in journals:
        journal.is_source = True
    return journals


def test_sources_are_called_in_turn_and_a_failure_says_where():
    first, second = sources(Clock(), Clock(fails_at=3.0))

    with pytest.raises(ChunkCutError) as caught:
        call_sources([first, second], [1.0, 2.0, 3.0, 4.0])

    assert caught.value.count == 2
    assert caught.value.error.__notes__ == ["This happened in a clock, at 3 s (step 3)."]
    assert first.step.times == [1, 2, 3]
    assert not first.calls.are_under_way
    call_sources([first, second], [1.0, 2.0, 3.0, 4.0])
    assert first.step.times == second.step.times == [1, 2, 3, 4]


def test_a_stop_is_asked_for_between_steps_that_were_not_called_yet():
    (journal,) = sources(Clock())

    with pytest.raises(ChunkCutError) as caught:
        call_sources([journal], [1.0, 2.0, 3.0], stop=lambda: True)

    assert (caught.value.count, caught.value.error) == (1, None)
    call_sources([journal], [1.0], stop=lambda: True)
    assert journal.step.times == [1]
