"""Curves with samples at places of their own: in a figure, in a picture, and as a drawing
for live frames.
"""

import io
import json

import numpy as np
import pytest
from bokeh.embed import json_item
from bokeh.models import GlyphRenderer, Legend, Plot
from PIL import Image

from nengo_nb.plots import Kind, Trace, draw_figure, draw_picture, draw_vector
from nengo_nb.plots.picture import HEIGHT, LEFT, RIGHT, SCALE, WIDTH

EVIL = "<script>alert(1)</script>"
NAN = np.nan


def curves(
    label="loss",
    names=("loss so far", "loss"),
    columns=((2.0, NAN, 1.0, NAN), (NAN, 3.0, NAN, 0.5)),
):
    places = np.array([0.5, 1.0, 1.5, 2.0])
    values = np.array(columns).T
    return Trace(label, places, values, Kind.CURVES, quantity="mean", axis="epoch", names=names)


def test_a_curve_in_a_figure_has_the_samples_it_has_and_no_gaps():
    figure = draw_figure([curves()])

    lines = [
        r for r in figure.select({"type": GlyphRenderer}) if r.glyph.__class__.__name__ == "Line"
    ]
    samples = {
        r.name: (list(r.data_source.data["x"]), list(r.data_source.data["y"])) for r in lines
    }
    assert samples == {"loss so far": ([0.5, 1.5], [2.0, 1.0]), "loss": ([1.0, 2.0], [3.0, 0.5])}
    (legend,) = figure.select({"type": Legend})
    assert [item.label.value for item in legend.items] == ["loss so far", "loss"]


def test_the_axis_of_a_figure_is_named_and_begins_at_zero():
    figure = draw_figure([curves()])

    page = json.dumps(json_item(figure))
    assert '"epoch"' in page
    assert "time (s)" not in page
    (panel,) = figure.select({"type": Plot})
    assert (panel.x_range.start, panel.x_range.end) == (0.0, 2.02)


def test_a_picture_shows_both_curves_and_their_names_in_their_colours():
    picture = Image.open(io.BytesIO(draw_picture([curves()]))).convert("RGB")

    blue = np.all(np.abs(np.asarray(picture, dtype=int) - (0, 0x72, 0xB2)) < 40, axis=-1)
    orange = np.all(np.abs(np.asarray(picture, dtype=int) - (0xE6, 0x9F, 0)) < 40, axis=-1)
    assert picture.size == (SCALE * WIDTH, SCALE * HEIGHT)
    for color in (blue, orange):
        assert color[: 24 * SCALE].any(), "the name, above the frame"
        assert color[24 * SCALE :].any(), "the curve"


def test_a_drawing_has_a_line_for_each_curve_up_to_where_it_is():
    drawing = draw_vector([curves()], ends=4.0)

    assert drawing.count("<polyline") == 2
    assert drawing.count("<circle") == 4
    ends = {
        points.split('"')[0].split(" ")[-1].split(",")[0]
        for points in drawing.split('points="')[1:]
    }
    assert f"{LEFT + (WIDTH - RIGHT - LEFT) / 2:.1f}" in ends, "half of four epochs are done"


def test_a_long_curve_is_drawn_without_dots():
    places = np.arange(1, 201) / 100
    long = Trace("loss", places, places[:, None], Kind.CURVES, axis="epoch", names=("loss",))

    assert "<circle" not in draw_vector([long], ends=2.0)


@pytest.mark.parametrize(
    "columns", [((NAN,) * 4, (NAN,) * 4), ((1.0,) * 4, (NAN,) * 4), ((0.0,) * 4, (0.0,) * 4)]
)
def test_curves_without_samples_or_without_height_are_drawn_everywhere(columns):
    trace = curves(columns=columns)

    assert draw_vector([trace], ends=2.0).startswith("<svg")
    assert "nan" not in draw_vector([trace], ends=2.0)
    assert len(draw_picture([trace])) > 500
    assert len(json.dumps(json_item(draw_figure([trace])))) > 1000


def test_labels_and_names_of_a_drawing_are_only_text():
    drawing = draw_vector([curves(label=EVIL, names=(EVIL, "b"))], ends=2.0)

    assert "<script>" not in drawing
    assert drawing.count("&lt;script&gt;") == 2


def test_there_is_no_drawing_of_nothing():
    with pytest.raises(ValueError, match="nothing to plot"):
        draw_vector([], ends=1.0)


def test_panels_are_linked_where_they_have_the_same_axis_and_only_there():
    epochs, more = curves("loss"), curves("accuracy")
    costs = Trace(
        "costs", np.array([10.0, 500.0]), np.ones((2, 1)), Kind.CURVES, axis="spikes", names=("a",)
    )

    panels = draw_figure([epochs, more, costs]).select({"type": Plot})

    ranges = {panel.title.text.text: panel.x_range for panel in panels}
    assert ranges["loss"] is ranges["accuracy"]
    assert ranges["loss"].end == 2.02
    assert ranges["costs"].end == 505.0


def columns_of(n: int) -> Trace:
    names = tuple(f"a rather long setting {i}" for i in range(n))
    return curves(names=names, columns=[(0.1, 0.2, 0.3, 0.4)] * n)


def test_names_that_do_not_fit_into_a_row_of_the_legend_go_into_further_ones():
    (few,) = draw_figure([columns_of(2)]).select({"type": Plot})
    (many,) = draw_figure([columns_of(8)]).select({"type": Plot})
    (legend,) = many.select({"type": Legend})

    assert legend.ncols < 8
    assert many.height > few.height


def test_names_that_do_not_fit_beside_the_heading_of_a_picture_are_set_inside_of_the_frame():
    def inked_rows(n: int) -> np.ndarray:
        """Rows of the heading, beside it, that have a colour."""
        image = Image.open(io.BytesIO(draw_picture([columns_of(n)]))).convert("RGB")
        pixels = np.asarray(image, dtype=int)[: SCALE * 20, SCALE * WIDTH // 2 :]
        return (pixels.max(axis=-1) - pixels.min(axis=-1) > 60).any(axis=1)

    assert inked_rows(2).any()
    assert not inked_rows(8).any()
