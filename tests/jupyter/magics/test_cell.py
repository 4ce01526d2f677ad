"""A ``%%nengo`` cell makes a network of its body, and a cell that fails leaves everything
as it was.
"""

from pathlib import Path

import nengo
import pytest
from IPython.core.error import UsageError

EVIL = "<script>alert(1)</script>"


def test_the_body_runs_inside_a_network_of_that_name(notebook):
    cell = notebook.run("%%nengo net --seed 3 --label 'my network'\na = nengo.Ensemble(10, 1)")

    net = notebook.names["net"]
    assert cell.error is None
    assert (net.seed, net.label) == (3, "my network")
    assert net.ensembles == [notebook.names["a"]]


def test_objects_get_the_names_of_their_variables_as_labels(notebook):
    notebook.run(
        "%%nengo net\n"
        "a = nengo.Ensemble(10, 1)\n"
        "b = nengo.Node(0, label='mine')\n"
        "c = nengo.networks.EnsembleArray(5, 2)\n"
        "p = nengo.Probe(a)"
    )

    labels = [notebook.names[name].label for name in "abcp"]
    assert labels == ["a", "mine", "c", "p"]


def test_the_body_can_configure_the_network_by_its_name(notebook):
    notebook.run("%%nengo net\nnet.config[nengo.Ensemble].radius = 7\na = nengo.Ensemble(10, 1)")

    assert notebook.names["a"].radius == 7


def test_the_network_is_shown_unless_asked_not_to(notebook):
    shown = notebook.run("%%nengo net\na = nengo.Ensemble(10, 1)").shown
    hidden = notebook.run("%%nengo net --no-show\na = nengo.Ensemble(10, 1)").shown

    assert "10 in 1 ensemble" in shown[0]["text/plain"]
    assert hidden == []


def test_the_last_expression_is_the_value_unless_it_is_a_part_of_the_network(notebook):
    part = notebook.run("%%nengo net\na = nengo.Ensemble(10, 1)\nnengo.Connection(a, a)")
    value = notebook.run("%%nengo net\na = nengo.Ensemble(10, 1)\n1 + 1")

    assert part.value is None
    assert value.value == 2


def test_magics_and_shell_syntax_work_in_the_body(notebook):
    cell = notebook.run("%%nengo net\nfolder = %pwd\na = nengo.Node(0)\nfiles = !echo hello")

    assert cell.error is None
    assert notebook.names["folder"] == str(Path.cwd())
    assert notebook.names["files"] == ["hello"]


def test_run_simulates_and_plots_the_chosen_probes(notebook):
    cell = notebook.run(
        "%%nengo net --run 0.02 --plot p\na = nengo.Node(1)\np = nengo.Probe(a)\nq = nengo.Probe(a)"
    )

    assert cell.error is None
    assert [data["text/plain"] for data in cell.shown if "image/png" in data] == ["Plot of p"]


@pytest.mark.parametrize(
    "before", ["", "net = 5", "%%nengo net --run 0.01\nold = nengo.Probe(nengo.Node(0))"]
)
@pytest.mark.parametrize(
    "failure", ["1 / 0", "raise KeyboardInterrupt", "x = = 1", "net = 7\nassert False"]
)
def test_a_cell_that_raises_leaves_the_name_and_its_simulator_as_they_were(
    notebook, before, failure
):
    notebook.run(before)
    network = notebook.names.get("net", "absent")

    cell = notebook.run(f"%%nengo net --run 1\na = nengo.Ensemble(10, 1)\n{failure}")

    assert cell.error is not None
    assert notebook.names.get("net", "absent") is network
    assert len(nengo.Network.context) == 0
    if isinstance(network, nengo.Network):
        assert notebook.run("sim = %nengo run net 0.01").error is None
        assert notebook.names["sim"].n_steps == 20


def test_variables_of_a_failed_body_stay_as_in_any_cell(notebook):
    notebook.run("%%nengo net\na = 3\n1 / 0")

    assert notebook.names["a"] == 3


@pytest.mark.parametrize("blank", ["", "\n\n"])
def test_an_exception_shows_the_users_line_once_with_its_number(notebook, blank):
    cell = notebook.run(
        f"%%nengo net\n{blank}a = nengo.Ensemble(10, 1)\nraise ValueError('halfway')\n"
    )

    assert isinstance(cell.error, ValueError)
    assert cell.printed.count("raise ValueError('halfway')") == 1
    assert f"----> {3 + len(blank)} raise ValueError('halfway')" in cell.printed
    assert "In[2], line" in cell.printed
    assert "run_cell_magic" not in cell.printed
    assert "nengo_nb" not in cell.printed


