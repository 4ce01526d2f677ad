"""Hooks of ``%nengo live``, by the names of functions of the notebook."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from nengo_nb.jupyter.suggestions import unknown

from .arguments import HOOKS

if TYPE_CHECKING:
    from nengo_nb.jupyter.live.hooks import Hooks


def read_hooks(names: Mapping[str, Any], values: argparse.Namespace) -> Hooks:
    """Return the hooks that a line names.

    Args:
        names: Variables of the notebook.
        values: Parsed line; that of a cell has no hooks.

    Raises:
        UsageError: There is no such variable, or it holds no function of a simulator.
    """
    from nengo_nb.jupyter.live.hooks import Hooks

    hooks = {}
    for option in HOOKS:
        key = option.removeprefix("--").replace("-", "_")
        name = getattr(values, key, None)
        if name is not None:
            hooks[key] = _find(names, name, option)
    try:
        return Hooks(**hooks)
    except ValueError as error:
        raise UsageError(f"%nengo live: {error}") from error


def _find(names: Mapping[str, Any], name: str, option: str) -> Any:
    if name not in names:
        problem = unknown("function", name, functions(names))
        raise UsageError(f"%nengo live: {option}: {problem}")
    return names[name]


def functions(names: Mapping[str, Any]) -> list[str]:
    """Return the names of functions that a notebook has defined itself."""
    own = list(names.items())  # a copy, as a thread may bind one meanwhile
    return [
        name
        for name, thing in own
        if not name.startswith("_")
        and callable(thing)
        and getattr(thing, "__module__", None) == "__main__"
    ]
