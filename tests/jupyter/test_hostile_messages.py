"""Whatever a page sends is answered with a sentence or ignored with a line in the log; everything
goes on after it.

Messages come through the comms' own handlers, as from a page, but without one.
"""

from __future__ import annotations

import threading
from dataclasses import replace

import hypothesis
import pytest

from nengo_nb.diagram import describe
from nengo_nb.jupyter.comms.bokeh_loader import BokehLoader
from nengo_nb.jupyter.diagrams.comm import DiagramComm, DiagramWidget
from nengo_nb.jupyter.live.frame_scheduler import LONGEST_INTERVAL, FrameScheduler
from nengo_nb.jupyter.live.view import LiveView
from nengo_nb.jupyter.protocol import VERSION, diagram, live
from nengo_nb.jupyter.protocol.codec import SENTENCE, read_message, sentence_of, write_message
from nengo_nb.jupyter.protocol.preferences import Preferences
from tests.jupyter.hostile import FIRM, HOSTILE, message_of, nested, unexpected
from tests.jupyter.live.conftest import PATIENCE, Listener, network, sim

__all__ = ["network", "sim"]

PREFERENCES = Preferences(
    version=VERSION, frame_rate=30.0, palette="okabe-ito", default_plots="probes"
)


def deliver(widget, data, buffers=()):
    """Let a comm bring data, and return what was sent in answer."""
    sent = []
    widget.send = lambda content, buffers=None: sent.append(content)
    widget.comm.handle_msg({"content": {"data": data}, "buffers": list(buffers)})
    del widget.send
    return sent


def custom(content):
    return {"method": "custom", "content": content}


# --- the wire
# ---------------------------------------------------------------------------------------------


@FIRM
@hypothesis.given(message_of(live.TO_KERNEL))
def test_a_message_is_read_or_refused_with_one_sentence(content):
    refused = ""
    try:
        message = read_message(content, live.TO_KERNEL)
    except ValueError as error:
        refused = str(error)

    assert 0 < len(refused) < 300 if refused else type(message).__name__ == content["type"]


@pytest.mark.parametrize(
    "error", [ValueError(), KeyError("x" * 10_000), OSError(2, "gone"), RecursionError()]
)
def test_every_error_is_a_sentence_for_the_page(error):
    assert 0 < len(sentence_of(error)) <= SENTENCE + 1


# --- a live view
# ------------------------------------------------------------------------------------------


@pytest.fixture
def view(sim):
    view = LiveView(sim)
    yield view
    view.close()
    assert view.run.join(PATIENCE)
    assert view.widget.frame_scheduler.join(PATIENCE)


def goes_on(view):
    """The simulation plays, and its frames are drawn."""
    frames = threading.Semaphore(0)
    view.widget.send = lambda content, buffers=None: content["type"] == "Frame" and frames.release()
    listener = Listener(view.run)
    try:
        for content in (
            {"type": "Speed", "factor": None},
            write_message(replace(PREFERENCES, frame_rate=30.0)),
            {"type": "Ready", "view": "page", "version": VERSION},
            {"type": "Play"},
        ):
            view.widget.comm.handle_msg({"content": {"data": custom(content)}, "buffers": []})
        begin = view.run.reached.n_steps
        listener.until(lambda: view.run.reached.n_steps > begin)
        assert frames.acquire(timeout=PATIENCE)
        assert frames.acquire(timeout=PATIENCE)
    finally:
        del view.widget.send
    assert view.run.playing
    assert view.run.error == ""
    assert view.run.ended == ""


