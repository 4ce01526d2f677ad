"""The layout of a view: what is drawn was recorded, and what a page asks for is done or refused."""

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.jupyter.live.defaults import make_plots, make_sliders
from nengo_nb.jupyter.live.downsample import POINTS
from nengo_nb.jupyter.live.handlers import answer
from nengo_nb.jupyter.live.history import History
from nengo_nb.jupyter.live.layout_state import LayoutState
from nengo_nb.jupyter.live.lowpass import lowpass
from nengo_nb.jupyter.live.render import BINS, Cache, Style, Window, image_shape, lines, path
from nengo_nb.jupyter.live.runs import live_runs
from nengo_nb.jupyter.live.specs import LivePlot, LiveSlider
from nengo_nb.jupyter.protocol import live as m

from .conftest import Listener

STYLE = Style((0, 1), 0.0, False, None, (1, 2))


def numbers(layout):
    """The arrays of a frame, one per plot."""
    frame, buffer = layout.frame(1)
    flat = np.frombuffer(buffer, np.float32)
    return [
        flat[p.offset : p.offset + p.rows * p.columns].reshape(p.rows, p.columns)
        for p in frame.parts
    ]


def test_a_frame_holds_what_was_recorded(layout, ran, sim, network):
    layout.add_plot(LivePlot(network.decoded))
    layout.add_plot(LivePlot(network.slow))
    ran(200)

    decoded, slow = numbers(layout)

    np.testing.assert_allclose(decoded[0], np.arange(1, 201) / 1000, rtol=1e-5)
    np.testing.assert_array_equal(decoded[1:].T, sim.data[network.decoded])
    np.testing.assert_allclose(slow[0], np.arange(1, 21) / 100, rtol=1e-5)
    np.testing.assert_array_equal(slow[1:].T, sim.data[network.slow])


def test_a_window_of_the_past_and_of_the_present(layout, ran, sim, network):
    layout.add_plot(LivePlot(network.decoded))
    ran(300)
    answer(layout, m.Look(length=0.1, end=0.15))
    (past,) = numbers(layout)
    answer(layout, m.Look(length=0.1, end=None))
    (present,) = numbers(layout)

    np.testing.assert_array_equal(past[1:].T, sim.data[network.decoded][49:150])
    np.testing.assert_array_equal(present[1:].T, sim.data[network.decoded][199:300])


def test_how_much_is_shown_and_where_it_ends_are_chosen_one_by_one(layout, ran):
    ran(300)
    answer(layout, m.Look(length=0.01, end=0.15))
    answer(layout, m.LookUntil(end=None))
    answer(layout, m.LookFor(length=0.2))
    present = layout.window()
    answer(layout, m.LookUntil(end=0.25))
    answer(layout, m.LookFor(length=0.1))
    past = layout.window()

    np.testing.assert_allclose(
        [present.begin, present.end, past.begin, past.end], [0.1, 0.3, 0.15, 0.25]
    )


def test_no_peak_is_lost_however_much_there_is():
    values = np.zeros((100_000, 2), np.float32)
    values[54_321] = 7, -7
    history = History(values, len(values), 1.0, 0.001)

    drawn = lines(history, Window(0.0, 100.0), STYLE, Cache())

    assert drawn.array.shape[1] <= 2 * POINTS + 2
    assert (drawn.array[1].max(), drawn.array[2].min()) == (7, -7)
    assert (drawn.low, drawn.high) == (-7, 7)


@pytest.mark.parametrize("synapse", [0.0, 0.05])
@pytest.mark.parametrize("length", [0.3, 2.0, 30.0])
def test_what_is_reduced_as_time_goes_on_is_what_is_reduced_at_once(length, synapse):
    values = np.random.RandomState(1).randn(50_000, 2).astype(np.float32)
    style, cache = Style((1, 0), synapse, False, None, (1, 2)), Cache()

    for end in (100, 1_234, 5_000, 5_001, 20_000, 20_500, 50_000, 30_000):
        history = History(values[:end], end, 1.0, 0.001)
        window = Window(max(end / 1000 - length, 0.0), end / 1000)
        kept, anew = lines(history, window, style, cache), lines(history, window, style, Cache())

        np.testing.assert_allclose(kept.array, anew.array, atol=1e-4 if synapse else 0)


