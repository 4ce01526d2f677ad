"""Hooks are called at their moments with the simulator, and an error in one is told and no end."""

from __future__ import annotations

import functools
import sys
import threading

import numpy as np
import pytest

import nengo_nb
from nengo_nb.jupyter.live.hooks import HOOK_NAMES, Hooks
from nengo_nb.jupyter.live.layout_state import LayoutState
from tests.jupyter.live.conftest import PATIENCE, Listener


class Diary:
    """Hooks that write down their name, and the step that the simulator is at."""

    def __init__(self, *without):
        self.entries = []
        self.hooks = {
            name: functools.partial(self.write, name) for name in HOOK_NAMES if name not in without
        }

    def write(self, name, sim):
        self.entries.append((name.removeprefix("on_"), sim.n_steps))


@pytest.fixture
def view_of(sim):
    """A function that opens a view with hooks; all are closed at the end."""
    views = []

    def open_view(**hooks):
        views.append(nengo_nb.live(sim, plots=[], sliders=[], **hooks))
        views[-1].run.set_speed(None)
        return views[-1]

    yield open_view
    for view in views:
        view.close()
    for view in views:
        assert view.run.join(PATIENCE)


def step(view, n_steps=1):
    """Take steps, and wait for the pause after them."""
    listener = Listener(view.run)
    view.run.step(n_steps)
    listener.until(lambda: listener.rests == 1)


def reset(view):
    listener = Listener(view.run)
    view.run.reset()
    listener.until(lambda: listener.rests == 1)


# --- moments


def test_each_hook_has_its_moment(view_of):
    diary = Diary()
    view = view_of(**diary.hooks)
    step(view, 2)
    step(view)
    reset(view)
    step(view)
    view.close()
    assert view.run.join(PATIENCE)

    assert diary.entries == [
        ("start", 0),
        ("step", 1),
        ("step", 2),
        ("pause", 2),
        ("continue", 2),
        ("step", 3),
        ("pause", 3),
        ("start", 0),
        ("step", 1),
        ("pause", 1),
        ("close", 1),
    ]


def test_a_reset_by_a_cell_starts_again_too(view_of, sim):
    diary = Diary("on_step")
    view = view_of(**diary.hooks)
    step(view, 30)
    sim.reset()
    step(view, 30)

    # Steps are counted from where the view saw the simulation last.
    assert diary.entries == [("start", 0), ("pause", 30), ("start", 0), ("pause", 60)]


def test_hooks_given_to_a_simulation_under_way_start_where_it_is(view_of, sim):
    sim.run_steps(5)
    diary = Diary("on_step")
    step(view_of(**diary.hooks))

    assert diary.entries == [("start", 5), ("pause", 6)]


def test_a_hook_after_a_step_sees_that_very_step_and_changes_no_number(view_of, sim, network):
    seen = []

    def record(sim):
        seen.append((sim.n_steps, sim.time, sim.data[network.decoded][-1].copy()))

    step(view_of(on_step=record), 120)
    with nengo_nb.Simulator(network.net, progress_bar=False) as whole:
        whole.run_steps(120)

    numbers, times, values = zip(*seen, strict=True)
    assert numbers == tuple(range(1, 121))
    np.testing.assert_allclose(times, whole.trange())
    np.testing.assert_array_equal(values, whole.data[network.decoded])


def test_without_a_hook_after_steps_chunks_are_as_long_as_ever(view_of, sim, monkeypatch):
    counts = []

    def count(n_steps, **options):
        counts.append(n_steps)
        type(sim).run_steps(sim, n_steps, **options)

    monkeypatch.setattr(sim, "run_steps", count)
    step(view_of(on_pause=lambda sim: None), 10)
    step(view_of(on_step=lambda sim: None), 10)

    assert counts == [10] + 10 * [1]


