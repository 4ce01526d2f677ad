"""Runs that a fork or a reset ends are kept, named, drawn under the present one, and bounded."""

from __future__ import annotations

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.jupyter.live.handlers import answer
from nengo_nb.jupyter.live.kept_runs import LONGEST_NAME, MOST_RUNS, MOST_SHOWN
from nengo_nb.jupyter.live.layout_state import LayoutState
from nengo_nb.jupyter.live.runs import live_runs
from nengo_nb.jupyter.live.specs import LivePlot
from nengo_nb.jupyter.protocol import live as m
from nengo_nb.jupyter.protocol import runs as r
from tests.jupyter.live.conftest import PATIENCE, Listener


@pytest.fixture
def fork(run, listener):
    """A function that goes back to the last stored moment before a time, and waits for it."""

    def go_back(seconds):
        branch = run.reached.branch
        run.go_back(seconds)
        listener.until(lambda: run.reached.branch > branch)

    return go_back


@pytest.fixture
def reset(run, listener):
    """A function that resets the run, and waits for it."""

    def go_to_zero():
        run.reset()
        listener.until(lambda: run.reached.n_steps == 0)

    return go_to_zero


def spans(run):
    return [(kept.begin, kept.end) for kept in run.kept_runs.runs]


# --- keeping


def test_a_fork_keeps_what_it_drops_with_the_sample_before(run, ran, fork, sim, network):
    ran(300)
    ran(200)
    before = sim.data[network.decoded].copy()
    fork(0.4)
    begin = run.reached.n_steps
    ran(50)

    (kept,) = run.kept_runs.runs
    assert (kept.name, kept.begin, kept.end) == ("run 1", begin, 500)
    history = kept.history(network.decoded, 0)
    np.testing.assert_array_equal(history.values, before[begin - 1 :])
    np.testing.assert_allclose(history.times(0, 2), [begin * sim.dt, (begin + 1) * sim.dt])


def test_a_reset_keeps_the_whole_run_without_a_copy(run, ran, reset, sim, network):
    ran(300)
    data = sim.data[network.decoded]
    reset()
    ran(20)

    (kept,) = run.kept_runs.runs
    history = kept.history(network.decoded, 0)
    assert spans(run) == [(0, 300)]
    assert np.shares_memory(history.values, data)
    np.testing.assert_array_equal(history.values, data)
    slow = kept.history(network.slow, 0)
    np.testing.assert_allclose(slow.values[:, 0], np.sin(6 * slow.times(0, 30)), atol=1e-5)


def test_a_small_part_of_a_long_run_does_not_keep_the_memory_of_all(run, ran, fork, sim, network):
    ran(1000)
    ran(60)
    data = sim.data[network.decoded]
    fork(1.03)

    (kept,) = run.kept_runs.runs
    assert kept.begin > 700
    assert not np.shares_memory(kept.samples[network.decoded], data)
    assert kept.nbytes == sum(samples.nbytes for samples in kept.samples.values())


def test_going_back_twice_without_a_step_is_one_run(run, ran, fork, reset, sim, network):
    for _ in range(4):
        ran(300)
    whole = {probe: sim.data[probe].copy() for probe in (network.decoded, network.slow)}
    fork(0.9)
    fork(0.4)
    forked = spans(run)
    reset()

    assert forked[0][0] < 400
    assert spans(run) == [(0, 1200)]
    for probe, values in whole.items():
        np.testing.assert_array_equal(run.kept_runs.runs[0].history(probe, 0).values, values)


def test_branches_that_were_played_are_runs_of_their_own(run, ran, fork, reset):
    ran(300)
    ran(200)
    fork(0.4)
    ran(100)
    reset()
    reset()

    assert [kept.name for kept in run.kept_runs.runs] == ["run 1", "run 2"]
    assert spans(run)[1][0] == 0


def test_items_of_a_minibatch_are_kept_each():
    with nengo.Network(seed=1) as net:
        node = nengo.Node([0.0])
        probe = nengo.Probe(node)
    with nengo_nb.Simulator(net, minibatch_size=3, progress_bar=False) as sim:
        run = live_runs.open(sim)
        listener = Listener(run)
        sim.run_steps(5, data={node: np.arange(15).reshape(3, 5, 1)}, progress_bar=False)
        run.reset()
        listener.until(lambda: run.kept_runs.runs)

        values = [run.kept_runs.runs[0].history(probe, item).values[:, 0] for item in range(3)]
        np.testing.assert_array_equal(values, np.arange(15).reshape(3, 5))
        run.end("the test is over")
        assert run.join(PATIENCE)


