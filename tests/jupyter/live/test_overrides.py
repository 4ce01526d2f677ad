"""Overridden inputs: each dimension of a node follows it until that dimension is taken."""

from __future__ import annotations

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.jupyter.live import input_log
from nengo_nb.jupyter.live.handlers import answer
from nengo_nb.jupyter.live.layout_state import LayoutState
from nengo_nb.jupyter.live.overrides import Overrides
from nengo_nb.jupyter.live.runs import live_runs
from nengo_nb.jupyter.live.specs import LivePlot, LiveSlider
from nengo_nb.jupyter.protocol import live as m
from tests.jupyter.live.conftest import PATIENCE, Listener


def test_the_other_dimensions_of_a_node_go_on_while_one_is_held():
    with nengo.Network() as net:
        line = nengo.Node(lambda t: [t, -t], label="line")
        output = nengo.Probe(line)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        run = live_runs.open(sim)
        listener = Listener(run)
        for n_steps in (100, 100):
            run.step(n_steps)
            listener.until(lambda: not run.playing)
            run.overrides.grab("line", [0.9, None])
        run.end("the test is over")
        assert run.join(PATIENCE)

    np.testing.assert_allclose(sim.data[output][99], [0.1, -0.1])
    np.testing.assert_allclose(sim.data[output][199], [0.9, -0.2])


def test_a_dimension_that_is_taken_later_leaves_the_one_before_where_it_is(network):
    overrides = Overrides({"wave": network.wave})

    overrides.grab("wave", [0.5, None])
    overrides.grab("wave", [None, -1])
    both = overrides.held["wave"]
    overrides.grab("wave", [0.25, None])

    assert both == (0.5, -1.0)
    assert overrides.held["wave"] == (0.25, -1.0)


def test_a_node_of_which_nothing_is_taken_is_not_held(network):
    overrides = Overrides({"wave": network.wave})

    overrides.grab("wave", [None, None])

    assert overrides.held == {}
    assert overrides.feeds(5, 1) == {}


def test_sliders_say_which_of_them_are_held_and_where_the_others_are(run, ran, network):
    layout = LayoutState(run, "network", run.changed)
    layout.add_sliders(LiveSlider(network.wave))
    ran(10)
    run.overrides.grab("wave", [None, 0.75])

    frame, _ = layout.frame(1)

    assert frame.held == [[1]]
    assert frame.values[0] == pytest.approx([np.sin(0.06), 0.75])


def test_before_the_first_step_sliders_are_where_their_nodes_begin(run, network):
    layout = LayoutState(run, "network", run.changed)
    layout.add_sliders(LiveSlider(network.constant))
    layout.add_sliders(LiveSlider(network.wave))

    frame, _ = layout.frame(1)

    assert frame.values == [[0.5], [0.0, 0.0]]


@pytest.mark.parametrize("before", [0, 40], ids=["at first", "later"])
def test_an_ensemble_gets_an_input_for_its_sliders(layout, run, ran, listener, network, before):
    if before:
        ran(before)
    layout.add_sliders(LiveSlider(network.b))
    layout.add_sliders(LiveSlider("b"))
    run.overrides.grab("input to b", [2.0, None])
    layout.add_plot(LivePlot(network.b))
    listener.until(lambda: not run.overrides.waiting and layout.plots[0].probe)
    ran(400)

    (plot,) = layout.plots
    values = run.sim.data[plot.probe]
    assert values[-50:, 0].mean() > 0.8
    assert abs(values[-50:, 1].mean()) < 0.5
    assert [slider.node for slider in layout.sliders] == ["input to b"]
    assert "LiveSlider('b', -1.0, 1.0)" in layout.code()
    assert layout.frame(1)[0].values == [[2.0, 0.0]]
    assert network.net.all_nodes == [network.wave, network.constant]


def test_what_gets_no_input_has_no_sliders(layout, network):
    with pytest.raises(ValueError, match="has no output of its own that could be set"):
        layout.add_sliders(LiveSlider(network.learning))

    assert layout.run.overrides.added == {}


def test_where_a_view_shows_the_past_its_sliders_do(run, ran, network):
    layout = LayoutState(run, "network", run.changed)
    layout.add_sliders(LiveSlider(network.wave))
    for _ in range(4):
        ran(50)
    run.overrides.grab("wave", [0.5, None])
    layout.end = 0.15

    (values,) = layout.frame(1)[0].values

    assert values == pytest.approx([np.sin(0.9), np.cos(0.9)], rel=1e-5)
    layout.end = None
    assert layout.frame(2)[0].values[0][0] == 0.5


def test_a_log_of_inputs_is_bounded_and_forgets_what_was_gone_back_behind(monkeypatch):
    monkeypatch.setattr(input_log, "MOST", 10)
    log = input_log.InputLog()
    for n_steps in range(10, 1010, 10):
        log.add(n_steps, {"wave": np.array([[n_steps]])})
    coarse = log.at(505)["wave"].item()
    log.add(500, {"wave": np.array([[500]])})
    behind = log.at(2000)["wave"].item()
    log.add(2000, {"wave": np.array([[-1]])})

    assert 0 < 505 - coarse < 250
    assert behind <= 500
    assert log.at(2000)["wave"].item() == -1
    assert log.at(0) == {}
    assert len(log._kept[0]) <= 10


def test_the_range_of_sliders_can_be_set_and_comes_back_as_code(layout, network):
    layout.add_sliders(LiveSlider(network.wave))

    answer(layout, m.ChangeSliders(name="wave", low=-3.0, high=5.0))

    assert [(info.low, info.high) for info in layout.describe().sliders] == [(-3, 5)]
    assert "LiveSlider('wave', -3.0, 5.0)" in layout.code()
    for name, low, high in (("wave", 1.0, 1.0), ("constant", 0.0, 1.0)):
        with pytest.raises(ValueError, match="slider"):
            answer(layout, m.ChangeSliders(name=name, low=low, high=high))
    assert layout.sliders == (LiveSlider("wave", -3.0, 5.0),)
