"""``%nengo check`` shows what is probably wrong with a network, and how to mend it."""

from __future__ import annotations

import pytest
from IPython.core.error import UsageError

from tests.jupyter.magics.test_completion import complete

DRIVEN = """
import nengo, nengo_nb
with nengo.Network(seed=0) as net:
    loud = nengo.Node(3)
    memory = nengo.Ensemble(50, 1)
    nengo.Connection(loud, memory, synapse=None)
"""


@pytest.fixture
def driven(notebook):
    assert notebook.run(DRIVEN).error is None
    return notebook


def shown_by(notebook, line):
    cell = notebook.run(f"health = {line}")
    assert cell.error is None
    (shown,) = notebook.run("display(health)").shown
    return shown


def test_a_run_tells_what_is_driven_outside_its_radius_by_the_name_of_its_variable(driven):
    shown = shown_by(driven, "%nengo check net 0.1")

    assert "memory, outside its radius" in shown["text/plain"]
    assert "Set radius=3, or scale" in shown["text/html"]
    assert "1 finding" in shown["text/html"]


def test_without_seconds_nothing_runs_and_the_card_says_so(driven):
    shown = shown_by(driven, "%nengo check net")

    assert "no findings" in shown["text/plain"]
    assert "without a run" in shown["text/plain"]


def test_hundreds_of_findings_are_a_dozen_sentences(driven):
    driven.run("with net:\n    for _ in range(20): nengo.Ensemble(10, 1, max_rates=[490] * 10)")

    text = shown_by(driven, "%nengo check net")["text/plain"]

    assert text.count("saturated") == 12
    assert "8 more" in text


def test_networks_are_proposed(driven):
    assert complete(driven, "%nengo check ")[:1] == ["net"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("%nengo check nets", "no network 'nets'"),
        ("%nengo check net -1", "is not a time in seconds above zero"),
    ],
)
def test_a_line_that_is_wrong_is_refused_in_a_sentence(driven, line, sentence):
    error = driven.run(line).error

    assert isinstance(error, UsageError)
    assert sentence in str(error)