def test_what_was_reduced_before_a_simulation_went_back_is_forgotten():
    before, after = np.zeros((5000, 2), np.float32), np.ones((6000, 2), np.float32)
    cache = Cache()

    lines(History(before, 5000, 1.0, 0.001), Window(3.0, 5.0), STYLE, cache)
    drawn = lines(History(after, 6000, 1.0, 0.001), Window(4.0, 6.0), STYLE, cache)

    assert drawn.low == 1


def test_values_that_are_no_numbers_leave_an_axis_of_those_that_are():
    values = np.array([[0, 1], [np.nan, np.inf], [2, -3]], np.float32)

    drawn = lines(History(values, 3, 1.0, 0.001), Window(0.0, 0.003), STYLE, Cache())

    assert (drawn.low, drawn.high) == (-3, 2)


def test_a_path_goes_through_states_that_were_there():
    angles = np.linspace(0, 20, 30_000)
    values = np.stack([np.cos(angles), np.sin(angles)], axis=1)

    drawn = path(History(values, len(values), 1.0, 0.001), Window(0.0, 30.0), STYLE, Cache())

    assert drawn.array.shape[1] <= 4 * POINTS + 50
    np.testing.assert_allclose(np.hypot(*drawn.array), 1.0, rtol=1e-6)
    np.testing.assert_allclose(drawn.array.max(axis=1), values.max(axis=0), rtol=1e-6)


def test_spikes_are_bits(layout, ran, sim, network):
    layout.add_plot(LivePlot(network.spikes))
    ran(500)

    (drawn,) = numbers(layout)

    bits = np.unpackbits(drawn.view(np.uint8), axis=1, bitorder="little")
    steps, neurons = np.nonzero(sim.data[network.spikes])
    assert drawn.shape == (BINS, 1)
    expected = np.zeros((BINS, 32), bool)
    expected[((steps + 1) / 500 * BINS).astype(int).clip(0, BINS - 1), neurons] = True
    assert bits.sum() == expected.sum()
    np.testing.assert_array_equal(bits.any(axis=0), expected.any(axis=0))


@pytest.mark.parametrize("tau", [0.0, 0.002, 0.1])
@pytest.mark.parametrize("steps", [1, 64, 1000])
def test_a_filter_is_nengos(tau, steps):
    values = np.random.RandomState(1).randn(steps, 3)

    ours = lowpass(values, tau, 0.001)

    theirs = values if tau == 0 else nengo.Lowpass(tau).filt(values, dt=0.001, y0=0)
    np.testing.assert_allclose(ours, theirs, atol=1e-12)


def test_a_synapse_is_a_setting_of_the_view(layout, ran, sim, network):
    plot = layout.add_plot(LivePlot(network.decoded))
    ran(100)
    settings = {"kind": "lines", "dims": [1], "pointers": [], "synapse": 0.02, "order": "index"}
    answer(layout, m.ChangePlot(plot=plot.id, **settings))

    (drawn,) = numbers(layout)

    expected = nengo.Lowpass(0.02).filt(sim.data[network.decoded], dt=0.001, y0=0)
    np.testing.assert_allclose(drawn[1], expected[:, 1], atol=1e-5)


def test_what_has_no_probe_is_watched_without_a_change_to_the_network(
    layout, ran, listener, sim, network
):
    ran(50)
    objects = list(network.net.all_objects)
    for target in ("b: decoded value", "a: voltage"):
        plot = layout.add_plot(LivePlot(target))
        assert "Compiling" in plot.info().state
    listener.until(lambda: all(plot.probe is not None for plot in layout.plots))
    ran(50)

    decoded, voltage = numbers(layout)

    assert (decoded.shape, voltage.shape[1]) == ((3, 50), 50)
    assert np.ptp(voltage[1:]) > 0.1
    assert network.net.all_objects == objects
    assert len(sim.data[network.decoded]) == 100


