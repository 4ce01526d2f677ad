"""The tutorial on semantic pointers runs from top to bottom in a real kernel."""

import nbformat
import pytest

from .kernels import ROOT, execute
from .notebooks import outputs_of
from .tutorials import printed_by

pytest.importorskip("nengo_spa")

TUTORIAL = ROOT / "notebooks" / "07_semantic_pointers.ipynb"


def test_the_tutorial_on_semantic_pointers_runs_and_its_neurons_answer_right():
    notebook = nbformat.read(TUTORIAL, as_version=4)
    assert not outputs_of(notebook)

    execute(notebook)

    assert printed_by(notebook, "at = {").split() == ["CIRCLE:", "RED", "SQUARE:", "BLUE"]
    assert "MONDAY TUESDAY WEDNESDAY" in printed_by(notebook, "nearest = ")
    bundles = [output.get("data", {}) for output in outputs_of(notebook)]
    assert sum("application/vnd.nengo.live+json" in bundle for bundle in bundles) == 2
