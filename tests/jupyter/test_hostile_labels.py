"""Whatever a label says, it is text in every display: nothing is run, nothing breaks, and
nothing is too long.
"""

import html.parser
import json
from xml.etree import ElementTree as ET

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.diagram import describe, draw, facts_of
from nengo_nb.diagram.layout.view import open_to
from nengo_nb.diagram.saved import MIME_TYPE
from nengo_nb.jupyter.api import compare, plot, show
from nengo_nb.jupyter.diagrams.comm import DiagramComm
from nengo_nb.jupyter.live.view import LiveView
from nengo_nb.jupyter.panel.entries import describe_entry, find_entries
from nengo_nb.jupyter.protocol import VERSION
from nengo_nb.jupyter.protocol.codec import write_message
from nengo_nb.jupyter.protocol.diagram import InspectRequest
from nengo_nb.jupyter.session.registry import Session
from nengo_nb.plots import Kind, Trace, draw_vector, sparkline

LABELS = {
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "quotes": "\"' onmouseover=alert(1) x=\"'`",
    "end of script": "</script><script>alert(1)</script>",
    "comment": "<!-- --!> ]]> <![CDATA[",
    "entity": "&lt;b&gt; &#0; &",
    "newlines": "one\ntwo\r\nthree\u2028four",
    "control": "a\x00b\x07c\x1b[31md\x7f\x85",
    "surrogate": "half \ud800 of \udfff",
    "right to left": "\u202egnp.exe\u202c \u2066x",
    "long": "x" * 100_000,
    "long lines": "a <b>\n" * 20_000,
    "latex": r"$\frac{1}{0}$ $$\href{javascript:alert(1)}{x}$$ \(x\)",
    "format": "{} {0!r} %s %(x)s {{",
    "empty": "",
    "spaces": "   ",
    "emoji": "\U0001f9e0 日本語 é",
}
ALLOWED = {"div", "b", "table", "tr", "td", "img", "pre", "svg", "polyline", "script", "br"}


class Elements(html.parser.HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.fixture(params=list(LABELS), scope="module")
def label(request):
    return LABELS[request.param]


@pytest.fixture(scope="module")
def network(label):
    with nengo.Network(label=label, seed=0) as network:
        source = nengo.Node([0.5, 0.1], label=label)
        group = nengo.Ensemble(10, 2, label=label)
        nengo.Connection(source, group, label=label)
        learned = nengo.Connection(group, group, learning_rule_type=nengo.PES(), label=label)
        nengo.Connection(source, learned.learning_rule)
        with nengo.Network(label=label):
            nengo.networks.EnsembleArray(5, 3, label=label)
        nengo.Probe(group, label=label)
        nengo.Probe(group.neurons, label=label)
        nengo.Probe(source)
    return network


@pytest.fixture(scope="module")
def sim(network):
    with nengo.Simulator(network, progress_bar=False) as sim:
        sim.run(0.02)
        yield sim


def check_bundle(bundle):
    """A bundle is JSON in UTF-8 and small, its page runs nothing, and its pictures are XML."""
    text = json.dumps(bundle, allow_nan=False)
    json.dumps(bundle, ensure_ascii=False).encode()
    assert len(text) < 400_000
    for tag, attributes in Elements(bundle.get("text/html", "")).found:
        assert tag in ALLOWED
        assert not any(name.startswith("on") for name in attributes)
        assert tag != "script" or attributes["type"] == "application/vnd.nengo-nb.figure+json"
        assert tag != "img" or attributes["src"].startswith("data:image/")
    if "image/svg+xml" in bundle:
        check_svg(bundle["image/svg+xml"])
    assert len(bundle["text/plain"]) < 3000
    assert "\x1b" not in bundle["text/plain"]


def check_svg(picture):
    tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(picture.encode()).iter()}  # noqa: S314
    assert tags <= {"svg", "g", "rect", "circle", "path", "text", "polyline", "title", "line"}


@pytest.mark.parametrize(
    "part", ["network", "nodes", "ensembles", "connections", "probes", "neurons", "simulator"]
)
def test_in_cards(network, sim, part):
    things = {"network": [network], "simulator": [sim], "neurons": [network.ensembles[0].neurons]}
    for thing in things.get(part) or getattr(network, part):
        card = show(thing, sim)
        check_bundle(card._repr_mimebundle_())
        assert "mathjax_ignore" in card.page()


def test_in_diagrams_whatever_is_open(network):
    diagram = describe(network)
    for depth in range(1, 5):
        check_svg(draw(diagram, open_to(diagram, depth)))
    check_bundle({MIME_TYPE: show(network).saved(), "text/plain": ""})
    for thing in (*network.connections, *network.probes):
        json.dumps(facts_of(thing), ensure_ascii=False).encode()


def test_in_plots_and_in_comparisons(network, sim):
    data, _ = plot(sim)._repr_mimebundle_()
    check_bundle(data)
    data, _ = compare(network, 0.005, ("nengo", "nb"), list(network.probes[:1]))._repr_mimebundle_()
    check_bundle(data)


def test_in_drawings_as_text(sim):
    for trace in plot(sim).traces:
        check_svg(sparkline(trace))
        check_svg(training_svg(trace))


def training_svg(trace):
    """The drawing of a training, with a curve of a hostile name."""
    times = np.arange(1.0, 4.0)
    curves = Trace(
        trace.label,
        times,
        times[:, None],
        Kind.CURVES,
        trace.label,
        "",
        axis=trace.label,
        names=(trace.label,),
    )
    return draw_vector([curves], ends=3)


def test_in_live_views(network):
    with nengo_nb.Simulator(network, progress_bar=False) as sim:
        sim.run_steps(5)
        view = LiveView(sim)
        layout_state = write_message(view.widget.layout_state.describe())
        bundle = view.bundle(sim)
        view.close()

    check_bundle(bundle)
    assert len(json.dumps(layout_state, ensure_ascii=False, allow_nan=False).encode()) < 1_000_000
    assert "\x1b" not in json.dumps(layout_state, ensure_ascii=False)


def test_in_the_panel(network, notebook):
    notebook.names["net"] = network

    entries = find_entries(Session(notebook.shell))
    rows = [write_message(describe_entry(entry, None, "idle", "")) for entry in entries]

    assert len(json.dumps(rows, ensure_ascii=False).encode()) < 1000


def test_in_what_a_diagram_is_told(network, sim):
    diagram = describe(network)
    channel = DiagramComm(lambda thing: sim)
    drawing = channel.remember(diagram)
    for what, things in (("box", diagram.boxes), ("arrow", diagram.arrows)):
        for index in range(len(things)):
            request = InspectRequest(
                version=VERSION, id=1, drawing=drawing, what=what, index=index, copy=0, dimension=0
            )
            reply = channel.answer(write_message(request))
            json.dumps(write_message(reply), ensure_ascii=False, allow_nan=False).encode()
