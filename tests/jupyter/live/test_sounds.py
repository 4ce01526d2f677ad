"""Spikes that are heard: each once, of the neurons that were chosen, and remembered."""

from __future__ import annotations

import numpy as np
import pytest

from nengo_nb.jupyter.live.handlers import answer
from nengo_nb.jupyter.live.plot_looks import read_sound
from nengo_nb.jupyter.live.sounds import MOST_CLICKS, SpikeSounds
from nengo_nb.jupyter.live.specs import LivePlot
from nengo_nb.jupyter.protocol import live as m
from nengo_nb.jupyter.protocol.plot_settings import ChangeSound


@pytest.fixture
def sounds():
    return SpikeSounds()


def spike_times(sim, probe, dims, after):
    fired = (sim.data[probe][:, dims] > 0).any(axis=1)
    times = sim.trange()[fired]
    return times[times > after + 1e-9]


def test_nothing_is_heard_unless_it_is_asked_for(layout, ran, network, sounds):
    layout.add_plot(LivePlot(network.spikes, "raster"))
    sounds.changes(layout)
    ran(100)

    assert sounds.changes(layout) == []


def test_spikes_since_the_last_frame_are_heard_once(layout, ran, network, sim, sounds):
    neuron = 0
    layout.add_plot(LivePlot(network.spikes, "raster", sound=neuron))
    ran(100)
    assert sounds.changes(layout) == []

    ran(300)
    (first,) = sounds.changes(layout)
    ran(300)
    (second,) = sounds.changes(layout)

    heard = [*first.times, *second.times]
    assert (first.begin, first.end, second.end) == pytest.approx((0.1, 0.4, 0.7))
    np.testing.assert_allclose(heard, spike_times(sim, network.spikes, [neuron], 0.1))
    assert sounds.changes(layout) == []


def test_all_neurons_that_are_drawn_are_heard_together(layout, ran, network, sim, sounds):
    layout.add_plot(LivePlot(network.spikes, "raster", dims=[1, 4], sound="all"))
    ran(100)
    sounds.changes(layout)
    ran(20)

    (clicks,) = sounds.changes(layout)

    np.testing.assert_allclose(clicks.times, spike_times(sim, network.spikes, [1, 4], 0.1))


def test_many_spikes_are_a_bounded_number_of_clicks_over_the_whole_time(
    layout, ran, network, sounds
):
    layout.add_plot(LivePlot(network.spikes, "raster", sound="all"))
    ran(10)
    sounds.changes(layout)
    ran(600)

    (clicks,) = sounds.changes(layout)

    assert len(clicks.times) == MOST_CLICKS
    assert clicks.times == sorted(clicks.times)
    assert clicks.times[-1] > 0.55


def test_going_back_is_not_heard(layout, run, ran, network, listener, sounds):
    layout.add_plot(LivePlot(network.spikes, "raster", sound="all"))
    ran(100)
    sounds.changes(layout)
    run.reset()
    listener.until(lambda: run.reached.n_steps == 0)
    ran(200)

    assert sounds.changes(layout) == []
    ran(50)
    assert len(sounds.changes(layout)) == 1


def test_a_page_switches_sound_on_and_off_and_the_plot_remembers_it(layout, network):
    plot = layout.add_plot(LivePlot(network.spikes, "raster"))

    answer(layout, ChangeSound(plot=plot.id, sound="7"))
    assert layout.plots[0].info().settings.sound == "7"
    assert "sound='7'" in layout.code()
    answer(
        layout,
        m.ChangePlot(plot=plot.id, kind="rates", dims=[], pointers=[], synapse=0.0, order="index"),
    )
    assert layout.plots[0].info().settings.sound == ""
    answer(
        layout,
        m.ChangePlot(plot=plot.id, kind="raster", dims=[], pointers=[], synapse=0.0, order="index"),
    )
    assert layout.plots[0].info().settings.sound == "7"

    answer(layout, ChangeSound(plot=plot.id, sound="off"))
    assert "sound" not in layout.code()


@pytest.mark.parametrize("sound", ["30", "-1", "loud", "1.5", "²"])
def test_what_is_no_neuron_cannot_be_heard(layout, network, sound):
    plot = layout.add_plot(LivePlot(network.spikes, "raster"))

    with pytest.raises(ValueError, match="'off', 'all' or the index of a neuron, 0 to 29"):
        answer(layout, ChangeSound(plot=plot.id, sound=sound))


@pytest.mark.parametrize(
    ("sound", "wanted"), [(None, ""), ("off", ""), (" ALL ", "all"), (3, "3"), ("03", "3")]
)
def test_sounds_are_read(sound, wanted):
    assert read_sound(sound, 10) == wanted
