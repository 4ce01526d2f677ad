"""Runs of a sweep are kept and drawn as others are, and what cannot be swept is said."""

from __future__ import annotations

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.jupyter.live.handlers import answer
from nengo_nb.jupyter.live.kept_runs import MOST_SWEPT
from nengo_nb.jupyter.live.layout_state import LayoutState
from nengo_nb.jupyter.live.sweep import begin_sweep
from nengo_nb.jupyter.protocol import live as m
from nengo_nb.jupyter.protocol import runs as r
from nengo_nb.jupyter.protocol.sweep import Sweep
from tests.jupyter.live.conftest import PATIENCE, Listener

# --- kept runs


def test_runs_have_a_level_and_a_place_of_their_own(run, ran, listener, sweep):
    ran(5)
    run.reset()
    listener.until(lambda: run.kept_runs.runs)
    kept = sweep("constant", [3, -1, 1], 0.01)

    assert [one.level for one in kept] == [None, 1.0, 0.0, 0.5]
    assert [one.place for one in kept] == [0, 0, 1, 2]


def test_another_sweep_hides_the_runs_of_the_last_one(run, sweep, layout):
    sweep("constant", [0, 1], 0.01)
    kept = sweep("wave", [0, 1, 2], 0.01, dimension=1)
    answer(layout, r.ShowRun(run="1", shown=True))

    assert [one.place for one in kept] == [None, None, 0, 1, 2]
    assert [one.place for one in run.kept_runs.runs] == [3, None, 0, 1, 2]
    assert kept[-1].name == "wave[1] = 2"


def test_as_many_are_drawn_as_a_sweep_may_have(run, sweep, layout):
    kept = sweep("constant", np.linspace(0, 1, MOST_SWEPT), 0.002)
    assert all(one.place is not None for one in kept)
    kept = sweep("constant", [5, 6], 0.002)
    for one in kept[:MOST_SWEPT]:
        answer(layout, r.ShowRun(run=one.id, shown=True))

    drawn = [one for one in run.kept_runs.runs if one.place is not None]
    assert len(drawn) == MOST_SWEPT


def test_a_fork_after_a_sweep_is_a_run_of_its_own(run, ran, listener, sweep):
    ran(300)
    sweep("constant", [0, 1], 0.01, from_now=True)
    run.reset()
    listener.until(lambda: run.reached.n_steps == 0)

    spans = [(one.begin, one.end, one.level) for one in run.kept_runs.runs]
    assert spans == [(300, 310, 0.0), (300, 310, 1.0), (0, 300, None)]


def test_older_runs_are_forgotten_where_memory_is_short(run, ran, listener, sweep):
    step = 4 * (2 + 30 + 0.2)
    ran(400)
    run.reset()
    listener.until(lambda: run.kept_runs.runs)
    run.history_limit.set(700 * step / 1e6)
    kept = sweep("constant", [0, 1], 0.3)

    assert [one.name for one in kept] == ["constant = 0", "constant = 1"]
    assert run.kept_runs.forgotten == (
        f"“run 1” was forgotten, as the samples of all runs may take {700 * step / 1e6:g} MB."
    )


# --- the view


def test_the_window_shows_all_runs(run, ran, layout, listener):
    ran(500)
    ask = Sweep(name="constant", dimension=0, low=0, high=1, count=3, seconds=0.2, from_now=False)
    answer(layout, ask)
    listener.until(lambda: run.sweep is None)
    from_start = layout.window()
    answer(layout, Sweep(**{**vars(ask), "from_now": True}))
    listener.until(lambda: run.sweep is None)
    from_now = layout.window()

    assert (from_start.begin, from_start.end) == pytest.approx((0.0, 0.2))
    assert (from_now.begin, from_now.end) == pytest.approx((0.46, 0.7))
    assert [one.name for one in run.kept_runs.runs[:3]] == [
        "constant = 0",
        "constant = 0.5",
        "constant = 1",
    ]


