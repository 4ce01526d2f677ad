"""The command ``python -m nengo_nb migrate``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from .finder import Finder, Finding
from .names import Names
from .sources import SourceError, read

CHANGES, UNREADABLE = 1, 2
"""Exit codes where something has to change, and where a file is no Python."""


def main(arguments: Sequence[str]) -> int:
    """List what has to change in scripts.

    Args:
        arguments: Those of the command line, behind ``migrate``.

    Returns:
        0 if nothing has to change, 1 if something has, 2 if a file could not be read.
    """
    return max(report(path) for path in _parser().parse_args(arguments).files)


def report(path: Path) -> int:
    """Print what has to change in a script or notebook.

    Args:
        path: The file.

    Returns:
        The exit code, as of ``main``.
    """
    try:
        sources, unread = read(path)
    except SourceError as error:
        print(error, file=sys.stderr)
        return UNREADABLE
    names = Names(source.tree for source in sources)
    found: list[tuple[str, Finding]] = []
    for source in sources:
        found += [(source.place, finding) for finding in Finder(source, names).find()]
    needed = [(place, finding) for place, finding in found if finding.needed]
    optional = [(place, finding) for place, finding in found if not finding.needed]
    _print("has to change", needed)
    _print("works, with a warning or under a newer name", optional)
    for sentence in unread:
        print(sentence, file=sys.stderr)
    if unread:
        return UNREADABLE
    if needed:
        return CHANGES
    ending = "." if names.uses_nengo_dl else "; it does not import nengo_dl."
    print(f"Nothing has to change in {path}{ending}")
    return 0


def _print(title: str, found: Sequence[tuple[str, Finding]]) -> None:
    if found:
        print(f"{title}:")
    for place, finding in found:
        separator = ", line " if ", cell " in place else ":"
        print(f"  {place}{separator}{finding.line}: {finding.text}")
        print(f"      -> {finding.replacement}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m nengo_nb migrate",
        description="List what has to change in scripts and notebooks that were written for "
        "NengoDL. They are read, and neither changed nor run.",
        epilog="The exit code is 0 if nothing has to change, 1 if something has, and 2 if a file "
        "is no Python.",
        allow_abbrev=False,
    )
    parser.add_argument("files", nargs="+", type=Path, help="a .py or .ipynb file")
    return parser
