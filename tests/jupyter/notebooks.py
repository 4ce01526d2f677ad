"""Notebooks of tests, as files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import nbformat


def notebook_of(sources: Sequence[str], kernel: str = "python3") -> nbformat.NotebookNode:
    """A notebook of code cells, for a kernel of that name."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    spec = {"name": kernel, "display_name": kernel, "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})


def outputs_of(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """The outputs of all cells, in order."""
    outputs: list[nbformat.NotebookNode] = []
    for cell in notebook.cells:
        outputs.extend(cell.get("outputs", ()))
    return outputs


def write_notebook(path: Path, *sources: str, kernel: str = "python3") -> None:
    """Write a notebook of code cells."""
    nbformat.write(notebook_of(sources, kernel), path)


def copy_notebook(source: Path, target: Path, *, trusted: bool) -> None:
    """Copy a saved notebook, changed outside of the server where it shall not be trusted."""
    notebook = nbformat.read(source, as_version=4)
    notebook.cells[0].source += "" if trusted else "\n\n# Changed outside of this server."
    nbformat.write(notebook, target)