def test_an_input_takes_effect_at_the_next_step(view_of, sim, network):
    def steer(sim):
        if sim.n_steps == 25:
            view.run.overrides.grab("wave", [7.0, None])

    view = view_of(on_step=steer)
    step(view, 40)

    np.testing.assert_allclose(sim.data[network.slow][2:, 0], 7.0)
    assert abs(sim.data[network.slow][1, 0]) <= 1


def test_a_hook_may_pause_the_run_where_it_is(view_of, sim):
    def stop_at_17(sim):
        if sim.n_steps == 17:
            view.pause()

    view = view_of(on_step=stop_at_17)
    listener = Listener(view.run)
    view.play(None)
    listener.until(lambda: listener.rests == 1)

    assert sim.n_steps == 17


def test_no_cell_takes_a_step_between_a_step_and_its_hook(view_of, sim):
    numbers = []
    inside = threading.Event()

    def record(sim):
        before = sim.n_steps
        inside.set()
        beside.join(0.001)
        numbers.append((before, sim.n_steps))

    view = view_of(on_step=record)
    beside = threading.Thread(target=lambda: inside.wait(PATIENCE) and sim.run_steps(50))
    beside.start()
    step(view, 20)
    beside.join(PATIENCE)

    assert all(before == after for before, after in numbers)
    assert sim.n_steps > 50


# --- errors


def fail(sim):
    if sim.n_steps >= 3:
        raise RuntimeError("no more")


@pytest.mark.parametrize("name", ["on_step", "on_pause", "on_start", "on_continue"])
def test_an_error_pauses_the_run_and_is_shown_with_its_hook_and_line(view_of, sim, name):
    if name == "on_start":
        sim.run_steps(3)
    view = view_of(**{name: fail})
    step(view, 3)
    if name == "on_continue":
        step(view)
    frame, _ = view.widget.layout_state.frame(1)

    assert frame.error.splitlines() == [
        "RuntimeError: no more",
        f"This happened in the hook {name}, at {sim.time:g} s (step {sim.n_steps}).",
    ]
    assert frame.traceback.splitlines()[0].endswith("in fail")
    (arrow,) = (line for line in frame.traceback.splitlines() if line.startswith("---->"))
    assert arrow.endswith('raise RuntimeError("no more")')
    assert "locking" not in frame.traceback
    assert not view.run.playing


def test_no_step_is_lost_where_a_hook_fails(view_of, sim, network):
    view = view_of(on_step=fail)
    step(view, 10)
    reached = sim.n_steps
    step(view_of(on_step=lambda sim: None), 7)
    with nengo_nb.Simulator(network.net, progress_bar=False) as whole:
        whole.run_steps(10)

    assert reached == 3
    np.testing.assert_array_equal(sim.data[network.decoded], whole.data[network.decoded])


def test_a_hook_that_ends_the_process_ends_neither_run_nor_thread(view_of):
    view = view_of(on_step=lambda sim: sys.exit(2))
    step(view, 5)

    assert view.run.error.startswith("SystemExit: 2")
    assert not view.run.ended


def test_a_hook_that_uses_another_closed_simulator_says_so(view_of, network):
    with nengo_nb.Simulator(network.net, progress_bar=False) as other:
        pass
    view = view_of(on_step=lambda sim: other.step())
    step(view, 5)

    assert "SimulatorClosed" in view.run.error
    assert "on_step" in view.run.error


@pytest.mark.parametrize("method", ["run", "step", "reset", "close", "clear_probes"])
@pytest.mark.parametrize("name", ["on_start", "on_step", "on_pause"])
def test_what_would_change_the_simulator_is_refused(view_of, sim, method, name):
    arguments = (0.1,) if method == "run" else ()
    view = view_of(**{name: lambda sim: getattr(sim, method)(*arguments)})
    step(view, 4)

    called = "run_steps" if method in ("run", "step") else method
    assert f"{called} cannot be called from the hook {name}: " in view.run.error
    assert "is running." in view.run.error
    assert sim.n_steps == {"on_start": 0, "on_step": 1, "on_pause": 4}[name]
    sim.run_steps(1)  # is free again


