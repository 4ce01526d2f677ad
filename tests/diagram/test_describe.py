"""A diagram holds everything that is in a network once, and says what it is."""

import gc
import itertools
import time

import nengo
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from nengo_nb.diagram import ArrowKind, BoxKind, describe, draw, facts_of, to_json
from nengo_nb.diagram.layout.view import look
from tests.strategies import CHAOTIC_NEURONS, RATE_NEURONS, SPIKING_NEURONS, recipes

from .networks import large, learning, loops, nested

A_FEW = settings(
    max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def box_named(diagram, label):
    return next(box for box in diagram.boxes if box.label == label)


def arrows_between(diagram, source, target):
    ends = [diagram.boxes.index(box_named(diagram, label)) for label in (source, target)]
    return [arrow for arrow in diagram.arrows if [arrow.source, arrow.target] == ends]


def ids_of_objects(parts):
    """The ``id`` of each object that boxes or arrows stand for, as often as they do."""
    ids = []
    for part in parts:
        ids.extend(map(id, part.objects))
    return ids


def check_whole(network):
    """Everything is there once (nengo.spa lists some of its networks twice), and arrows
    join closed boxes.
    """
    diagram = describe(network)
    in_boxes = ids_of_objects(diagram.boxes)
    things = {network, *network.all_networks, *network.all_ensembles, *network.all_nodes}
    connections = set(network.all_connections)
    rules = [c for c in connections if c.learning_rule_type is not None]

    assert sorted(in_boxes) == sorted(map(id, [*things, *rules]))
    assert diagram.boxes[0].neurons == sum(
        ensemble.n_neurons for ensemble in set(network.all_ensembles)
    )
    assert all(box.parent is None or box.parent < index for index, box in enumerate(diagram.boxes))
    joined = ids_of_objects(diagram.arrows)
    assert sorted(joined) == sorted(id(c) for c in [*connections, *rules])
    for arrow in diagram.arrows:
        source, target = diagram.boxes[arrow.source], diagram.boxes[arrow.target]
        assert not source.children
        assert not target.children
        assert arrow.count == len(arrow.objects)


@A_FEW
@given(recipes(RATE_NEURONS + SPIKING_NEURONS + CHAOTIC_NEURONS))
def test_everything_in_a_random_network_is_in_its_diagram_once(recipe):
    check_whole(recipe.build()[0])


@A_FEW
@given(nested())
def test_everything_in_random_networks_in_networks_is_in_the_diagram_once(network):
    check_whole(network)


@A_FEW
@given(loops())
def test_everything_that_loops_make_is_in_the_diagram_once(network):
    check_whole(network)


def test_what_nengo_offers_is_in_the_diagram_once(spa_model):
    with nengo.Network() as network:
        nengo.networks.BasalGanglia(4)
        nengo.networks.Thalamus(4)
        nengo.networks.Product(10, 5)
        nengo.networks.CircularConvolution(10, 8)
        nengo.networks.EnsembleArray(10, 3).add_neuron_input()

    check_whole(network)
    check_whole(spa_model)


def test_recurrent_inhibitory_and_learning_arrows_are_told_apart():
    diagram = describe(learning())

    assert arrows_between(diagram, "post", "post")[0].kind is ArrowKind.PLAIN
    assert arrows_between(diagram, "stop", "error")[0].kind is ArrowKind.INHIBITORY
    assert [
        arrows_between(diagram, *ends)[0].kind for ends in (("pre", "PES"), ("PES", "post"))
    ] == [
        ArrowKind.LEARNING,
        ArrowKind.LEARNING,
    ]
    assert arrows_between(diagram, "error", "PES")[0].kind is ArrowKind.TEACHING
    assert box_named(diagram, "post").probes == 1


@pytest.mark.parametrize(
    ("transform", "inhibits"),
    [
        (-1, True),
        ([[-1, 0], [0, -2]], True),
        ([[-1, 0], [0, 2]], False),
        (0, False),
        (nengo.Sparse((2, 2), indices=[(0, 0)], init=[-1]), True),
        (nengo.Sparse((2, 2), indices=[(0, 0)], init=[1]), False),
        (nengo.dists.Uniform(-2, -1), False),
    ],
)
def test_a_connection_inhibits_if_no_weight_that_is_known_is_above_zero(transform, inhibits):
    with nengo.Network() as network:
        nengo.Connection(nengo.Node([1, 1]), nengo.Node(size_in=2), transform=transform)

    assert (describe(network).arrows[0].kind is ArrowKind.INHIBITORY) is inhibits


def test_an_ensemble_array_is_one_box_and_its_ensembles_are_one_stack():
    with nengo.Network() as network:
        nengo.networks.EnsembleArray(20, 16, label="array")

    diagram = describe(network)

    assert box_named(diagram, "array").kind is BoxKind.ARRAY
    assert box_named(diagram, "array").size == "16 × 20 neurons"
    stack = box_named(diagram, "array_0 … 15")
    assert (stack.copies, stack.size, len(stack.objects)) == (16, "20 neurons, 1-D", 16)


def test_repeated_siblings_are_one_stack_and_what_differs_stays_alone():
    with nengo.Network() as network:
        source, sink = nengo.Node([0.0], label="source"), nengo.Ensemble(10, 1, label="sink")
        for index in range(6):
            column = nengo.Network(label=f"column {index}")
            with column:
                group = nengo.Ensemble(10, 1, label="group")
            nengo.Connection(source, group)
            if index < 5:
                nengo.Connection(group, sink)

    diagram = describe(network)

    assert box_named(diagram, "column 0 … 4").copies == 5
    assert box_named(diagram, "column 5").copies == 1
    assert arrows_between(diagram, "group", "sink")[0].count == 5


@pytest.mark.parametrize("size", range(1, 9))
@pytest.mark.parametrize("is_ring", [False, True])
@pytest.mark.parametrize("label", [None, "link {}"])
def test_a_chain_of_alike_siblings_is_not_a_stack(size, is_ring, label):
    with nengo.Network() as network:
        groups = [
            nengo.Ensemble(10, 1, label=label and label.format(index)) for index in range(size)
        ]
        for pre, post in itertools.pairwise(groups):
            nengo.Connection(pre, post)
        if is_ring:
            nengo.Connection(groups[-1], groups[0])

    assert [box.copies for box in describe(network).boxes] == [1] * (size + 1)


def test_five_networks_in_a_chain_are_drawn_one_by_one():
    with nengo.Network() as network:
        arrays = [nengo.networks.EnsembleArray(10, 2) for _ in range(5)]
        for pre, post in itertools.pairwise(arrays):
            nengo.Connection(pre.output, post.input)

    assert [box.copies for box in describe(network).boxes if box.parent == 0] == [1] * 5


def test_five_of_which_each_excites_the_next_two_and_inhibits_the_others_are_no_stack():
    """There are as many arrows as if everything were joined to everything."""
    with nengo.Network() as network:
        groups = [nengo.Ensemble(10, 1) for _ in range(5)]
        for place, offset in itertools.product(range(5), range(1, 5)):
            target = groups[(place + offset) % 5]
            nengo.Connection(groups[place], target, transform=1 if offset < 3 else -1)

    assert [box.copies for box in describe(network).boxes] == [1] * 6


def test_three_alike_siblings_are_drawn_one_by_one():
    with nengo.Network() as network:
        for index in range(3):
            nengo.Ensemble(10, 1, label=f"x{index}")

    assert len(describe(network).boxes) == 4


def test_a_network_that_two_networks_share_is_drawn_once():
    with nengo.Network() as network:
        first, second = nengo.Network(label="first"), nengo.Network(label="second")
        with first:
            shared = nengo.Network(label="shared")
            with shared:
                nengo.Ensemble(10, 1)
        second.networks.append(shared)

    diagram = describe(network)

    assert [box.label for box in diagram.boxes].count("shared") == 1


def test_a_network_inside_itself_is_drawn_once():
    with nengo.Network() as network:
        inner = nengo.Network(label="inner")
    inner.networks.append(network)

    assert len(describe(network).boxes) == 2


def test_networks_nested_deeper_than_python_can_call_are_drawn():
    network = inner = nengo.Network()
    for _ in range(2000):
        with inner:
            inner = nengo.Network()
    with inner:
        nengo.Ensemble(10, 1)

    assert len(describe(network).boxes) == 2002


def test_a_connection_that_leaves_the_network_is_counted():
    with nengo.Network():
        outer = nengo.Ensemble(10, 1)
        with nengo.Network() as inner:
            nengo.Connection(outer, nengo.Ensemble(10, 1))

    diagram = describe(inner)

    assert (diagram.outside, diagram.arrows) == (1, ())


def test_a_level_of_too_many_different_things_is_heaped_up():
    with nengo.Network() as network:
        groups = [nengo.Ensemble(5 + index, 1) for index in range(300)]
        nengo.Connection(groups[0], groups[299])

    diagram = describe(network)

    assert [(box.kind, box.label) for box in diagram.boxes[1:]] == [
        (BoxKind.MIXED, "300 different ensembles")
    ]
    assert diagram.boxes[1].neurons == network.n_neurons


def test_a_network_of_too_many_different_things_is_cut_from_below():
    with nengo.Network() as network:
        for outer in range(70):
            with nengo.Network(label="x" * outer):
                for inner in range(70):
                    nengo.Ensemble(5, 1, label="y" * inner)

    diagram = describe(network)

    assert diagram.cut == 70 * 70 + 70 - (len(diagram.boxes) - 1)
    assert len(diagram.boxes[0].children) == 70


def test_twenty_one_thousand_ensembles_are_described_and_drawn_in_a_moment():
    network = large()
    gc.collect()  # what other tests have left, and Nengo's millions of objects
    start = time.thread_time()  # other tests may have left threads that compile

    diagram = describe(network)
    picture = draw(diagram)

    assert time.thread_time() - start < 2
    assert len(network.all_ensembles) == 21_000
    assert diagram.boxes[0].neurons == 210_000
    assert len(look(diagram, []).boxes) == 31
    assert picture.count("<text") == 2 * 30


def test_the_saved_form_has_a_version_and_only_plain_values():
    saved = to_json(describe(learning()))

    assert saved["version"] == 1
    assert saved["boxes"][0]["label"] == "learning"
    assert {"source", "target", "kind", "count", "size", "facts"} == set(saved["arrows"][0])


def test_a_label_that_cannot_be_written_is_made_printable():
    with nengo.Network() as network:
        nengo.Ensemble(10, 1, label="a\x00b\ud800c")

    assert describe(network).boxes[1].label == "a b c"


def test_facts_tell_what_an_object_is():
    network = learning()

    assert dict(facts_of(network.nodes[0]))["output"] == "sin()"
    assert dict(facts_of(network.connections[4]))["transform"] == "Dense, 10 × 1"
    assert dict(facts_of(network.probes[0]))["records"] == "decoded_output of post"
    with pytest.raises(TypeError, match="nothing is known about int"):
        facts_of(3)


def test_what_is_no_network_has_no_diagram():
    with pytest.raises(TypeError, match="shows a nengo.Network, and this is a list"):
        describe([np.ones(3)])
