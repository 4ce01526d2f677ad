"""A diagram has its network checked in a thread, and gets what was found with its place."""

from __future__ import annotations

import queue

import nengo
import numpy as np
import pytest

from nengo_nb.diagram import describe
from nengo_nb.jupyter.diagrams import findings
from nengo_nb.jupyter.diagrams.comm import DiagramComm
from nengo_nb.jupyter.diagrams.notebook import notebook_diagrams
from nengo_nb.jupyter.protocol import VERSION
from nengo_nb.jupyter.protocol.codec import write_message
from nengo_nb.jupyter.protocol.diagram import CheckRequest

PATIENCE = 60


@pytest.fixture
def network():
    with nengo.Network(seed=0) as network:
        loud = nengo.Node(3, label="loud")
        memory = nengo.Ensemble(50, 1, label="memory")
        silent = nengo.Ensemble(20, 1, gain=[1.0] * 20, bias=[-9.0] * 20, label="silent")
        nengo.Connection(loud, memory, synapse=None)
        noise = np.random.RandomState(0).standard_normal((50, 1))
        nengo.Connection(
            memory, silent, function=noise, eval_points=np.linspace(-1, 1, 50)[:, None]
        )
    return network


class Page:
    """A page of one diagram: what it was sent, in order."""

    def __init__(self, network, sim=None):
        self.sim = sim
        self.channel = DiagramComm(lambda thing: self.sim)
        self.diagram = describe(network)
        self.drawing = self.channel.remember(self.diagram)
        self._sent = queue.Queue()
        self.channel.send = lambda message, buffers=None: self._sent.put(message)

    def check(self, asked=True, seconds=0.0, **changes):
        request = CheckRequest(
            version=VERSION, id=5, drawing=self.drawing, asked=asked, seconds=seconds
        )
        self.channel._answer(self.channel, {**write_message(request), **changes}, [])

    def follow(self):
        self.channel.health_checks.follow()

    def next(self):
        return self._sent.get(timeout=PATIENCE)

    def found(self, health):
        """Problems by the label of the box, or the ends of the arrow."""
        boxes, arrows = self.diagram.boxes, self.diagram.arrows
        problems = {}
        for finding in health["findings"]:
            if finding["what"] == "box":
                name = boxes[finding["index"]].label
            else:
                arrow = arrows[finding["index"]]
                name = f"{boxes[arrow.source].label} to {boxes[arrow.target].label}"
            problems[name] = finding["problem"]
        return problems


def test_a_check_tells_what_was_found_and_where_and_then_that_it_is_over(network):
    page = Page(network)

    page.check()
    health, done = page.next(), page.next()

    assert page.found(health) == {"silent": "silent", "memory to silent": "decoding error"}
    assert health["looked_at"] == "Looked at 2 ensembles, 1 decoder, without a run."
    assert "bias that lets neurons fire" in health["findings"][0]["remedy"]
    assert (done["type"], done["id"], done["note"]) == ("Done", 5, "")


def test_a_check_with_a_run_tells_what_is_driven_outside_its_radius(network):
    page = Page(network)

    page.check(seconds=0.1)

    assert page.found(page.next())["memory"] == "outside its radius"


def test_nobody_has_to_ask_where_there_is_a_simulator_and_nothing_is_built_where_there_is_none(
    network,
):
    with nengo.Simulator(network, progress_bar=False) as sim:
        built, unbuilt = Page(network, sim), Page(network)
        built.check(asked=False)
        unbuilt.check(asked=False)

        assert built.found(built.next())["silent"] == "silent"
        assert unbuilt.next() == {"type": "Done", "id": 5, "note": ""}


def test_what_was_found_is_shown_again_without_another_check(network, monkeypatch):
    page = Page(network)
    page.check()
    first, _ = page.next(), page.next()
    monkeypatch.setattr(findings, "look_at_drawing", None)

    page.check(asked=False)

    assert page.next() == first
    assert page.next()["note"] == ""


