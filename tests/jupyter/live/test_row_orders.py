"""Neurons of a plot are sorted by what is asked for, and keep their numbers."""

from __future__ import annotations

import json

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.analysis import order_by_direction
from nengo_nb.jupyter.live.handlers import answer
from nengo_nb.jupyter.live.row_orders import ROW_ORDERS
from nengo_nb.jupyter.live.signals import own_sources
from nengo_nb.jupyter.live.specs import LivePlot
from nengo_nb.jupyter.protocol import live as m
from nengo_nb.plots.live import draw_raster, draw_stacked, live_figure


def sort_neurons(plot, order, dims=None, kind="raster"):
    dims = list(plot.dims if dims is None else dims)
    return m.ChangePlot(plot=plot.id, kind=kind, dims=dims, synapse=0.0, order=order, pointers=[])


@pytest.fixture
def shown(layout, ran, network):
    """A raster of neurons that have fired."""
    plot = layout.add_plot(LivePlot(network.spikes))
    ran(400)
    return plot


@pytest.mark.parametrize("order", [order for order in ROW_ORDERS if order != "index"])
def test_neurons_are_sorted_and_back_again(layout, shown, order):
    answer(layout, sort_neurons(shown, order))
    sorted_dims = layout.plots[0].dims
    assert layout.describe().plots[0].order == order
    answer(layout, sort_neurons(shown, "index", sorted_dims))

    assert sorted(sorted_dims) == list(range(30))
    assert sorted_dims != tuple(range(30))
    assert layout.plots[0].dims == tuple(range(30))


def test_by_rate_the_fastest_come_last(layout, shown, network, run):
    answer(layout, sort_neurons(shown, "rate", dims=[3, 4, 5, 6, 7, 8, 9]))

    rates = run.sim.data[network.spikes].mean(axis=0)
    assert (np.diff(rates[list(layout.plots[0].dims)]) >= 0).all()
    assert set(layout.plots[0].dims) == set(range(3, 10))


def test_by_preferred_direction_nothing_has_to_be_recorded(layout, network, run):
    plot = layout.add_plot(LivePlot(network.spikes, order="direction"))

    built = run.sim.data[network.a]
    expected = order_by_direction(built.encoders, built.intercepts)
    assert plot.dims == tuple(expected.tolist())


def test_before_anything_was_recorded_a_sentence_says_so(layout, network):
    with pytest.raises(ValueError, match="run the network first, or sort them by preferred"):
        layout.add_plot(LivePlot(network.spikes, order="rate"))
    plot = layout.add_plot(LivePlot(network.spikes))
    with pytest.raises(ValueError, match="run the network first"):
        answer(layout, sort_neurons(plot, "activity"))


def test_an_order_stays_while_the_run_goes_on_and_other_settings_change(layout, shown, ran):
    answer(layout, sort_neurons(shown, "rate"))
    before = layout.plots[0].dims
    ran(100)
    answer(layout, sort_neurons(shown, "rate", dims=sorted(before)))

    assert layout.plots[0].dims == before


def test_another_kind_of_plot_keeps_the_order(layout, shown):
    answer(layout, sort_neurons(shown, "rate"))
    before = layout.plots[0].dims
    answer(layout, sort_neurons(shown, "rate", kind="image"))

    assert layout.plots[0].dims == before


def test_code_has_the_order_and_what_it_was(layout, shown, network):
    answer(layout, sort_neurons(shown, "rate", dims=[0, 1, 2, 3]))
    dims = layout.plots[0].dims

    assert f"'raster', dims={list(dims)}, order='rate')" in layout.code()
    again = layout.add_plot(LivePlot(network.spikes, "raster", dims=dims, order="rate"))
    assert (again.dims, again.order) == (dims, "rate")


def test_what_cannot_be_sorted_is_refused(layout, network, shown):
    with pytest.raises(ValueError, match="there is no order 'size'; there are index, direction"):
        answer(layout, sort_neurons(shown, "size"))
    with pytest.raises(ValueError, match="decoded has no neurons that could be sorted"):
        layout.add_plot(LivePlot(network.decoded, order="rate"))
    with pytest.raises(ValueError, match="there is no order 'size'"):
        layout.add_plot(LivePlot(network.spikes, dims=[0], order="size"))


@pytest.mark.parametrize("draw", [draw_raster, draw_stacked])
def test_rows_are_labelled_with_the_neurons_that_are_in_them(draw):
    figure = json.dumps(live_figure(draw, True, "neuron", ["7", "2", "5"]))
    plain = json.dumps(live_figure(draw, True, "neuron", ["0", "1", "2"]))

    assert '[[0, "7"], [1, "2"], [2, "5"]]' in figure
    assert "major_label_overrides" not in plain


def test_neurons_of_a_probe_that_sees_some_keep_their_numbers_and_encoders():
    with nengo.Network(seed=0) as net:
        ens = nengo.Ensemble(20, 2, label="ens")
        some = nengo.Probe(ens.neurons[4:12:2], label="some")
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sources = {source.key: source for source in own_sources(sim, {id(ens): "ens"})}
        view = nengo_nb.live(sim, plots=[LivePlot(some, order="direction")])
        plot = view.widget.layout_state.plots[0]
        expected = order_by_direction(sim.data[ens].encoders[[4, 6, 8, 10]])
        view.close()

    assert sources["some"].names == ("4", "6", "8", "10")
    assert plot.dims == tuple(expected.tolist())
    assert plot.labels == [str(4 + 2 * i) for i in expected]
