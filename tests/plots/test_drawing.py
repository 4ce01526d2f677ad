"""The figure, the picture and the sparkline draw any trace, and a label is always only text."""

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from bokeh.embed import json_item
from bokeh.models import HoverTool, Legend, PlainText, Plot
from PIL import Image, ImageColor

from nengo_nb.plots import draw_figure, draw_picture, make_trace, sparkline
from nengo_nb.plots.palette import INK, line_style, pale
from nengo_nb.plots.picture import HEIGHT, SCALE, WIDTH

EVIL = "<script>alert(1)</script>"
STEPS = 200
TIMES = np.arange(1, STEPS + 1) * 0.001
WAVE = np.sin(TIMES[:, None] * np.arange(1, 41))


def over_another_run():
    """A short run over one that went on for longer and higher."""
    earlier = make_trace("run 1", 2 * TIMES, 3 * WAVE[:, :1])
    return replace(make_trace("line", TIMES, WAVE[:, :1]), under=(earlier,))


def traces():
    gap = WAVE[:, :3].copy()
    gap[50:60] = np.nan
    return {
        "line": make_trace("line", TIMES, WAVE[:, :1]),
        "lines": make_trace(
            "lines", TIMES, WAVE[:, :24], index="neuron", quantity="firing rate (Hz)"
        ),
        "raster": make_trace("raster", TIMES, WAVE > 0.9, spikes=True, index="neuron"),
        "silent": make_trace("silent", TIMES, np.zeros((STEPS, 5)), spikes=True, index="neuron"),
        "heat": make_trace("heat", TIMES, WAVE),
        "gap": make_trace("gap", TIMES, gap),
        "only NaN": make_trace("only NaN", TIMES, np.full((STEPS, 1), np.nan)),
        "one step": make_trace("one step", TIMES[:1], WAVE[:1, :2]),
        "infinite": make_trace("infinite", TIMES, np.where(WAVE[:, :2] > 0, np.inf, -np.inf)),
        "huge": make_trace("huge", TIMES, WAVE[:, :2] * 1.7e308),
        "huge heat": make_trace("huge heat", TIMES, WAVE * 1.7e308),
        "huge for float32": make_trace("huge for float32", TIMES, np.float32(WAVE[:, :2] * 3.4e38)),
        "tiny": make_trace("tiny", TIMES, WAVE[:, :2] * 5e-324),
        "evil": make_trace(EVIL, TIMES, WAVE[:, :2], quantity="$$x^2$$"),
        "empty label": make_trace("", TIMES, WAVE[:, :1]),
        "over another run": over_another_run(),
        "greek": make_trace("τ 日本\n" + "long " * 50, TIMES, WAVE[:, :1]),
    }


@pytest.mark.parametrize("name", traces())
def test_every_trace_becomes_a_figure(name):
    figure = draw_figure([traces()[name]])

    assert len(json.dumps(json_item(figure))) > 1000
    assert len(list(figure.select({"type": Plot}))) == 1


@pytest.mark.parametrize("name", traces())
def test_every_trace_becomes_a_picture(name):
    picture = Image.open(io.BytesIO(draw_picture([traces()[name]])))

    assert picture.size == (SCALE * WIDTH, SCALE * HEIGHT)
    assert len(picture.getcolors()) > 3


@pytest.mark.parametrize("name", traces())
def test_every_trace_becomes_a_sparkline_without_its_label(name):
    drawing = sparkline(traces()[name])

    assert drawing.startswith("<svg")
    assert "nan" not in drawing
    assert "alert" not in drawing


def test_stacked_panels_share_one_time_axis():
    slow = make_trace("slow", [0.1, 0.2, 0.3], np.zeros((3, 1)))

    panels = list(draw_figure([traces()["line"], slow, traces()["raster"]]).select({"type": Plot}))

    assert len({panel.x_range.id for panel in panels}) == 1
    assert (panels[0].x_range.start, panels[0].x_range.end) == pytest.approx((0.0, 0.3))


def test_axes_say_what_they_show_and_in_which_unit():
    panel = next(iter(draw_figure([traces()["lines"]]).select({"type": Plot})))

    assert panel.xaxis[0].axis_label == "time (s)"
    assert panel.yaxis[0].axis_label.text == "firing rate (Hz)"


def test_a_click_in_the_legend_hides_a_line_and_hovering_tells_values():
    figure = draw_figure([traces()["lines"]])

    legend = next(iter(figure.select({"type": Legend})))
    assert legend.click_policy == "hide"
    assert len(legend.items) == 24
    assert list(figure.select({"type": HoverTool}))


def test_lines_differ_in_colour_or_dash():
    panel = next(iter(draw_figure([traces()["lines"]]).select({"type": Plot})))

    styles = {(line.glyph.line_color, str(line.glyph.line_dash)) for line in panel.renderers}
    assert len(styles) == 24


def test_an_earlier_run_is_pale_and_below_and_the_axes_hold_both():
    panel = next(iter(draw_figure([over_another_run()]).select({"type": Plot})))
    picture = Image.open(io.BytesIO(draw_picture([over_another_run()]))).convert("RGB")
    colors = np.asarray(picture).reshape(-1, 3).astype(int)

    below, above = panel.renderers
    assert below.glyph.line_color == pale(above.glyph.line_color)
    assert panel.x_range.end == pytest.approx(0.4)
    wanted = line_style(0)[0]
    for color in (wanted, pale(wanted)):
        near = np.abs(colors - ImageColor.getrgb(color)).max(axis=1) < 12
        assert near.sum() > 200


@pytest.mark.parametrize(("size", "strong"), [(1, INK), (2, line_style(0)[0])])
def test_runs_of_a_sweep_are_solid_and_the_stronger_the_higher_the_value(size, strong):
    times = np.linspace(0.001, 0.4, 400)
    values = np.zeros((400, size)) + 0.2 * np.arange(size)
    runs = [
        replace(make_trace(f"a = {level}", times, values + level), level=level) for level in (0, 1)
    ]
    trace = replace(make_trace("decoded", times, values - 1), under=tuple(runs))
    picture = Image.open(io.BytesIO(draw_picture([trace]))).convert("RGB")
    colors = np.asarray(picture).astype(int)

    for color in (pale(strong, 0.25), strong):
        near = np.abs(colors - ImageColor.getrgb(color)).max(axis=2) < 12
        # A whole row: the line has no gaps, and is as wide as the frame.
        assert near.sum(axis=1).max() > 0.8 * colors.shape[1]


def test_labels_in_a_figure_are_plain_text():
    panel = next(iter(draw_figure([traces()["evil"]]).select({"type": Plot})))

    assert isinstance(panel.title.text, PlainText)
    assert panel.title.text.text == EVIL
    assert isinstance(panel.yaxis[0].axis_label, PlainText)
    assert all(EVIL not in str(tool.tooltips) for tool in panel.select({"type": HoverTool}))


@pytest.mark.parametrize("draw", [draw_figure, draw_picture])
def test_nothing_to_plot_is_an_error(draw):
    with pytest.raises(ValueError, match="nothing to plot"):
        draw([])


def test_pictures_of_long_data_stay_small():
    noise = np.random.default_rng(0).standard_normal((100_000, 10)).cumsum(axis=0)

    trace = make_trace("noise", np.arange(1, 100_001) * 0.001, noise)

    assert len(draw_picture([trace])) < 100_000
    assert len(json.dumps(json_item(draw_figure([trace])))) < 100_000
