"""Decoded values that no probe filters are drawn with a synapse, which their title says."""

from __future__ import annotations

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.jupyter.live.catalog import catalog
from nengo_nb.jupyter.live.handlers import answer
from nengo_nb.jupyter.live.layout_state import LayoutState
from nengo_nb.jupyter.live.specs import LivePlot
from nengo_nb.jupyter.protocol import live as m


def title_of(layout, plot):
    return next(info.title for info in layout.describe().plots if info.id == plot.id)


def test_a_decoded_value_without_a_probe_is_filtered_and_says_so(layout, network):
    plot = layout.add_plot(LivePlot(network.b))

    assert plot.synapse == 0.01
    assert title_of(layout, plot) == "b: decoded value (synapse 10 ms)"
    assert "synapse" not in layout.code()


def test_what_a_probe_records_is_drawn_as_it_recorded_it(layout, network):
    plot = layout.add_plot(LivePlot(network.decoded))

    assert plot.synapse == 0
    assert title_of(layout, plot) == "decoded"


def test_a_view_without_the_filter_comes_back_without_it(layout, network):
    plot = layout.add_plot(LivePlot(network.b))
    answer(
        layout,
        m.ChangePlot(
            plot=plot.id, kind="lines", dims=[0, 1], synapse=0.0, order="index", pointers=[]
        ),
    )

    assert title_of(layout, plot) == "b: decoded value"
    assert "synapse=0.0" in layout.code()


def test_a_synapse_that_a_kind_of_plot_does_not_use_is_not_in_its_title(layout, network):
    plot = layout.add_plot(LivePlot(network.spikes, synapse=0.02))

    assert plot.kind == "raster"
    assert title_of(layout, plot) == "spikes"


def test_only_decoded_values_are_filtered_by_default():
    with nengo.Network() as net:
        source = nengo.Node(np.sin, label="source")
        array = nengo.networks.EnsembleArray(10, 2, label="array")
        direct = nengo.Ensemble(1, 1, neuron_type=nengo.Direct(), label="direct")
        nengo.Connection(source, direct)
        nengo.Connection(source, array.input[0])
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sources = catalog(sim)

    by_target = {each.target: each.synapse for each in sources.values() if each.attr is None}
    assert by_target[source] == 0
    assert by_target[direct] == 0
    assert by_target[array.output] == 0.01
    assert by_target[array.ensembles[0]] == 0.01
    assert by_target[array.ensembles[0].neurons] == 0


@pytest.mark.parametrize("synapse", [0.0, 0.03])
def test_a_kept_picture_draws_the_window_of_the_view_as_the_view_does(
    run, ran, sim, network, synapse
):
    layout = LayoutState(run, "network", run.changed)
    layout.add_plot(LivePlot(network.decoded, dims=[1], synapse=synapse))
    layout.add_plot(LivePlot(network.decoded, "xy"))
    layout.add_plot(LivePlot(network.spikes))
    layout.length = 0.05
    ran(300)

    decoded, spikes = layout.traces(sim, 6)

    assert decoded.times[0] >= 0.25 - 1e-9
    assert decoded.times[-1] == pytest.approx(0.3)
    values = sim.data[network.decoded][:, 1:2]
    if synapse:
        values = nengo.Lowpass(synapse).filt(values, y0=0)
    np.testing.assert_allclose(decoded.values, values[-len(decoded.values) :], atol=1e-4)
    np.testing.assert_array_equal(spikes.values, sim.data[network.spikes][-len(spikes.values) :])


def test_a_picture_of_the_past_draws_that(run, ran, sim, network):
    layout = LayoutState(run, "network", run.changed)
    layout.add_plot(LivePlot(network.slow))
    ran(300)
    layout.length, layout.end = 0.1, 0.2

    (trace,) = layout.traces(sim, 6)

    assert trace.times[-1] == pytest.approx(0.2)
    assert len(trace.times) <= 12
