"""From operators to a dataflow, without running anything."""

from __future__ import annotations

import nengo
import numpy as np
import pytest
from nengo.builder import Model

from nengo_nb.plan.cost import MODELS, Device
from nengo_nb.plan.dataflow import SUM, make_graph
from nengo_nb.plan.graph import Graph, Origin
from nengo_nb.simulator.run.planning import signature_of


def graph_of(net: nengo.Network) -> Graph:
    model = Model(dt=0.001)
    model.build(net)
    return make_graph(model, signature_of, MODELS[Device.CPU])


def kinds(graph: Graph) -> list[str]:
    return ["Sum" if o.op is None else type(o.op).__name__ for o in graph.operations]


def test_moving_values_around_costs_no_operation():
    with nengo.Network() as net:
        a = nengo.Node([1.0, 2.0, 3.0])
        b = nengo.Node(size_in=3)
        nengo.Connection(a[::-1], b, synapse=None)
        nengo.Connection(b[[0, 2]], nengo.Node(size_in=2), synapse=None)

    assert kinds(graph_of(net)) == []


def test_increments_of_different_parts_are_no_sum_and_overlapping_ones_are_one():
    with nengo.Network() as net:
        a = nengo.Node([1.0, 2.0])
        apart, together = nengo.Node(size_in=2), nengo.Node(size_in=2)
        nengo.Connection(a[0], apart[1], synapse=None)
        nengo.Connection(a[1], apart[0], synapse=None)
        for _ in range(3):
            nengo.Connection(a, together, synapse=None)

    graph = graph_of(net)

    assert [o.kind for o in graph.operations] == [(SUM, 3)]


def test_a_state_follows_from_the_operation_that_updates_it():
    with nengo.Network() as net:
        a = nengo.Node([1.0])
        b = nengo.Node(size_in=1)
        nengo.Connection(a, b, synapse=0.1)

    graph = graph_of(net)

    (start,), (lowpass,) = graph.next_value, graph.operations
    assert graph.values[start].origin is Origin.STATE
    assert list(graph.sources(graph.next_value[start])) == [lowpass.index]
    assert list(graph.starts(lowpass.inputs[1])) == [start]


def test_operations_stand_in_an_order_in_which_they_can_run():
    with nengo.Network(seed=0) as net:
        array = nengo.networks.EnsembleArray(10, 4)
        nengo.Connection(array.output, array.input, synapse=0.1)
        nengo.Probe(array.output, synapse=0.01)

    graph = graph_of(net)

    for operation in graph.operations:
        for ref in operation.inputs:
            assert all(source < operation.index for source in graph.sources(ref))


@pytest.mark.parametrize("output", [[1.0], np.sin, nengo.processes.WhiteNoise()])
def test_every_sort_of_input_node_can_be_fed(output):
    with nengo.Network() as net:
        node = nengo.Node(output, size_out=1)
        relay = nengo.Node(size_in=1)
        nengo.Connection(node, relay)

    assert list(graph_of(net).feedable) == [node]
