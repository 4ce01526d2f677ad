"""Merging, stages and places change how a network runs, never what it computes."""

from __future__ import annotations

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.plan import assemble
from nengo_nb.plan.program import PythonPart
from nengo_nb.plan.stages import StageKind, strongly_connected
from nengo_nb.simulator.run import planning as simulator_build
from tests.plan.networks import mixed_bag, plan_of


def records(net: nengo.Network, minibatch_size: int | None = None) -> list[np.ndarray]:
    with nengo_nb.Simulator(net, minibatch_size=minibatch_size, progress_bar=False) as sim:
        sim.run_steps(40)
    return [sim.data[probe] for probe in net.all_probes]


def assert_same(a: list[np.ndarray], b: list[np.ndarray]) -> None:
    for left, right in zip(a, b, strict=True):
        np.testing.assert_allclose(left, right, atol=1e-12)


def test_merging_changes_no_probe(monkeypatch):
    merged = records(mixed_bag())

    monkeypatch.setattr(assemble, "merge", lambda graph, operations: [(o,) for o in operations])

    assert_same(records(mixed_bag()), merged)


def test_taking_all_python_into_one_loop_changes_no_probe(monkeypatch):
    staged = records(mixed_bag())

    monkeypatch.setattr(
        simulator_build,
        "share_python",
        lambda operations: [frozenset(range(len(operations)))] if operations else [],
    )
    net = mixed_bag()
    assert any(stage.kind is StageKind.MIXED for stage in plan_of(net).stages)

    assert_same(records(net), staged)


@pytest.mark.parametrize("minibatch_size", [None, 3])
def test_computing_many_steps_at_once_changes_no_probe(monkeypatch, minibatch_size):
    stepwise = records(mixed_bag(), minibatch_size)

    monkeypatch.setattr(
        simulator_build,
        "_gains_from_many_steps",
        lambda operation, cost: simulator_build._needs_no_loop(operation),
    )
    net = mixed_bag()
    assert [stage.kind for stage in plan_of(net).stages].count(StageKind.PARALLEL) >= 3

    assert_same(records(net, minibatch_size), stepwise)


def test_a_large_product_outside_a_loop_is_computed_for_many_steps_at_once():
    def sorts(n: int, recurrent: bool) -> list[StageKind]:
        with nengo.Network(seed=0) as net:
            a, b = nengo.Ensemble(n, 1), nengo.Ensemble(n, 1)
            nengo.Connection(a.neurons, b.neurons, transform=np.zeros((n, n)))
            if recurrent:
                nengo.Connection(b.neurons, a.neurons, transform=np.zeros((n, n)))
            nengo.Probe(b.neurons)
        return [stage.kind for stage in plan_of(net).stages]

    assert sorts(200, recurrent=False) == [StageKind.SCAN, StageKind.PARALLEL, StageKind.SCAN]
    assert sorts(20, recurrent=False) == [StageKind.SCAN]
    assert sorts(200, recurrent=True) == [StageKind.SCAN]


def test_python_outside_a_loop_stands_between_compiled_stages():
    sorts = [stage.kind for stage in plan_of(mixed_bag()).stages]

    assert sorts == [StageKind.PYTHON, StageKind.SCAN, StageKind.PYTHON, StageKind.SCAN]


def test_an_ensemble_array_is_a_handful_of_groups_however_many_ensembles_it_has():
    def groups(n: int) -> int:
        with nengo.Network(seed=0) as net:
            array = nengo.networks.EnsembleArray(10, n)
            nengo.Connection(array.output, array.input, synapse=0.1)
            nengo.Probe(array.output, synapse=0.01)
        (stage,) = plan_of(net).stages
        return len(stage.parts[0].groups)

    assert groups(16) == groups(3) <= 8


def test_groups_line_up_so_that_arguments_are_few_spans():
    with nengo.Network(seed=0) as net:
        array = nengo.networks.EnsembleArray(10, 16)
        nengo.Connection(array.output, array.input, synapse=0.1)
        nengo.Probe(array.output, synapse=0.01)

    (stage,) = plan_of(net).stages

    (segment,) = stage.segments
    for group in segment.groups:
        assert max(len(argument.spans) for argument in group.arguments) <= 2


def test_what_no_probe_needs_is_not_computed_and_python_always_is():
    with nengo.Network(seed=0) as net:
        unseen = nengo.Ensemble(10, 1)
        nengo.Connection(unseen, nengo.Ensemble(10, 1))
        nengo.Node(lambda t: None)

    (stage,) = plan_of(net).stages

    assert [type(part) for part in stage.parts] == [PythonPart]


def test_every_argument_has_the_size_of_its_shape():
    for segment in plan_of(mixed_bag()).segments:
        for gather in [*segment.gathers, *(gather for _, gather in segment.next_states)]:
            assert sum(span.length for span in gather.spans) == gather.size


def test_a_plan_prints_as_a_table():
    text = str(plan_of(mixed_bag()))

    assert "python" in text
    assert "AdaptiveLIF x1" in text


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ({0: {1}, 1: {2}}, [[0], [1], [2]]),
        ({0: {1}, 1: {0, 2}}, [[0, 1], [2]]),
        ({2: {0}, 0: {1}, 1: {0}}, [[2], [0, 1]]),
        ({0: {0}}, [[0], [1], [2]]),
    ],
)
def test_components_come_in_order(edges, expected):
    found = [sorted(c) for c in strongly_connected({0, 1, 2}, edges)]

    assert sorted(found) == sorted(expected)
    position = {}
    for i, component in enumerate(found):
        position.update(dict.fromkeys(component, i))
    for source, targets in edges.items():
        assert all(position[source] <= position[target] for target in targets)