def test_an_object_that_would_take_too_long_is_left_out_and_the_page_is_told(network, monkeypatch):
    small = findings.Budget(seconds=60.0, most_values=50 * 100)
    monkeypatch.setattr(findings, "ASKED", small)
    page = Page(network)

    page.check()
    health = page.next()

    assert page.found(health) == {"memory to silent": "decoding error"}
    assert "2 objects would have taken too long" in health["looked_at"]


def test_a_check_ends_when_its_time_is_over(monkeypatch):
    with nengo.Network(seed=0) as network:
        for _ in range(30):
            nengo.Ensemble(20, 1)
    monkeypatch.setattr(findings, "BY_ITSELF", findings.Budget(0.0, 2**22))
    with nengo.Simulator(network, progress_bar=False) as sim:
        page = Page(network, sim)
        page.check(asked=False)

        assert "30 objects would have taken too long" in page.next()["looked_at"]


def test_a_network_that_cannot_be_built_is_a_sentence():
    def moody(x):
        raise RuntimeError("on purpose")

    with nengo.Network() as network:
        group = nengo.Ensemble(10, 1)
        conn = nengo.Connection(group, group)
    conn.function = nengo.params.FunctionInfo(function=moody, size=1)
    page = Page(network)

    page.check()

    assert "This network cannot be checked: " in page.next()["note"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seconds": -1.0}, "from 0 to 100"),
        ({"seconds": 1e9}, "from 0 to 100"),
        ({"drawing": "x"}, "gone from the kernel"),
        ({"asked": 1}, "asked cannot be 1"),
        ({"version": 1}, "different versions"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_a_check_that_makes_no_sense_is_answered_with_a_sentence(network, change, words):
    page = Page(network)

    page.check(**change)
    reply = page.next()

    assert reply["type"] == "Done"
    assert words in reply["note"]


def test_the_findings_of_the_magic_are_shown_on_the_diagrams_of_its_network(net, monkeypatch):
    page = Page(net.names["net"])
    monkeypatch.setattr(notebook_diagrams(), "comm", page.channel)

    net.run("%nengo check net 0.01")

    assert page.next()["looked_at"].endswith("0.01 s.")


def test_badges_follow_a_network_that_is_built_anew(network):
    with nengo.Simulator(network, progress_bar=False) as first:
        page = Page(network, first)
        page.follow()
        before = page.found(page.next())
    network.ensembles[1].gain = network.ensembles[1].bias = nengo.Default
    with nengo.Simulator(network, progress_bar=False) as second:
        page.sim = second
        page.follow()
        after = page.found(page.next())

    assert before["silent"] == "silent"
    assert "silent" not in after


def test_nothing_is_looked_at_twice_nor_where_nothing_was_built(network, monkeypatch):
    with nengo.Simulator(network, progress_bar=False) as sim:
        page, unbuilt = Page(network, sim), Page(network)
        page.follow()
        page.next()
        monkeypatch.setattr(findings, "look_at_drawing", None)
        page.follow()
        unbuilt.follow()
        page.check(asked=False)

        assert page.next()["type"] == "Health"
        assert page.next() == {"type": "Done", "id": 5, "note": ""}


def test_what_a_person_has_asked_for_stays_until_the_next_build(network):
    with nengo.Simulator(network, progress_bar=False) as sim:
        page = Page(network, sim)
        page.check(seconds=0.05)
        page.next()
        page.next()
        page.follow()
        page.check(asked=False)

        assert page.found(page.next())["memory"] == "outside its radius"


def test_a_cell_that_builds_a_network_brings_badges_to_its_diagram(net, monkeypatch):
    page = Page(net.names["net"])
    page.channel.health_checks._find_simulator = notebook_diagrams().find_simulator
    monkeypatch.setattr(notebook_diagrams(), "comm", page.channel)

    net.run("1 + 1")
    net.run("%nengo step net")

    assert page.next()["looked_at"] == "Looked at 1 ensemble, 0 decoders, without a run."
