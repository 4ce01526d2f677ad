"""Networks inside networks, drawn at random, and a large one."""

from __future__ import annotations

import itertools

import nengo
import numpy as np
from hypothesis import strategies as st


@st.composite
def nested(draw) -> nengo.Network:
    """Up to twelve networks in each other, ensembles in them, and connections across all
    borders.
    """
    with nengo.Network(seed=0) as network:
        networks = [network]
        for index in range(draw(st.integers(0, 12))):
            with draw(st.sampled_from(networks)):
                networks.append(
                    nengo.Network(label=draw(st.sampled_from([None, "part", f"part {index}"])))
                )
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


@st.composite
def loops(draw) -> nengo.Network:
    """Draw networks as loops make them: up to three rows of like objects, joined in a shape.

    Some have a source before or a sink after.

    An object is an ensemble, its neurons, a node, a passthrough node, an array, or a network with
    such a row.
    """
    with nengo.Network(seed=0) as network:
        rows = [draw(rows_of_things()) for _ in range(draw(st.integers(1, 3)))]
        for before, after in draw(
            st.lists(st.tuples(st.sampled_from(rows), st.sampled_from(rows)), max_size=4)
        ):
            nengo.Connection(before[-1][1], after[0][0])
    return network


@st.composite
def rows_of_things(draw, depth=0):
    """The ends of a row of things: where each takes its input, and where it gives its output."""
    kinds = [_ensemble, _neurons, _node, _dot, _array]
    label = draw(st.sampled_from([None, "alike", "layers[{}]"]))
    labels = [label and label.format(index) for index in range(draw(st.integers(1, 7)))]
    if depth < 2 and draw(st.booleans()):
        inner = rows_of_things(depth + 1)
        row = [draw(inner) for _ in labels] if draw(st.booleans()) else _alike(draw, labels, kinds)
        row = [(things[0][0], things[-1][1]) for things in row]
    else:
        kind = draw(st.sampled_from(kinds))
        row = [_ends(kind(label)) for label in labels]
    for before, after in _pairs(draw, len(row)):
        nengo.Connection(row[before][1], row[after][0], transform=draw(st.sampled_from([1, 1, -1])))
    if draw(st.booleans()):
        source, sink = _node("source"), _dot("sink")
        for gives, takes in row[: draw(st.integers(0, len(row)))]:
            nengo.Connection(source, gives)
            nengo.Connection(takes, sink)
    return row


def _alike(draw, labels, kinds):
    """Networks that hold the same row each."""
    kind, size = draw(st.sampled_from(kinds)), draw(st.integers(1, 6))
    row = []
    for label in labels:
        with nengo.Network(label=label):
            things = [_ends(kind(None)) for _ in range(size)]
            for before, after in itertools.pairwise(things):
                nengo.Connection(before[1], after[0])
        row.append(things)
    return row


def _pairs(draw, size):
    """Between which members of a row something runs."""
    shape = draw(st.sampled_from(["nothing", "chain", "ring", "everything", "anything"]))
    members = range(size)
    if shape == "chain":
        return list(itertools.pairwise(members))
    if shape == "ring":
        return [(place, (place + 1) % size) for place in members]
    if shape == "everything":
        return list(itertools.permutations(members, 2))
    anything = st.lists(st.tuples(st.sampled_from(members), st.sampled_from(members)), max_size=12)
    return draw(anything) if shape == "anything" else []


def _ends(thing):
    return (thing.input, thing.output) if isinstance(thing, nengo.Network) else (thing, thing)


def _neurons(label):
    return nengo.Ensemble(1, 1, label=label).neurons


def _array(label):
    return nengo.networks.EnsembleArray(5, 1, label=label)


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
    """700 ensembles in ten arrays per area: 21 000 in thirty areas, which are all named
    differently.
    """
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
