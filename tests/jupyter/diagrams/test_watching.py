"""A diagram has an object watched or steered in a live view, which is opened if there is none."""

from __future__ import annotations

import base64
import queue

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.diagram import describe
from nengo_nb.jupyter.diagrams.comm import DiagramComm
from nengo_nb.jupyter.diagrams.notebook import notebook_diagrams
from nengo_nb.jupyter.live.offers import make_offers
from nengo_nb.jupyter.live.runs import live_runs
from nengo_nb.jupyter.live.view import LiveView
from nengo_nb.jupyter.protocol import VERSION
from nengo_nb.jupyter.protocol.codec import write_message
from nengo_nb.jupyter.protocol.diagram import InspectRequest, WatchRequest

PATIENCE = 60


@pytest.fixture
def network():
    with nengo.Network(seed=0, label="net") as network:
        source = nengo.Node([0.1, 0.2], label="source")
        relay = nengo.Node(size_in=2, label="relay")
        group = nengo.Ensemble(20, 2, label="group")
        nengo.Connection(source, relay, synapse=None)
        nengo.Connection(relay, group)
        learned = nengo.Connection(group, relay, learning_rule_type=nengo.PES())
        nengo.Connection(relay, learned.learning_rule)
        nengo.Probe(group.neurons, label="probed")
    return network


@pytest.fixture
def sim(network):
    with nengo_nb.Simulator(network, progress_bar=False) as sim:
        yield sim


class Page:
    """A page of one diagram: its requests and the replies, in order."""

    def __init__(self, network, open_view=None):
        self.channel = DiagramComm(lambda thing: None, open_view)
        self.diagram = describe(network)
        self.drawing = self.channel.remember(self.diagram)
        self._sent = queue.Queue()
        self.channel.send = lambda message, buffers=None: self._sent.put(message)

    def about(self, label):
        index = next(i for i, box in enumerate(self.diagram.boxes) if box.label.startswith(label))
        return {"drawing": self.drawing, "what": "box", "index": index, "copy": 0}

    def labels(self, label):
        request = InspectRequest(version=VERSION, id=1, dimension=0, **self.about(label))
        return [offer.label for offer in self.channel.answer(write_message(request)).offers]

    def watch(self, label, key, views=(), **changes):
        known = {"version": VERSION, "id": 3, "offer": key, "views": list(views)}
        request = WatchRequest(**known, **self.about(label))
        self.channel._answer(self.channel, {**write_message(request), **changes}, [])
        return self.next()

    def next(self):
        return self._sent.get(timeout=PATIENCE)

    def is_silent(self):
        return self._sent.empty()


@pytest.fixture
def view(sim):
    view = LiveView(sim, (), ())
    yield view
    view.close()


def shown(view):
    """Sources of the plots of a view, and its sliders."""
    state = view.widget.layout_state
    return [plot.source.key for plot in state.plots], [each.node for each in state.sliders]


def test_the_details_offer_what_can_be_watched_and_steered(network):
    page = Page(network)

    assert page.labels("source") == ["Watch", "Steer"]
    assert page.labels("relay") == ["Watch", "Steer source"]
    assert page.labels("group") == ["Watch", "Watch spikes", "Steer source"]


def show_page(t):
    show_page._nengo_html_ = ""


@pytest.mark.parametrize(
    ("make", "labels"),
    [
        (lambda: nengo.Ensemble(5, 1, neuron_type=nengo.Direct()), ["Watch", "Steer"]),
        (
            lambda: nengo.Ensemble(5, 1, neuron_type=nengo.LIFRate()),
            ["Watch", "Watch rates", "Steer"],
        ),
        (lambda: nengo.Node(size_in=2), ["Watch", "Steer"]),
        (lambda: nengo.networks.EnsembleArray(5, 2), ["Watch output"]),
        (lambda: nengo.Node(lambda t, x: None, size_in=1), []),
        (lambda: nengo.Node(show_page), ["Watch page"]),
        (lambda: nengo.Node(lambda t: t), ["Watch", "Steer"]),
    ],
    ids=["direct", "rates", "relay", "array", "sink", "html", "function"],
)
def test_offers_are_of_what_an_object_has(make, labels):
    with nengo.Network() as network:
        thing = make()

    assert [offer.label for offer in make_offers(thing, network)] == labels


