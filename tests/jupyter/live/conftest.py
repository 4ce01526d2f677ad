"""A network that runs live, and waiting for what it does."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.jupyter.live.layout_state import LayoutState
from nengo_nb.jupyter.live.runs import live_runs
from nengo_nb.jupyter.live.sweep import begin_sweep

PATIENCE = 60


class Listener:
    """Waits until a run has come so far."""

    def __init__(self, run):
        self.rests = 0
        self._changed = threading.Condition()
        run.listen(self)

    def on_change(self):
        with self._changed:
            self._changed.notify_all()

    def on_pause(self, sim):
        self.rests += 1
        self.on_change()

    def until(self, condition):
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE)


@pytest.fixture
def network():
    """A wave, an ensemble that follows it, a connection that learns, and two probes."""
    with nengo.Network(seed=1, label="network") as net:
        wave = nengo.Node(lambda t: [np.sin(6 * t), np.cos(6 * t)], label="wave")
        constant = nengo.Node([0.5], label="constant")
        a = nengo.Ensemble(30, 2, label="a")
        b = nengo.Ensemble(10, 2, label="b")
        nengo.Connection(wave, a)
        nengo.Connection(constant, b[0])
        learning = nengo.Connection(a, b, learning_rule_type=nengo.PES(), label="learning")
        nengo.Connection(b, learning.learning_rule)
        decoded = nengo.Probe(a, synapse=None, label="decoded")
        spikes = nengo.Probe(a.neurons, label="spikes")
        slow = nengo.Probe(wave, sample_every=0.01, label="slow")
    return SimpleNamespace(
        net=net,
        wave=wave,
        constant=constant,
        a=a,
        b=b,
        learning=learning,
        decoded=decoded,
        spikes=spikes,
        slow=slow,
    )


@pytest.fixture
def sim(network):
    with nengo_nb.Simulator(network.net, progress_bar=False) as sim:
        yield sim


@pytest.fixture
def run(sim):
    run = live_runs.open(sim)
    yield run
    run.end("the test is over")
    assert run.join(PATIENCE)


@pytest.fixture
def listener(run):
    return Listener(run)


@pytest.fixture
def changes():
    """How often a layout has changed."""
    return []


@pytest.fixture
def layout(run, changes):
    return LayoutState(run, "network", lambda: changes.append(None) or run.changed())


@pytest.fixture
def ran(run, listener):
    """A function that runs some steps and waits for them."""

    def steps(n_steps):
        goal = run.reached.n_steps + n_steps
        run.set_speed(None)
        run.step(n_steps)
        listener.until(lambda: run.reached.n_steps >= goal and not run.playing)

    return steps


@pytest.fixture
def sweep(run, listener):
    """A function that sweeps an input, and waits for the end."""

    def wait(node, values, seconds, dimension=0, *, from_now=False):
        begin_sweep(run, node, dimension, values, seconds, from_now=from_now)
        listener.until(lambda: run.sweep is None)
        return run.kept_runs.runs

    return wait