def test_a_second_view_uses_what_the_first_one_watches(run, layout, ran, listener, network):
    layout.add_plot(LivePlot(network.b))
    listener.until(lambda: layout.plots[0].probe is not None)
    other = LayoutState(run, "other", run.changed)

    other.add_plot(LivePlot(network.b))

    assert other.plots[0].probe is layout.plots[0].probe


def test_weights_are_shown_as_they_are_now_while_they_learn(layout, ran, listener, sim, network):
    """Nothing of the network needed them so far, so that they did not learn either."""
    before = sim.data[network.learning].weights.copy()
    layout.add_plot(LivePlot(network.learning))
    listener.until(lambda: layout.plots[0].probe is not None)
    ran(200)

    (drawn,) = numbers(layout)

    np.testing.assert_array_equal(drawn, sim.data[network.learning].weights)
    assert not np.allclose(drawn, before)


def test_a_path_and_an_image_of_what_neurons_do(layout, ran, network):
    layout.add_plot(LivePlot(network.decoded, "xy", dims=[1, 0]))
    layout.add_plot(LivePlot(network.spikes, "image"))
    ran(200)

    path, image = numbers(layout)

    assert path.shape == (2, 200)
    assert image.shape == image_shape((30,), 30) == (5, 6)
    assert image.max() > 0


def test_an_item_of_a_minibatch_is_chosen(network):
    with nengo_nb.Simulator(network.net, minibatch_size=2, progress_bar=False) as sim:
        layout = LayoutState(live_runs.open(sim), "batch", lambda: None)
        layout.add_plot(LivePlot(network.decoded))
        sim.run_steps(20, data={network.wave: np.stack([np.zeros((20, 2)), np.ones((20, 2))])})
        layout.run.do(lambda _: None)
        answer(layout, m.ChooseItem(item=1))
        with pytest.raises(ValueError, match="items 0 to 1, not 2"):
            answer(layout, m.ChooseItem(item=2))

        history = layout.plots[0].history(
            sim, layout.item, layout.run.reached.__class__(20, 0, {}, sim.recorded)
        )

        np.testing.assert_array_equal(history.values, sim.data[network.decoded][1])
        layout.run.end("the test is over")


def nengos_pointers():
    from nengo import spa

    with pytest.warns(DeprecationWarning, match="deprecated"), spa.SPA(seed=1) as model:
        model.state = spa.State(16, label="state")
    vocab = model.get_default_vocab(16)
    vocab.parse("A + B")
    return model, model.state.output, vocab.vectors


def nengo_spas_pointers():
    import nengo_spa as spa

    with spa.Network(seed=1) as model:
        state = spa.State(16, label="state")
        spa.sym("A + 0.5 * B") >> state
    return model, state.output, state.vocab.vectors


@pytest.mark.parametrize(
    "make", [nengos_pointers, nengo_spas_pointers], ids=["nengo.spa", "nengo_spa"]
)
def test_what_a_state_holds_is_compared_with_every_pointer(make):
    model, output, vectors = make()
    with model:
        held = nengo.Probe(output, label="held")
    with nengo_nb.Simulator(model, progress_bar=False) as sim:
        run = live_runs.open(sim)
        layout, listener = LayoutState(run, "pointers", run.changed), Listener(run)
        key = next(key for key in layout.sources if key.endswith("similarity"))
        plot = layout.add_plot(LivePlot(key, synapse=0.0))
        listener.until(lambda: all(plot.probe is not None for plot in layout.plots))
        run.set_speed(None)
        run.step(100)
        listener.until(lambda: run.reached.n_steps >= 100 and not run.playing)

        (drawn,) = numbers(layout)

        assert plot.labels == ["A", "B"]
        np.testing.assert_allclose(drawn[1:], (sim.data[held] @ vectors.T).T, atol=1e-5)
        run.end("the test is over")