def test_nothing_is_kept_of_a_run_without_a_step(run, listener):
    run.reset()
    listener.until(lambda: listener.rests == 1)

    assert run.kept_runs.runs == ()


def test_runs_are_given_up_with_the_last_view(sim):
    view = nengo_nb.live(sim)
    listener = Listener(view.run)
    view.run.set_speed(None)
    view.run.step(100)
    listener.until(lambda: view.run.reached.n_steps == 100)
    view.run.reset()
    listener.until(lambda: view.run.kept_runs.runs)
    view.close()

    assert view.run.join(PATIENCE)
    assert view.run.kept_runs.runs == ()


# --- limits

# Of each step: two decoded values and 30 neurons in float32, and 0.2 of two values.
STEP = 4 * (2 + 30 + 0.2)


def test_the_oldest_run_goes_first_and_the_view_says_so(run, ran, reset, sim, network):
    run.history_limit.set(1000 * STEP / 1e6)
    for _ in range(3):
        ran(400)
        reset()

    assert [kept.name for kept in run.kept_runs.runs] == ["run 2", "run 3"]
    assert run.kept_runs.forgotten == (
        "“run 1” was forgotten, as the samples of all runs may take 0.1288 MB."
    )
    ran(600)
    assert [kept.name for kept in run.kept_runs.runs] == ["run 3"]
    assert len(sim.data[network.decoded]) == 600
    assert run.reached.kept == 0


def test_the_present_run_forgets_samples_once_no_other_is_left(run, ran, reset, sim, network):
    run.history_limit.set(1000 * STEP / 1e6)
    ran(400)
    reset()
    for _ in range(8):
        ran(150)

    assert run.kept_runs.runs == ()
    assert run.reached.kept > 0
    assert len(sim.data[network.decoded]) <= 1000


def test_only_so_many_runs_are_kept(run, ran, reset):
    for _ in range(MOST_RUNS + 1):
        ran(2)
        reset()

    assert len(run.kept_runs.runs) == MOST_RUNS
    assert (
        run.kept_runs.forgotten
        == f"“run 1” was forgotten, as no more than {MOST_RUNS} runs are kept."
    )


# --- what a page asks for


@pytest.fixture
def three(run, ran, reset):
    for _ in range(3):
        ran(20)
        reset()
    return run.kept_runs


def test_a_run_is_renamed_hidden_and_deleted(layout, three):
    answer(layout, r.NameRun(run="2", name="  without \n gate "))
    answer(layout, r.ShowRun(run="3", shown=False))
    answer(layout, r.ForgetRun(run="1"))

    frame, _ = layout.frame(1)
    assert [(run.name, run.place) for run in frame.runs] == [("without gate", 1), ("run 3", None)]
    assert frame.forgotten == ""


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (r.NameRun(run="2", name=" "), "needs a name"),
        (r.NameRun(run="2", name="x" * (LONGEST_NAME + 1)), "at most 60 characters"),
        (r.NameRun(run="2", name="a\x00"), "one line of text"),
        (r.NameRun(run="2", name="\ud800"), "one line of text"),
        (r.NameRun(run="7", name="x"), "this run is gone"),
        (r.ShowRun(run="7", shown=True), "this run is gone"),
        (
            r.ForgetRun(
                run="",
            ),
            "this run is gone",
        ),
    ],
    ids=["empty", "long", "control", "surrogate", "renamed", "shown", "forgotten"],
)
def test_what_is_not_possible_is_said_and_changes_nothing(layout, three, message, sentence):
    before = three.runs

    with pytest.raises(ValueError, match=sentence):
        answer(layout, message)

    assert three.runs == before


def test_few_are_drawn_and_keep_their_dashes(run, ran, reset, layout):
    for _ in range(MOST_SHOWN + 1):
        ran(2)
        reset()
    places = {kept.name: kept.place for kept in run.kept_runs.runs}
    answer(layout, r.ShowRun(run="3", shown=False))
    answer(layout, r.ShowRun(run="1", shown=True))

    assert places == {"run 1": None, "run 2": 1, "run 3": 2, "run 4": 3, "run 5": 0}
    after = {kept.name: kept.place for kept in run.kept_runs.runs}
    assert after == {"run 1": 2, "run 2": 1, "run 3": None, "run 4": 3, "run 5": 0}


