"""A live run: orders reach the thread, data stay whole, and everything ends."""

import gc
import threading
import time
import weakref

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.jupyter.live.run import LiveRun
from nengo_nb.jupyter.live.runs import live_runs
from tests.jupyter.live.conftest import PATIENCE, Listener


def test_playing_goes_on_until_paused_while_others_read_the_data(run, listener, sim, network):
    run.set_speed(None)
    run.play()
    listener.until(lambda: run.reached.n_steps > 200)
    read = len(sim.data[network.decoded])
    run.pause()
    listener.until(lambda: listener.rests == 1)

    assert read > 0
    assert len(sim.data[network.decoded]) == sim.n_steps == run.reached.n_steps


def test_what_ran_live_is_what_runs_at_once(ran, sim, network):
    ran(30)
    ran(70)

    with nengo_nb.Simulator(network.net, progress_bar=False) as whole:
        whole.run_steps(100)
    np.testing.assert_array_equal(sim.data[network.decoded], whole.data[network.decoded])


def test_a_run_is_never_faster_than_its_speed(run, listener):
    run.set_speed(2.0)
    run.play()
    listener.until(lambda: run.time > 0.5)
    begin, reached = time.perf_counter(), run.time
    listener.until(lambda: run.time > reached + 1.0)

    assert time.perf_counter() - begin > 0.4


def test_running_to_a_time_ends_there(run, listener):
    run.set_speed(None)
    run.run_to(0.123)
    listener.until(lambda: listener.rests == 1)

    assert run.reached.n_steps == 123
    with pytest.raises(ValueError, match="0.1 s is not ahead"):
        run.run_to(0.1)


def test_a_new_speed_need_not_wait_for_a_chunk_of_the_old_one(run, listener, sim, monkeypatch):
    """A chunk of some milliseconds holds steps that would take minutes at the new speed."""

    def slow_down(count, **options):
        type(sim).run_steps(sim, count, **options)
        run.set_speed(1e-3)

    monkeypatch.setattr(sim, "run_steps", slow_down)
    run.set_speed(None)
    run.play()
    listener.until(lambda: run.reached.n_steps > 100)
    begin, reached = time.perf_counter(), run.reached.n_steps
    listener.until(lambda: run.reached.n_steps > reached)

    assert time.perf_counter() - begin < 100 * sim.dt / 1e-3


@pytest.mark.parametrize("speed", [0, -1, float("nan"), float("inf")])
def test_a_speed_is_above_zero(run, speed):
    with pytest.raises(ValueError, match="above zero"):
        run.set_speed(speed)


def test_a_held_node_outputs_what_it_is_held_at_until_it_is_released(run, ran, sim, network):
    ran(10)
    run.overrides.grab("wave", [3, -3])
    ran(10)
    run.overrides.release("wave")
    ran(10)

    slow = sim.data[network.slow]
    assert slow.shape == (3, 2)
    np.testing.assert_allclose(slow[1], [3, -3])
    np.testing.assert_allclose(slow[2], [np.sin(0.18), np.cos(0.18)], rtol=1e-5)
    np.testing.assert_allclose(run.reached.outputs["wave"][0], slow[2])
    np.testing.assert_allclose(run.reached.outputs["constant"][0], [0.5])


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("wave", [1], "outputs 2 values, not 1"),
        ("wave", [1, float("nan")], "finite"),
        ("wave", [1, "x"], "numbers"),
        ("a", [1, 2], "no output of its own"),
    ],
)
def test_bad_values_are_refused_and_change_nothing(run, name, values, message):
    with pytest.raises(ValueError, match=message):
        run.overrides.grab(name, values)

    assert run.overrides.held == {}


def test_reset_begins_anew(run, ran, listener, sim, network):
    ran(50)
    first = sim.data[network.decoded].copy()
    run.reset()
    listener.until(lambda: run.reached.n_steps == 0)
    ran(50)

    np.testing.assert_array_equal(sim.data[network.decoded], first)


def test_going_back_to_a_stored_moment_and_branching_there(run, ran, listener, sim, network):
    ran(300)
    ran(200)
    moments = run.checkpoints.times
    run.go_back(0.4)
    listener.until(lambda: run.reached.branch == 1)
    reached = run.reached.n_steps
    run.overrides.grab("wave", [0, 0])
    ran(50)

    assert reached == round(max(moment for moment in moments if moment <= 0.4) / sim.dt)
    assert len(sim.data[network.decoded]) == reached + 50
    np.testing.assert_allclose(sim.data[network.slow][-1], [0, 0])


@pytest.mark.parametrize(
    ("seconds", "message"), [(0.5, "run the simulation first"), (float("nan"), "first")]
)
def test_nothing_is_stored_before_the_first_step(run, seconds, message):
    with pytest.raises(ValueError, match=message):
        run.go_back(seconds)


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("-inf")])
def test_there_is_no_moment_before_the_first_one(run, ran, seconds):
    ran(10)

    with pytest.raises(ValueError, match="first stored moment is at 0.000 s"):
        run.go_back(seconds)

    assert run.reached.n_steps == 10


def test_moments_stay_few_however_long_a_run_is(run, ran):
    for _ in range(60):
        ran(250)

    assert 20 < len(run.checkpoints.times) <= 48


