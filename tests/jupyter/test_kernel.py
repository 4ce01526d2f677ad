"""In a real kernel, with the real simulator: the tutorial runs, errors stop Run All, and a
run can be interrupted.
"""

import re

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

from .kernels import ROOT, TIMEOUT, displays_until_idle, execute, reply_to
from .notebooks import notebook_of, outputs_of
from .tutorials import numbers_in, printed_by

TUTORIAL = ROOT / "notebooks" / "01_first_network.ipynb"


def test_the_tutorial_is_kept_without_outputs():
    notebook = nbformat.read(TUTORIAL, as_version=4)

    assert outputs_of(notebook) == []
    assert all(cell.execution_count is None for cell in notebook.cells if cell.cell_type == "code")


@pytest.fixture(scope="module")
def tutorial():
    return execute(nbformat.read(TUTORIAL, as_version=4))


def test_the_tutorial_runs_from_top_to_bottom_and_shows_plots_and_cards(tutorial):
    outputs = outputs_of(tutorial)

    assert [output for output in outputs if output.output_type == "error"] == []
    pages = [
        output.data["text/html"] for output in outputs if "text/html" in output.get("data", {})
    ]
    assert sum("nengo-nb-plot" in page for page in pages) == 9
    assert sum("nengo-nb-card" in page for page in pages) == 9
    assert sum("nengo-nb-diagram" in page for page in pages) == 6


def test_every_plot_of_the_tutorial_has_a_picture_and_none_needs_a_widget(tutorial):
    bundles = [output.data for output in outputs_of(tutorial) if "data" in output]

    plots = [bundle for bundle in bundles if "nengo-nb-plot" in bundle.get("text/html", "")]
    assert all("image/png" in bundle for bundle in plots)
    assert not any("application/vnd.jupyter.widget-view+json" in bundle for bundle in bundles)


def test_the_tutorial_shows_what_neurons_listen_to_and_where_weights_come_from(tutorial):
    drives = re.findall(
        r"driven by +([-\d.]+) and fires at +([\d.]+) Hz", printed_by(tutorial, "built.gain")
    )
    solved, by_hand = numbers_in(
        printed_by(tutorial, "np.linalg.solve"), r"typical error ([\d.]+)\n.*typical error ([\d.]+)"
    )

    fires = [float(rate) > 0 for _, rate in drives]
    assert fires == [float(drive) > 1 for drive, _ in drives] == [True, True, True, False]
    assert by_hand == pytest.approx(solved, rel=0.2)


def test_the_tutorial_stays_small(tutorial):
    assert len(nbformat.writes(tutorial)) < 1_500_000


def test_run_all_stops_at_a_cell_that_raises():
    sources = [
        "%load_ext nengo_nb\nimport nengo",
        "%%nengo net\na = nengo.Node(1)\n1 / 0",
        "after = 1",
    ]
    notebook = notebook_of(sources)

    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        execute(notebook)

    error = notebook.cells[1].outputs[-1]
    assert error.ename == "ZeroDivisionError"
    assert "run_cell_magic" not in "".join(error.traceback)
    assert notebook.cells[2].execution_count is None


def test_the_stop_button_ends_a_run_with_its_plots_and_the_run_can_go_on(kernel):
    manager, client = kernel
    client.execute_interactive(
        "%load_ext nengo_nb\n"
        "import nengo\n"
        "get_ipython().run_cell_magic('nengo', 'net --no-show', 'p = "
        "nengo.Probe(nengo.Ensemble(10, 1))')",
        timeout=TIMEOUT,
    )

    request = client.execute("%nengo run net 100000")
    texts, interrupted = [], False
    for data in displays_until_idle(client, request):
        texts.append(data.get("text/plain", ""))
        if "real time" in data.get("text/html", "") and not interrupted:
            manager.interrupt_kernel()
            interrupted = True
    reply = reply_to(client, request)

    assert (reply["status"], reply["ename"]) == ("error", "KeyboardInterrupt")
    assert "Plot of p" in texts
    assert any("then stopped" in text for text in texts)
    reply = client.execute_interactive(
        "sim = %nengo step net",
        user_expressions={"agree": "len(sim.data[p]) == sim.n_steps > 1"},
        timeout=TIMEOUT,
    )["content"]
    assert reply["user_expressions"]["agree"]["data"]["text/plain"] == "True"
