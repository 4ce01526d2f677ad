"""Whatever a page orders from the panel's comm is answered with a sentence, and orders go
on being carried out.
"""

from __future__ import annotations

import threading
from types import SimpleNamespace

import comm
import hypothesis
import pytest
from IPython.core.interactiveshell import InteractiveShell

from nengo_nb.jupyter.live.runs import live_runs
from nengo_nb.jupyter.panel.broadcaster import Broadcaster
from nengo_nb.jupyter.panel.comms import PanelComms
from nengo_nb.jupyter.protocol import VERSION, live, panel
from nengo_nb.jupyter.session.registry import Session
from tests.jupyter.hostile import FIRM, message_of, unexpected
from tests.jupyter.live.conftest import PATIENCE, Listener, network, sim

__all__ = ["network", "sim"]


@pytest.fixture
def opened(sim, only_shell: InteractiveShell, monkeypatch):
    """A panel's comm in a session with one simulator, and what the kernel tells."""
    only_shell.reset(new_session=True)
    only_shell.user_ns["sim"] = sim
    session = Session(only_shell)
    panel, told = PanelComms(lambda: session), []
    monkeypatch.setattr(panel.news, "send", told.append)
    orders = comm.create_comm(target_name="orders", primary=False)
    comm.get_comm_manager().register_comm(orders)
    hello = {"type": "Connect", "page": "page", "version": VERSION}
    panel._open(orders, {"content": {"data": hello}})
    yield SimpleNamespace(orders=orders, told=told, controller=panel._controller, shell=only_shell)
    panel.close()
    session.close()
    assert panel._controller._broadcaster.join(PATIENCE)


def test_a_panel_answers_every_order(opened, sim, caplog):
    sensible = ("page", "sim", 1, 0.5)

    @FIRM
    @hypothesis.given(message_of({**panel.TO_KERNEL, "Play": live.Play}, *sensible))
    def attack(content):
        before = len(opened.told)
        opened.orders.handle_msg({"content": {"data": content}, "buffers": [b"1"]})
        assert len(opened.told) > before or (
            isinstance(content, dict) and content.get("type") == "Connect"
        )

    attack()

    assert unexpected(caplog) == []
    run = {"type": "Run", "page": "page", "number": 1, "name": "sim", "seconds": None}
    opened.orders.handle_msg({"content": {"data": run}})
    live_run = live_runs.find(sim)
    begin = live_run.reached.n_steps
    Listener(live_run).until(lambda: live_run.reached.n_steps > begin)
    assert live_run.error == ""
    live_run.end("the test is over")
    assert live_run.join(PATIENCE)


@pytest.mark.parametrize("seconds", [1e308, 1e-320, -1.0, 1e15])
def test_a_time_that_cannot_be_run_is_said(opened, seconds):
    order = {"type": "Run", "page": "page", "number": 1, "name": "sim", "seconds": seconds}

    opened.orders.handle_msg({"content": {"data": order}})

    said = [message for message in opened.told if message["type"] == "Notice"]
    assert said[-1]["name"] == "sim"
    assert "Error" not in said[-1]["text"]


def test_a_report_that_cannot_be_made_does_not_end_the_reporter(caplog):
    tried, sent = threading.Semaphore(0), threading.Event()

    def make():
        tried.release()
        if not sent.is_set():
            sent.set()
            raise RuntimeError("on purpose")
        return "report"

    told = threading.Event()
    reporter = Broadcaster(make, lambda report: told.set(), lambda: False)
    reporter.on_change()
    assert tried.acquire(timeout=PATIENCE)
    reporter.on_change()
    assert told.wait(PATIENCE)
    reporter.close()

    assert reporter.join(PATIENCE)
    assert "a report could not be sent to the panels" in unexpected(caplog)