def test_while_it_runs_the_slider_stands_at_its_value(run, listener, layout):
    answer(layout, m.LookFor(length=1.0))
    layout.add_sliders(nengo_nb.LiveSlider("wave"))
    begin_sweep(run, "wave", 1, [7, 8], 2.0, from_now=False)
    listener.until(lambda: run.sweep and run.sweep.info.number == 2)
    frame, _ = layout.frame(1)
    run.stop_sweep()
    listener.until(lambda: run.sweep is None)

    assert frame.values[0][1] == 8
    assert frame.held == [[1]]
    assert (frame.sweep.value, frame.sweep.label) == (8, "wave[1]")
    assert layout.frame(2)[0].held == [[]]


def asked(**changes):
    values = {"name": "constant", "dimension": 0, "low": 0.0, "high": 1.0, "count": 5}
    return Sweep(**{**values, "seconds": 0.1, "from_now": False, **changes})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"low": None}, "one of both is no number"),
        ({"high": None}, "one of both is no number"),
        ({"low": 1.0}, "from one number to another one, not from 1 to 1"),
        ({"high": float("nan")}, "a value of a sweep is a finite number"),
        ({"high": 1e300}, "a value of a sweep is a finite number"),
        ({"count": None}, "a sweep has 3 to 20 values"),
        ({"count": 2}, "a sweep has 3 to 20 values"),
        ({"count": 21}, "a sweep has 3 to 20 values"),
        ({"count": 3.5}, "a sweep has 3 to 20 values"),
        ({"seconds": 0.0}, "lasts at least one step, 0.001 s (got 0 s)"),
        ({"seconds": -1.0}, "lasts at least one step, 0.001 s (got -1 s)"),
        ({"seconds": None}, "in seconds, is a finite number"),
        ({"seconds": float("inf")}, "in seconds, is a finite number"),
        ({"name": "a"}, "'a' has no output of its own that could be set"),
        ({"dimension": 1}, "constant outputs 1 value, which are numbered from 0 to 0"),
        ({"name": "wave", "dimension": 3}, "wave outputs 2 values, which are numbered from 0 to 1"),
        ({"seconds": 1e5}, "5 runs of 100000 s take 6.44e+04 MB beside the 0 MB"),
    ],
)
def test_what_cannot_be_swept_is_said_and_nothing_begins(run, layout, changes, sentence):
    with pytest.raises(ValueError) as refusal:
        answer(layout, asked(**changes))

    assert sentence in str(refusal.value)
    assert run.sweep is None
    assert not run.playing
    assert layout.end is None


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([1], "at least two values that differ"),
        ([], "at least two values that differ"),
        ([2, 2], "at least two values that differ"),
        ([1, 2, 1], "has each value once"),
        ([1, "x"], "a value of a sweep is a finite number"),
        (range(21), "at most 20 values"),
    ],
    ids=["one", "none", "same", "twice", "text", "many"],
)
def test_values_are_a_few_different_numbers(sim, network, values, sentence):
    view = nengo_nb.live(sim, plots=[], sliders=[])
    with pytest.raises(ValueError, match=sentence):
        view.sweep(network.constant, values, 0.1)
    view.close()
    assert view.run.join(PATIENCE)


def test_without_a_probe_there_is_nothing_to_draw():
    with nengo.Network() as net:
        nengo.Node([0.0], label="level")
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        view = nengo_nb.live(sim)
        with pytest.raises(ValueError, match="add a plot first"):
            view.sweep("level", [0, 1], 0.1)
        view.close()
        assert view.run.join(PATIENCE)


def test_names_that_cannot_be_written_are_written_without_that():
    label = "a\ud800\n" + 80 * "b"
    with nengo.Network() as net:
        node = nengo.Node([0.0], label=label)
        nengo.Probe(node)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        view = nengo_nb.live(sim)
        layout = LayoutState(view.run, "network", lambda: None)
        listener = Listener(view.run)
        view.sweep(node, [0, 1], 0.01)
        listener.until(lambda: view.run.sweep is None)
        names = [info.name for info in layout.frame(1)[0].runs]
        view.close()
        assert view.run.join(PATIENCE)

    assert [name[-5:] for name in names] == ["b = 0", "b = 1"]
    assert all(len(name) == 60 for name in names)