def test_an_error_in_a_node_pauses_with_its_message_and_the_data_before_it():
    def fails(t):
        if t > 0.05:
            raise RuntimeError("the sensor is unplugged")
        return t

    with nengo.Network() as net:
        probe = nengo.Probe(nengo.Node(fails, label="sensor"))
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        run = live_runs.open(sim)
        listener = Listener(run)
        run.play()
        listener.until(lambda: run.error != "")
        listener.until(lambda: listener.rests == 1)

        assert "the sensor is unplugged" in run.error
        assert not run.playing
        assert len(sim.data[probe]) == sim.n_steps <= 50
        run.end("the test is over")
        assert run.join(PATIENCE)


def test_a_cell_that_runs_the_simulator_meanwhile_takes_its_turn(run, listener, sim, network):
    run.set_speed(None)
    run.play()
    listener.until(lambda: run.reached.n_steps > 10)

    before = sim.n_steps
    sim.run_steps(500)

    assert sim.n_steps >= before + 500
    run.pause()
    listener.until(lambda: listener.rests == 1)
    assert len(sim.data[network.decoded]) == sim.n_steps


def test_closing_the_simulator_ends_the_run(network):
    sim = nengo_nb.Simulator(network.net, progress_bar=False)
    run = live_runs.open(sim)
    run.play()
    sim.close()

    assert run.join(PATIENCE)
    assert run.ended == "its simulator was closed"
    with pytest.raises(ValueError, match="cannot go on"):
        run.play()


def test_a_simulator_that_is_closed_and_gone_at_once_was_closed(network):
    sim = nengo_nb.Simulator(network.net, progress_bar=False)
    run = live_runs.open(sim)
    gone = weakref.ref(sim)
    sim.close()
    del sim

    assert run.join(PATIENCE)
    assert gone() is None
    assert run.ended == "its simulator was closed"


def test_a_simulator_that_nobody_holds_is_collected_and_its_thread_ends(network):
    sim = nengo_nb.Simulator(network.net, progress_bar=False)
    run = live_runs.open(sim)
    listener = Listener(run)
    run.step(20)
    listener.until(lambda: listener.rests == 1)
    gone = weakref.ref(sim)
    with pytest.warns(ResourceWarning, match="deallocated while open"):
        del sim
        gc.collect()

    assert gone() is None
    assert run.join(PATIENCE)
    assert run.ended == "its simulator is gone"


def test_two_views_share_one_run(sim, run):
    assert live_runs.open(sim) is run
    assert sum(thread.name == "nengo_nb-live-run" for thread in threading.enumerate()) == 1


def test_threads_that_ask_at_the_same_moment_get_the_same_run(sim, monkeypatch):
    everyone, runs = threading.Barrier(4), []
    slow = LiveRun.__init__

    def take_long(self, sim):
        time.sleep(0.05)
        slow(self, sim)

    def ask():
        everyone.wait(PATIENCE)
        runs.append(live_runs.open(sim))

    monkeypatch.setattr(LiveRun, "__init__", take_long)
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)

    assert len(runs) == 4
    assert len(set(runs)) == 1
    runs[0].end("the test is over")
    assert runs[0].join(PATIENCE)


def test_closing_the_last_view_stops_the_simulation_and_ends_all_threads(sim, network):
    one, two = nengo_nb.live(sim), nengo_nb.live(sim)
    one.play(speed=None)

    one.close()
    assert two.run.playing
    two.close()

    assert two.run.join(PATIENCE)
    assert two.run.ended == "its last view was closed"
    assert one.widget.frame_scheduler.join(PATIENCE)
    assert two.widget.frame_scheduler.join(PATIENCE)
    assert len(sim.data[network.decoded]) == sim.n_steps


def test_a_closed_view_is_released_with_what_it_kept_in_memory(sim):
    view = nengo_nb.live(sim)
    gone = [weakref.ref(thing) for thing in (view, view.widget, view.widget.layout_state, view.run)]
    view.close()
    assert view.run.join(PATIENCE)

    del view
    live_runs.open(sim).end("the test is over")
    gc.collect()

    assert [thing() for thing in gone] == [None] * 4


def test_a_simulator_keeps_nothing_of_the_views_it_had(sim):
    def open_and_close_a_view():
        view = nengo_nb.live(sim)
        view.close()
        assert view.run.join(PATIENCE)

    def events():
        gc.collect()
        return sum(isinstance(thing, threading.Event) for thing in gc.get_objects())

    open_and_close_a_view()  # what the first one needs stays
    before = events()
    for _ in range(3):
        open_and_close_a_view()
    live_runs.open(sim).end("the test is over")

    assert events() == before


def test_what_cannot_run_live_is_refused(network):
    with (
        nengo.Simulator(network.net, progress_bar=False) as theirs,
        pytest.raises(TypeError, match="Simulator"),
    ):
        live_runs.open(theirs)
    sim = nengo_nb.Simulator(network.net, progress_bar=False)
    sim.close()
    with pytest.raises(ValueError, match="closed"):
        live_runs.open(sim)
    with network.net:
        nengo_nb.configure_settings(stateful=False)
    with (
        nengo_nb.Simulator(network.net, progress_bar=False) as forgetful,
        pytest.raises(ValueError, match="stateful"),
    ):
        live_runs.open(forgetful)


def test_an_observer_is_told_of_runs_that_there_are_and_of_those_that_start(sim, network):
    class Observer:
        def __init__(self):
            self.seen = []

        def on_start(self, run):
            self.seen.append(run)

    run, observer = live_runs.open(sim), Observer()
    live_runs.observe(observer)

    with nengo_nb.Simulator(network.net, progress_bar=False) as other:
        later = live_runs.open(other)
        live_runs.open(other)

        assert run in observer.seen
        assert observer.seen.count(later) == 1
