"""Tab completion of names, commands, options and probes on the lines of the magics."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nengo_nb.diagram import name_of
from nengo_nb.jupyter.comparison.backends import installed
from nengo_nb.jupyter.session.registry import Session
from nengo_nb.jupyter.suggestions import as_python

from .arguments import CELL, HOOKS, LINES, TRAIN
from .hooks import functions
from .parser import Parser

if TYPE_CHECKING:
    from IPython.core.completer import CompletionContext, SimpleMatcherResult


def complete(session: Session, context: CompletionContext) -> SimpleMatcherResult:
    """Return the completions of a magic's line, which suppress those of all other matchers."""
    before = context.line_with_cursor[: context.cursor_position]
    magic, *words = before.split()
    if magic not in ("%nengo", "%%nengo", "%%nengo_train") or before.endswith(magic):
        return {"completions": []}
    # The word at the cursor is what completions replace; words keeps the complete ones before it.
    fragment = "" if before[-1].isspace() else words.pop()
    if magic == "%nengo":
        return _result(_line_choices(session, words, fragment), fragment)
    spelled = _spelled(words[-1]) if magic == "%%nengo_train" and words else []
    return _result(
        spelled or _cell_choices(session, CELL if magic == "%%nengo" else TRAIN), fragment
    )


def _result(choices: Iterable[tuple[str, str]], fragment: str) -> Any:
    """Return the choices that begin with the fragment, and suppress other matchers."""
    from IPython.core.completer import SimpleCompletion, SimpleMatcherResult

    begins = (fragment, as_python(fragment))
    completions = [
        SimpleCompletion(text, type=kind) for text, kind in choices if text.startswith(begins)
    ]
    # Without suppress JupyterLab mixes in builtins, and shows them first.
    return SimpleMatcherResult(
        completions=completions, suppress=True, ordered=True, matched_fragment=fragment
    )


def _options(parser: Parser) -> list[tuple[str, str]]:
    return [(option, "option") for option in parser.options()]


def _cell_choices(session: Session, parser: Parser) -> list[tuple[str, str]]:
    """Return names of networks, and the options."""
    return [(name, "network") for name in session.names()] + _options(parser)


def _spelled(option: str) -> list[tuple[str, str]]:
    """Return the names in Keras after ``--optimizer`` or ``--loss``; this imports Keras."""
    if option not in ("--optimizer", "--loss"):
        return []
    from nengo_nb.jupyter.training.keras_names import losses, optimizers

    names = optimizers() if option == "--optimizer" else losses()
    return [(name, option.removeprefix("--")) for name in names]


def _line_choices(session: Session, words: list[str], fragment: str) -> list[tuple[str, str]]:
    """Return what can follow on a ``%nengo`` line: command, name, probes or files, and options."""
    if not words:
        return [(command, "command") for command in LINES]
    command, *rest = words
    if command not in LINES:
        return []
    parser = LINES[command]
    # As the parser itself splits, so that values of options do not count as names.
    plain, _ = parser.split(rest)
    if command == "tune":
        return _tune_choices(session.shell.user_ns, rest, plain) + _options(parser)
    if command == "live" and rest and rest[-1] in HOOKS:
        return [(name, "function") for name in functions(session.shell.user_ns)]
    if not plain and command != "list":
        return [(name, "network") for name in session.names()] + _options(parser)
    if "--backends" in rest and command == "compare" and "--probes" not in rest:
        return [(name, "backend") for name in installed()] + _options(parser)
    if command in ("save", "load") and len(plain) == 1:
        return [(name, "file") for name in _files(fragment)]
    probes: list[tuple[str, str]] = []
    if command in ("plot", "compare") and as_python(plain[0]) in session.names(inner=True):
        network = session.network(as_python(plain[0]))
        probes = [(name_of(probe), "probe") for probe in network.all_probes]
    return probes + _options(parser)


def _tune_choices(
    names: Mapping[str, Any], rest: list[str], plain: list[str]
) -> list[tuple[str, str]]:
    """Return converters, or arrays where examples or labels are meant."""
    own = {name: thing for name, thing in names.items() if not name.startswith("_")}
    if rest and rest[-1] in ("--x", "--y"):
        return [(name, "array") for name, thing in own.items() if isinstance(thing, np.ndarray)]
    # Without the module no variable can hold a converter, and it is not imported for that.
    kind = getattr(sys.modules.get("nengo_nb.convert.converter"), "Converter", None)
    if plain or kind is None:
        return []
    return [(name, "converter") for name, thing in own.items() if isinstance(thing, kind)]


def _files(fragment: str) -> list[str]:
    """Return folders and ``.npz`` files in the folder of the fragment."""
    folder, _, _ = fragment.rpartition("/")
    start = f"{folder}/" if folder or fragment.startswith("/") else ""
    try:
        entries = sorted(Path(start or ".").expanduser().iterdir())
    except OSError:
        return []
    names = [f"{entry.name}/" if entry.is_dir() else entry.name for entry in entries]
    return [
        f"{start}{name}"
        for name in names
        if name.endswith(("/", ".npz")) and not name.startswith(".")
    ]
