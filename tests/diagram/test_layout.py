"""A laid-out view shows every box in its parent, beside its siblings, and arrows from side
to side.
"""

import itertools
import json

import nengo
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nengo_nb.diagram import describe
from nengo_nb.diagram.layout.layout import place
from nengo_nb.diagram.layout.view import look, open_to

from .networks import learning, loops, nested
from .pictures import PICTURES, make

A_FEW = settings(
    max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def laid_out(diagram, opened):
    view = look(diagram, opened)
    picture = place(diagram, view)
    return view, picture, {placed.box: placed for placed in picture.boxes}


def check(diagram, opened):
    view, picture, boxes = laid_out(diagram, opened)
    for placed in boxes.values():
        if placed.box == 0:
            continue
        parent = diagram.boxes[placed.box].parent
        assert is_inside(placed, boxes[parent])
        siblings = [
            boxes[i] for i in diagram.boxes[parent].children if i in boxes and i < placed.box
        ]
        assert not any(overlap(placed, sibling) for sibling in siblings)
    for strand, path in zip(view.strands, picture.paths, strict=True):
        assert len(path) % 3 == 1
        source, target = boxes[strand.source], boxes[strand.target]
        if strand.source != strand.target:
            assert path[0][0] == pytest.approx(source.x + source.width)
            assert path[-1][0] == pytest.approx(target.x)
            assert target.y - 1e-6 <= path[-1][1] <= target.y + target.height + 1e-6
        assert all(-1 <= x <= picture.width + 1 and y <= picture.height + 1 for x, y in path)


def is_inside(placed, around):
    slack = 1e-6
    return (
        around.x - slack <= placed.x
        and around.y - slack <= placed.y
        and placed.x + placed.width <= around.x + around.width + slack
        and placed.y + placed.height <= around.y + around.height + slack
    )


def overlap(a, b):
    return (
        a.x < b.x + b.width
        and b.x < a.x + a.width
        and a.y < b.y + b.height
        and b.y < a.y + a.height
    )


@A_FEW
@given(nested() | loops(), st.data())
def test_random_networks_are_laid_out_whatever_is_open(network, data):
    diagram = describe(network)
    opened = data.draw(st.sets(st.integers(0, len(diagram.boxes) - 1)))

    check(diagram, opened)


def test_a_model_of_semantic_pointers_is_laid_out_at_every_depth(spa_model):
    diagram = describe(spa_model)

    for depth in range(1, 6):
        check(diagram, open_to(diagram, depth))


def test_an_arrow_ends_at_the_nearest_box_that_is_seen():
    with nengo.Network() as network:
        with nengo.Network(label="outer"), nengo.Network(label="inner"):
            deep = nengo.Ensemble(10, 1, label="deep")
        nengo.Connection(deep, nengo.Ensemble(10, 1, label="shallow"))
    diagram = describe(network)
    labels = [box.label for box in diagram.boxes]

    def source(*opened):
        strands = look(diagram, [labels.index(name) for name in opened]).strands
        return labels[strands[0].source]

    assert source() == source("inner") == "outer"
    assert source("outer") == "inner"
    assert source("outer", "inner") == "deep"


def test_what_runs_inside_a_closed_box_is_not_seen():
    with nengo.Network() as network, nengo.Network():
        a, b = nengo.Ensemble(10, 1, label="a"), nengo.Ensemble(10, 1, label="b")
        nengo.Connection(a, b)
        nengo.Connection(a, a)
    diagram = describe(network)

    assert look(diagram, []).strands == ()
    assert len(look(diagram, [1]).strands) == 2


def test_arrows_point_to_the_right_but_those_that_teach():
    diagram = describe(learning())
    view, _, boxes = laid_out(diagram, [])

    back = [
        strand.kind.value
        for strand in view.strands
        if strand.source != strand.target and boxes[strand.source].x >= boxes[strand.target].x
    ]

    assert back == ["teaching"]


def test_a_chain_is_one_level_line():
    with nengo.Network() as network:
        groups = [nengo.Ensemble(10, 1, label="abcd"[i]) for i in range(4)]
        for pre, post in itertools.pairwise(groups):
            nengo.Connection(pre, post)

    _, _, boxes = laid_out(describe(network), [])

    assert len({boxes[i].y for i in range(1, 5)}) == 1
    assert boxes[1].x < boxes[2].x < boxes[3].x < boxes[4].x


def test_an_empty_network_has_a_picture():
    _, picture, boxes = laid_out(describe(nengo.Network()), [])

    assert list(boxes) == [0]
    assert picture.height > 0


def test_the_browser_lays_out_what_python_does():
    """The browser's own test reads the same file."""
    written = json.loads(PICTURES.read_text(encoding="utf-8"))

    assert json.loads(json.dumps(make())) == written, (
        "python -m tests.diagram.pictures writes it anew"
    )
