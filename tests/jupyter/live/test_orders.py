"""Orders of a live run that meet: what is asked for last is what holds, and every pause is told."""

from __future__ import annotations

import threading

import pytest

from tests.jupyter.live.conftest import PATIENCE, Listener


@pytest.fixture
def halted(run, sim, monkeypatch):
    """A run whose first chunk waits until the test lets it go on."""
    begun, go_on = threading.Event(), threading.Event()

    def wait_first(count, **options):
        begun.set()
        assert go_on.wait(PATIENCE)
        type(sim).run_steps(sim, count, **options)

    monkeypatch.setattr(sim, "run_steps", wait_first)
    run.set_speed(None)
    run.step(5)
    assert begun.wait(PATIENCE)
    yield go_on
    go_on.set()


def refuse(sim):
    raise RuntimeError("this order fails")


def test_play_after_an_order_that_fails_plays(run, halted, listener):
    run.do(refuse)
    run.play()
    halted.set()
    listener.until(lambda: run.error != "")

    assert "this order fails" in run.error
    listener.until(lambda: run.reached.n_steps > 100)
    assert run.playing


def test_an_order_that_fails_pauses_what_was_started_before(run, halted, listener):
    run.play()
    run.do(refuse)
    halted.set()
    listener.until(lambda: listener.rests == 1)

    assert "this order fails" in run.error
    assert not run.playing


def test_play_while_the_last_step_of_a_goal_is_taken_plays_on(run, halted, listener):
    run.play()
    halted.set()

    listener.until(lambda: run.reached.n_steps > 100)
    assert run.playing


def test_going_back_after_a_reset_that_is_not_done_yet_is_the_reset(run, halted, listener):
    run.reset()
    run.go_back(0.5)
    run.step(7)
    halted.set()
    listener.until(lambda: listener.rests == 1)

    assert run.error == ""
    assert run.reached.n_steps == 7


@pytest.mark.parametrize("speed", [0.05, 1.0, None])
def test_every_pause_is_told_however_short_it_played(run, listener, speed):
    """At a low speed the run waits between two chunks for most of the time."""
    run.set_speed(speed)
    for count in range(1, 9):
        reached = run.reached.n_steps
        run.play()
        listener.until(lambda reached=reached: run.reached.n_steps > reached)
        run.pause()
        listener.until(lambda count=count: listener.rests >= count)

    assert listener.rests == 8


def test_the_end_of_a_run_that_plays_is_told_as_a_pause_is(run, listener, sim):
    run.play()
    listener.until(lambda: run.reached.n_steps > 0)

    sim.close()

    listener.until(lambda: listener.rests == 1)
    assert run.join(PATIENCE)
    assert listener.rests == 1


def test_a_view_that_is_closed_while_it_plays_keeps_what_it_shows(run, listener):
    view = Listener(run)
    run.enter(view)
    run.play()
    listener.until(lambda: run.reached.n_steps > 0)

    run.leave(view)

    assert view.rests == 1
    assert run.ended == "its last view was closed"
