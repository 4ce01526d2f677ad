"""A view that two threads change at once: no change is lost, and pages end with the last one."""

import threading

import pytest

from nengo_nb.jupyter.live.specs import LivePlot, LiveSlider
from nengo_nb.jupyter.live.widget import LiveWidget
from nengo_nb.jupyter.protocol import live as m

PATIENCE = 60
LONG_ENOUGH = 0.3
"""Seconds in which a thread that nothing holds back would have come to its end."""


@pytest.fixture
def in_a_thread():
    """A function that calls another one in a thread, which is waited for at the end."""
    threads = []

    def start(function):
        threads.append(threading.Thread(target=function))
        threads[-1].start()
        return threads[-1]

    yield start
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_what_is_changed_while_another_thread_changes_it_is_kept(layout, network, in_a_thread):
    with layout.change():
        plots = layout.plots
        other = in_a_thread(lambda: layout.add_plot(LivePlot(network.decoded)))
        other.join(LONG_ENOUGH)
        layout.plots = plots
        layout.add_plot(LivePlot(network.slow))
    other.join(PATIENCE)

    assert [plot.title for plot in layout.plots] == ["slow", "decoded"]


def test_the_last_layout_that_a_page_gets_is_the_newest(run, network, in_a_thread, monkeypatch):
    widget = LiveWidget(run, "network")
    sent = []
    monkeypatch.setattr(widget, "send", lambda message, buffers=None: sent.append(message))
    describe = widget.layout_state.describe
    threads = []

    def describe_slowly():
        layout = describe()
        if not threads:
            state = widget.layout_state
            threads.append(in_a_thread(lambda: state.add_sliders(LiveSlider("constant"))))
            threads[0].join(LONG_ENOUGH)
        return layout

    monkeypatch.setattr(widget.layout_state, "describe", describe_slowly)
    widget.layout_state.add_plot(LivePlot(network.decoded))
    threads[0].join(PATIENCE)
    layouts = [message for message in sent if message["type"] == "Layout"]
    widget.close()

    assert [len(layout["sliders"]) for layout in layouts] == [0, 1]
    assert [len(layout["plots"]) for layout in layouts] == [1, 1]


def test_a_probe_that_cannot_be_adopted_is_told_of_by_its_plot(
    run, layout, listener, network, monkeypatch
):
    def refuse(sim):
        raise RuntimeError("no room")

    monkeypatch.setattr(type(run.require_simulator()), "adopt", lambda sim, _: refuse(sim))
    plot = layout.add_plot(LivePlot((network.a.neurons, "voltage")))
    listener.until(lambda: run.error != "" and layout.plot(plot.id).trouble != "")

    assert layout.plot(plot.id).trouble == "This cannot be watched: no room"
    assert isinstance(layout.describe(), m.Layout)
