"""Read scripts and notebooks as Python code, without running anything."""

from __future__ import annotations

import ast
import json
import re
import tokenize
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NOTEBOOK = ".ipynb"

MAGIC = re.compile(r"^(\s*)(?:[%!?].*|[\w.]+\?+\s*)$")
"""A line of IPython alone: ``%magic``, ``!command`` or ``name?``."""

CELL_MAGIC = re.compile(r"^\s*%%.*")
"""A first line such as ``%%time``."""

ASSIGNED_MAGIC = re.compile(r"^(\s*[\w., ]+=\s*)[%!].*$")
"""A line such as ``files = !ls``."""

PYTHON_MAGICS = ("%%time", "%%timeit", "%%capture", "%%nengo", "%%prun")
"""Magics of a cell that has Python code below them."""


class SourceError(Exception):
    """A file, or a cell of a notebook, that cannot be read as Python."""


@dataclass(frozen=True)
class Source:
    """Code of a script, or of one cell of a notebook.

    Args:
        place: Start of a message about a line of it, such as ``script.py`` or ``tour.ipynb, cell
            3``.
        text: The code.
        tree: Its syntax tree.
    """

    place: str
    text: str
    tree: ast.Module


def read(path: Path) -> tuple[list[Source], list[str]]:
    """Read a script or notebook.

    Args:
        path: The file.

    Returns:
        Its parts, and sentences about cells that are no Python.

    Raises:
        SourceError: The file cannot be read, or is neither Python nor a notebook.
    """
    try:
        if path.suffix == NOTEBOOK:
            return _cells(path)
        with tokenize.open(path) as file:  # minds a declared encoding
            text = file.read()
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (UnicodeDecodeError, SyntaxError, LookupError) as error:
        raise SourceError(f"{path} is no Python: it is no text ({error}).") from error
    return [parse(str(path), text)], []


def _cells(path: Path) -> tuple[list[Source], list[str]]:
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = [_code(cell) for cell in notebook["cells"]]
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError) as error:
        raise SourceError(
            f"{path} is no notebook of Jupyter's format 4: {error or type(error).__name__}."
        ) from error
    sources, unread = [], []
    for number, text in enumerate(cells, start=1):
        if text is None:
            continue
        try:
            sources.append(_cell(f"{path}, cell {number}", text))
        except SourceError as error:
            unread.append(str(error))
    return sources, unread


def _cell(place: str, text: str) -> Source:
    """Parse a cell; lines of IPython alone are taken out only where they are no Python."""
    # A line within parentheses may begin with a percent sign, so as few are taken out as can be.
    for attempt in (text, CELL_MAGIC.sub("", text, count=1)):
        try:
            return parse(place, attempt)
        except SourceError:
            continue
    return parse(place, "\n".join(_without_magic(line) for line in text.splitlines()))


def _code(cell: dict[str, Any]) -> str | None:
    """Return the code of a cell; None of text and other languages."""
    if cell["cell_type"] != "code":
        return None
    source = cell["source"]
    text = source if isinstance(source, str) else "".join(source)
    first = text.lstrip().partition("\n")[0]
    is_other = first.startswith("%%") and not first.startswith(PYTHON_MAGICS)
    return None if is_other else text


def _without_magic(line: str) -> str:
    return ASSIGNED_MAGIC.sub(r"\1None", MAGIC.sub(r"\1pass", line))


def parse(place: str, text: str) -> Source:
    """Parse code.

    Args:
        place: As of ``Source``.
        text: The code.

    Raises:
        SourceError: It is no Python 3.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the script, such as for an invalid escape
            return Source(place, text, ast.parse(text))
    except SyntaxError as error:
        line = f", line {error.lineno}" if error.lineno else ""
        raise SourceError(f"{place}{line} is no Python 3: {error.msg}.") from error
    except (ValueError, RecursionError, MemoryError) as error:
        reason = str(error) or "it is nested too deeply"
        raise SourceError(f"{place} is no Python 3: {reason}.") from error
