"""Tab completes what can come next on our lines, and nothing else is proposed there."""

import pytest
from IPython.core.completer import provisionalcompleter

HOOKS = ["--on-start", "--on-step", "--on-pause", "--on-continue", "--on-close"]
COMMANDS = (
    "run step reset plot diagram compare list live explain save load freeze tune check".split()
)


def complete(notebook, line):
    with provisionalcompleter():
        return [
            completion.text for completion in notebook.shell.Completer.completions(line, len(line))
        ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("%nengo ", COMMANDS),
        ("%nengo plot --item 0 ", ["net", "--help", "--item"]),
        ("%nengo plot --item 0 net sp", ["spikes"]),
        ("%nengo save n", ["net"]),
        ("%nengo re", ["reset"]),
        ("%nengo live ", ["net", "--help", *HOOKS, "--history"]),
        ("%nengo live net --h", ["--help", "--history"]),
        ("%nengo live net --on-c", ["--on-continue", "--on-close"]),
        ("%nengo run ", ["net", "--help"]),
        ("%nengo run n", ["net"]),
        ("%nengo plot net ", ["decoded", "spikes", "slow", "--help", "--item"]),
        ("%nengo plot net sp", ["spikes"]),
        ("%nengo plot other ", ["--help", "--item"]),
        (
            "%%nengo ",
            [
                "net",
                "--help",
                "--seed",
                "--label",
                "--run",
                "--dt",
                "--minibatch",
                "--plot",
                "--live",
                "--no-show",
            ],
        ),
        ("%%nengo net --se", ["--seed"]),
    ],
)
def test_only_what_fits_is_proposed(net, line, expected):
    proposed = complete(net, line)

    assert proposed == expected


def test_a_label_that_begins_with_the_same_letters_is_no_line_of_ours(net):
    proposed = complete(net, "%nengo")

    assert "%nengo" in proposed


def test_the_body_of_a_cell_is_completed_as_python(net):
    source = "%%nengo net\nnengo.Ens"

    with provisionalcompleter():
        proposed = [
            completion.text for completion in net.shell.Completer.completions(source, len(source))
        ]

    assert any("Ensemble" in text for text in proposed)


def test_files_of_parameters_and_folders_are_proposed_where_a_file_is_meant(
    net, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "b.npz").touch()
    (tmp_path / "a.npz").touch()
    (tmp_path / "notes.txt").touch()

    assert complete(net, "%nengo load net ") == ["a.npz", "runs/"]
    assert complete(net, "%nengo save net runs/") == ["runs/b.npz"]


def test_a_name_is_completed_however_its_letters_are_encoded(notebook):
    notebook.run("%%nengo µ --no-show\nnengo.Node(0)")

    assert complete(notebook, "%nengo run µ") == ["μ"]


def test_hooks_are_functions_that_the_notebook_has_defined(net):
    net.run("from math import sin\nnumber = 3\ndef record(sim): pass\ndef _hidden(sim): pass")

    assert complete(net, "%nengo live net --on-step ") == ["record"]
    assert complete(net, "%nengo live --on-pause re") == ["record"]
