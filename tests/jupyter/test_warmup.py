"""A cell that defines a network has TensorFlow imported behind it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from nengo_nb.jupyter.warmup import warm_up

SCRIPT = """
import sys
from nengo_nb.jupyter.warmup import warm_up
thread = warm_up()
import nengo_nb
simulator = nengo_nb.Simulator
thread.join()
assert "tensorflow" in sys.modules
print(simulator.__name__, warm_up())
"""


def test_whoever_needs_the_simulator_meanwhile_waits_for_it():
    environment = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}

    found = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=Path(__file__).parents[2],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert found.stdout.split() == ["Simulator", "None"]
    assert found.stderr == ""


def test_what_is_there_is_not_imported_again(monkeypatch):
    monkeypatch.setitem(sys.modules, "nengo_nb.simulator", sys)

    assert warm_up() is None