def test_a_live_view_plays_on_whatever_it_is_sent(view, caplog):
    uid = view.widget.uid
    plots = [plot.source.key for plot in view.widget.layout_state.plots]
    kinds = {
        name: kind
        for name, kind in live.TO_KERNEL.items()
        if name not in ("RemovePlot", "RemoveSliders", "WantBokeh")
    }
    sensible = ("plot-0", "1", "wave", "page", "lines", "probes", 0.5, 1, [0.5, 0.5], [0, 1])
    view.play(None)

    @FIRM
    @hypothesis.given(message_of(kinds, *sensible))
    def attack(content):
        answers = deliver(view.widget, custom(content))
        assert all(
            answer["type"] in ("Notice", "Layout", "Frame", "File", "Code") for answer in answers
        )

    attack()

    goes_on(view)
    assert view.widget.uid == uid
    assert [plot.source.key for plot in view.widget.layout_state.plots][: len(plots)] == plots
    assert unexpected(caplog) == []


@pytest.mark.parametrize(
    "content",
    [
        {"type": "Speed", "factor": 1e-320},
        {"type": "Speed", "factor": 1e308},
        write_message(replace(PREFERENCES, frame_rate=1e-320)),
        {"type": "Step", "steps": 2**53},
        {"type": "Look", "length": 1e-320, "end": -1e308},
        {"type": "Look", "length": 1e308, "end": 1e308},
        {"type": "GoBack", "time": -1e308},
        {
            "type": "ChangePlot",
            "plot": "plot-0",
            "kind": "lines",
            "dims": [],
            "pointers": [],
            "synapse": 1e-320,
            "order": "rate",
        },
    ],
    ids=str,
)
def test_extreme_numbers_stop_no_thread(view, caplog, content):
    for play in ({"type": "Play"}, content, {"type": "Play"}, content):
        deliver(view.widget, custom(play))

    goes_on(view)
    assert unexpected(caplog) == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"type": "RunTo", "time": 1e308}, "1e+308 s is not ahead"),
        ({"type": "RunTo", "time": float("nan")}, "RunTo.time cannot be nan"),
        ({"type": "Step", "steps": 10**400}, "Step.steps cannot be 1000"),
        ({"type": "Step", "steps": True}, "Step.steps cannot be True"),
        (
            {"type": "Grab", "name": "wave", "values": [1e308, 0]},
            "wave can only be set to finite numbers that",
        ),
        ({"type": "Grab", "name": "wave", "values": [[1], 0]}, "Grab.values cannot be [[1], 0]"),
        ({"type": "Grab", "name": "x" * 10_000, "values": []}, "'xxx"),
        ({"type": "ForgetRun", "run": "1"}, "this run is gone"),
        ({"type": "ShowRun", "run": "1", "shown": 1}, "ShowRun.shown cannot be 1"),
        ({"type": "NameRun", "run": "1", "name": ["x"]}, "NameRun.name cannot be ['x']"),
        ({"type": "NameRun", "run": "1", "name": "\ud800"}, "the name of a run is one line"),
        ({"type": "Speed"}, "a speed"),
        ({"type": ["Play"]}, "this message is not known here"),
        ({"type": {}}, "this message is not known here"),
        ({}, "this message is not known here"),
        ({"type": "Look", "length": nested(800), "end": None}, "Look.length cannot be [[["),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_not_possible_is_said_in_one_sentence(view, content, sentence):
    if content == {"type": "Speed"}:
        content, sentence = {"type": "Speed", "factor": 0}, "a speed is a number above zero"

    (answer,) = deliver(view.widget, custom(content))

    assert answer["type"] == "Notice"
    assert answer["text"].startswith(sentence)
    assert len(answer["text"]) <= SENTENCE + 1


def test_a_frame_that_cannot_be_made_is_missed_and_the_next_one_comes(caplog):
    made = threading.Semaphore(0)

    def send(number):
        made.release()
        raise OSError("the page is gone")

    frame_scheduler = FrameScheduler(send)
    frame_scheduler.ready("page")
    assert made.acquire(timeout=PATIENCE)
    frame_scheduler.on_change()
    assert made.acquire(timeout=PATIENCE)
    frame_scheduler.close()

    assert frame_scheduler.join(PATIENCE)
    assert "a frame could not be sent" in unexpected(caplog)


