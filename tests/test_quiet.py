"""Importing TensorFlow is quiet, and changes nothing of the process."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest

from nengo_nb import tensorflow_log

SCRIPT = """
import os
import re
asked = os.environ.get("TF_CPP_MIN_LOG_LEVEL")
import nengo, nengo_nb
with nengo.Network() as net:
    nengo.Probe(nengo.Ensemble(5, 1))
with nengo_nb.Simulator(net, progress_bar=False) as sim:
    sim.keras_model
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
import nengo
import nengo_nb
assert nengo_nb.prepare_compiler()
"""


@pytest.mark.parametrize(
    "line",
    [
        "nengo_nb.Simulator(nengo.Network())",
        "with nengo.Network(): nengo_nb.TensorNode(abs)",
        "nengo_nb.losses",
        "import nengo_nb.quiet",
    ],
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
    monkeypatch.setattr(tensorflow_log, "distributions", lambda: both)

    with pytest.raises(ImportError, match="sobol") as raised:
        tensorflow_log.import_tensorflow()

    assert raised.value.__notes__ == [
        (
            "tensorflow and tensorflow-cpu lie over each other: uninstall all of them, then "
            "install "
            "one."
        )
    ]


def run(script: str = SCRIPT, **variables: str) -> str:
    environment = {k: v for k, v in os.environ.items() if k != "TF_CPP_MIN_LOG_LEVEL"} | variables
    finished = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return finished.stderr


def test_nothing_is_printed_and_the_environment_stays_as_it_was():
    assert run() == "still here"


def test_who_wants_fewer_lines_gets_none_of_the_notes_either():
    """TensorFlow itself writes some of them whatever the level is."""
    printed = run(TF_CPP_MIN_LOG_LEVEL="1")

    assert not re.search(r"^I\d{4} |absl::InitializeLog", printed, re.MULTILINE)
    assert printed.endswith("still here")


def test_who_asks_for_tensorflows_notes_gets_them():
    assert "oneDNN" in run(TF_CPP_MIN_LOG_LEVEL="0", TF_ENABLE_ONEDNN_OPTS="1")


@pytest.mark.parametrize("module", ["nengo_nb.objects.losses", "nengo_nb.jupyter.training.runner"])
def test_a_module_that_is_imported_by_itself_is_quiet_too(module):
    assert run(script=f"import os, {module}; os.write(2, b'still here')") == "still here"


@pytest.mark.parametrize(
    ("level", "left"),
    [(0, "IWEX"), (1, "WEX"), (2, "EX"), (3, "X"), (9, "X")],
    ids=lambda value: str(value),
)
def test_the_level_says_which_severities_are_left_out(level, left, capfd):
    with tensorflow_log.only_what_matters(level):
        for severity in "IWE":
            os.write(
                2, f"{severity}0000 00:00:1795936075.851572 14133 port.cc:153] line\n".encode()
            )
        os.write(2, b"X is what else is printed\n")

    assert "".join(line[0] for line in capfd.readouterr().err.splitlines()) == left


@pytest.mark.parametrize(
    ("asked", "level"),
    [(None, 1), ("0", 0), ("2", 2), (" 3", 3), ("", 0), ("nonsense", 0), ("-1", 0)],
)
def test_the_environment_is_read_as_tensorflow_reads_it(asked, level):
    assert tensorflow_log.level_of({} if asked is None else {tensorflow_log.LEVEL: asked}) == level


def test_false_alarms_of_tensorflow_are_left_out_and_true_ones_are_not(capfd):
    begin = b"0000 00:00:1795963922.730475    7825 "
    false = (
        (
            b"cuda_dnn.cc:8579] Unable to register cuDNN factory: Attempting to register factory for "
            b"plugin cuDNN when one has already been registered\n"
        ),
        b"computation_placer.cc:177] computation placer already registered. Please check linkage\n",
    )
    true = b"cuda_dnn.cc:8579] Could not create cudnn handle\n"

    with tensorflow_log.only_what_matters(tensorflow_log.NOTES):
        for line in (*false, true):
            os.write(2, b"E" + begin + line)

    assert capfd.readouterr().err == (b"E" + begin + true).decode()
