"""The words of a line may stand in any order, and names are what Python makes of them."""

from __future__ import annotations

import pytest
from IPython.core.error import UsageError

from nengo_nb.jupyter.magics.arguments import CELL, LINES, TRAIN


@pytest.mark.parametrize(
    "line",
    ["net pp --item 2", "--item 2 net pp", "net --item 2 pp", "net --item=2 pp", "--item=2 net pp"],
)
def test_an_option_may_stand_before_between_and_behind_plain_words(line):
    values = LINES["plot"].read(line.split())

    assert (values.name, values.probes, values.item) == ("net", ["pp"], 2)


@pytest.mark.parametrize(
    "line",
    [
        "net --run 0.1 --plot p q",
        "--run 0.1 --plot p q net",
        "--plot p q --run 0.1 net",
        "--plot p q --run 0.1 --live net",
    ],
)
def test_an_option_for_several_values_leaves_the_name_that_is_needed(line):
    values = CELL.read(line.split())

    assert (values.name, values.run, values.plot) == ("net", 0.1, ["p", "q"])


@pytest.mark.parametrize("parser", [CELL, TRAIN, *LINES.values()], ids=lambda parser: parser.prog)
def test_a_line_is_taken_as_its_usage_prints_it(parser):
    """All options first, then the plain words, each with a value that fits."""
    fitting = {
        "NAME": "net",
        "SECONDS": "0.5",
        "FILE": "f",
        "O": "Adam",
        "L": "mse",
        "F": "0.5",
        "S": "0.1",
        "B": "tf",
        "FUNCTION": "f",
    }
    optional, plain = [], []
    for action in parser._actions:
        if action.dest == "help":
            continue
        words = [] if action.nargs == 0 else [fitting.get(action.metavar, "1")]
        if action.option_strings:
            optional += [action.option_strings[-1], *words]
        else:
            plain += words

    assert parser.read(optional + plain) == parser.read(plain + optional)


def test_a_missing_word_is_not_taken_from_an_option_that_it_does_not_fit():
    with pytest.raises(UsageError, match="required: SECONDS"):
        LINES["compare"].read("net --backends nengo nb".split())


def test_the_help_of_a_cell_has_all_lines(notebook):
    printed = notebook.run("%%nengo --help").printed

    assert all(f"%nengo {command}" in printed for command in LINES)
    assert "usage: %%nengo" in printed


# --- names
# ------------------------------------------------------------------------------------------------


def test_a_name_is_found_by_either_letter_that_looks_the_same(notebook):
    cell = notebook.run("%%nengo µ --run 0.01 --plot µp\nµp = nengo.Probe(nengo.Node(1))")

    assert cell.error is None
    assert notebook.run("μ").value is notebook.names["μ"]
    for line in ("%nengo plot µ µp", "%nengo plot μ μp", "%nengo run µ 0.01"):
        assert notebook.run(line).error is None


def test_the_first_cell_knows_nengo_and_numpy(shell, notebook):
    del notebook.names["nengo"], notebook.names["np"]

    cell = notebook.run("%%nengo net --run 0.01\nnengo.Probe(nengo.Node(lambda t: np.sin(t)))")

    assert cell.error is None
    assert notebook.run("nengo.__name__, np.__name__").value == ("nengo", "numpy")


def test_names_that_the_notebook_uses_otherwise_stay_as_they_are(notebook):
    notebook.run("np = 5")

    notebook.run("%%nengo net\na = nengo.Ensemble(np, 1)")

    assert notebook.names["net"].n_neurons == notebook.names["np"] == 5


@pytest.mark.parametrize(
    ("before", "name", "words"),
    [
        ("", "print", "hides Python's own print; 'del print' gives it back"),
        ("", "np", "hides the module numpy; to get it back, import it under another name"),
        ("", "get_ipython", "hides IPython's own get_ipython"),
        ("from math import sin", "sin", "hides what was imported from math"),
        ("from nengo import Ensemble", "Ensemble", "hides what was imported from nengo.ensemble"),
    ],
)
def test_a_name_that_hides_what_later_cells_need_is_told_in_a_line(notebook, before, name, words):
    notebook.run(before)
    kept = dict(notebook.names)

    cell = notebook.run(f"%%nengo {name} --no-show\nnengo.Node(0)")

    notebook.names.pop(name)
    notebook.names.update({key: value for key, value in kept.items() if key == name})
    assert cell.error is None
    (line,) = [line for line in cell.printed.splitlines() if line.startswith("Warning")]
    assert words in line


def test_any_other_name_is_taken_without_a_word(notebook):
    notebook.run("def mine():\n    pass\nnumber = 5")

    for name in ("mine", "number", "net", "net"):
        assert "Warning" not in notebook.run(f"%%nengo {name} --no-show\nnengo.Node(0)").printed


def listed(notebook):
    return [name for name, _ in notebook.run("%nengo list").value.facts]


def test_the_list_has_networks_of_their_own_each_once(notebook):
    notebook.run(
        "%%nengo net\n"
        "columns = []\n"
        "for index in range(2):\n"
        "    with nengo.Network() as column:\n"
        "        nengo.Ensemble(5, 1)\n"
        "    columns.append(column)\n"
        "array = nengo.networks.EnsembleArray(5, 2)"
    )
    notebook.run("for inner in net.networks:\n    pass\nsame = net")

    assert listed(notebook) == ["net"]
    assert notebook.run("%nengo run column 0.01").error is None, "which one may still run by itself"


def test_a_variable_that_a_loop_has_left_is_no_network_of_its_own(notebook):
    notebook.run(
        "models = [nengo.Network(seed=seed) for seed in range(3)]\nfor model in models:\n    pass"
    )
    looped = listed(notebook)
    notebook.run("model = models[1]")
    assigned = listed(notebook)
    notebook.run("for model in models:\n    pass")
    notebook.run("%%nengo model\nnengo.Node(0)")

    assert (looped, assigned, listed(notebook)) == ([], ["model"], ["model"])


def test_of_several_names_the_one_that_the_network_was_made_by_is_listed(notebook):
    notebook.run("with nengo.Network(label='b') as a:\n    nengo.Node(0)\nb = a")

    assert listed(notebook) == ["b"]
