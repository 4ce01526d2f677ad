"""The package as a whole: its names, how quickly it loads, its entry point, and
``python -m nengo_nb``.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import socket
import subprocess
import sys
import types
from pathlib import Path

import nbformat
import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb import __main__ as command
from nengo_nb.errors import SettingError
from nengo_nb.tutorials import copy_tutorials, execute_notebook, load_mnist, tutorials_folder

NAMES = {
    "Converter",
    "Keyboard",
    "Layer",
    "LeakyReLU",
    "LivePlot",
    "LiveExpression",
    "LiveSlider",
    "Simulator",
    "SoftLIFRate",
    "SpikingLeakyReLU",
    "TensorNode",
    "callbacks",
    "check",
    "compare",
    "configure_settings",
    "converter",
    "dists",
    "live",
    "load_ipython_extension",
    "losses",
    "networks",
    "obj",
    "plot",
    "prepare_compiler",
    "print_op",
    "run",
    "show",
    "surrogates",
    "tensor_layer",
    "train",
    "unload_ipython_extension",
}


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_notebook(path: Path, *cells: str) -> Path:
    content = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in cells]
    )
    for number, cell in enumerate(content.cells):
        cell["id"] = f"cell-{number}"
    nbformat.write(content, path)
    return path


# --- names
# ------------------------------------------------------------------------------------------------


def test_the_public_names_are_these():
    assert set(nengo_nb.__all__) == NAMES
    assert set(dir(nengo_nb)) >= NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_public_name_is_there(name):
    value = getattr(nengo_nb, name)

    assert callable(value) or value.__doc__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'nengo_nb' has no attribute 'Simulater'"):
        _ = nengo_nb.Simulater


def test_importing_and_loading_the_extension_take_less_than_a_second(tmp_path):
    """In processor time, as other tests may be running; in a notebook IPython is there already."""
    script = """
import time, IPython
begin = time.process_time()
import nengo_nb
nengo_nb.load_ipython_extension
print(time.process_time() - begin)
"""
    command = [sys.executable, "-c", script]
    path = {"PYTHONPATH": str(Path(nengo_nb.__file__).parents[1])}

    found = subprocess.run(
        command,
        env={**os.environ, **path},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert float(found.stdout) < 1


def test_building_a_simulator_prints_nothing(tmp_path):
    """TensorFlow says nothing of drivers and devices, neither while it loads nor when it
    compiles.
    """
    script = """
import nengo, nengo_nb
with nengo.Network() as net:
    nengo.Probe(nengo.Ensemble(5, 1))
with nengo_nb.Simulator(net, minibatch_size=1, progress_bar=False) as sim:
    sim.run(0.01)
