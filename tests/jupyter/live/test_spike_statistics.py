"""Statistics of spikes in a live view are those of the analysis, of the window that is shown."""

from __future__ import annotations

import re

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.analysis import cv, find_intervals, find_spikes, firing_rates, population_rate
from nengo_nb.jupyter.live import sparse_spikes, spike_statistics
from nengo_nb.jupyter.live.history import History
from nengo_nb.jupyter.live.plot_kinds import kinds_of
from nengo_nb.jupyter.live.render import Cache, Style, Window
from nengo_nb.jupyter.live.signals import own_sources
from nengo_nb.jupyter.live.specs import LivePlot

DT = 0.001
SPIKES = (np.random.RandomState(0).rand(3000, 20) < 0.05) / DT


def history(steps=3000, values=SPIKES):
    return History(values[:steps], steps, 1.0, DT)


def style(dims=tuple(range(20)), **more):
    return Style(dims, 0.0, True, None, (1, len(dims)), **more)


def in_window(begin, end, dims=slice(None)):
    """Spike trains of the steps of a window, which end after ``begin`` and until ``end``."""
    part = SPIKES[round(begin / DT) : round(end / DT), dims]
    return find_spikes(part, DT, begin=begin)


@pytest.mark.parametrize(("begin", "end"), [(0.0, 0.5), (0.5, 2.5), (1.0, 3.0)])
def test_the_spikes_of_a_window_are_those_of_its_steps(begin, end):
    trains, note = spike_statistics.read_spikes(history(), Window(begin, end), style(), Cache())

    expected = in_window(begin, end)
    np.testing.assert_allclose(trains.times, expected.times)
    np.testing.assert_array_equal(trains.neurons, expected.neurons)
    assert (trains.begin, trains.end) == pytest.approx((begin, end))
    assert note == ""


def test_a_window_that_moves_reads_new_samples_alone_and_finds_the_same(monkeypatch):
    read, search = [], sparse_spikes._search

    def noted(history, part, dims, amplitude):
        read.append(part.stop - part.start)
        return search(history, part, dims, amplitude)

    monkeypatch.setattr(sparse_spikes, "_search", noted)
    cache = Cache()
    for end in (2.0, 2.033, 2.2, 2.2, 1.5, 3.0):
        window = Window(end - 1, end)
        trains, _ = spike_statistics.read_spikes(history(), window, style(), cache)
        expected = in_window(end - 1, end)
        np.testing.assert_allclose(trains.times, expected.times)
        np.testing.assert_array_equal(trains.neurons, expected.neurons)

    # Back to 1.5 s, it begins anew; what lies between is read, too.
    assert read == [1000, 33, 167, 0, 1000, 1000]


def test_other_neurons_and_another_array_are_read_anew():
    cache = Cache()
    for dims, values in [((0, 1), SPIKES), ((5, 2), SPIKES), ((5, 2), SPIKES[:, ::-1].copy())]:
        trains, _ = spike_statistics.read_spikes(
            history(values=values), Window(1.0, 2.0), style(dims), cache
        )
        counts = (values[1000:2000, list(dims)] > 0).sum(axis=0)
        np.testing.assert_array_equal(trains.counts, counts)


def test_of_very_many_values_evenly_chosen_neurons_are_searched_and_the_note_says_so(monkeypatch):
    monkeypatch.setattr(sparse_spikes, "MOST_VALUES", 10_000)

    drawn = spike_statistics.rates(history(), Window(1.0, 3.0), style(), Cache())

    assert drawn.note.endswith(", 5 of 20 neurons")
    assert drawn.array[1, :-1].sum() == 5
    mean = firing_rates(in_window(1.0, 3.0, slice(None, None, 4))).mean()
    assert drawn.array[2, 0] == pytest.approx(mean)


def test_firing_rates_are_a_histogram_of_all_neurons_with_their_mean():
    drawn = spike_statistics.rates(history(), Window(1.0, 3.0), style(), Cache())

    edges, counts, marks = drawn.array
    each = firing_rates(in_window(1.0, 3.0))
    expected, _ = np.histogram(each, edges)
    np.testing.assert_array_equal(counts[:-1], expected)
    assert marks[0] == pytest.approx(each.mean())
    assert drawn.low <= edges[0]
    assert edges[-1] <= drawn.high + 1e-4
    mean, median, silent = (float(number) for number in re.findall(r"[\d.]+", drawn.note))
    assert (mean, median) == pytest.approx((each.mean(), np.median(each)), abs=0.051)
    assert silent == 0


