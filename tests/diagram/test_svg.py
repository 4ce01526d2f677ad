"""The picture of a diagram is well-formed, and what labels say is only text in it."""

from xml.etree import ElementTree as ET

import nengo
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nengo_nb.diagram import Arrow, ArrowKind, Box, BoxKind, Diagram, describe, draw
from nengo_nb.diagram.layout.view import open_to
from nengo_nb.diagram.parts import ArrowHead
from nengo_nb.diagram.svg import HEADS

from .networks import learning, loops, nested

SVG = "{http://www.w3.org/2000/svg}"
EVIL = "<script>alert('1')</script>&amp;\"]]>"


def texts(picture):
    return [element.text for element in ET.fromstring(picture).iter(f"{SVG}text")]  # noqa: S314


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(nested() | loops(), st.integers(1, 4))
def test_random_networks_have_a_well_formed_picture(network, depth):
    diagram = describe(network)

    picture = draw(diagram, open_to(diagram, depth))

    assert ET.fromstring(picture).tag == f"{SVG}svg"  # noqa: S314


def test_names_sizes_and_the_meaning_of_arrows_are_written():
    written = texts(draw(describe(learning())))

    assert {"source", "pre", "post", "error", "PES", "10 neurons, 1-D"} <= set(written)
    assert {"inhibitory: no weight above zero", "learning"} <= set(written)


def test_a_picture_of_plain_arrows_needs_no_legend():
    with nengo.Network() as network:
        nengo.Connection(nengo.Node(label="a", size_in=1), nengo.Node(label="b", size_in=1))

    assert texts(draw(describe(network))) == ["a", "b"]


def test_labels_are_only_text():
    with nengo.Network(label=EVIL) as network, nengo.Network(label=EVIL):
        nengo.Ensemble(10, 1, label=EVIL)
        nengo.Node(size_in=1, label=EVIL)

    picture = draw(describe(network), [1])

    assert "<script" not in picture
    assert any(text.startswith("<script>alert(") for text in texts(picture))


@pytest.mark.parametrize("label", ["a\x00b", "\ud800", "\x1b[31m", "ok\x0b", "日本語", "😀"])
def test_any_label_gives_a_picture_that_can_be_read(label):
    with nengo.Network(label=label) as network:
        nengo.Ensemble(10, 1, label=label)

    assert len(texts(draw(describe(network)).encode().decode())) == 2


def test_a_picture_holds_no_code_and_nothing_from_elsewhere():
    picture = draw(describe(learning()))

    assert "<script" not in picture
    assert "href" not in picture
    assert picture.count("http") == picture.count('xmlns="http://www.w3.org/2000/svg"') == 1


@pytest.mark.parametrize("kind", ArrowKind)
def test_a_kind_of_arrow_has_its_colour_its_dashes_and_its_meaning(kind):
    node = Box(BoxKind.NODE, "node", 0)
    boxes = (Box(BoxKind.NETWORK, "", None, children=(1, 2)), node, node)

    picture = draw(Diagram(boxes, (Arrow(1, 2, kind, 1, 1),)))

    assert f'stroke="{kind.style.color}"' in picture
    assert kind.style.dashes in picture
    assert [text for text in texts(picture) if text != "node"] == [
        meaning for meaning in [kind.style.meaning] if meaning
    ]


def test_every_head_has_a_shape():
    assert HEADS.keys() == set(ArrowHead)
