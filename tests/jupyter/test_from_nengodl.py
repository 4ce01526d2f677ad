"""The tutorial for users of NengoDL runs in a real kernel, without any data."""

import nbformat
import pytest

from .kernels import ROOT, execute
from .tutorials import code_cells, complaints_of, numbers_in, printed_by

TUTORIAL = ROOT / "notebooks" / "06_from_nengodl.ipynb"


@pytest.fixture(scope="module")
def tutorial():
    return execute(nbformat.read(TUTORIAL, as_version=4))


def test_it_is_kept_without_outputs():
    notebook = nbformat.read(TUTORIAL, as_version=4)

    assert [cell.outputs for cell in code_cells(notebook)] == [[]] * len(code_cells(notebook))
    assert all(cell.execution_count is None for cell in code_cells(notebook))


def test_every_cell_runs_without_errors_or_warnings(tutorial):
    counts = [cell.execution_count for cell in code_cells(tutorial)]

    assert counts == [*range(1, len(counts) + 1)]
    assert complaints_of(tutorial) == []


def test_training_and_prediction_take_all_examples(tutorial):
    before, after = numbers_in(
        printed_by(tutorial, "sim.fit({inputs"), r"error: ([\d.]+) before training, ([\d.]+) after"
    )

    assert after < before / 10
    assert printed_by(tutorial, "predicted = sim.predict(") == "(1050, 1, 1)\n"


def test_layers_and_tensor_nodes_compute_what_they_say(tutorial):
    (number,) = numbers_in(printed_by(tutorial, "nengo_dl.Layer("), r"\[([\d.]+)")

    assert number == pytest.approx((0.5 - 0.1) ** 2)


def test_parameters_pass_through_a_file_and_into_nengos_simulator(tutorial):
    theirs, ours = numbers_in(
        printed_by(tutorial, "sim.freeze_params("), r"computes (-?[\d.]+); it was (-?[\d.]+)"
    )

    assert "from the file: True" in printed_by(tutorial, "sim.save_params(")
    assert theirs == ours


def test_the_command_lists_what_has_to_change_in_the_old_script(tutorial):
    printed = printed_by(tutorial, "nengo_nb migrate")

    for line, words in ((2, "import nengo_nb as"), (9, "keras.optimizers.Adam"), (10, "sim.plan")):
        assert f"old.py:{line}:" in printed
        assert words in printed


def test_each_setting_without_effect_says_why(tutorial):
    printed = printed_by(tutorial, "configure_settings(planner")

    assert printed.count("has no effect here: ") == 3
    assert "Simulator.tensor_graph is NengoDL's" in printed_by(
        tutorial, "tensor_sim.tensor_graph\n"
    )
