"""``%nengo tune`` chooses a converter's firing rates by accuracy, and shows what it chose from."""

from __future__ import annotations

import pytest
from IPython.core.error import UsageError

from tests.jupyter.magics.test_completion import complete

MODEL = """
import keras, nengo, nengo_nb
import numpy as np
from tests.convert.test_tuning import SPIKING, classifier, examples
x, y = examples()
converter = nengo_nb.Converter(classifier(), swap_activations=SPIKING, synapse=0.005)
"""


@pytest.fixture
def converted(notebook):
    assert notebook.run(MODEL).error is None
    return notebook


def test_the_variable_holds_the_chosen_converter_and_the_curves_are_drawn(converted):
    cell = converted.run("tuning = %nengo tune converter --x x --y y --steps 10 --loss 0.2")
    assert cell.error is None
    (shown,) = converted.run("display(tuning)").shown

    tuning = converted.names["tuning"]
    assert converted.names["converter"] is tuning.converter
    assert "<- chosen" in shown["text/plain"]
    assert "accuracy over synaptic operations" in shown["text/html"]
    assert shown["image/png"]


def test_converters_and_arrays_are_proposed_where_they_are_meant(converted):
    assert complete(converted, "%nengo tune con") == ["converter"]
    assert complete(converted, "%nengo tune converter --x ")[:2] == ["x", "y"]
    assert complete(converted, "%nengo tune converter --s") == ["--steps"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("%nengo tune convertor --x x --y y", "no converter 'convertor'"),
        ("%nengo tune converter --x images --y y", "no variable 'images' for --x"),
        ("%nengo tune converter --x x --y y --loss 2", "not a number between 0 and 1"),
        ("%nengo tune converter --x x", "--y"),
        ("%nengo tune converter --x x --y SPIKING", "0 labels for 60 examples"),
    ],
    ids=["unknown converter", "unknown examples", "loss", "no labels", "wrong labels"],
)
def test_bad_lines_are_refused_and_the_converter_stays(converted, line, words):
    before = converted.names["converter"]

    error = converted.run(line).error

    assert isinstance(error, UsageError)
    assert words in str(error)
    assert converted.names["converter"] is before
