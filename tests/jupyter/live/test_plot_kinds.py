"""Kinds of live plots: what each of them draws, and that every row of the table holds together."""

import json

import nengo
import numpy as np
import pytest
from nengo import spa

from nengo_nb.jupyter.live.history import History
from nengo_nb.jupyter.live.plot_kinds import PLOT_KINDS, check_dims, default_dims, kinds_of
from nengo_nb.jupyter.live.render import Cache, Style, Window, empty, lines, pattern, stack
from nengo_nb.jupyter.live.signals import Content, Source
from nengo_nb.jupyter.live.specs import LivePlot
from nengo_nb.jupyter.live.vocabularies import Vocabulary
from nengo_nb.plots.live import live_figure

EVERY_KIND = pytest.mark.parametrize("kind", PLOT_KINDS.values(), ids=PLOT_KINDS)

EVERY_FIGURE = pytest.mark.parametrize(
    "kind", [kind for kind in PLOT_KINDS.values() if kind.draw], ids=lambda kind: kind.name
)

VOCABULARY = Vocabulary(spa.Vocabulary(16))


def source(*shape, content=Content.COORDINATES, **more):
    return Source("source", nengo.Node, None, "value", shape, content, **more)


def of_neurons(n_neurons, attr):
    """Values of each neuron of an ensemble, such as voltages."""
    with nengo.Network(add_to_container=False):
        neurons = nengo.Ensemble(n_neurons, 1).neurons
    shape = (n_neurons,)
    return Source("neurons", neurons, attr, "quantity", shape, Content.POPULATION)


@pytest.mark.parametrize(
    ("drawn", "kinds"),
    [
        (source(1), ["lines", "spectrum", "correlation", "aligned"]),
        (source(3), ["lines", "xy", "image", "spectrum", "correlation", "aligned"]),
        (source(500), ["image", "lines", "spectrum", "correlation", "aligned"]),
        (source(4, 5), ["image", "lines", "spectrum", "correlation", "aligned"]),
        (
            source(30, content=Content.SPIKES),
            [
                "raster",
                "lines",
                "pattern",
                "image",
                "rates",
                "population",
                "intervals",
                "spectrum",
                "correlation",
                "aligned",
            ],
        ),
        (
            source(30, content=Content.POPULATION),
            ["lines", "image", "spectrum", "correlation", "aligned"],
        ),
        (
            of_neurons(30, "voltage"),
            ["stacked", "lines", "image", "spectrum", "correlation", "aligned"],
        ),
        (
            of_neurons(30, None),
            ["lines", "stacked", "image", "pattern", "spectrum", "correlation", "aligned"],
        ),
        (
            source(16, content=Content.POPULATION, vocabulary=VOCABULARY, labels=("A", "B")),
            ["lines", "cloud", "image", "spectrum", "correlation", "aligned"],
        ),
        (source(4, 5, content=Content.WEIGHTS, now=np.zeros), ["image"]),
        (source(content=Content.HTML), ["html"]),
    ],
)
def test_a_source_can_be_drawn_so_the_most_usual_first(drawn, kinds):
    assert list(kinds_of(drawn)) == kinds


@EVERY_KIND
def test_the_default_of_every_kind_is_possible_wherever_the_kind_is(kind):
    for content in Content:
        for shape in [(1,), (2,), (30,), (500,), (4, 5)]:
            drawn = source(*shape, content=content)
            if kind.name in kinds_of(drawn):
                check_dims(drawn, kind.name, default_dims(drawn, kind.name))


@EVERY_FIGURE
def test_the_browser_finds_the_models_that_it_fills(kind):
    figure = json.dumps(live_figure(kind.draw, kind.is_timed, "value (V)", ["0", "1"]))

    across = "time" if kind.is_timed else "across"
    assert all(f'"name": "{name}"' in figure for name in ("data", "values", across))


