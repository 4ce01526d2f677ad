"""A live run tells of ensembles and weights that are probably not as they were meant."""

from __future__ import annotations

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.jupyter.live.layout_state import LayoutState
from nengo_nb.jupyter.live.run_health import RunHealth
from nengo_nb.jupyter.live.runs import live_runs
from nengo_nb.jupyter.live.specs import LivePlot

from .conftest import PATIENCE, Listener


class Clock:
    """Time that a test sets, in seconds."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def health(clock):
    return RunHealth(clock, lambda: 0.0)


@pytest.fixture
def live():
    """Runs a network for some steps; its layout, which can go on."""
    runs = []

    def begin(network, steps=400):
        sim = nengo_nb.Simulator(network, progress_bar=False)
        run = live_runs.open(sim)
        listener = Listener(run)
        layout = LayoutState(run, "network", run.changed)
        runs.append((sim, run))

        def go_on(count):
            goal = run.reached.n_steps + count
            run.set_speed(None)
            run.step(count)
            listener.until(lambda: run.reached.n_steps >= goal and not (run.playing or run.moving))

        go_on(steps)
        return layout, go_on

    yield begin
    for sim, run in runs:
        run.end("the test is over")
        assert run.join(PATIENCE)
        sim.close()


def problems(message):
    return {finding.name: finding.problem for finding in message.findings}


def test_ensembles_that_are_recorded_are_looked_at(live, health):
    with nengo.Network(seed=0) as network:
        strong = nengo.Node(3, label="strong")
        wide = nengo.Ensemble(50, 1, label="wide")
        quiet = nengo.Ensemble(20, 1, gain=[1.0] * 20, bias=[-9.0] * 20, label="quiet")
        fast = nengo.Ensemble(20, 1, gain=[1.0] * 20, bias=[900.0] * 20, label="fast")
        fine = nengo.Ensemble(50, 1, label="fine")
        unseen = nengo.Ensemble(20, 1, gain=[1.0] * 20, bias=[-9.0] * 20, label="unseen")
        nengo.Connection(strong, wide, synapse=None)
        nengo.Connection(fine, unseen)
        nengo.Probe(wide, "input")
        for each in (quiet, fast, fine):
            nengo.Probe(each.neurons)
        nengo.Probe(fine)
    layout, _ = live(network)

    message = health.changes(layout)

    assert problems(message) == {
        "wide": "outside its radius",
        "quiet": "silent",
        "fast": "saturated",
    }
    sentences = {finding.name: finding.reason for finding in message.findings}
    assert sentences["quiet"] == "None of its 20 neurons fired in 0.4 s."
    assert all(finding.remedy for finding in message.findings)


def test_weights_that_explode_are_told_where_they_are_plotted(live, health):
    with nengo.Network(seed=0) as network:
        error = nengo.Node(lambda t: -(10.0 ** (40 * t)), label="error")
        a, out = nengo.Ensemble(20, 1, label="a"), nengo.Node(size_in=1, label="out")
        learned = nengo.Connection(a, out, learning_rule_type=nengo.PES(1e-2), label="learned")
        nengo.Connection(error, learned.learning_rule, synapse=None)
        nengo.Probe(out)  # without any, nothing needs the weights
    layout, go_on = live(network, 10)
    layout.add_plot(LivePlot(learned))
    health.changes(layout)
    go_on(50)
    health.changes(layout)
    go_on(60)

    (finding,) = health.changes(layout).findings

    assert (finding.name, finding.problem) == ("learned", "growing weights")
    assert finding.reason.endswith(" now.")


def test_a_short_run_and_one_without_problems_tell_nothing(live, health):
    with nengo.Network(seed=0) as network:
        quiet = nengo.Ensemble(20, 1, gain=[1.0] * 20, bias=[-9.0] * 20)
        nengo.Probe(quiet.neurons)
    layout, _ = live(network, 100)

    assert health.changes(layout) is None


def test_findings_are_told_once_and_again_to_a_new_page_and_when_they_are_over(live, health):
    with nengo.Network(seed=0) as network:
        start = nengo.Node(lambda t: float(t > 0.5), label="start")
        late = nengo.Ensemble(20, 1, encoders=np.ones((20, 1)), label="late")
        late.intercepts = nengo.dists.Uniform(0.3, 0.5)
        nengo.Connection(start, late)
        nengo.Probe(late.neurons)
    layout, go_on = live(network, 300)

    first = health.changes(layout)
    go_on(10)
    same = health.changes(layout)
    health.forget()
    again = health.changes(layout)
    go_on(500)

    assert problems(first) == {"late": "silent"}
    assert same is None
    assert problems(again) == {"late": "silent"}
    assert health.changes(layout).findings == []


def test_a_run_that_goes_on_is_looked_at_once_a_second_and_seldom_if_that_takes_long(
    live, clock, monkeypatch
):
    with nengo.Network(seed=0) as network:
        nengo.Probe(nengo.Ensemble(20, 1, label="a").neurons)
    layout, _ = live(network)
    looks, times = [], iter(range(100))
    health = RunHealth(clock, lambda: 0.1 * next(times))
    monkeypatch.setattr(health, "_find", lambda *_: looks.append(clock.now) or _Nothing())
    monkeypatch.setattr(layout.run, "moving", True)

    for clock.now in (0.0, 0.9, 19.9, 20.1):
        monkeypatch.setattr(health, "_looked", (0, -1))
        health.changes(layout)

    assert looks == [0.0, 20.1]


class _Nothing:
    findings = ()