def test_a_connection_that_learns_has_weights_to_watch(network):
    plain, learned = network.connections[0], network.connections[2]

    assert make_offers(plain, network) == ()
    assert [offer.label for offer in make_offers(learned, network)] == ["Watch weights"]


def test_a_plot_is_added_to_the_view_that_is_open(network, view):
    reply = Page(network).watch("group", "value")

    (plot,) = view.widget.layout_state.plots
    assert (reply["view"], reply["plot"], reply["note"]) == (view.widget.uid, plot.id, "")
    assert shown(view) == (["group: decoded value"], [])


def test_what_is_there_already_is_not_added_again(network, view):
    page = Page(network)

    first, again = page.watch("relay", "value"), page.watch("relay", "value")

    assert first["plot"] == again["plot"]
    assert shown(view)[0] == ["relay: value"]


def test_a_probe_of_the_network_is_drawn_where_there_is_one(network, view):
    reply = Page(network).watch("group", "neurons")

    assert reply["plot"]
    assert shown(view)[0] == ["probed"]


def test_all_dimensions_of_a_node_are_steered(network, view):
    page = Page(network)

    direct, behind = page.watch("source", "steer"), page.watch("group", "input 0")

    (info,) = view.widget.layout_state.describe().sliders
    assert (direct["node"], behind["node"], direct["plot"]) == ("source", "source", "")
    assert (info.name, info.size) == ("source", 2)


def test_what_nothing_feeds_gets_an_input_that_is_steered(network, view):
    with network:
        nengo.Ensemble(5, 2, label="alone")
    with nengo_nb.Simulator(network, progress_bar=False) as sim:
        other = LiveView(sim, (), ())
        page = Page(network)
        first, again = page.watch("alone", "steer"), page.watch("alone", "steer")

        (info,) = other.widget.layout_state.describe().sliders
        assert (first["node"], first["note"]) == ("input to alone", "")
        assert again == first
        assert (info.name, info.size) == ("input to alone", 2)
        other.close()


def test_weights_are_watched_at_the_box_of_their_rule(network, view):
    reply = Page(network).watch("PES", "weights")

    assert reply["note"] == ""
    assert shown(view)[0][0].endswith(": weights")


def test_the_view_that_is_seen_on_the_page_is_taken(network, sim, view):
    other = LiveView(sim, (), ())

    Page(network).watch("group", "value", views=["elsewhere", other.widget.uid])

    assert (shown(view)[0], shown(other)[0]) == ([], ["group: decoded value"])
    other.close()


def test_a_view_is_opened_where_there_is_none_and_used_again(network, sim):
    opened = []

    def open_view(thing, part, tell):
        opened.append(LiveView(sim, (), (), is_output=False))
        tell("It was built.")
        return opened[0].widget

    page = Page(network, open_view)
    first, second = page.watch("group", "value"), page.watch("source", "steer")

    assert len(opened) == 1
    assert first["view"] == second["view"] == opened[0].widget.uid
    assert first["note"] == "It was built."
    assert shown(opened[0]) == (["group: decoded value"], ["source"])
    opened[0].close()


def test_a_view_that_a_diagram_has_opened_sends_its_picture_whenever_it_pauses(network, sim):
    opened = []

    def open_view(*_):
        opened.append(LiveView(sim, (), (), is_output=False))
        return opened[0].widget

    page = Page(network, open_view)
    reply = page.watch("group", "neurons")  # a probe of the network, recorded from the first step
    run = opened[0].run

    run.step(20)
    first = page.next()
    run.step(20)
    second = page.next()
    run.reset()
    empty = page.next()

    assert {each["view"] for each in (first, second, empty)} == {reply["view"]}
    assert base64.b64decode(first["png"]).startswith(b"\x89PNG")
    assert second["png"] != first["png"]
    opened[0].close()


