"""A type checker sees the public names of the installed package with their types, and finds
what is misspelt.
"""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import nengo_nb

SCRIPT = """
import nengo
import nengo_nb

with nengo.Network() as net:
    node = nengo.Node([0.0])
    probe = nengo.Probe(node)

with nengo_nb.Simulator(net, minibatch_size=8) as sim:
    sim.run(1.0, progress_bar=False)
    sim.compile("adam", loss="mse")
    sim.save_params("weights")
view = nengo_nb.live(sim, plots=[nengo_nb.LivePlot(probe)])
view.play()
trained = nengo_nb.train(net, {node: []}, {probe: []}, epochs=1)
print(trained.keras_model.history, nengo_nb.__version__, nengo_nb.losses, nengo_nb.surrogates)
{mistake}
"""
MISTAKES = {
    "nengo_nb.Simulator(net, minibach_size=8)": 'Unexpected keyword argument "minibach_size" for '
    '"Simulator"',
    "sim.run_step(3)": '"Simulator" has no attribute "run_step"',
    "sim.run(1.0, progres_bar=False)": 'Unexpected keyword argument "progres_bar" for "run" of '
    '"Simulator"',
    "nengo_nb.Simulater(net)": 'Module has no attribute "Simulater"',
    "view.pley()": '"LiveView" has no attribute "pley"',
}
CONFIG = """
[mypy]
ignore_missing_imports = true
[mypy-bokeh.*]
follow_imports = skip
"""


@pytest.mark.long  # mypy reads what NumPy and IPython say of their types
@pytest.mark.skipif(find_spec("mypy") is None, reason="mypy is not installed")
def test_a_right_script_has_no_error_and_a_misspelt_word_is_one(tmp_path):
    config = tmp_path / "mypy.ini"
    config.write_text(CONFIG)
    right = tmp_path / "right.py"
    right.write_text(SCRIPT.replace("{mistake}", ""))
    wrong = [tmp_path / f"wrong_{number}.py" for number in range(len(MISTAKES))]
    for path, mistake in zip(wrong, MISTAKES, strict=True):
        path.write_text(SCRIPT.replace("{mistake}", mistake))

    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", config, right, *wrong],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    errors = sorted(line for line in checked.stdout.splitlines() if ": error: " in line)
    assert len(errors) == len(MISTAKES), checked.stdout + checked.stderr
    for error, path, sentence in zip(errors, wrong, MISTAKES.values(), strict=True):
        assert error.startswith(path.name), error
        assert sentence in error


def test_the_package_says_that_it_has_types():
    assert (Path(nengo_nb.__file__).parent / "py.typed").is_file()
