"""A run has one display, which is updated at most ten times a second and ends as one line."""

import pytest
from IPython.display import DisplayHandle
from nengo.utils.progress import Progress, ProgressTracker

from nengo_nb import progress as progress_room
from nengo_nb.jupyter.outputs.progress import NotebookProgressBar
from nengo_nb.progress import Phase, PhaseProgress, assume_phase


@pytest.fixture
def shown(monkeypatch):
    """Record all updates of displays, as pairs of a display's number and its bundle."""
    shown, handles = [], []

    def display(handle, bundle, raw):
        handles.append(handle)
        shown.append((len(handles), bundle))

    monkeypatch.setattr(DisplayHandle, "display", display)
    monkeypatch.setattr(
        DisplayHandle,
        "update",
        lambda handle, bundle, raw: shown.append((handles.index(handle) + 1, bundle)),
    )
    return shown


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is set."""

    class Clock:
        now = 100.0

    monkeypatch.setattr(progress_room.time, "monotonic", lambda: Clock.now)
    monkeypatch.setattr("nengo.utils.progress.time.time", lambda: Clock.now)
    return Clock


def test_a_running_bar_tells_percent_time_left_and_speed(shown, clock):
    bar = NotebookProgressBar(dt=0.001)
    with PhaseProgress(Phase.SIMULATING, 1000) as progress:
        progress.step(250)
        clock.now += 0.5
        bar.update(progress)

    page = shown[0][1]["text/html"]
    assert "Simulating 25%, 2 s left, 0.5× real time" in page
    assert 'value="0.250"' in page


def test_without_a_time_step_steps_are_counted(shown, clock):
    bar = NotebookProgressBar()
    with PhaseProgress(Phase.SIMULATING, 1000) as progress:
        progress.step(250)
        clock.now += 0.5
        bar.update(progress)

    assert "500 steps per second" in shown[0][1]["text/html"]


def test_phases_are_named_and_a_phase_without_an_end_shows_no_percent(shown, clock):
    bar = NotebookProgressBar(dt=0.001)
    with PhaseProgress(Phase.COMPILING) as progress:
        bar.update(progress)

    assert shown[0][1]["text/html"] == "<div><progress ></progress> Compiling</div>"


def test_updates_come_at_most_ten_times_a_second(shown, clock):
    bar = NotebookProgressBar(dt=0.001)
    with PhaseProgress(Phase.SIMULATING, 1000) as progress:
        for _ in range(100):
            progress.step()
            clock.now += 0.01
            bar.update(progress)

    assert 9 <= len(shown) <= 11


def test_the_end_is_one_line_without_the_time_spent_compiling(shown, clock):
    bar = NotebookProgressBar(dt=0.001)
    whole = PhaseProgress(Phase.SIMULATING, 1000)
    with whole:
        with PhaseProgress(Phase.COMPILING) as compiling:
            bar.update(compiling)
            clock.now += 2
        whole.step(1000)
        clock.now += 0.25
        bar.update(whole)
    bar.update(whole)
    bar.close()

    assert {number for number, _ in shown} == {1}
    line = "1.000 s simulated in 0.25 s (4× real time) after compiling for 2.0 s"
    assert shown[-1][1] == {"text/html": f"<div>{line}</div>", "text/plain": line}


def test_an_interrupted_run_says_how_far_it_came(shown, clock):
    bar = NotebookProgressBar(dt=0.001)
    progress = PhaseProgress(Phase.SIMULATING, 1000)
    progress.__enter__()
    progress.step(300)
    clock.now += 1
    progress.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    bar.update(progress)
    bar.close()

    assert (
        shown[-1][1]["text/plain"] == "0.300 s simulated in 1.00 s (0.3× real time), then stopped"
    )


def test_building_and_running_share_one_display_whatever_the_backend(shown):
    bar = NotebookProgressBar(dt=0.001)
    with bar.one_display():
        with ProgressTracker(bar, Progress("Building", "Build")):
            pass
        assume_phase(bar, Phase.SIMULATING)
        with ProgressTracker(bar, Progress("Simulating", "Simulation", max_steps=5)) as tracker:
            tracker.total_progress.step(5)

    assert {number for number, _ in shown} == {1}
    assert shown[-1][1]["text/plain"].startswith("0.005 s simulated")


def test_two_runs_with_one_bar_have_two_displays(shown):
    bar = NotebookProgressBar(dt=0.001)
    for _ in range(2):
        with ProgressTracker(bar, Progress("Building", "Build")):
            pass

    assert {number for number, _ in shown} == {1, 2}
    assert "Build finished after" in shown[-1][1]["text/plain"]


def test_a_bar_that_saw_nothing_shows_nothing(shown):
    with NotebookProgressBar().one_display():
        pass

    assert shown == []


def test_the_name_of_a_phase_is_only_text(shown):
    bar = NotebookProgressBar()
    with Progress("<script>alert(1)</script>", "x") as progress:
        bar.update(progress)

    assert "<script>" not in shown[0][1]["text/html"]
