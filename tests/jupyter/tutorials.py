"""A tutorial that learns from MNIST, executed in a real kernel on fewer images, and what
its cells showed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.mnist import NoMnistError, startup_file

from .kernels import execute
from .notebooks import outputs_of


def execute_tutorial(notebook: Path, ipython: Path, images: int) -> Any:
    """The notebook with the outputs of all its cells; a cell that raises ends it, with the cell in
    the error.

    Args:
        notebook: The tutorial.
        ipython: An empty folder, for the kernel's settings.
        images: How many images to learn from.
    """
    try:
        startup_file(ipython)
    except NoMnistError as error:
        pytest.fail(str(error))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(ipython))
        patch.setenv("NENGO_NB_FEWER_IMAGES", str(images))
        return execute(nbformat.read(notebook, as_version=4))


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def printed_by(notebook: Any, part: str) -> str:
    """Return the output of the one code cell that contains a text."""
    (cell,) = (cell for cell in code_cells(notebook) if part in cell.source)
    return "".join(o.text for o in cell.outputs if o.output_type == "stream" and o.name == "stdout")


def shown_by(notebook: Any, part: str, mime: str) -> list[Any]:
    (cell,) = (cell for cell in code_cells(notebook) if part in cell.source)
    return [output.data[mime] for output in cell.outputs if mime in output.get("data", {})]


def numbers_in(text: str, pattern: str) -> list[float]:
    return [float(number) for number in re.search(pattern, text).groups()]


def complaints_of(notebook: Any) -> list[str]:
    """Errors, and what was written to the error stream."""
    outputs = outputs_of(notebook)
    errors = [output.ename for output in outputs if output.output_type == "error"]
    return errors + [output.text for output in outputs if output.get("name") == "stderr"]
