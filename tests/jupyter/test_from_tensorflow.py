"""The tutorial for people who know TensorFlow runs in a real kernel, on fewer images of the
real MNIST.
"""

import re

import nbformat
import pytest

from .kernels import ROOT
from .tutorials import code_cells, complaints_of, execute_tutorial, numbers_in, printed_by, shown_by

TUTORIAL = ROOT / "notebooks" / "02_from_tensorflow.ipynb"
FEWER_IMAGES = 10_000

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory):
    return execute_tutorial(TUTORIAL, tmp_path_factory.mktemp("ipython"), FEWER_IMAGES)


def test_it_is_kept_without_outputs():
    notebook = nbformat.read(TUTORIAL, as_version=4)

    assert [cell.outputs for cell in code_cells(notebook)] == [[]] * len(code_cells(notebook))
    assert all(cell.execution_count is None for cell in code_cells(notebook))


def test_every_cell_runs_without_errors_and_the_only_warning_is_the_one_explained(tutorial):
    counts = [cell.execution_count for cell in code_cells(tutorial)]
    assert counts == [*range(1, len(counts) + 1)]
    (warning,) = complaints_of(tutorial)
    assert "adder" in warning
    assert "PythonStepWarning" in warning
    assert "nengo_nb/simulator" not in warning, "it points to the line of the cell"


def test_keras_and_nengo_answer_with_a_batch_and_nengo_with_time(tutorial):
    assert shown_by(tutorial, "keras_autoencoder(white)", "text/plain") == [
        "TensorShape([50, 784])"
    ]
    assert shown_by(tutorial, "data={pixels: white", "text/plain") == ["(50, 1, 784)"]


def test_the_autoencoder_learns_in_nengo_as_it_does_in_keras(tutorial):
    (keras_error,) = numbers_in(printed_by(tutorial, "keras_error ="), r"test error ([\d.]+)")
    nengo_error, before = numbers_in(
        printed_by(tutorial, "nengo_error ="), r"test error ([\d.]+) .*before training: ([\d.]+)"
    )

    assert nengo_error < before / 2
    assert nengo_error < 1.1 * keras_error


def test_the_words_of_nengodl_2_train_on_and_both_objectives_agree(tutorial):
    printed = printed_by(tutorial, "sim.train(")
    (trained,) = numbers_in(printed_by(tutorial, "nengo_error ="), r"test error ([\d.]+)")
    (mine,), (ready,) = (
        numbers_in(printed, r"mine: +([\d.]+)"),
        numbers_in(printed, r"ready: +([\d.]+)"),
    )

    assert mine == ready < trained


def test_a_tensor_node_shows_its_time_and_input_and_returns_their_sum(tutorial):
    printed = printed_by(tutorial, "def add_time")
    seen, output = printed[: printed.index("[[ 0.501")], printed[printed.index("[[ 0.501") :]
    sums = [float(number) for number in re.findall(r"-?[\d.]+", output)]

    assert re.findall(r"t: ([\d.]+)", seen) == [f"{k / 1000:g}" for k in range(1, 11)]
    assert seen.count("x: [[ 0.5 -0.1]]") == 10
    assert sums[0::2] == pytest.approx([0.5 + k / 1000 for k in range(1, 11)])
    assert sums[1::2] == pytest.approx([-0.1 + k / 1000 for k in range(1, 11)])


def test_the_stages_of_building_come_in_order(tutorial):
    printed = printed_by(tutorial, "class Scaled")
    words = re.findall(r"^(pre_build|__call__|post_build):", printed, re.MULTILINE)

    assert list(dict.fromkeys(words)) == ["pre_build", "__call__", "post_build"]
    assert "[2. 2. 2.]" in printed


def test_layer_and_tensor_layer_are_short_for_a_tensor_node(tutorial):
    assert printed_by(tutorial, "normalized_3 =") == "all the same: True\n"


def test_training_refines_the_weights_that_were_solved_for(tutorial):
    solved, tuned = numbers_in(
        printed_by(tutorial, "solved_error ="), r"([\d.]+) solved, ([\d.]+) after"
    )

    assert tuned < solved / 2


def test_the_trained_network_does_the_same_in_nengos_own_simulator(tutorial):
    (difference,) = numbers_in(printed_by(tutorial, "tuned.freeze_params"), r"at most ([\d.e-]+)")

    assert difference < 1e-5


def test_every_simulator_that_is_installed_runs_it_and_of_the_others_it_is_said_how_to_get_them(
    tutorial,
):
    lines = printed_by(tutorial, "tuned.freeze_params").splitlines()

    assert [line.split(" ")[0] for line in lines] == [
        "nengo",
        "nengo_nb",
        "nengo_ocl",
        "nengo_loihi",
        "nengo_spinnaker",
    ]
    assert all(
        "has run it" in line or "is not installed here: pip install nengo-" in line
        for line in lines
    )
    assert all("has run it" in line for line in lines[:2])


def test_it_shows_what_is_trained_and_how_to_hold_it(tutorial):
    (in_nengo, in_keras) = numbers_in(
        printed_by(tutorial, "count_params"), r"(\d+) numbers in Nengo, (\d+) in Keras"
    )
    free, held = printed_by(tutorial, "decoders_only").splitlines()[:2]

    assert in_nengo == in_keras
    assert [word in free for word in ("encoders", "bias", "weights")] == [True, True, True]
    assert [word in held for word in ("encoders", "bias", "weights")] == [False, False, True]


def test_every_cell_of_code_runs_something(tutorial):
    """No line of code is only a comment."""
    code = "\n".join(cell.source for cell in code_cells(tutorial))

    assert not re.findall(
        r"^\s*# *(?:import \w|from \w+ import|with .*:$|\w+\.\w+\().*", code, re.MULTILINE
    )


def test_digits_and_plots_are_shown(tutorial):
    assert len(shown_by(tutorial, "picture(test[0]", "image/png")) == 1
    assert len(shown_by(tutorial, "spiking_sim.run", "image/png")) == 1


def test_it_stays_small(tutorial):
    assert len(nbformat.writes(tutorial)) < 1_500_000
