"""Players of live views: what is recorded, how it is thinned, and what a page gets."""

from __future__ import annotations

import base64
import json
import re

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.jupyter.live.players import answer_player, make_view_player
from nengo_nb.jupyter.live.plot_kinds import PLOT_KINDS
from nengo_nb.jupyter.live.recorded_plots import RECORDERS, record_view
from nengo_nb.jupyter.live.specs import LivePlot
from nengo_nb.jupyter.outputs import player as player_module
from nengo_nb.jupyter.outputs.player import RECORDING_TYPE
from nengo_nb.plots.recorded import Detail
from nengo_nb.plots.reduce import MAX_POINTS
from tests.jupyter.live.conftest import PATIENCE, Listener

DETAIL = Detail()

HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    "<!--<script>",
    '" onerror="alert(1)',
    "</style></title>",
)


def recording_in(page):
    """The recording that a page's script reads."""
    (text,) = re.findall(
        rf'<script type="{re.escape(RECORDING_TYPE)}">(.*?)</script>', page, re.DOTALL
    )
    return json.loads(text)


def numbers_in(recording):
    return np.frombuffer(base64.b64decode(recording["numbers"]), "<f4")


@pytest.fixture
def wait(layout, listener):
    """A function that waits until all plots are recorded."""

    def until_recorded():
        listener.until(lambda: all(plot.probe or plot.source.now for plot in layout.plots))

    return until_recorded


def test_lines_are_recorded_with_all_samples_where_these_are_few(layout, ran, network, sim):
    layout.add_plot(LivePlot(network.decoded, "lines", synapse=0))
    ran(300)

    (record,) = record_view(layout, None, None, DETAIL).records

    np.testing.assert_array_equal(record.values, sim.data[network.decoded].astype(np.float32))
    np.testing.assert_allclose(record.times, sim.trange())
    assert record.note == ""


def test_many_samples_are_thinned_to_extremes_which_is_said(layout, ran, network, sim):
    layout.add_plot(LivePlot(network.decoded, "lines", synapse=0))
    ran(300)

    (record,) = record_view(layout, None, None, Detail(points=60)).records

    assert len(record.times) == 60
    assert record.note == "the extremes of 30 intervals of 300 samples"
    np.testing.assert_array_equal(record.values.max(axis=0), sim.data[network.decoded].max(axis=0))


def test_a_part_of_the_time_is_recorded_alone(layout, ran, network):
    layout.add_plot(LivePlot(network.decoded, "lines"))
    ran(300)

    run = record_view(layout, 0.1, 0.2, DETAIL)

    assert (run.begin, run.end) == (0.1, 0.2)
    # One sample more, as lines enter at the left edge.
    assert run.records[0].times[[0, -1]].tolist() == pytest.approx([0.1, 0.2])


def test_spikes_are_recorded_step_by_step(layout, ran, network, sim):
    layout.add_plot(LivePlot(network.spikes, "raster"))
    ran(300)

    (record,) = record_view(layout, None, None, DETAIL).records

    steps, rows = np.nonzero(sim.data[network.spikes])
    assert len(steps) > 50
    np.testing.assert_array_equal(record.steps, steps + 1)
    np.testing.assert_array_equal(record.rows, rows)


