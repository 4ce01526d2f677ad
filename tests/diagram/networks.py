"""Networks inside networks, drawn at random, and a large one."""

from __future__ import annotations

import nengo
import numpy as np
from hypothesis import strategies as st


@st.composite
def nested(draw) -> nengo.Network:
    """Up to twelve networks in each other, ensembles in them, and connections across all borders."""
    with nengo.Network(seed=0) as network:
        networks = [network]
        for index in range(draw(st.integers(0, 12))):
            with draw(st.sampled_from(networks)):
                networks.append(nengo.Network(label=draw(st.sampled_from([None, "part", f"part {index}"]))))
        ends = []
        for index in range(draw(st.integers(1, 20))):
            with draw(st.sampled_from(networks)):
                label = draw(st.sampled_from([None, "group", f"group {index}"]))
                kind = draw(st.sampled_from([_ensemble, _node, _dot]))
                ends.append(kind(label))
        pairs = st.tuples(st.sampled_from(ends), st.sampled_from(ends), st.sampled_from([1, -1]))
        for pre, post, sign in draw(st.lists(pairs, max_size=40)):
            nengo.Connection(pre, post, transform=sign, synapse=0.01)
    return network


def _ensemble(label):
    return nengo.Ensemble(5, 1, label=label)


def _node(label):
    return nengo.Node(lambda t, x: x, size_in=1, label=label)


def _dot(label):
    return nengo.Node(size_in=1, label=label)


def learning() -> nengo.Network:
    """An error teaches a connection, which is stopped by inhibition."""
    with nengo.Network(seed=1, label="learning") as network:
        source, error = nengo.Node(np.sin, label="source"), nengo.Ensemble(10, 1, label="error")
        pre, post = nengo.Ensemble(10, 1, label="pre"), nengo.Ensemble(10, 1, label="post")
        stop = nengo.Node(1.0, label="stop")
        nengo.Connection(source, pre)
        learned = nengo.Connection(pre, post, learning_rule_type=nengo.PES())
        nengo.Connection(error, learned.learning_rule)
        nengo.Connection(post, error)
        nengo.Connection(stop, error.neurons, transform=-3 * np.ones((10, 1)))
        nengo.Connection(post, post, synapse=0.1)
        nengo.Probe(post, label="decoded")
    return network


def large(areas: int = 30) -> nengo.Network:
    """700 ensembles in ten arrays per area: 21 000 in thirty areas, which are all named differently."""
    with nengo.Network(label="large") as network:
        before = None
        for area in range(areas):
            with nengo.Network(label=f"area {'abcdefghijklmnopqrstuvwxyzäöüß'[area]}"):
                source = last = nengo.Node(size_in=70, label="input")
                for layer in range(10):
                    array = nengo.networks.EnsembleArray(10, 70, label=f"layer {layer}")
                    nengo.Connection(last, array.input)
                    last = array.output
            if before is not None:
                nengo.Connection(before, source)
            before = last
    return network
