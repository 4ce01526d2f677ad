"""A stage in Python goes step by step in Nengo's order, and ends where it is told to or
where a function fails.
"""

from __future__ import annotations

import nengo
import numpy as np
import pytest

from nengo_nb.engine.chunk_values import Histories
from nengo_nb.engine.journal import Calls, ChunkCutError, Journal
from nengo_nb.engine.python_ops import make_python_step
from nengo_nb.engine.python_stage import HostLoop
from nengo_nb.errors import PythonStepWarning
from nengo_nb.plan import Plan
from nengo_nb.plan.stages import StageKind
from tests.plan.networks import plan_of

DT = 0.001


class Delay(nengo.synapses.Synapse):
    """Delay by one step. It has no rule, so it runs in Python."""

    def make_state(self, shape_in, shape_out, dt, dtype=None):
        return {}

    def make_step(self, shape_in, shape_out, dt, rng, state):
        return lambda t, x: x


class Chain:
    """A node of time, and one that adds what the other says to what it said last; both note
    their calls.
    """

    def __init__(self, fails_at: int | None = None):
        self.calls = []
        self.fails_at = fails_at
        with nengo.Network() as net:
            first, second = (
                nengo.Node(self.clock, size_out=1),
                nengo.Node(self.add, size_in=2, size_out=1),
            )
            nengo.Connection(first, second[0], synapse=None)
            nengo.Connection(second, second[1], synapse=Delay())
            self.probe = nengo.Probe(second)
        with pytest.warns(PythonStepWarning, match="Delay has no TensorFlow rule"):
            self.plan: Plan = plan_of(net)
        operations = [o for o in self.plan.graph.operations if o.in_python]
        steps = {o.index: make_python_step(o, "a node", 1, DT, {}) for o in operations}
        self.journals = {i: Journal(step, "a node", Calls()) for i, step in steps.items()}

    def clock(self, t: float) -> float:
        self.calls.append(("clock", round(t / DT)))
        return round(t / DT)

    def add(self, t: float, x: np.ndarray) -> float:
        if round(t / DT) == self.fails_at:
            raise ValueError("enough")
        self.calls.append(("add", round(t / DT)))
        return x[0] + x[1]

    def run(self, count: int, stop=lambda: False) -> np.ndarray:
        """Return the samples of the probe in the first steps."""
        chunk = Histories(self.plan.graph, 1, count, 1, "float64")
        for journal in self.journals.values():
            journal.start(1)
        for stage in self.plan.stages:
            states = tuple(np.array(s.initial)[np.newaxis] for s in stage.states)
            HostLoop(self.plan.graph, stage, {}, self.journals, chunk).run(states, stop)
        return chunk.get(self.plan.probes[self.probe])[:, 0, 0]


def test_the_stages_of_a_network_without_neurons_are_all_in_python():
    assert {stage.kind for stage in Chain().plan.stages} == {StageKind.PYTHON}


def test_a_state_in_python_is_what_the_function_said_one_step_before():
    np.testing.assert_array_equal(Chain().run(5), [1, 3, 6, 10, 15])


def test_each_function_is_called_once_for_each_step_in_order():
    chain = Chain()

    chain.run(3)

    for name in ("clock", "add"):
        assert [k for called, k in chain.calls if called == name] == [1, 2, 3]


def test_a_function_is_never_called_before_what_it_reads():
    chain = Chain()

    chain.run(3)

    for k in (1, 2, 3):
        assert chain.calls.index(("clock", k)) < chain.calls.index(("add", k))


def test_a_step_that_fails_is_named_with_the_number_of_whole_steps_before_it():
    with pytest.raises(ChunkCutError) as cut:
        Chain(fails_at=4).run(6)

    assert cut.value.count == 3
    assert isinstance(cut.value.error, ValueError)
    assert "step 4" in cut.value.error.__notes__[0]


def test_a_chunk_that_is_told_to_stop_ends_between_two_steps_without_an_error():
    chain = Chain()

    with pytest.raises(ChunkCutError) as cut:
        chain.run(6, stop=lambda: ("clock", 2) in chain.calls)

    assert (cut.value.count, cut.value.error) == (2, None)


def test_a_function_that_failed_is_called_again_for_the_failed_step_alone():
    chain = Chain(fails_at=3)
    with pytest.raises(ChunkCutError):
        chain.run(5)

    chain.fails_at = None
    found = chain.run(5)

    np.testing.assert_array_equal(found, [1, 3, 6, 10, 15])
    assert sorted(chain.calls) == [
        *(("add", k) for k in range(1, 6)),
        *(("clock", k) for k in range(1, 6)),
    ]


def test_what_is_fed_is_not_called():
    chain = Chain()
    (clock,) = (o for o in chain.plan.graph.operations if o.in_python and not o.inputs)
    chunk = Histories(chain.plan.graph, 1, 2, 1, "float64")
    chunk.arrays[clock.outputs[0]] = np.full((2, 1, 1), 10.0)

    for stage in chain.plan.stages:
        states = tuple(np.array(s.initial)[np.newaxis] for s in stage.states)
        HostLoop(chain.plan.graph, stage, {}, chain.journals, chunk).run(states, lambda: False)

    np.testing.assert_array_equal(chunk.get(chain.plan.probes[chain.probe])[:, 0, 0], [10, 20])
    assert {name for name, _ in chain.calls} == {"add"}
