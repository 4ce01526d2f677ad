"""An error of a function in a live run is told with its node, time, and the user's own lines."""

from __future__ import annotations

import sys

import nengo
import pytest

import nengo_nb
from nengo_nb.jupyter.live.failures import sentence_of_failure, traceback_of
from nengo_nb.jupyter.live.layout_state import LayoutState
from nengo_nb.jupyter.live.runs import live_runs
from tests.jupyter.live.conftest import PATIENCE, Listener


def read_sensor(t):
    if t > 0.05:
        raise RuntimeError("the sensor is unplugged")
    return t


def failing_run(function):
    """A run whose node has failed, and its last frame."""
    with nengo.Network() as net:
        nengo.Probe(nengo.Node(function, size_out=1, label="sensor"))
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        run = live_runs.open(sim)
        listener = Listener(run)
        layout = LayoutState(run, "network", run.changed)
        run.play()
        listener.until(lambda: listener.rests == 1)
        frame, _ = layout.frame(1)
        assert not run.join(0)
        run.end("the test is over")
        assert run.join(PATIENCE)
    return frame


def test_it_says_which_node_failed_and_when_and_shows_the_line():
    frame = failing_run(lambda t: read_sensor(t))

    assert frame.error.splitlines() == [
        "RuntimeError: the sensor is unplugged",
        "This happened in <Node 'sensor'>, at 0.051 s (step 51).",
    ]
    outer, inner = frame.traceback.split("\n\n")
    assert f"{__file__}, line " in outer
    assert "lambda t: read_sensor(t)" in outer
    assert inner.splitlines()[0].endswith("in read_sensor")
    (arrow,) = (line for line in inner.splitlines() if line.startswith("---->"))
    assert arrow.endswith('raise RuntimeError("the sensor is unplugged")')
    assert "nengo_nb" not in frame.traceback.replace(__file__, "")


def test_what_a_function_returns_wrongly_has_no_lines_but_a_sentence():
    frame = failing_run(lambda t: None if t > 0.05 else t)

    assert "sensor" in frame.error
    assert frame.traceback == ""


def test_a_function_that_ends_the_process_ends_neither_the_run_nor_its_thread():
    frame = failing_run(lambda t: sys.exit(3) if t > 0.05 else t)

    assert frame.error.startswith("SystemExit: 3")
    assert not frame.playing
    assert frame.ended == ""


def read_twice():
    try:
        read_sensor(1)
    except RuntimeError as error:
        raise ValueError("no reading") from error


def test_causes_come_before_what_they_led_to():
    with pytest.raises(ValueError, match="no reading") as caught:
        read_twice()

    outer, cause, message, link, _, last = traceback_of(caught.value).split("\n\n")

    assert cause.splitlines()[0].endswith("in read_sensor")
    assert message == "RuntimeError: the sensor is unplugged"
    assert link == "The error above led to this one:"
    for frame in (outer, last):
        assert frame.splitlines()[0].endswith("in read_twice")
    assert 'raise ValueError("no reading")' in last


def test_an_error_without_a_message_is_called_by_its_type():
    assert sentence_of_failure(KeyError()) == "KeyError"
