"""Shift-Tab on a magic's line: its help, and not that of the module of the same name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .arguments import LINES, TRAIN, overview

Reply = Any
"""Content of an ``inspect_reply``, or an awaitable of it."""


def help_at(code: str, cursor: int) -> str | None:
    """Return the help of the magic on the cursor's line; None on any other line."""
    begin = code.rfind("\n", 0, cursor) + 1
    magic, *words = code[begin:].split("\n", 1)[0].split() or [""]
    # A cell magic is one only in the first line of a cell.
    if begin == 0 and magic in ("%%nengo", "%%nengo_train"):
        return overview() if magic == "%%nengo" else TRAIN.format_help()
    if magic == "%nengo":
        return LINES[words[0]].format_help() if words and words[0] in LINES else overview()
    return None


def inspecting(do_inspect: Callable[..., Reply]) -> Callable[..., Reply]:
    """Wrap a kernel's ``do_inspect``, so that it also replies with the help of the magics."""

    def inspect(code: str, cursor_pos: int, *args: Any, **kwargs: Any) -> Reply:
        text = help_at(code, cursor_pos)
        if text is None:
            # Arguments are passed on as they are, as releases of ipykernel differ in them.
            return do_inspect(code, cursor_pos, *args, **kwargs)
        return {"status": "ok", "found": True, "data": {"text/plain": text}, "metadata": {}}

    return inspect