"""
    environment = {
        name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"
    }

    finished = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        env={**environment, "PYTHONPATH": str(Path(nengo_nb.__file__).parents[1])},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert finished.stdout + finished.stderr == ""


def test_nengo_finds_the_simulator_as_a_backend():
    (entry,) = importlib.metadata.entry_points(group="nengo.backends", name="nb")

    assert entry.load() is nengo_nb.Simulator


def test_the_version_is_that_of_the_installed_package():
    assert importlib.metadata.version("nengo-nb") == nengo_nb.__version__


def test_settings_are_reached_from_the_package():
    with nengo.Network(), pytest.raises(SettingError):
        nengo_nb.configure_settings(speed="fast")


# --- the digits of the tutorials
# --------------------------------------------------------------------------


def test_without_a_network_the_tutorials_learn_from_a_part_of_mnist(monkeypatch, capsys):
    def fail():
        raise Exception("URL fetch failure on https://example.com: None -- no route to host")

    monkeypatch.setattr("keras.datasets.mnist.load_data", fail)
    timeout = socket.getdefaulttimeout()

    (images, labels), (test_images, test_labels) = load_mnist()

    assert images.shape == (5000, 28, 28)
    assert test_images.shape == (1000, 28, 28)
    assert images.dtype == labels.dtype == test_labels.dtype == np.uint8
    assert [*labels[:5], *test_labels[:5]] == [5, 0, 4, 1, 9, 7, 2, 1, 0, 4]
    assert "could not be downloaded (URL fetch failure" in capsys.readouterr().out
    assert socket.getdefaulttimeout() == timeout


def test_with_a_network_they_learn_from_all_of_it(monkeypatch, capsys):
    whole = (("images", "labels"), ("more images", "more labels"))
    monkeypatch.setattr("keras.datasets.mnist.load_data", lambda: whole)

    assert load_mnist() == whole
    assert capsys.readouterr().out == ""


# --- python -m nengo_nb
# -----------------------------------------------------------------------------------


def test_tutorials_are_copied_in_reading_order_and_then_the_examples(folder):
    copies = copy_tutorials(folder / "here")

    originals = tutorials_folder()
    numbered = sorted(path.name for path in originals.glob("*.ipynb"))
    examples = sorted(path.name for path in (originals / "examples").glob("*.ipynb"))
    assert [copy.relative_to(folder / "here") for copy in copies] == [
        *map(Path, numbered),
        *(Path("examples", name) for name in examples),
    ]
    assert copies[0].read_bytes() == (originals / copies[0].name).read_bytes()


def test_a_changed_copy_is_kept(folder):
    first = copy_tutorials(folder)[0]
    first.write_text("mine")

    copy_tutorials(folder)

    assert first.read_text() == "mine"


def test_lab_opens_on_the_first_tutorial_with_the_users_options(folder, monkeypatch):
    started = []
    lab = types.SimpleNamespace(LabApp=types.SimpleNamespace(launch_instance=started.append))
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", lab)
    monkeypatch.setattr(command.os, "geteuid", lambda: 1000)

    code = command.main(["--dir", "mine", "--no-browser", "--port", "8890"])

    assert code == 0
    assert started == [["01_first_network.ipynb", "--no-browser", "--port", "8890"]]
    assert Path.cwd() == folder / "mine"
    assert Path("01_first_network.ipynb").is_file()


@pytest.mark.parametrize(
    ("arguments", "missing"), [([], "jupyterlab"), (["--headless"], "nbclient"), ([], "ipykernel")]
)
def test_without_jupyter_one_sentence_says_what_to_install(
    folder, monkeypatch, capsys, arguments, missing
):
    monkeypatch.setattr(
        command.importlib.util, "find_spec", lambda name: None if name == missing else name
    )

    code = command.main(arguments)

    assert code == 2
    assert (
        capsys.readouterr().err
        == f"{missing} is not installed. Install it with: pip install 'nengo-nb[jupyter]'\n"
    )
    assert not list(folder.iterdir())


def test_to_execute_a_notebook_takes_no_jupyterlab(folder, monkeypatch):
    write_notebook(folder / "sum.ipynb", "40 + 2")
    monkeypatch.setattr(
        command.importlib.util, "find_spec", lambda name: None if name == "jupyterlab" else name
    )

    assert command.main(["--headless", "sum.ipynb"]) == 0


def test_a_notebook_is_executed_in_a_kernel_of_its_own(folder, capsys):
    notebook = write_notebook(folder / "sum.ipynb", "x = 40", "x + 2")
    before = notebook.read_bytes()

    code = command.main(["--headless", "sum.ipynb"])

    assert code == 0
    assert f"The result is {folder / 'sum.executed.ipynb'}" in capsys.readouterr().out
    outputs = json.loads((folder / "sum.executed.ipynb").read_text())["cells"][1]["outputs"]
    assert outputs[0]["data"]["text/plain"] == ["42"]
    assert notebook.read_bytes() == before


def test_a_failing_cell_is_shown_and_what_ran_before_is_kept(folder, capsys):
    write_notebook(folder / "bad.ipynb", "print('fine')", "1 / 0")

    code = command.main(["--headless", "bad.ipynb"])

    assert code == 1
    assert "ZeroDivisionError: division by zero" in capsys.readouterr().err
    assert "fine" in (folder / "bad.executed.ipynb").read_text()


def test_a_notebook_that_does_not_exist_is_named_with_those_that_do(folder, capsys):
    code = command.main(["--headless", "missing.ipynb"])

    assert code == 2
    assert (
        "There is no notebook 'missing.ipynb'. Tutorials and examples are: 01_first_network"
        in capsys.readouterr().err
    )


def test_options_of_lab_make_no_sense_without_it(folder, capsys):
    assert command.main(["--headless", "--no-browser"]) == 2
    assert "there is no JupyterLab to pass --no-browser to" in capsys.readouterr().err


@pytest.mark.long
def test_the_first_tutorial_runs_from_top_to_bottom(folder):
    (first, *_) = copy_tutorials(folder)

    _, error = execute_notebook(first)

    assert error is None