def test_a_syntax_error_shows_the_users_line_once_with_its_number(notebook):
    cell = notebook.run("%%nengo net\na = 1\nb = = 2\n")

    assert cell.printed.count("b = = 2") == 1
    assert "In[2], line 3" in cell.printed
    assert "SyntaxError: invalid syntax" in cell.printed
    assert "nengo_nb" not in cell.printed


def test_an_error_in_a_node_during_the_run_shows_the_users_line(notebook):
    cell = notebook.run(
        "%%nengo net --run 0.1\ndef fail(t):\n    return 1 / (t < 0.05)\np = "
        "nengo.Probe(nengo.Node(fail))"
    )

    assert isinstance(cell.error, ZeroDivisionError)
    assert "----> 3     return 1 / (t < 0.05)" in cell.printed
    assert "run_cell_magic" not in cell.printed
    assert [data for data in cell.shown if "image/png" in data], (
        "what was recorded so far is plotted"
    )


def test_a_second_cell_of_the_same_name_replaces_the_network_and_closes_its_simulator(notebook):
    source = "%%nengo net --run 0.01\np = nengo.Probe(nengo.Node(1))"
    notebook.run(source)
    old = notebook.run("%nengo step net").value

    notebook.run(source)

    new = notebook.run("%nengo step net").value
    assert old.closed
    assert not new.closed
    assert new.n_steps == 11


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("%%nengo net", "the cell is empty"),
        ("%%nengo net\n\n  \n", "the cell is empty"),
        ("%%nengo net\n# only a comment", "the cell is empty"),
        ("%%nengo\na = 1", "NAME"),
        ("%%nengo 1net\na = 1", "'1net' cannot be the name of a variable"),
        ("%%nengo class\na = 1", "'class' cannot be the name of a variable"),
        ("%%nengo net.x\na = 1", "'net.x' cannot be the name of a variable"),
        (
            "%%nengo net --sed 1\na = 1",
            "no option '--sed' (did you mean '--seed'?); there are --help, --seed",
        ),
        ("%%nengo net --quick=1\na = 1", "no option '--quick'; there are --help, --seed"),
        ("%%nengo net other\na = 1", "one word too many: 'other'"),
        ("%%nengo net --seed\na = 1", "expected one argument"),
        ("%%nengo net --seed x\na = 1", "'x' is not a whole number"),
        ("%%nengo net --seed -1\na = 1", "'-1' is not a whole number"),
        ("%%nengo net --run 0\na = 1", "'0' is not a time in seconds above zero"),
        ("%%nengo net --run -1\na = 1", "'-1' is not a time in seconds above zero"),
        ("%%nengo net --run nan\na = 1", "'nan' is not a time in seconds above zero"),
        ("%%nengo net --run inf\na = 1", "'inf' is not a time in seconds above zero"),
        ("%%nengo net --dt soon\na = 1", "'soon' is not a time in seconds above zero"),
        ("%%nengo net --minibatch 0\na = 1", "'0' is not a whole number above zero"),
        ("%%nengo net --plot p\na = 1", "needs --run"),
        ("%%nengo net --label 'x\na = 1", "the line cannot be read: no closing quotation"),
    ],
)
def test_a_wrong_first_line_is_one_sentence_and_nothing_runs(notebook, source, words):
    cell = notebook.run(source)

    assert type(cell.error) is UsageError
    assert words in str(cell.error)
    assert "\n" not in str(cell.error)
    assert "a" not in notebook.names
    assert "net" not in notebook.names


@pytest.mark.parametrize(
    "source", ["%%nengo --help", "%%nengo -h\na = 1", "%%nengo net --help\na = 1"]
)
def test_help_prints_the_usage_with_an_example_and_runs_nothing(notebook, source):
    cell = notebook.run(source)

    assert cell.error is None
    assert "usage: %%nengo" in cell.printed
    assert "example:" in cell.printed
    assert "a" not in notebook.names


def test_a_label_is_only_text_wherever_it_is_shown(notebook):
    cell = notebook.run(
        f"%%nengo net --label '{EVIL}' --run 0.01\n"
        f"a = nengo.Ensemble(10, 1, label='{EVIL}')\n"
        f"nengo.Probe(a, label='{EVIL}')"
    )

    pages = [data["text/html"] for data in cell.shown if "text/html" in data]
    assert len(pages) == 2
    assert all("<script>" not in page for page in pages)
    assert any("&lt;script&gt;alert(1)&lt;/script&gt;" in page for page in pages)