def test_the_population_rate_is_that_of_bins_of_five_milliseconds():
    drawn = spike_statistics.population(history(), Window(1.002, 3.0), style(), Cache())

    times, rates = population_rate(in_window(1.002, 3.0), 0.005)
    np.testing.assert_allclose(drawn.array[0] + 1.002, times, rtol=1e-6)
    np.testing.assert_allclose(drawn.array[1], rates, rtol=1e-6)
    assert "bins of 5 ms" in drawn.note


def test_a_long_window_has_wider_bins():
    values = np.tile(SPIKES, (20, 1))

    drawn = spike_statistics.population(
        History(values, 60_000, 1.0, DT), Window(0.0, 60.0), style(), Cache()
    )

    assert drawn.array.shape[1] == 300
    assert "bins of 200 ms" in drawn.note


def test_intervals_have_their_variation_and_the_refractory_period_is_marked():
    cache = Cache()

    drawn = spike_statistics.intervals(history(), Window(0.0, 3.0), style(tau_ref=0.004), cache)

    found = find_intervals(in_window(0.0, 3.0))
    edges, counts, marks = drawn.array
    assert drawn.note.startswith(f"CV {np.nanmean(cv(found)):.2f}, CV2 ")
    assert f"{len(found.seconds)} intervals" in drawn.note
    assert marks[0] == pytest.approx(0.004)
    assert np.isclose(edges, 0.0035, atol=1e-6).any()
    # All but the few long ones.
    assert 0.94 * len(found.seconds) < counts[:-1].sum() < len(found.seconds)


def test_silent_neurons_have_no_variation():
    drawn = spike_statistics.intervals(
        history(values=np.zeros((3000, 20))), Window(0.0, 3.0), style(), Cache()
    )

    assert drawn.note == "CV –, CV2 –, 0 intervals"
    assert np.isnan(drawn.array[2, 0])


def test_the_amplitude_of_the_neurons_makes_no_other_rate():
    """Spikes of an amplitude of 0.01 are spikes, and several in a step are several."""
    with nengo.Network(seed=0) as net:
        drive = nengo.Node(0.5)
        small = nengo.Ensemble(10, 1, neuron_type=nengo.LIF(amplitude=0.01))
        many = nengo.Ensemble(
            10, 1, neuron_type=nengo.PoissonSpiking(nengo.RectifiedLinear()), gain=np.full(10, 2e3),
            bias=np.full(10, 1e3),
        )  # fmt: skip
        nengo.Connection(drive, small)
        nengo.Connection(drive, many)
        probes = [nengo.Probe(small.neurons), nengo.Probe(many.neurons)]
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run(0.5)
        data = [sim.data[probe] for probe in probes]
    amplitudes = [0.01, 1.0]

    for values, amplitude in zip(data, amplitudes, strict=True):
        drawn = spike_statistics.rates(
            History(values, 500, 1.0, DT),
            Window(0.0, 0.5),
            Style(tuple(range(10)), 0.0, True, None, (1, 10), amplitude=amplitude),
            Cache(),
        )
        assert drawn.array[2, 0] == pytest.approx(values.mean() / amplitude, rel=1e-5)


def test_a_plot_knows_the_amplitude_and_the_refractory_period_of_its_neurons(layout, network):
    plot = layout.add_plot(LivePlot(network.spikes, "intervals"))

    assert (plot.style.amplitude, plot.style.tau_ref) == (1.0, 0.002)
    assert plot.title == "spikes, inter-spike intervals"


def test_probes_that_leave_out_steps_lose_spikes_and_have_no_statistics_of_them():
    with nengo.Network() as net:
        ens = nengo.Ensemble(10, 1)
        nengo.Probe(ens.neurons, sample_every=0.01, label="thinned")
        nengo.Probe(ens.neurons, label="all")
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sources = {source.key: source for source in own_sources(sim, {id(ens): "ens"})}

    assert "intervals" in kinds_of(sources["all"])
    assert "intervals" not in kinds_of(sources["thinned"])


def test_a_frame_of_a_run_has_the_statistics_with_their_note(layout, network, ran):
    kinds = ["rates", "population", "intervals"]
    for kind in kinds:
        layout.add_plot(LivePlot(network.spikes, kind))
    ran(500)

    frame, buffer = layout.frame(1)

    numbers = np.frombuffer(buffer, np.float32)
    rates, population, _intervals = (
        numbers[part.offset :][: part.rows * part.columns].reshape(part.rows, part.columns)
        for part in frame.parts
    )
    data = layout.run.sim.data[network.spikes]
    assert [part.note[:4] for part in frame.parts] == ["mean", "mean", "CV 0"]
    assert rates[2, 0] == pytest.approx(data.mean(), rel=1e-5)
    assert population[1].mean() == pytest.approx(data.mean(), rel=1e-5)