# --- drawing


def numbers_of(part, buffer):
    values = np.frombuffer(buffer, np.float32)
    return values[part.offset : part.offset + part.rows * part.columns].reshape(part.rows, -1)


def test_a_kept_run_is_drawn_at_its_times_in_every_plot_of_lines(
    run, ran, fork, layout, sim, network
):
    for target, kind in [(network.slow, "lines"), (network.slow, "xy"), (network.spikes, "raster")]:
        layout.add_plot(LivePlot(target, kind))
    ran(300)
    ran(200)
    fork(0.4)
    run.overrides.grab("wave", [5, 5])
    ran(50)

    frame, buffer = layout.frame(1)

    lines, xy, raster = frame.parts
    times, sines, _ = numbers_of(lines.runs[0], buffer)
    np.testing.assert_allclose(sines, np.sin(6 * (times + frame.begin)), atol=1e-4)
    parted = run.kept_runs.runs[0].begin * run.dt
    assert frame.begin + times[0] == pytest.approx(parted, abs=0.01)
    assert (frame.end, frame.latest) == pytest.approx((0.5, 0.5))
    assert numbers_of(lines, buffer)[1, -1] == lines.high == 5
    assert lines.low < -0.9
    assert numbers_of(xy.runs[0], buffer).shape == (2, len(times))
    assert raster.runs == []


def test_all_runs_of_a_plot_have_one_scale(run, ran, reset, layout, network):
    layout.add_plot(LivePlot(network.decoded, "lines"))
    layout.add_plot(LivePlot(network.spikes, "lines", dims=(0, 1)))
    ran(100)
    reset()
    ran(50)

    frame, buffer = layout.frame(1)

    for part in frame.parts:
        drawn = [numbers_of(part, buffer), numbers_of(part.runs[0], buffer)]
        assert part.low == pytest.approx(min(values[1:].min() for values in drawn))
        assert part.high == pytest.approx(max(values[1:].max() for values in drawn))
        # The same seed gives the same values.
        np.testing.assert_array_equal(drawn[0], drawn[1][:, : drawn[0].shape[1]])


def test_a_hidden_run_takes_no_part_in_a_frame(ran, reset, layout, network):
    layout.add_plot(LivePlot(network.slow, "lines"))
    ran(100)
    reset()
    answer(layout, r.ShowRun(run="1", shown=False))

    frame, buffer = layout.frame(1)

    assert frame.parts[0].runs == []
    assert buffer == b""
    assert frame.latest == 0


def test_the_window_reaches_to_where_a_drawn_run_went_on(run, ran, reset, layout, network):
    layout.add_plot(LivePlot(network.slow, "lines"))
    for _ in range(3):
        ran(1000)
    reset()
    ran(10)
    answer(layout, m.Look(length=0.4, end=None))
    following = layout.window()
    answer(layout, m.LookUntil(end=2.9))
    scrubbed = layout.window()
    answer(layout, m.LookUntil(end=50.0))
    beyond = layout.window()
    answer(layout, r.ForgetRun(run="1"))

    assert (following.begin, following.end) == (0, pytest.approx(0.4))
    assert (scrubbed.begin, scrubbed.end) == pytest.approx((2.5, 2.9))
    assert beyond.end == pytest.approx(3.0)
    assert layout.window().end == pytest.approx(0.01)


def test_two_views_of_a_run_list_the_same_runs(run, ran, reset, layout):
    other = LayoutState(run, "network", run.changed)
    ran(10)
    reset()
    answer(other, r.NameRun(run="1", name="first"))

    assert [kept.name for kept in layout.frame(1)[0].runs] == ["first"]
    assert layout.frame(2)[0].runs == other.frame(1)[0].runs


def test_the_picture_of_a_view_has_the_lines_of_drawn_runs(run, ran, fork, layout, sim, network):
    layout.add_plot(LivePlot(network.slow))
    layout.add_plot(LivePlot(network.spikes))
    ran(300)
    ran(200)
    fork(0.4)
    ran(50)

    lines, raster = layout.traces(sim, 6)

    (under,) = lines.under
    assert under.label == "run 1"
    np.testing.assert_allclose(under.values[:, 0], np.sin(6 * under.times), atol=1e-4)
    assert under.times[-1] == pytest.approx(0.5)
    assert raster.under == ()
    answer(layout, r.ShowRun(run="1", shown=False))
    assert layout.traces(sim, 6)[0].under == ()