def test_the_view_is_written_as_code_that_makes_the_same_view(layout, network):
    layout.add_plot(LivePlot(network.decoded, "xy", synapse=0.02))
    layout.add_plot(LivePlot(network.spikes, dims=[3, 1]))
    layout.add_sliders(LiveSlider(network.wave, -2, 2))
    code = answer(layout, m.WantCode()).text
    made = {}
    names = {"sim": None, "nengo_nb": nengo_nb, "made": lambda sim, **found: made.update(found)}
    exec(code.replace("nengo_nb.live(", "made(", 1), names)  # noqa: S102 - the code is what is under test

    again = LayoutState(layout.run, "again", lambda: None)
    for plot in make_plots(again, made["plots"]):
        again.add_plot(plot)
    for slider in make_sliders(again, made["sliders"]):
        again.add_sliders(slider)

    assert [plot.spec() for plot in again.plots] == [plot.spec() for plot in layout.plots]
    assert again.sliders == layout.sliders
    assert again.code() == layout.code()


def test_data_are_handed_out_as_csv(layout, ran, sim, network):
    plot = layout.add_plot(LivePlot(network.decoded, dims=[1]))
    with pytest.raises(ValueError, match="nothing was recorded"):
        answer(layout, m.WantData(plot=plot.id))
    ran(20)

    head, *rows = answer(layout, m.WantData(plot=plot.id)).text.splitlines()

    assert head == "time,1"
    table = np.array([row.split(",") for row in rows], float)
    np.testing.assert_allclose(table[:, 1], sim.data[network.decoded][:, 1], rtol=1e-5)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (m.AddPlot(source="nothing", kind=""), "no value to watch 'nothing'"),
        (m.AddPlot(source="decoded", kind="raster"), "cannot be drawn as 'raster'"),
        (m.AddPlot(source="decoded", kind="pie"), "no kind of plot 'pie'"),
        (m.AddSliders(name="learning"), "no output of its own"),
        (m.RemovePlot(plot="plot-9"), "gone"),
        (m.WantData(plot="plot-9"), "gone"),
        (m.Look(length=0.0, end=None), "longer than zero"),
        (m.LookFor(length=-1.0), "longer than zero"),
        (m.ChooseItem(item=1), "items 0 to 0"),
        (m.Step(steps=0), "positive"),
        (m.GoBack(time=1.0), "no stored moment"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_what_is_not_possible_is_refused_with_a_sentence(layout, message, words):
    with pytest.raises((ValueError, LookupError), match=words):
        answer(layout, message)


@pytest.mark.parametrize("dims", [[5], [], [0, 0], [-1]])
def test_values_that_are_not_there_cannot_be_drawn(layout, network, dims):
    with pytest.raises(ValueError):
        layout.add_plot(LivePlot(network.decoded, dims=dims))


def test_a_simulation_that_went_back_draws_no_frame_of_what_is_gone(layout, run, ran, sim, network):
    layout.add_plot(LivePlot(network.decoded))
    ran(50)
    reached = run.reached

    sim.reset()

    assert reached.recorded[network.decoded] == 50
    assert numbers(layout)[0].size == 0


class Broken(nengo.Process):
    """Outputs no number."""

    def make_step(self, shape_in, shape_out, dt, rng, state):
        return lambda t: np.full(shape_out, np.nan)


def test_a_node_that_outputs_no_number_leaves_the_frame_readable():
    with nengo.Network() as net:
        broken = nengo.Node(Broken(default_size_in=0, default_size_out=1), label="broken")
        nengo.Probe(broken)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        run = live_runs.open(sim)
        layout = LayoutState(run, "broken", lambda: None)
        layout.add_sliders(LiveSlider(broken, -1, 1))
        listener = Listener(run)
        run.set_speed(None)
        run.step(5)
        listener.until(lambda: run.reached.n_steps >= 5 and not run.playing)

        frame, _ = layout.frame(1)

        assert np.isnan(sim.data[net.probes[0]]).all()
        assert frame.values == [[0.0]]
        run.end("the test is over")
