"""Every example runs from top to bottom in a real kernel and ends in a live view."""

import nbformat
import pytest

from .kernels import ROOT, execute

pytest.importorskip("nengo_spa")

FOLDER = ROOT / "notebooks" / "examples"
NAMES = sorted(path.stem for path in FOLDER.glob("*.ipynb") if path.stem != "overview")


def read(name):
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def test_the_overview_links_to_every_example_and_nothing_else():
    (cell,) = read("overview").cells

    assert all(f"[{name}]({name}.ipynb)" in cell.source for name in NAMES)
    assert cell.source.count(".ipynb") == len(NAMES)


def test_every_example_runs_and_has_a_live_view():
    # In one kernel, as each takes seconds to start; none sees the names of another.
    together = nbformat.v4.new_notebook(metadata=read(NAMES[0]).metadata)
    last = {}
    for name in NAMES:
        cells = [cell for cell in read(name).cells if cell.cell_type == "code"]
        together.cells += [*cells, nbformat.v4.new_code_cell("%reset -f")]
        last[name] = cells[-1]

    execute(together)

    for name, cell in last.items():
        shown = [output.get("data", {}) for output in cell.outputs]
        assert any("application/vnd.nengo.live+json" in bundle for bundle in shown), name
