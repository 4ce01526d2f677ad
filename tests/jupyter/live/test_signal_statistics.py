"""Spectra in a live view are those of the analysis, of what the window shows."""

from __future__ import annotations

import numpy as np
import pytest

from nengo_nb.analysis import power_spectrum
from nengo_nb.jupyter.live.history import History
from nengo_nb.jupyter.live.render import Cache, Style, Window
from nengo_nb.jupyter.live.signal_statistics import RANGE, spectrum
from nengo_nb.jupyter.live.specs import LivePlot

DT = 0.001
TIMES = np.arange(1, 5001) * DT


def history(values):
    return History(values, len(values), 1.0, DT)


def style(size, **more):
    return Style(tuple(range(size)), 0.0, False, None, (1, size), **more)


def test_a_sine_has_its_peak_at_its_frequency_in_the_note_as_well():
    waves = np.stack([np.sin(2 * np.pi * 10 * TIMES), np.sin(2 * np.pi * 125 * TIMES)], axis=1)

    drawn = spectrum(history(waves), Window(1.0, 5.0), style(2), Cache())

    frequencies, *decibels = drawn.array
    assert frequencies[0] > 0
    assert frequencies[np.argmax(decibels[1])] == pytest.approx(125, abs=1)
    assert drawn.note.startswith("peak at 9.77, 125 Hz, 0.49 Hz apart")


def test_power_is_in_decibels_of_the_newest_samples():
    noise = np.random.RandomState(0).randn(5000, 1)

    drawn = spectrum(history(noise), Window(3.0, 5.0), style(1), Cache())

    # With the sample before the window, as lines have it.
    expected = power_spectrum(noise[2999:], DT, 1024)
    np.testing.assert_allclose(
        drawn.array[1], 10 * np.log10(expected.power[1:, 0]), rtol=1e-3, atol=1e-3
    )
    assert drawn.high == pytest.approx(drawn.array[1].max(), abs=1e-3)


def test_what_is_far_weaker_than_the_peak_is_below_the_axis():
    drawn = spectrum(
        history(np.sin(2 * np.pi * 125 * TIMES)[:, np.newaxis]), Window(0, 5), style(1), Cache()
    )

    assert drawn.low == pytest.approx(drawn.high - RANGE)


def test_a_constant_has_no_power_and_is_no_error():
    drawn = spectrum(history(np.ones((500, 1))), Window(0.0, 0.5), style(1), Cache())

    assert np.isnan(drawn.array[1]).all()
    assert drawn.note == "no power, as it does not change"


def test_the_spectrum_of_spikes_is_that_of_the_population_rate(layout, network, run, ran):
    plot = layout.add_plot(LivePlot(network.spikes, "spectrum"))
    ran(1000)

    frame, buffer = layout.frame(1)

    data = run.sim.data[network.spikes]
    (part,) = frame.parts
    drawn = np.frombuffer(buffer, np.float32).reshape(part.rows, part.columns)
    expected = power_spectrum(data.mean(axis=1), DT, 512)
    assert plot.dims == tuple(range(30))
    assert plot.info().colors == ["#0072B2"]
    np.testing.assert_allclose(drawn[1], 10 * np.log10(expected.power[1:, 0]), rtol=1e-3, atol=1e-3)
