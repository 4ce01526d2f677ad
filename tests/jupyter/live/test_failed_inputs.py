"""An input that a simulation cannot get: the error is said, nothing without effect is left."""

from __future__ import annotations

import pytest

import nengo_nb
from nengo_nb.jupyter.labels import remember_names
from nengo_nb.jupyter.live.handlers import answer
from nengo_nb.jupyter.live.layout_state import LayoutState
from nengo_nb.jupyter.live.specs import LiveExpression, LivePlot, LiveSlider
from nengo_nb.jupyter.live.widget import LiveWidget
from nengo_nb.jupyter.protocol import steering as e
from tests.jupyter.live.conftest import Listener

spa = pytest.importorskip("nengo_spa")


@pytest.fixture
def no_room(monkeypatch):
    """A function that lets a simulation get inputs again, which fails first."""
    prepare = nengo_nb.Simulator.prepare

    def refuse(sim, probes, connections=()):
        if connections:
            raise RuntimeError("no room for another input")
        return prepare(sim, probes, connections)

    monkeypatch.setattr(nengo_nb.Simulator, "prepare", refuse)
    return lambda: monkeypatch.setattr(nengo_nb.Simulator, "prepare", prepare)


def test_the_sliders_of_an_input_that_fails_are_taken_away_from_all_views(
    run, listener, network, no_room, monkeypatch
):
    widget = LiveWidget(run, "network")
    sent = []
    monkeypatch.setattr(widget, "send", lambda message, buffers=None: sent.append(message))
    state, other = widget.layout_state, LayoutState(run, "network", run.changed)
    state.add_sliders(LiveSlider(network.wave))
    for view in (state, other):
        view.add_sliders(LiveSlider(network.b))

    # Where the first view's input has failed before the second one asks for it, it is tried again.
    listener.until(lambda: "input to b" in run.overrides.failed and run.error != "")
    widget._send_frame(1)
    other.drop_failed()

    assert "no room for another input" in run.error
    layouts = [message for message in sent if message["type"] == "Layout"]
    assert [slider["name"] for slider in layouts[-1]["sliders"]] == ["wave"]
    assert "input to b" not in layouts[-1]["nodes"]
    assert len(state.frame(2)[0].values) == 1
    assert other.sliders == ()
    assert run.overrides.held == {}
    widget.close()


def test_such_sliders_can_be_added_again_and_then_have_their_effect(
    layout, run, ran, listener, network, no_room
):
    layout.add_sliders(LiveSlider(network.b))
    listener.until(lambda: run.error != "")
    layout.drop_failed()
    no_room()

    layout.add_sliders(LiveSlider(network.b))
    answer(layout, e.Grab(name="input to b", values=[2.0, None]))
    layout.add_plot(LivePlot(network.b))
    listener.until(lambda: not run.overrides.waiting and layout.plots[0].probe)
    ran(400)

    assert run.sim.data[layout.plots[0].probe][-50:, 0].mean() > 0.8
    assert [slider.node for slider in layout.sliders] == ["input to b"]
    layout.drop_failed()
    assert len(layout.sliders) == 1


def test_the_entry_of_a_module_whose_input_fails_is_taken_away(no_room):
    with spa.Network(seed=1) as model:
        model.color = spa.Transcode("0", output_vocab=16)
        model.shape = spa.Transcode("0", output_vocab=16)
        model.bound = spa.State(16, neurons_per_dimension=20)
        model.color * model.shape >> model.bound
    remember_names(model, {"model": model})
    with nengo_nb.Simulator(model, progress_bar=False) as sim:
        view = nengo_nb.live(sim, ["bound: similarity"], [])
        state = view.widget.layout_state

        state.add_expression(LiveExpression("bound"))
        Listener(view.run).until(lambda: view.run.error != "")
        state.drop_failed()

        assert state.expressions == ()
        assert "no room for another input" in view.run.error
        assert "input to bound" not in view.run.expressions.nodes
        view.close()
