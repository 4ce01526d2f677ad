"""Importing TensorFlow is quiet, and changes nothing of the process."""

from __future__ import annotations

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from nengo_nb import quiet

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


WITHOUT = """
import sys

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name == "tensorflow":
            raise ModuleNotFoundError("No module named 'tensorflow'", name=name)

sys.meta_path.insert(0, Hidden())
import nengo_nb
assert nengo_nb.prepare_compiler()
"""


@pytest.mark.parametrize(
    "line",
    ["nengo_nb.Simulator", "nengo_nb.TensorNode", "nengo_nb.losses", "import nengo_nb.simulator.build"],
)
@pytest.mark.parametrize("level", ["", "2"])
def test_without_tensorflow_one_sentence_says_what_to_install(line, level):
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": level}
    if not level:
        del environment["TF_CPP_MIN_LOG_LEVEL"]

    finished = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WITHOUT + line],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    last = finished.stderr.splitlines()[-1]
    assert last.startswith(
        "nengo_nb.errors.NoTensorFlowError: nengo_nb simulates with TensorFlow, which is not"
    )
    assert last.endswith("pip install tensorflow, or the smaller tensorflow-cpu.")
    assert "During handling" not in finished.stderr


def test_two_distributions_over_each_other_are_named(monkeypatch):
    def find(name, path=None, target=None):
        if name == "tensorflow":
            raise ImportError("libtfkernel_sobol_op.so: cannot open shared object file")

    monkeypatch.delitem(sys.modules, "tensorflow")
    monkeypatch.setattr(sys, "meta_path", [SimpleNamespace(find_spec=find), *sys.meta_path])
    both = [SimpleNamespace(name=name) for name in ("tensorflow-cpu", "numpy", "tensorflow")]
    monkeypatch.setattr(quiet, "distributions", lambda: both)

    with pytest.raises(ImportError, match="sobol") as raised:
        quiet.import_tensorflow()

    assert raised.value.__notes__ == [
        "tensorflow and tensorflow-cpu lie over each other: uninstall all of them, then install one."
    ]


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