def test_no_frame_rate_is_so_low_that_a_thread_waits_for_ever():
    frame_scheduler = FrameScheduler(lambda number: None)
    frame_scheduler.limit(1e-320)

    assert frame_scheduler._interval == LONGEST_INTERVAL
    frame_scheduler.close()
    assert frame_scheduler.join(PATIENCE)


class Deaf:
    """Listens to a run, and fails whenever it is told anything."""

    def on_change(self):
        raise RuntimeError("on purpose")


def test_an_error_in_a_turn_pauses_the_run_and_is_told(view, monkeypatch, caplog):
    listener, deaf = Listener(view.run), Deaf()
    view.run.listen(deaf)
    monkeypatch.setattr(view.run, "turn", lambda: 1 / 0)
    view.run.play()
    listener.until(lambda: view.run.error)
    monkeypatch.undo()

    assert view.run.error == "ZeroDivisionError: division by zero"
    goes_on(view)


# --- every widget: what it synchronizes is the kernel's
# ---------------------------------------------------


WIDGETS = {
    "live": lambda view: view.widget,
    "channel": lambda view: DiagramComm(lambda thing: None),
    "diagram": lambda view: DiagramWidget(saved={"boxes": []}),
    "loader": lambda view: BokehLoader(),
}


@pytest.mark.parametrize("name", WIDGETS)
def test_no_page_changes_the_state_of_a_widget(view, name, caplog):
    widget = WIDGETS[name](view)
    before = widget.get_state()

    for data in (
        {
            "method": "update",
            "state": {"uid": "evil", "_esm": "alert(1)", "version": 5, "saved": 1},
        },
        {"method": "update", "state": {"uid": None}, "buffer_paths": [["saved", "x"]]},
        {"method": "update", "state": 5, "buffer_paths": 7},
        {"method": "no such method"},
        {"method": ["update"]},
        {"method": "custom"},
        {"state": {}},
        "update",
        None,
        nested(800),
    ):
        assert deliver(widget, data, buffers=[b"", b"123"]) == []

    assert widget.get_state() == before
    assert "ignores a message of a page" in caplog.text
    assert unexpected(caplog) == []
    if name != "live":
        widget.close()


@pytest.mark.parametrize("name", WIDGETS)
def test_no_widget_stumbles_over_a_message_that_is_none(view, name, caplog):
    widget = WIDGETS[name](view)

    for content in HOSTILE:
        for data in (
            custom(content),
            custom({"type": content}),
            custom({"type": "InspectRequest", "id": content}),
        ):
            deliver(widget, data, buffers=[b"123"])

    assert unexpected(caplog) == []
    if name != "live":
        widget.close()


# --- diagrams
# ---------------------------------------------------------------------------------------------


def test_a_diagram_answers_every_question(view, network, caplog, monkeypatch):
    channel = DiagramComm(lambda thing: view.sim)
    # Checks go on in threads; here one would still be at work when the next message comes.
    monkeypatch.setattr(channel.health_checks, "begin", lambda request: diagram.Done(id=request.id))
    drawing = channel.remember(describe(network.net))
    sensible = (drawing, "box", "arrow", 0, 1, VERSION)

    @FIRM
    @hypothesis.given(message_of(diagram.TO_KERNEL, *sensible))
    def attack(content):
        answers = deliver(channel, custom(content))
        kind = content.get("type") if isinstance(content, dict) else None
        is_question = any(kind == name for name in diagram.TO_KERNEL)
        assert len(answers) == is_question

    attack()

    question = diagram.InspectRequest(
        version=VERSION, id=1, drawing=drawing, what="box", index=0, copy=0, dimension=0
    )
    (answer,) = deliver(channel, custom(write_message(question)))
    assert answer["id"] == 1
    assert unexpected(caplog) == []
    channel.close()
