"""HTML views show what functions of nodes put into their attribute ``_nengo_html_``."""

from types import SimpleNamespace

import nengo
import pytest

import nengo_nb
from nengo_nb.jupyter.live.defaults import make_plots
from nengo_nb.jupyter.live.html_views import LARGEST, HtmlUpdates, read_html
from nengo_nb.jupyter.live.specs import LivePlot


class World:
    """Environment that is called, and keeps its HTML itself."""

    def __call__(self, t, x):
        self._nengo_html_ = f"<p>{x[0]:.1f}</p>"


class Late:
    """Environment with a method that sets HTML at the first step."""

    def step(self, t):
        self._nengo_html_ = f"<p>{t:.3f}</p>"
        return 0.0


def clock(t):
    clock._nengo_html_ = f"<svg><text>{1000 * t:.0f} ms</text></svg>"


@pytest.fixture
def network():
    clock.__dict__.clear()
    with nengo.Network(seed=1, label="network") as net:
        level = nengo.Node([0.5], label="level")
        timer = nengo.Node(clock, size_in=0, size_out=0, label="timer")
        world = nengo.Node(World(), size_in=1, label="world")
        late = nengo.Node(Late().step, size_out=1, label="late")
        nengo.Connection(level, world, synapse=None)
        decoded = nengo.Probe(level, label="decoded")
    return SimpleNamespace(net=net, world=world, timer=timer, late=late, decoded=decoded)


def shown(layout, updates=None):
    return [(html.text, html.error) for html in (updates or HtmlUpdates()).changes(layout.plots)]


def test_a_new_view_shows_html_before_signals(layout):
    chosen = [spec.target for spec in make_plots(layout, None)]

    assert chosen == ["timer: HTML", "world: HTML", "late: HTML", "decoded"]


def test_functions_objects_and_methods_are_read_as_they_run(layout, network, ran):
    for node in (network.timer, network.world, network.late):
        layout.add_plot(LivePlot(node, "html"))

    ran(20)

    texts = [text for text, _ in shown(layout)]
    assert texts == ["<svg><text>20 ms</text></svg>", "<p>0.5</p>", "<p>0.020</p>"]


def test_html_needs_no_probe_and_nothing_is_compiled_for_it(layout, network):
    layout.add_plot(LivePlot(network.world, "html"))

    (plot,) = layout.describe().plots
    costs = {source.key: source.costs for source in layout.describe().sources}
    assert (plot.kind, plot.kinds, plot.state, plot.figure) == ("html", ["html"], "", {})
    assert not costs["world: HTML"]
    assert not len(layout.frame(1)[1])


def test_html_is_told_when_it_has_changed_and_to_a_page_that_comes(layout, network, ran):
    updates = HtmlUpdates()
    layout.add_plot(LivePlot(network.world, "html"))

    assert shown(layout, updates) == [("<p>0.0</p>", "")]
    assert shown(layout, updates) == []
    ran(20)
    assert shown(layout, updates) == [("<p>0.5</p>", "")]
    updates.forget()
    assert shown(layout, updates) == [("<p>0.5</p>", "")]


@pytest.mark.parametrize(
    ("html", "sentence"),
    [
        (None, "The function of timer has not set its attribute _nengo_html_ yet."),
        (7, "_nengo_html_ of timer is of type int; only a string of HTML can be shown."),
        ("x" * (LARGEST + 1), "_nengo_html_ of timer has 1,000,001 characters; at most 1,000,000"),
    ],
    ids=["unset", "number", "long"],
)
def test_what_cannot_be_shown_says_so(layout, html, sentence):
    if html is not None:
        clock._nengo_html_ = html

    text, error = read_html(layout.sources["timer: HTML"])

    assert text == ""
    assert error.startswith(sentence)


def test_an_error_of_a_property_is_a_sentence(run):
    class Broken:
        @property
        def _nengo_html_(self):
            raise RuntimeError("no picture")

        def __call__(self, t):
            return None

    with nengo.Network() as net:
        nengo.Node(Broken(), size_out=0, label="broken")
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        view = nengo_nb.live(sim)
        (plot,) = view.widget.layout_state.plots

        assert read_html(plot.source) == (
            "",
            "Reading _nengo_html_ of broken raised RuntimeError: no picture",
        )
        view.close()


def test_a_notebook_keeps_text_and_no_html(sim, network):
    with_html = nengo_nb.live(sim, plots=[LivePlot(network.world, "html")])

    bundle = with_html.bundle(sim)

    assert "text/html" not in bundle
    assert bundle["text/plain"] == repr(with_html)
    assert "LivePlot('world: HTML', 'html')" in with_html.code()
    with_html.close()
