"""Plans of networks, and what they are made of."""

from __future__ import annotations

import nengo
import numpy as np
from nengo.builder import Model

import nengo_nb
from nengo_nb.plan import Plan
from nengo_nb.plan.program import OperationGroup
from nengo_nb.simulator.run.planning import plan_model


def plan_of(net: nengo.Network, minibatch_size: int | None = None) -> Plan:
    model = Model(dt=0.001)
    model.build(net)
    return plan_model(model, minibatch_size)


def groups_of(net: nengo.Network) -> list[OperationGroup]:
    groups: list[OperationGroup] = []
    for segment in plan_of(net).segments:
        groups.extend(segment.groups)
    return groups


def mixed_bag() -> nengo.Network:
    """Ensemble arrays, learning, Python before, between and after."""
    with nengo.Network(seed=3) as net:
        nengo_nb.configure_settings(dtype="float64")
        source = nengo.Node(lambda t: np.sin([9 * t, 5 * t, t]))
        array = nengo.networks.EnsembleArray(12, 3)
        between = nengo.Node(lambda t, x: x[::-1] + t, size_in=3)
        learner = nengo.Ensemble(20, 3, neuron_type=nengo.AdaptiveLIF())
        error = nengo.Node(size_in=3)
        nengo.Connection(source, array.input)
        nengo.Connection(array.output, between, synapse=nengo.Alpha(0.01))
        nengo.Connection(between, learner)
        conn = nengo.Connection(learner, error, learning_rule_type=nengo.PES())
        nengo.Connection(source, error, transform=-1, synapse=None)
        nengo.Connection(error, conn.learning_rule, synapse=0.005)
        nengo.Connection(array.output[1], array.input[::2], synapse=0.1, transform=[[1], [-1]])
        for obj in (array.output, between, learner, error, conn, learner.neurons):
            nengo.Probe(obj)
    return net
