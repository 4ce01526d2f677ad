"""The CSV of an analysis has what is drawn, with the units of its columns; others have samples."""

from __future__ import annotations

import numpy as np
import pytest

from nengo_nb.analysis import find_intervals, find_spikes, power_spectrum
from nengo_nb.jupyter.live.csv_files import HEADS
from nengo_nb.jupyter.live.handlers import answer
from nengo_nb.jupyter.live.plot_kinds import PLOT_KINDS
from nengo_nb.jupyter.live.specs import LivePlot
from nengo_nb.jupyter.protocol import live as m


def saved(layout, spec):
    """The name, the header and the numbers of the CSV of a plot."""
    file = answer(layout, m.WantData(plot=layout.add_plot(spec).id))
    head, *rows = file.text.splitlines()
    return file.name, head, np.array([row.split(",") for row in rows], float)


def test_every_analysis_has_a_header():
    assert set(HEADS) == {name for name, kind in PLOT_KINDS.items() if kind.is_analysis}


def test_the_rates_of_neurons_are_saved_as_bins_with_counts(layout, ran, network):
    ran(200)

    name, head, table = saved(layout, LivePlot(network.spikes, "rates"))

    assert (name, head) == ("spikes firing rates.csv", "from (Hz),to (Hz),neurons")
    np.testing.assert_allclose(table[1:, 0], table[:-1, 1])
    assert table[:, 2].sum() == 30


def test_intervals_are_saved_in_seconds(layout, ran, sim, network):
    ran(200)

    _, head, table = saved(layout, LivePlot(network.spikes, "intervals"))

    found = find_intervals(find_spikes(sim.data[network.spikes], sim.dt)).seconds
    assert head == "from (s),to (s),intervals"
    inside = (found >= table[0, 0]) & (found < table[-1, 1])
    assert table[:, 2].sum() == inside.sum() > 0


def test_the_population_rate_is_saved_at_simulated_times(layout, ran, network):
    ran(200)
    layout.length = 0.05

    _, head, table = saved(layout, LivePlot(network.spikes, "population"))

    assert head == "time,population rate (Hz)"
    assert 0.15 < table[0, 0] < table[-1, 0] < 0.2


def test_a_spectrum_is_saved_with_a_column_for_each_value(layout, ran, sim, network):
    ran(256)

    _, head, table = saved(layout, LivePlot(network.decoded, "spectrum", synapse=0.0))

    expected = power_spectrum(sim.data[network.decoded], sim.dt, 128)
    assert head == "frequency (Hz),0 power (dB),1 power (dB)"
    np.testing.assert_allclose(table[:, 0], expected.frequencies[1:], rtol=1e-5)
    np.testing.assert_allclose(table[:, 1:], 10 * np.log10(expected.power[1:]), rtol=1e-3)


def test_an_analysis_of_nothing_is_a_sentence(layout, ran, network):
    plot = layout.add_plot(LivePlot(network.decoded, "aligned"))
    with pytest.raises(ValueError, match="nothing to save yet"):
        answer(layout, m.WantData(plot=plot.id))
    ran(10)

    with pytest.raises(ValueError, match="nothing to save yet: no marker yet"):
        answer(layout, m.WantData(plot=plot.id))


@pytest.mark.parametrize(
    ("target", "kind", "expected"),
    [
        ("decoded", "lines", (True, False)),
        ("decoded", "spectrum", (True, False)),
        ("spikes", "raster", (False, True)),
        ("spikes", "rates", (False, False)),
        ("spikes", "spectrum", (False, False)),
        ("a: voltage", "stacked", (True, True)),
        ("learning: weights", "image", (False, False)),
    ],
)
def test_settings_are_offered_where_they_change_something(layout, target, kind, expected):
    settings = layout.add_plot(LivePlot(target, kind)).info().settings

    assert (settings.has_synapse, settings.has_order) == expected
