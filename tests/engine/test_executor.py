"""A chunk is a function of the state before it: run again it gives the same, and nothing is
kept that was not given.
"""

from __future__ import annotations

from collections.abc import Callable

import nengo
import numpy as np
import pytest

from nengo_nb.engine import Executor
from nengo_nb.engine.journal import Calls, Journal
from nengo_nb.engine.python_ops import make_python_step
from nengo_nb.plan.stages import StageKind
from tests.plan.networks import plan_of

DT = 0.001


def doubling(faults: set[int]) -> Callable[[float, np.ndarray], np.ndarray]:
    """A function that fails at some steps; it reaches nothing else, so it shares no state
    with other nodes.
    """

    def double(t: float, x: np.ndarray) -> np.ndarray:
        if round(t / DT) in faults:
            raise ValueError("enough")
        return 2 * x

    return double


class Network:
    """A node drives an integrator, what it holds goes through a node again, and all that is
    recorded.
    """

    def __init__(self):
        self.faults: set[int] = set()
        with nengo.Network(seed=0) as net:
            self.source = nengo.Node(lambda t: 1.0)
            leaky = nengo.Node(size_in=1)
            behind = nengo.Node(doubling(self.faults), size_in=1)
            nengo.Connection(self.source, leaky, synapse=0.01)
            nengo.Connection(leaky, behind, synapse=None)
            self.filtered, self.doubled = nengo.Probe(leaky), nengo.Probe(behind)
        self.plan = plan_of(net)
        self.executor = Executor(self.plan, 1, "float64")
        self.value = self.plan.graph.feedable[self.source]

    def journals(self) -> dict[int, Journal]:
        """Python operations at the start of a simulation."""
        operations = [o for o in self.plan.graph.operations if o.in_python]
        steps = {o.index: make_python_step(o, "a node", 1, DT, {}) for o in operations}
        return {i: Journal(step, "a node", Calls()) for i, step in steps.items()}

    def start(self):
        return self.executor.initial_states()


@pytest.fixture(scope="module")
def compiled() -> Network:
    return Network()


@pytest.fixture
def network(compiled) -> Network:
    compiled.faults.clear()
    return compiled


def filtered(count: int) -> np.ndarray:
    """Return a lowpass filter's response to ones, from the step after they begin."""
    return 1 - np.exp(-DT / 0.01 * np.arange(count))


def test_python_and_compiled_stages_take_turns(network):
    assert [stage.kind for stage in network.plan.stages] == [
        StageKind.PYTHON,
        StageKind.SCAN,
        StageKind.PYTHON,
    ]


def test_a_chunk_records_what_stages_hand_to_each_other(network):
    chunk = network.executor.run(network.start(), 1, 6, network.journals(), {})

    assert chunk.count == 6
    np.testing.assert_allclose(chunk.records[network.filtered][:, 0, 0], filtered(6), atol=1e-12)
    np.testing.assert_allclose(chunk.records[network.doubled][:, 0, 0], 2 * filtered(6), atol=1e-12)


def test_a_chunk_changes_nothing_it_was_given(network):
    states = network.start()

    first = network.executor.run(states, 1, 6, network.journals(), {})
    again = network.executor.run(states, 1, 6, network.journals(), {})

    np.testing.assert_array_equal(first.records[network.filtered], again.records[network.filtered])


def test_two_chunks_are_one(network):
    journals = network.journals()

    first = network.executor.run(network.start(), 1, 4, journals, {})
    second = network.executor.run(first.states, 5, 2, journals, {})

    records = [chunk.records[network.filtered][:, 0, 0] for chunk in (first, second)]
    np.testing.assert_allclose(np.concatenate(records), filtered(6), atol=1e-12)


def test_a_chunk_ends_before_the_step_that_fails_with_all_steps_before_it_whole(network):
    network.faults.add(4)

    chunk = network.executor.run_until(network.start(), 1, 6, network.journals(), {})

    assert chunk.count == 3
    assert str(chunk.error) == "enough"
    np.testing.assert_allclose(chunk.records[network.doubled][:, 0, 0], 2 * filtered(3), atol=1e-12)


def test_a_chunk_that_goes_on_behind_a_failed_step_is_what_it_would_have_been(network):
    journals = network.journals()
    network.faults.add(4)
    before = network.executor.run_until(network.start(), 1, 6, journals, {})
    for journal in journals.values():
        journal.commit(before.count)

    network.faults.clear()
    after = network.executor.run(before.states, 4, 3, journals, {})

    np.testing.assert_allclose(
        after.records[network.filtered][:, 0, 0], filtered(6)[3:], atol=1e-12
    )


def test_an_error_of_the_first_step_leaves_the_state_as_it_was(network):
    network.faults.add(1)
    states = network.start()

    chunk = network.executor.run_until(states, 1, 6, network.journals(), {})

    assert (chunk.count, chunk.states) == (0, states)
    assert chunk.error is not None


def test_what_is_fed_replaces_what_a_node_would_have_said(network):
    fed = {network.value: np.full((6, 1, 1), 3.0)}

    chunk = network.executor.run(network.start(), 1, 6, network.journals(), fed)

    np.testing.assert_allclose(
        chunk.records[network.filtered][:, 0, 0], 3 * filtered(6), atol=1e-12
    )
    np.testing.assert_array_equal(chunk.inputs[network.value], [[3.0]])


def test_saved_states_are_the_states_they_were_saved_from(network):
    chunk = network.executor.run(network.start(), 1, 4, network.journals(), {})
    saved = [list(map(np.array, states)) for states in chunk.states]

    after = network.executor.run(network.executor.as_states(saved), 5, 2, network.journals(), {})

    np.testing.assert_allclose(
        after.records[network.filtered][:, 0, 0], filtered(6)[4:], atol=1e-12
    )