def test_a_view_that_is_the_output_of_a_cell_keeps_its_picture_there(network, view):
    page = Page(network)
    page.watch("group", "value")

    view.run.step(20)
    view.run.end("the test is over")

    assert view.run.join(PATIENCE)
    assert page.is_silent()


def test_nothing_is_built_where_a_live_view_is_open(network, view, sim):
    def open_view(*_):
        raise AssertionError

    Page(network, open_view).watch("group", "value")

    assert live_runs.find(sim) is view.run
    assert view.sim is sim


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"index": 10**6}, "gone from the kernel"),
        ({"drawing": "x"}, "gone from the kernel"),
        ({"copy": 1}, "gone from the kernel"),
        ({"offer": 1}, "offer cannot be 1"),
        ({"index": 1}, "The network has changed"),
        ({"views": [1]}, "views cannot be"),
        ({"version": 1}, "different versions"),
        ({}, "no notebook that a live view could be opened in"),
    ],
    ids=["index", "drawing", "copy", "offer", "other object", "views", "version", "no view"],
)
def test_what_cannot_be_watched_is_answered_with_a_sentence(network, changes, words):
    reply = Page(network).watch("group", "neurons", **changes)

    assert (reply["type"], reply["id"], reply["view"]) == ("WatchReply", 3, "")
    assert words in reply["note"]


def test_an_error_while_the_network_is_built_is_a_sentence(network):
    def open_view(*_):
        raise RuntimeError("on purpose")

    reply = Page(network, open_view).watch("group", "value")

    assert reply["note"] == "This cannot be watched: RuntimeError: on purpose."


def open_view(net, told, thing):
    return notebook_diagrams().open_view(thing, net.names["net"], told.append)


def test_a_network_of_a_cell_is_built_as_the_magic_does(net):
    told = []

    widget = open_view(net, told, net.names["neurons"])
    sim = net.run("%nengo run net 0.001").value

    assert widget.layout_state.run.sim is sim
    assert widget.layout_state.plots == ()
    net.run("with net:\n    nengo.Node(1)")
    open_view(net, told, net.names["neurons"])
    assert "'net' has changed since its simulator was built" in told[0]


def test_the_simulator_of_a_variable_is_the_one_that_is_watched(net):
    net.run("import nengo_nb\nsim = nengo_nb.Simulator(net, progress_bar=False)")

    widget = open_view(net, [], net.names["neurons"])

    assert widget.layout_state.run.sim is net.names["sim"]
    widget.close()
    net.names["sim"].close()


def test_a_part_of_a_network_is_watched_in_the_whole(net):
    net.run("with net:\n    part = nengo.Network()\n    with part:\n        inner = nengo.Node(1)")

    widget = notebook_diagrams().open_view(net.names["inner"], net.names["part"], print)

    assert widget.layout_state.run.sim.model.toplevel is net.names["net"]


def test_a_network_that_no_variable_has_is_a_sentence(net):
    lost = nengo.Network()

    with pytest.raises(ValueError, match="no variable has this network"):
        notebook_diagrams().open_view(lost, lost, print)


def test_a_view_of_a_simulator_that_is_gone_is_closed_when_another_is_opened(network):
    simulators, widgets = [], []

    def open_view(thing, part, tell):
        simulators.append(nengo_nb.Simulator(network, progress_bar=False))
        widgets.append(LiveView(simulators[-1], (), (), is_output=False).widget)
        return widgets[-1]

    page = Page(network, open_view)
    page.watch("group", "value")
    simulators[0].close()
    run = widgets[0].layout_state.run
    assert run.join(PATIENCE)
    page.watch("group", "value")

    assert run.views == []
    assert [widget.comm is None for widget in widgets] == [True, False]
    assert np.isfinite(widgets[1].layout_state.run.time)
    widgets[1].close()
    simulators[1].close()
