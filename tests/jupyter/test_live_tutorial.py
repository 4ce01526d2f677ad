"""The tutorial of the live view runs from top to bottom in a real kernel, and leaves pictures."""

import nbformat

from .kernels import ROOT, execute
from .notebooks import outputs_of

TUTORIAL = ROOT / "notebooks" / "04_live.ipynb"


def test_the_tutorial_of_the_live_view_runs_and_has_an_output_for_every_place():
    notebook = nbformat.read(TUTORIAL, as_version=4)
    assert not outputs_of(notebook)

    execute(notebook)

    outputs = outputs_of(notebook)
    assert [output for output in outputs if output.output_type == "error"] == []
    live = [
        output.data
        for output in outputs
        if "application/vnd.nengo.live+json" in output.get("data", {})
    ]
    assert len(live) == 4
    assert all("application/vnd.jupyter.widget-view+json" in bundle for bundle in live)
    assert any("nengo_nb.LivePlot('decoded', 'xy'" in output.get("text", "") for output in outputs)
