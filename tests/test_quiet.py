"""Importing TensorFlow is quiet, and changes nothing of the process."""

from __future__ import annotations

import os
import subprocess
import sys

SCRIPT = """
import os
asked = os.environ.get("TF_CPP_MIN_LOG_LEVEL")
import nengo, nengo_nb
with nengo.Network() as net:
    nengo.Probe(nengo.Ensemble(5, 1))
with nengo_nb.Simulator(net, progress_bar=False) as sim:
    sim.step()
assert os.environ.get("TF_CPP_MIN_LOG_LEVEL") == asked
os.write(2, b"still here")
"""


def run(**variables: str) -> str:
    environment = {k: v for k, v in os.environ.items() if k != "TF_CPP_MIN_LOG_LEVEL"} | variables
    finished = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return finished.stderr


def test_nothing_is_printed_and_the_environment_stays_as_it_was():
    assert run() == "still here"


def test_who_asks_for_tensorflows_notes_gets_them():
    assert "oneDNN" in run(TF_CPP_MIN_LOG_LEVEL="0", TF_ENABLE_ONEDNN_OPTS="1")