def test_too_many_spikes_are_those_of_some_neurons_which_is_said(layout, ran, network, sim):
    layout.add_plot(LivePlot(network.spikes, "raster"))
    ran(300)
    count = int((sim.data[network.spikes] > 0).sum())

    (record,) = record_view(layout, None, None, Detail(spikes=count // 2)).records

    assert set((record.rows % record.step).tolist()) == {0}
    assert record.note.startswith("those of ")
    assert record.note.endswith(f"({len(record.steps)} of {count} spikes)")


def test_paths_images_and_firing_patterns_are_as_the_view_draws_them(layout, ran, network, sim):
    layout.add_plot(LivePlot(network.slow, "xy", synapse=0))
    layout.add_plot(LivePlot(network.slow, "image", synapse=0))
    layout.add_plot(LivePlot(network.spikes, "pattern"))
    ran(300)

    path, image, pattern = record_view(layout, None, None, DETAIL).records

    slow = sim.data[network.slow].astype(np.float32)
    np.testing.assert_array_equal(path.points[0], slow)
    np.testing.assert_array_equal(image.images[-1].reshape(-1), slow[-1])
    rates = sim.data[network.spikes].mean(axis=0)
    np.testing.assert_allclose(pattern.images[-1].reshape(-1)[:30], rates, rtol=1e-5)


def test_what_cannot_be_replayed_is_named_with_the_reason(layout, ran, network, wait):
    layout.add_plot(LivePlot(network.decoded, "lines"))
    layout.add_plot(LivePlot(network.spikes, "rates"))
    layout.add_plot(LivePlot("learning: weights"))
    ran(100)
    wait()

    run = record_view(layout, None, None, DETAIL)

    assert len(run.records) == 1
    assert run.notes == (
        "Not in it: spikes, firing rates, as firing rates are computed of the window that is shown.",
        "Not in it: learning: weights, as present weights are not recorded.",
    )


def test_a_kept_run_is_said_to_be_missing(layout, run, ran, network, listener):
    layout.add_plot(LivePlot(network.decoded, "lines"))
    ran(200)
    run.reset()
    listener.until(lambda: run.reached.n_steps == 0)
    ran(100)

    notes = record_view(layout, None, None, DETAIL).notes

    assert notes == ("Only the present run is in it, without “run 1”.",)


def test_nothing_can_be_recorded_before_it_runs(layout, network):
    layout.add_plot(LivePlot(network.decoded, "lines"))

    with pytest.raises(ValueError, match="nothing was recorded in this time"):
        record_view(layout, None, None, DETAIL)


def test_a_view_without_replayable_plots_says_why(layout, ran, network):
    layout.add_plot(LivePlot(network.spikes, "intervals"))
    ran(50)

    with pytest.raises(ValueError, match="there is nothing to replay. Not in it: spikes"):
        record_view(layout, None, None, DETAIL)


def test_every_recorder_is_of_a_kind_of_plot():
    assert set(RECORDERS) <= set(PLOT_KINDS)


def test_a_page_holds_the_numbers_and_needs_nothing_else(layout, ran, network, sim):
    layout.add_plot(LivePlot(network.decoded, "lines", synapse=0))
    ran(200)

    page = make_view_player(layout).page()

    recording = recording_in(page)
    (panel,) = recording["panels"]
    numbers = numbers_in(recording)
    values = numbers[panel["offset"] + panel["points"] :].reshape(2, -1)
    np.testing.assert_array_equal(values.T, sim.data[network.decoded].astype(np.float32))
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", page)
    assert page.count("</script") == 2


@pytest.mark.parametrize("label", HOSTILE)
def test_no_label_is_markup(label):
    with nengo.Network(label=label) as net:
        probe = nengo.Probe(nengo.Node([0.5], label=label), label=label)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        view = nengo_nb.live(sim, plots=[probe])
        listener = Listener(view.run)
        view.run.step(50)
        listener.until(lambda: view.run.reached.n_steps == 50 and not view.run.playing)
        page = view.player().page()
        view.close()
        assert view.run.join(PATIENCE)

    assert page.count("<script") == page.count("</script") == 2
    assert page.count("<img") == 1
    assert "onerror" not in re.sub(r'alt="[^"]*"|<script.*?</script>', "", page, flags=re.DOTALL)


def test_a_player_too_large_says_so(layout, ran, network, monkeypatch):
    layout.add_plot(LivePlot(network.decoded, "lines"))
    ran(100)
    monkeypatch.setattr(player_module, "MOST_BYTES", 10_000)

    with pytest.raises(ValueError, match="the player would take .* MB, more than 0.01 MB"):
        make_view_player(layout)


def test_a_player_that_would_be_too_large_has_less_detail(layout, ran, network, monkeypatch):
    layout.add_plot(LivePlot(network.decoded, "lines", dims=[0]))
    ran(3000)
    whole = make_view_player(layout)
    size = len(whole.page())
    monkeypatch.setattr(player_module, "MOST_BYTES", size - 5_000)

    small = make_view_player(layout)

    assert len(small.page()) <= size - 5_000
    assert len(small.run.records[0].times) == MAX_POINTS // 2


def test_a_page_gets_a_player_as_a_file_or_in_the_output(layout, ran, network):
    layout.add_plot(LivePlot(network.decoded, "lines"))
    ran(100)
    kept = []

    file = answer_player(layout, True, None)
    answer = answer_player(layout, False, kept.append)

    assert file.name == "network.html"
    assert file.text.startswith("<!doctype html>")
    assert len(kept) == 1
    assert answer.text.startswith("A player of 0.000 to 0.100 s (")


def test_a_page_without_an_output_is_told_to_save_a_file(layout, ran, network):
    layout.add_plot(LivePlot(network.decoded, "lines"))
    ran(100)

    with pytest.raises(ValueError, match="save it as a file instead"):
        answer_player(layout, False, None)


def test_a_saved_player_is_a_document(layout, ran, network, tmp_path):
    layout.add_plot(LivePlot(network.decoded, "lines"))
    ran(100)
    player = make_view_player(layout)

    player.save(tmp_path / "run.html")

    assert (tmp_path / "run.html").read_text(encoding="utf-8") == player.document()
    assert [path.name for path in tmp_path.iterdir()] == ["run.html"]
    with pytest.raises(ValueError, match="run.docx names no kind of file"):
        player.save(tmp_path / "run.docx")


def test_a_view_keeps_its_player_in_its_output(network, sim):
    view = nengo_nb.live(sim, plots=[network.decoded])
    listener = Listener(view.run)
    view.run.step(50)
    listener.until(lambda: view.run.reached.n_steps == 50 and not view.run.playing)
    assert "text/html" not in view.bundle(sim)

    view._ipython_display_()
    answer_player(view.widget.layout_state, False, view.widget.keep_player)
    bundle = view.bundle(sim)
    view.close()

    assert recording_in(bundle["text/html"])["end"] == pytest.approx(0.05)
    assert bundle["image/png"]
