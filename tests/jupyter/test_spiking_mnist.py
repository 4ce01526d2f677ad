"""The tutorial on spiking digits runs in a real kernel, on fewer images of the real MNIST."""

import re

import nbformat
import pytest

from .kernels import ROOT
from .tutorials import code_cells, complaints_of, execute_tutorial, numbers_in, printed_by, shown_by

TUTORIAL = ROOT / "notebooks" / "03_spiking_mnist.ipynb"
FEWER_IMAGES = 6_000
"""A tenth; with so few to learn from, a good network reads 90 to 93 % of new ones, with
rates as with spikes.
"""

RESULT = r"([\d.]+) % right, at +([\d.]+) Hz and +([\d.]+) Hz"

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory):
    return execute_tutorial(TUTORIAL, tmp_path_factory.mktemp("ipython"), FEWER_IMAGES)


def results_of(tutorial, part):
    """Accuracy and both firing rates, for each line that tells them."""
    found = re.findall(RESULT, printed_by(tutorial, part))
    return [tuple(map(float, line)) for line in found]


def test_it_is_kept_without_outputs():
    notebook = nbformat.read(TUTORIAL, as_version=4)

    assert [cell.outputs for cell in code_cells(notebook)] == [[]] * len(code_cells(notebook))
    assert all(cell.execution_count is None for cell in code_cells(notebook))


def test_every_cell_runs_without_errors_or_warnings(tutorial):
    counts = [cell.execution_count for cell in code_cells(tutorial)]

    assert counts == [*range(1, len(counts) + 1)]
    assert complaints_of(tutorial) == []


def test_training_leaves_its_curves_in_the_notebook(tutorial):
    first, second = (f"%%nengo_train rates --epochs {n}" for n in (5, 2))

    assert shown_by(tutorial, first, "text/plain")[-1] == "Plot of loss, accuracy"
    assert (
        len(shown_by(tutorial, first, "image/png"))
        == len(shown_by(tutorial, second, "image/png"))
        == 1
    )


def test_the_network_reads_digits_with_rates_and_with_spikes(tutorial):
    ((rates, _, _),) = results_of(tutorial, "def look_at(")
    printed = printed_by(tutorial, "spikes = classifier(")
    spikes = {
        int(n): float(right) for n, right in re.findall(r"after +(\d+) ms: ([\d.]+) %", printed)
    }

    assert rates > 88
    assert spikes[50] > 87
    assert spikes[50] > rates - 2
    assert spikes[5] < 50, "spikes take time"


def test_without_synapses_spikes_say_little_and_excite_the_second_layer(tutorial):
    ((_, first_as_rates, second_as_rates),) = results_of(tutorial, "def look_at(")
    ((right, first, second),) = results_of(tutorial, "bare = classifier(")

    assert right < 60
    assert first == pytest.approx(first_as_rates, rel=0.1)
    assert second > 1.2 * second_as_rates


def test_fewer_spikes_are_less_exact(tutorial):
    results = results_of(tutorial, "def fire(")

    accuracies, first, second = zip(*results, strict=True)
    assert accuracies[0] < accuracies[1] < accuracies[3]
    assert list(first) == sorted(first)
    assert list(second) == sorted(second)


def test_a_quiet_network_is_as_good_with_fewer_spikes(tutorial):
    _, _, (usual, first, second), _ = results_of(tutorial, "def fire(")
    ((right, quiet_first, quiet_second),) = results_of(tutorial, "quiet = classifier(")

    assert right > usual - 1.5
    assert quiet_first < 0.7 * first
    assert quiet_second < 0.7 * second


def test_lif_neurons_learn_and_read_with_spikes(tutorial):
    plain, smooth = results_of(tutorial, "def learn_with_lif(")

    assert plain[0] > 80
    assert smooth[0] > 85


def test_the_frozen_network_answers_the_same_in_nengos_simulator(tutorial):
    printed = printed_by(tutorial, "with nengo.Simulator(frozen")
    _, theirs, ours = (line.partition(":")[2].split() for line in printed.splitlines()[:3])
    (difference,) = numbers_in(printed, r"differ by ([\d.e+-]+)")

    assert len(theirs) == 10
    assert theirs == ours
    assert difference < 0.01


def test_a_digit_is_seen_through_time(tutorial):
    assert shown_by(tutorial, "spike_sim.run(0.1", "text/plain") == [
        "Plot of answer, first_layer, second_layer"
    ]
    assert shown_by(tutorial, "nengo_nb.plot(nengo_sim", "text/plain") == ["Plot of answer"]


def test_it_stays_small(tutorial):
    assert len(nbformat.writes(tutorial)) < 1_500_000
