"""Curves in a live view are those of the analysis, of what the window shows."""

from __future__ import annotations

import numpy as np
import pytest

from nengo_nb.analysis import aligned_average, periodic_markers, power_spectrum
from nengo_nb.jupyter.live.analysis_settings import NO_REFERENCE
from nengo_nb.jupyter.live.handlers import answer
from nengo_nb.jupyter.live.history import History
from nengo_nb.jupyter.live.render import Cache, Style, Window
from nengo_nb.jupyter.live.signal_statistics import RANGE, aligned, correlation, spectrum
from nengo_nb.jupyter.live.specs import LivePlot
from nengo_nb.jupyter.protocol import live as m

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


def test_a_delayed_copy_has_the_lag_of_its_delay():
    noise = np.random.RandomState(0).randn(5020, 2)
    delayed = history(noise[:5000])
    reference = history(noise[20:])

    drawn = correlation(delayed, Window(2.0, 5.0), style(2, reference=reference), Cache())

    # What comes 20 ms later in both, as each is correlated with its own column.
    lags, first, second = drawn.array
    assert lags[np.argmax(first)] == lags[np.argmax(second)] == pytest.approx(0.02)
    assert drawn.note.count("at 20 ms") == 2
    assert (lags[0], lags[-1]) == pytest.approx((-0.5, 0.5))


def test_a_reference_of_other_times_is_not_taken():
    other = History(np.ones((500, 1)), 5000, 10.0, DT)

    drawn = correlation(
        history(np.ones((5000, 1))), Window(2.0, 5.0), style(1, reference=other), Cache()
    )

    assert drawn.note == "these are not sampled at the same times"
    assert np.isnan(drawn.array).all()


def test_values_are_averaged_around_markers():
    wave = np.sin(2 * np.pi * TIMES)[:, np.newaxis]

    drawn = aligned(history(wave), Window(3.0, 5.0), style(1, marker=0.0, period=1.0), Cache())

    expected = aligned_average(wave, DT, periodic_markers(1.0, 1.0, 4.25), 0.25, 0.75)
    assert drawn.note.startswith("4 markers, bins of 5 ms, error ± ")
    assert drawn.array.shape == (2, 200)
    np.testing.assert_allclose(drawn.array[1], expected.mean.reshape(-1, 5).mean(axis=1), atol=1e-6)
    assert drawn.array[0, [0, -1]] == pytest.approx([-0.247, 0.748])


def test_one_marker_alone_has_the_length_of_the_window_around_it():
    drawn = aligned(
        history(np.ones((5000, 1))), Window(3.0, 5.0), style(1, marker=2.0, period=0.0), Cache()
    )

    assert drawn.note == "1 marker, bins of 10 ms"
    assert drawn.array[0, [0, -1]] == pytest.approx([-0.5 + 0.0055, 1.5 - 0.0045])


def test_a_marker_that_is_not_over_says_what_it_waits_for():
    drawn = aligned(
        history(np.ones((5000, 1))), Window(3.0, 5.0), style(1, marker=4.9, period=1.0), Cache()
    )

    assert drawn.note == "no marker yet with 0.75 s after it"


def test_spikes_at_markers_are_a_peak_of_the_population_rate(layout, network, run, ran):
    plot = layout.add_plot(LivePlot(network.spikes, "aligned", marker=0.25, period=0.2))
    ran(1000)

    frame, buffer = layout.frame(1)

    (part,) = frame.parts
    drawn = np.frombuffer(buffer, np.float32).reshape(part.rows, part.columns)
    rate = run.sim.data[network.spikes].mean(axis=1)
    expected = aligned_average(rate, DT, periodic_markers(0.25, 0.2, 0.85), 0.05, 0.15)
    binned = expected.mean[:, 0].reshape(-1, 5).mean(axis=1)
    np.testing.assert_allclose(drawn[1], binned, rtol=1e-5, atol=1e-4)
    assert (plot.analysis.marker, plot.analysis.period) == (0.25, 0.2)
    assert part.note.startswith("4 markers, bins of 5 ms")


def test_a_correlation_is_with_the_probe_of_a_node_unless_another_is_chosen(layout, network):
    plot = layout.add_plot(LivePlot(network.spikes, "correlation"))
    # The probe of the wave leaves out steps.
    assert plot.analysis.references == ("decoded",)
    assert plot.title == "spikes, correlation with decoded"

    again = layout.add_plot(LivePlot(network.spikes, "correlation", reference=network.decoded))
    assert again.analysis.reference.key == "decoded"
    with pytest.raises(ValueError, match="slow is no probe of values to correlate with"):
        layout.add_plot(LivePlot(network.spikes, "correlation", reference=network.slow))


def test_without_a_probe_to_correlate_with_a_plot_says_what_to_add(layout, network):
    plot = layout.add_plot(LivePlot(network.decoded, "correlation"))

    assert plot.info().state == NO_REFERENCE


def test_a_page_changes_markers_and_the_code_has_them(layout, network):
    plot = layout.add_plot(LivePlot(network.decoded, "aligned"))
    change = {"plot": plot.id, "reference": "", "marker": 0.5, "period": 0.0}

    answer(layout, m.ChangeAnalysis(**change))

    info = layout.describe().plots[0].analysis
    assert (info.marker, info.period) == (0.5, 0.0)
    assert "'aligned', marker=0.5, period=0.0)" in layout.code()
    with pytest.raises(ValueError, match="a marker is at zero seconds or later"):
        answer(layout, m.ChangeAnalysis(**{**change, "marker": -1.0}))
    for period in (-1.0, 1e-9):
        with pytest.raises(ValueError, match=r"a period is zero, or 0.001 s or longer"):
            answer(layout, m.ChangeAnalysis(**{**change, "period": period}))


def test_correlation_with_what_drives_it_finds_the_delay_in_a_run(layout, network, ran):
    plot = layout.add_plot(LivePlot(network.spikes, "correlation"))
    ran(1500)

    frame, _ = layout.frame(1)

    assert plot.dims == tuple(range(30))
    assert frame.parts[0].note.startswith("largest 0.")