@EVERY_FIGURE
@pytest.mark.parametrize("samples", [0, 1, 7, 10_000])
def test_a_frame_has_finite_rows_of_the_samples_there_are(kind, samples):
    values = np.random.RandomState(0).uniform(-1, 1, (samples, 2)).astype(np.float32)
    history = History(values, samples, 1.0, 0.001)

    drawn = kind.render(
        history, Window(0.0, 20.0), Style((0, 1), 0.0, False, None, (1, 2)), Cache()
    )

    assert drawn.array.dtype == np.float32
    assert (drawn.array.size == 0) == (samples == 0)
    assert np.isfinite([drawn.low, drawn.high]).all()
    assert drawn.low < drawn.high or samples == 1


def test_stacked_lines_keep_to_their_places_and_all_have_one_scale():
    values = np.stack([np.linspace(0, 2, 50), np.linspace(1, 0, 50), np.ones(50)], axis=1)

    alone = lines(
        History(values, 50, 1.0, 0.001),
        Window(0.0, 0.05),
        Style((0, 1, 2), 0.0, False, None, (1, 3)),
        Cache(),
    )
    (drawn,) = stack([alone])

    assert (drawn.low, drawn.high) == (-0.5, 2.5)
    first, second, third = drawn.array[1:]
    np.testing.assert_allclose([first[0], first[-1]], [-0.45, 0.45], atol=1e-6)
    np.testing.assert_allclose([second[0], second[-1]], [1.0, 0.55], atol=1e-6)
    np.testing.assert_allclose(third, 2.0, atol=1e-6)


def test_stacked_lines_of_all_runs_have_one_scale():
    window, style = Window(0.0, 0.009), Style((0,), 0.0, False, None, (1, 1))
    runs = [
        lines(History(np.full((9, 1), value), 9, 1.0, 0.001), window, style, Cache())
        for value in (0.0, 2.0, 1.0)
    ]

    drawn = stack([*runs, empty()])

    assert [float(each.array[1, 0]) for each in drawn[:3]] == pytest.approx([-0.45, 0.45, 0.0])
    assert drawn[3].array.size == 0


def test_a_firing_pattern_is_the_rate_of_each_neuron_in_the_window():
    spikes = np.zeros((1000, 5), np.float32)
    spikes[::10, 1] = 1000  # every 10 ms in the whole second
    spikes[500::4, 4] = 1000  # every 4 ms in its second half

    drawn = pattern(
        History(spikes, 1000, 1.0, 0.001),
        Window(0.5, 1.0),
        Style((4, 3, 2, 1, 0), 0.0, True, None, (2, 3)),
        Cache(),
    )

    np.testing.assert_allclose(drawn.array, [[250, 0, 0], [100, 0, np.nan]], rtol=0.01)
    assert (drawn.low, drawn.high) == (0.0, pytest.approx(250, rel=0.01))


def test_a_constant_is_a_level_stacked_line():
    alone = lines(
        History(np.ones((9, 2)), 9, 1.0, 0.001),
        Window(0.0, 0.009),
        Style((0, 1), 0.0, False, None, (1, 2)),
        Cache(),
    )
    (drawn,) = stack([alone])

    np.testing.assert_allclose(drawn.array[1:], [[-0.45] * 9, [0.55] * 9], atol=1e-6)


def test_more_stacked_lines_than_have_room_are_refused():
    with pytest.raises(ValueError, match="at most 60, or an image"):
        check_dims(of_neurons(100, "voltage"), "stacked", tuple(range(61)))


def test_an_unknown_kind_is_refused_with_all_that_there_are(layout, network):
    with pytest.raises(ValueError, match=f"'pie'; there are {', '.join(PLOT_KINDS)}"):
        layout.add_plot(LivePlot(network.decoded, "pie"))


def test_a_plot_says_whether_its_values_are_those_of_neurons(layout, network):
    plots = [
        layout.add_plot(LivePlot(target, kind))
        for target, kind in [
            (network.decoded, None),
            (network.spikes, "lines"),
            (network.slow, None),
            (network.learning, None),
            (network.b.neurons, None),
        ]
    ]

    assert [plot.info().neurons for plot in plots] == [False, True, False, False, True]
