"""A notebook that is run twice is saved alike but for what was measured."""

import json
import re

import nbformat
import pytest

from nengo_nb.tutorials import tutorials_folder

from .kernels import execute
from .notebooks import notebook_of, outputs_of

MEASURED = re.compile(r"[\d.,]+(e[+-]?\d+)?(?= s\b| ms\b| min\b|× real time| steps per second)")

CELLS = [
    "%load_ext nengo_nb\nimport nengo, nengo_nb, numpy as np",
    """%%nengo net --seed 0
wave = nengo.Node(np.sin)
group = nengo.Ensemble(20, 1)
nengo.Connection(wave, group)
seen, spikes = nengo.Probe(group, synapse=0.01), nengo.Probe(group.neurons)""",
    "%nengo run net 0.2",
    "%nengo plot net",
    "%nengo list",
    "%nengo explain net",
    "%nengo compare net 0.05",
    "net",
    "group",
    "net.connections[0]",
    "nengo_nb.show(nengo_nb.run(net, 0.1))",
    (
        "with nengo.Network(seed=1) as plain:\n    probes = [nengo.Probe(nengo.Node([1.0])) for _ "
        "in "
        "range(14)]\nplain"
    ),
    "nengo_nb.plot(nengo_nb.run(plain, 0.01))",
    """%%nengo_train net --epochs 2 --batch 4
x = {wave: np.zeros((8, 5, 1))}
y = {seen: np.zeros((8, 5, 1))}""",
]


def read_tutorial(name):
    return nbformat.read(tutorials_folder() / name, as_version=4)


def saved(notebook):
    """The outputs of a notebook, and the models of widgets, as lines without what was measured."""
    text = json.dumps(
        [outputs_of(notebook), notebook.metadata.get("widgets")],
        indent=1,
        sort_keys=True,
        ensure_ascii=False,
    )
    # Whether there was time to see the program being compiled is a measurement, too.
    return (
        MEASURED.sub("(measured)", text)
        .replace(" after compiling for (measured) s", "")
        .splitlines()
    )


@pytest.fixture(scope="module")
def runs():
    return [saved(execute(notebook_of(CELLS))) for _ in range(2)]


def differences(one, two):
    """Lines of two runs that differ, cut to be read."""
    assert len(one) == len(two)
    return [(a[:200], b[:200]) for a, b in zip(one, two, strict=True) if a != b]


def test_two_runs_differ_in_nothing_but_measurements(runs):
    assert differences(*runs) == []


def test_two_runs_of_a_tutorial_differ_in_nothing_but_measurements():
    one, two = (saved(execute(read_tutorial("01_first_network.ipynb"))) for _ in range(2))

    assert differences(one, two) == []


def test_what_a_network_consists_of_is_saved_once_per_card(runs):
    descriptions = [line for line in runs[0] if '"kind": "ensemble"' in line or "BoxKind" in line]

    assert len(descriptions) == 2, "one of the cell that made it, one of the cell that showed it"
