"""Spikes are found in what probes record, and rates are spikes over time."""

from __future__ import annotations

import nengo
import numpy as np
import pytest

from nengo_nb.analysis import (
    SpikeTrains,
    find_spikes,
    firing_rates,
    population_rate,
    rate_histogram,
)
from tests.analysis.processes import DT, poisson, trains_of


def record(neuron_type, n_neurons=20, seconds=0.5):
    """Samples of a probe of an ensemble's neurons in ``nengo.Simulator``."""
    with nengo.Network(seed=0) as net:
        wave = nengo.Node(lambda t: np.sin(8 * t))
        ens = nengo.Ensemble(n_neurons, 1, neuron_type=neuron_type)
        nengo.Connection(wave, ens)
        probe = nengo.Probe(ens.neurons)
    with nengo.Simulator(net, progress_bar=False) as sim:
        sim.run(seconds)
        return sim.data[probe], sim.trange()


@pytest.mark.parametrize(
    ("neuron_type", "amplitude"),
    [
        (nengo.LIF(), 1.0),
        (nengo.LIF(amplitude=0.01), 0.01),
        (nengo.Izhikevich(), 1.0),
        (nengo.PoissonSpiking(nengo.RectifiedLinear(amplitude=20)), 1.0),
    ],
    ids=["LIF", "amplitude", "Izhikevich", "Poisson"],
)
def test_every_spike_of_a_probe_is_found_at_its_time(neuron_type, amplitude):
    values, times = record(neuron_type)

    trains = find_spikes(values, DT, amplitude=amplitude)

    np.testing.assert_allclose(trains.counts, values.sum(axis=0) * DT / amplitude)
    assert trains.counts.sum() > 100
    np.testing.assert_allclose(np.unique(trains.times), times[values.any(axis=1)])
    assert (np.diff(trains.times) >= 0).all()


def test_several_spikes_in_a_step_are_as_many_at_that_time():
    trains = find_spikes(np.array([[0.0, 0.0], [3000.0, 1000.0]]), DT, begin=2.0)

    np.testing.assert_allclose(trains.times, [2.002] * 4)
    assert trains.counts.tolist() == [3, 1]


def test_values_that_are_no_spikes_are_refused():
    with pytest.raises(ValueError, match="no whole number of spikes of 1000: give the amplitude"):
        find_spikes(np.array([[0.0, 10.0]]), DT)
    with pytest.raises(ValueError, match="of a minibatch choose one item"):
        find_spikes(np.zeros((2, 10, 3)), DT)
    with pytest.raises(ValueError, match="there are 1 times and 2 neurons"):
        SpikeTrains(np.zeros(1), np.zeros(2, int), 2, 0.0, 1.0)
    with pytest.raises(ValueError, match="not from 1 s to 1 s"):
        SpikeTrains(np.zeros(0), np.zeros(0, int), 2, 1.0, 1.0)


def test_a_rate_is_spikes_over_time_as_it_is_in_nengo():
    values, _ = record(nengo.LIF())

    rates = firing_rates(find_spikes(values, DT))

    np.testing.assert_allclose(rates, values.mean(axis=0))


def test_every_neuron_is_in_the_histogram_of_rates_once():
    trains = poisson(30, 500, 2)

    histogram = rate_histogram(trains)

    assert histogram.counts.sum() == 500
    assert len(histogram.counts) <= 40
    assert histogram.n_beyond == 0
    expected, _ = np.histogram(firing_rates(trains), histogram.edges)
    np.testing.assert_array_equal(histogram.counts, expected)


def test_bins_of_rates_hold_equally_many_possible_rates():
    """Ten, eleven, ... spikes in 0.3 s are no round numbers in Hz, and yet make no comb."""
    counts = np.arange(200)
    trains = trains_of(*[np.linspace(0, 0.3, n + 2)[1:-1] for n in counts], end=0.3)

    histogram = rate_histogram(trains)

    assert set(histogram.counts.tolist()) == {5}


def test_silent_neurons_are_in_the_first_bin():
    histogram = rate_histogram(trains_of([], [], [0.1, 0.2], end=1.0))

    assert histogram.edges[0] < 0 < histogram.edges[1]
    assert histogram.counts.tolist() == [2, 0, 1]


def test_the_population_rate_of_poisson_neurons_is_theirs():
    times, rates = population_rate(poisson(40, 200, 5), 0.01)

    assert len(times) == 500
    np.testing.assert_allclose(times[:2], [0.005, 0.015])
    assert rates.mean() == pytest.approx(40, rel=0.02)
    # Counts of a Poisson process have their mean as variance.
    assert (rates * 200 * 0.01).var() == pytest.approx(80, rel=0.2)


def test_bins_of_the_population_rate_stay_where_they_are_when_a_window_moves_on():
    spikes = np.random.RandomState(0).rand(1000, 20) < 0.05
    _, whole = population_rate(find_spikes(spikes / DT, DT), 0.01)

    for begin in (100, 103, 509):
        part = find_spikes(spikes[begin:] / DT, DT, begin=begin * DT)
        times, rates = population_rate(part, 0.01)
        np.testing.assert_allclose(rates, whole[-len(rates) :])
        assert times[0] == pytest.approx((-(-begin // 10) + 0.5) * 0.01)
    np.testing.assert_allclose(whole, spikes.reshape(100, 10, 20).mean(axis=(1, 2)) / DT)


def test_a_population_rate_of_no_whole_step_or_no_neurons_is_refused():
    trains = trains_of([0.1], end=1.0)

    with pytest.raises(
        ValueError, match=r"width of bins is a multiple of 0.001 s above zero .got 0.0015 s"
    ):
        population_rate(trains, 0.0015)
    with pytest.raises(ValueError, match="without neurons has no rate"):
        population_rate(SpikeTrains(np.zeros(0), np.zeros(0, int), 0, 0.0, 1.0), 0.01)


def test_fewer_steps_than_a_bin_have_no_population_rate():
    times, rates = population_rate(trains_of([0.001], end=0.005), 0.01)

    assert len(times) == len(rates) == 0
