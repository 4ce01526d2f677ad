"""The benchmark of waits compares like with like, and marks what misses its goal."""

from __future__ import annotations

import json
import subprocess
import sys
from types import SimpleNamespace

import nengo
import pytest

from tests.benchmarks import wait, wait_loops
from tests.benchmarks.wait_table import Wait, geometric_mean, marked, model_row, ratio, wall_of
from tests.benchmarks.worker import ROOT


def waits(*walls: float) -> list[Wait]:
    return [Wait(wall, wall) for wall in walls]


def test_a_ratio_is_the_median_of_the_rounds():
    """A round that another program has slowed down does not decide."""
    assert ratio(waits(1, 1, 9), waits(2, 2, 2), wall_of) == 0.5


def test_a_ratio_that_misses_its_goal_is_marked():
    assert marked(1.054, 1.05) == "1.05"
    assert marked(1.06, 1.05) == "1.06!"
    assert marked(float("nan"), 1.05) == "-"


def test_a_mean_leaves_out_what_was_not_measured():
    assert geometric_mean([2.0, 8.0, float("nan")]) == pytest.approx(4.0)


def test_a_simulator_that_failed_leaves_a_gap_in_its_row():
    row = model_row("plant", 150, {("nengo", "cold"): waits(1)}, 1.0, has_nengo_dl=True)

    assert row[2:8] == ["1.00", "1.00", "-", "-", "-", "-"]
    assert row[-2:] == ["-", "-"]


def test_a_warm_run_finds_the_folders_of_the_cold_one_and_nobody_elses():
    measured = list(wait.turns(["nengo", "nengo_nb"], 2))
    folders = {(peer, state): caches for peer, state, caches in measured[:4]}

    assert [(peer, state) for peer, state, _ in measured[:4]] == [
        ("nengo", "cold"),
        ("nengo_nb", "cold"),
        ("nengo", "warm"),
        ("nengo_nb", "warm"),
    ]
    assert measured[4][0] == "nengo_nb"  # the order changes with every round
    assert folders["nengo_nb", "cold"] == folders["nengo_nb", "warm"]
    assert folders["nengo", "cold"] != folders["nengo_nb", "cold"]
    assert measured[0][2] != measured[5][2]  # a new folder in every round


@pytest.mark.parametrize("name", ["edits", "step", "look", "plant-150"])
def test_a_loop_runs_with_nengo(name, monkeypatch):
    monkeypatch.setattr(wait_loops, "STEPS", 3)
    peer = SimpleNamespace(
        open=lambda network, minibatch: nengo.Simulator(network, progress_bar=False)
    )

    turns = wait_loops.LOOPS[name].turns("nengo", peer)

    next(turns)()
    turns.close()


def test_a_script_tells_its_phases(tmp_path):
    command = [sys.executable, str(wait.SCRIPT), "nengo", "single-neuron", "0.005"]
    finished = subprocess.run(
        command,
        env={"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore", "WAIT_DECODERS": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    report = json.loads(finished.stdout.splitlines()[-1])

    assert report.pop("neurons") == 1
    assert list(report) == [
        "import nengo",
        "import simulator",
        "make network",
        "build",
        "run",
        "close",
    ]
    assert min(report.values()) >= 0
