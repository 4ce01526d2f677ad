"""While a simulator runs live, its diagrams glow with what is recorded."""

import gc
import weakref

import nengo
import numpy as np
import pytest

from nengo_nb.diagram import describe
from nengo_nb.jupyter.diagrams.activity import INTERVAL, Activity, ActivityListener, activity_at
from nengo_nb.jupyter.diagrams.comm import DiagramComm


@pytest.fixture
def sim():
    with nengo.Network(seed=0) as network:
        source = nengo.Node([0.5], label="source")
        array = nengo.networks.EnsembleArray(20, 4, label="array", radius=2)
        silent = nengo.Ensemble(20, 1, label="silent", neuron_type=nengo.LIFRate(amplitude=0.01))
        nengo.Connection(source, array.input[2])
        nengo.Probe(source)
        nengo.Probe(array.ea_ensembles[2], synapse=0.01)
        nengo.Probe(array.ea_ensembles[1].neurons)
        nengo.Probe(silent.neurons)
        nengo.Probe(silent.neurons, "input")
    with nengo.Simulator(network, progress_bar=False) as sim:
        yield sim


class Run:
    def __init__(self, sim):
        self.sim, self.listeners = sim, []

    def listen(self, listener):
        self.listeners.append(listener)


class Page:
    """A channel that remembers what it was to send."""

    def __init__(self):
        self.channel, self.sent = DiagramComm(lambda thing: None), []
        self.channel.send = lambda message, buffers: self.sent.append(
            (message["drawing"], np.frombuffer(buffers[0], np.float32))
        )


def test_every_drawing_of_the_network_is_told_and_no_other(sim):
    page, run = Page(), Run(sim)
    diagram = describe(sim.model.toplevel)
    with sim.model.toplevel:
        nengo.Node([1.0], label="one more")
    names = [page.channel.remember(shown) for shown in (diagram, describe(sim.model.toplevel))]
    page.channel.remember(describe(nengo.Network()))
    sim.run(0.1)

    ActivityListener(run, page.channel).on_pause(sim)

    assert [name for name, _ in page.sent] == names
    values = dict(zip((box.label for box in diagram.boxes), page.sent[0][1], strict=True))
    assert values["source"] == 0.5
    assert 0.1 < values["array_0 … 3"] <= 1
    assert 0 < values["silent"] < 0.02
    assert values["array"] == 0


def test_it_is_told_at_most_ten_times_a_second(sim, monkeypatch):
    page, run = Page(), Run(sim)
    page.channel.remember(describe(sim.model.toplevel))
    now = [100.0]
    monkeypatch.setattr("nengo_nb.jupyter.diagrams.activity.time.perf_counter", lambda: now[0])
    glow = ActivityListener(run, page.channel)

    for _ in range(20):
        glow.on_change()
        now[0] += INTERVAL / 4

    assert len(page.sent) == 5


def test_each_live_run_is_followed_as_long_as_it_is_there(sim):
    page, run = Page(), Run(sim)
    page.channel.remember(describe(sim.model.toplevel))
    activity = Activity(page.channel)

    activity.on_start(run)
    run.listeners.pop().on_change()
    listener = weakref.ref(next(iter(activity._listeners.values())))
    del run
    gc.collect()

    assert len(page.sent) == 1
    assert listener() is None


def test_what_is_gone_or_recorded_nothing_does_not_glow(sim):
    page, run = Page(), Run(None)
    glow = ActivityListener(run, page.channel)

    glow.on_change()
    del run
    glow.on_change()

    assert page.sent == []
    assert [activity_at(sim, probe) for probe in sim.model.probes] == [0.0] * 5
