"""Looks of plots: fixed limits, lines that are switched off, and a target over an xy plot."""

import numpy as np
import pytest

from nengo_nb.jupyter.live.handlers import answer
from nengo_nb.jupyter.live.specs import LivePlot
from nengo_nb.jupyter.protocol import live as m
from nengo_nb.jupyter.protocol.plot_settings import ChangeLimits, DrawOver, HideLines


def settings(layout):
    (plot,) = layout.describe().plots
    return plot.settings


def part(layout):
    frame, buffer = layout.frame(1)
    (drawn,) = frame.parts
    return drawn, np.frombuffer(buffer, np.float32).reshape(drawn.rows, drawn.columns)


def test_limits_are_kept_and_are_part_of_the_code(layout, network):
    plot = layout.add_plot(LivePlot(network.decoded))
    assert settings(layout).limits == []

    answer(layout, ChangeLimits(plot=plot.id, limits=[-2, 0.5]))

    assert settings(layout).limits == [-2.0, 0.5]
    assert "LivePlot('decoded', 'lines', limits=(-2.0, 0.5))" in layout.code()
    answer(layout, ChangeLimits(plot=plot.id, limits=[]))
    assert settings(layout).limits == []


@pytest.mark.parametrize(
    "limits", [[1.0], [1.0, 1.0], [2.0, 1.0], [0.0, 1e300], [0.0, float("nan")]], ids=str
)
def test_limits_that_are_no_range_are_refused(layout, network, limits):
    plot = layout.add_plot(LivePlot(network.decoded))

    with pytest.raises(ValueError, match="two finite numbers, the smaller one first"):
        answer(layout, ChangeLimits(plot=plot.id, limits=limits))


def test_limits_stay_with_a_plot_but_a_raster_has_none(layout, network):
    plot = layout.add_plot(LivePlot(network.spikes, "lines", limits=(0, 2000)))

    for kind, has_limits in [("raster", False), ("lines", True)]:
        answer(
            layout,
            m.ChangePlot(plot=plot.id, kind=kind, dims=[], pointers=[], synapse=0.0, order="index"),
        )
        assert settings(layout).has_limits == has_limits
        assert settings(layout).limits == ([0.0, 2000.0] if has_limits else [])


def test_an_axis_need_not_hold_lines_that_are_switched_off(layout, network, ran):
    plot = layout.add_plot(LivePlot(network.wave))
    run_until_recorded(layout, ran)
    drawn, rows = part(layout)
    assert drawn.high == pytest.approx(rows[2].max())

    answer(layout, HideLines(plot=plot.id, hidden=[1]))

    drawn, rows = part(layout)
    assert drawn.rows == 3
    assert (drawn.low, drawn.high) == (pytest.approx(rows[1].min()), pytest.approx(rows[1].max()))
    assert settings(layout).hidden == [1]
    assert "hidden=[1]" in layout.code()


def run_until_recorded(layout, ran):
    """Run until the plots' probes, which are compiled in the background, have samples."""
    while any(plot.probe is None or (plot.over and not plot.over.probe) for plot in layout.plots):
        ran(5)
    ran(50)


def test_lines_that_there_are_not_cannot_be_switched_off(layout, network):
    plot = layout.add_plot(LivePlot(network.decoded))

    with pytest.raises(ValueError, match=r"draws the lines 0 to 1, not \[2\]"):
        answer(layout, HideLines(plot=plot.id, hidden=[0, 2]))


def test_other_values_have_all_their_lines(layout, network):
    plot = layout.add_plot(LivePlot(network.spikes, "lines", dims=(0, 1, 2), hidden=(2,)))
    change = m.ChangePlot(
        plot=plot.id, kind="lines", dims=[3, 4, 5], pointers=[], synapse=0.0, order="index"
    )

    answer(layout, change)

    assert settings(layout).hidden == []


def test_a_target_is_drawn_over_an_xy_plot(layout, network, sim, ran):
    plot = layout.add_plot(LivePlot(network.decoded, "xy"))

    answer(layout, DrawOver(plot=plot.id, source="wave: value"))

    run_until_recorded(layout, ran)
    drawn, rows = part(layout)
    target = layout.plots[0].over.probe
    assert settings(layout).over == "wave: value"
    assert drawn.rows == 4
    for recorded, drawn_path in [
        (sim.data[network.decoded], rows[:2]),
        (sim.data[target], rows[2:]),
    ]:
        path = drawn_path[:, ~np.isnan(drawn_path).any(axis=0)].T
        np.testing.assert_allclose(path, recorded[-len(path) :], rtol=1e-6)
    assert drawn.low == pytest.approx(np.nanmin(rows))
    assert drawn.high == pytest.approx(np.nanmax(rows))
    assert "LivePlot('decoded', 'xy', over='wave: value')" in layout.code()
    answer(layout, DrawOver(plot=plot.id, source=""))
    assert settings(layout).over == ""
    assert part(layout)[0].rows == 2


def test_what_is_no_path_cannot_be_drawn_over_one(layout, network):
    path = layout.add_plot(LivePlot(network.decoded, "xy"))
    lines = layout.add_plot(LivePlot(network.decoded))

    with pytest.raises(ValueError, match="constant: value has no two coordinates"):
        answer(layout, DrawOver(plot=path.id, source="constant: value"))
    with pytest.raises(ValueError, match="only an xy plot can have another path over it"):
        answer(layout, DrawOver(plot=lines.id, source="wave: value"))
    with pytest.raises(LookupError, match="'nothing'"):
        answer(layout, DrawOver(plot=path.id, source="nothing"))


def test_a_target_that_is_declared_in_code_is_drawn(layout, network):
    layout.add_plot(LivePlot(network.decoded, "xy", over=network.b))

    assert settings(layout).over == "b: decoded value"
