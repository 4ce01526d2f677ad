"""The tutorial on conversion runs in a real kernel, on fewer images of the real MNIST."""

import re

import nbformat
import pytest

from .kernels import ROOT
from .tutorials import code_cells, complaints_of, execute_tutorial, numbers_in, printed_by, shown_by

TUTORIAL = ROOT / "notebooks" / "05_keras_to_spikes.ipynb"
FEWER_IMAGES = 6_000

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory):
    return execute_tutorial(TUTORIAL, tmp_path_factory.mktemp("ipython"), FEWER_IMAGES)


def accuracies_of(tutorial, part):
    """Accuracy in percent, by the number of steps, as a cell tells it."""
    found = re.findall(r"([\d.]+) % after (\d+)", printed_by(tutorial, part))
    return {int(n_steps): float(right) for right, n_steps in found}


def test_it_is_kept_without_outputs():
    notebook = nbformat.read(TUTORIAL, as_version=4)

    assert [cell.outputs for cell in code_cells(notebook)] == [[]] * len(code_cells(notebook))
    assert all(cell.execution_count is None for cell in code_cells(notebook))


def test_every_cell_runs_without_errors_or_warnings(tutorial):
    counts = [cell.execution_count for cell in code_cells(tutorial)]

    assert counts == [*range(1, len(counts) + 1)]
    assert complaints_of(tutorial) == []


def test_the_model_becomes_a_network_that_computes_the_same(tutorial):
    assert printed_by(tutorial, "Converter(model)\n") == "Every layer became Nengo objects.\n"
    assert shown_by(tutorial, "converter.verify(", "text/plain") == ["True"]


def test_calibrated_spikes_read_digits_and_spikes_alone_do_not(tutorial):
    (rates,) = numbers_in(printed_by(tutorial, "model.fit("), r"reads ([\d.]+) %")
    alone = accuracies_of(tutorial, "def read(")
    calibrated = accuracies_of(tutorial, "spiking.calibrate(")

    assert rates > 85
    assert alone[30] < 50
    assert calibrated[10] < calibrated[30]
    assert calibrated[30] > rates - 4


def test_the_tuning_is_drawn_and_the_chosen_network_reads_as_the_model_does(tutorial):
    (rates,) = numbers_in(printed_by(tutorial, "model.fit("), r"reads ([\d.]+) %")
    (text,) = shown_by(tutorial, "%nengo tune", "text/plain")

    assert "<- chosen" in text
    assert len(shown_by(tutorial, "%nengo tune", "image/png")) == 1
    assert accuracies_of(tutorial, 'tell("tuned"')[30] > rates - 3


def test_a_hasty_network_learns_with_spikes(tutorial):
    before, after = numbers_in(
        printed_by(tutorial, "hasty.fine_tune("), r"([\d.]+) % before, ([\d.]+) % fine-tuned"
    )

    assert after > before + 5


def test_the_network_from_a_file_reads_digits_in_nengos_simulator(tutorial):
    printed = printed_by(tutorial, "with nengo.Simulator(loaded")
    digits, answers = (line.partition(":")[2].split() for line in printed.splitlines()[:2])

    assert len(digits) == 10
    assert sum(a == b for a, b in zip(digits, answers, strict=True)) >= 7


def test_it_stays_small(tutorial):
    assert len(nbformat.writes(tutorial)) < 1_500_000