def test_a_reset_of_the_run_is_an_order_that_waits_for_the_hook(view_of, sim):
    def reset_once(sim):
        numbers.append(sim.n_steps)
        if numbers == [1, 2, 3]:
            view.run.reset()

    numbers = []
    view = view_of(on_step=reset_once)
    listener = Listener(view.run)
    view.play(None)
    listener.until(lambda: 3 in numbers[3:])

    assert 1 in numbers[3:]


@pytest.mark.parametrize("hook", [3, "record", [print]])
def test_a_hook_is_a_function(sim, hook):
    with pytest.raises(ValueError, match="on_pause is a function of the simulator"):
        nengo_nb.live(sim, on_pause=hook)


def test_a_hook_is_not_awaited(sim):
    async def record(sim):
        pass

    with pytest.raises(ValueError, match="on_step cannot be an async function"):
        nengo_nb.live(sim, on_step=record)


# --- whose hooks


def test_the_newest_view_with_hooks_has_them_and_takes_them_with_it(view_of):
    first, second = Diary("on_step"), Diary("on_step")
    view = view_of(**first.hooks)
    step(view)
    other = view_of(**second.hooks)
    third = view_of()
    step(view)
    other.close()
    step(third)
    view.close()
    third.close()
    assert view.run.join(PATIENCE)

    assert first.entries == [("start", 0), ("pause", 1), ("close", 1)]
    assert second.entries == [("start", 1), ("pause", 2), ("close", 2)]


def test_a_view_that_another_one_took_the_place_of_takes_no_hooks_with_it(view_of):
    first, second = Diary("on_step"), Diary("on_step")
    view = view_of(**first.hooks)
    other = view_of(**second.hooks)
    view.close()
    step(other)

    assert second.entries == [("start", 0), ("pause", 1)]


def test_a_simulator_that_is_closed_closes_hooks_once_with_its_data(view_of, sim, network):
    closed = []
    view = view_of(on_close=lambda sim: closed.append((sim.closed, len(sim.data[network.decoded]))))
    step(view, 4)
    sim.close()
    assert view.run.join(PATIENCE)
    view.close()

    assert closed == [(True, 4)]


def test_an_error_at_the_end_is_logged(view_of, caplog):
    def fail_to_close(sim):
        raise OSError("the disk is full")

    view = view_of(on_close=fail_to_close)
    view.close()
    assert view.run.join(PATIENCE)

    assert "the hook on_close of a live view failed" in caplog.text
    assert "the disk is full" in caplog.text


def test_a_new_simulator_has_no_hooks(network, view_of):
    diary = Diary()
    view_of(**diary.hooks)
    with nengo_nb.Simulator(network.net, progress_bar=False) as rebuilt:
        view = nengo_nb.live(rebuilt)
        layout = LayoutState(view.run, "network", lambda: None)
        step(view, 3)
        assert layout.frame(1)[0].n_steps == 3
        view.close()

    assert diary.entries == []


def test_hooks_print_themselves_and_none_are_false():
    assert not Hooks()
    assert Hooks(on_close=print)


def test_a_hook_may_write_to_signals(view_of, sim, network):
    def push(sim):
        if sim.n_steps == 10:
            sim.signals[voltage][:] = 0.0
            written.append(sim.n_steps)

    voltage, written = sim.model.sig[network.a.neurons]["voltage"], []
    view = view_of(on_step=push)
    step(view, 40)
    with nengo_nb.Simulator(network.net, progress_bar=False) as undisturbed:
        undisturbed.run_steps(40)

    decoded, expected = sim.data[network.decoded], undisturbed.data[network.decoded]
    assert written == [10]
    assert not view.run.error
    np.testing.assert_array_equal(decoded[:10], expected[:10])
    assert not np.allclose(decoded[10:], expected[10:])
