"""Inspection: Shift-Tab on the line of a magic shows the magic's help, not that of the
module of the same name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .options import LINES, TRAIN, overview

Reply = Any
"""The content of an ``inspect_reply``, or something to await that gives it."""


def help_at(code: str, cursor: int) -> str | None:
    """The help of the magic on whose line the cursor is; None on any other line."""
    begin = code.rfind("\n", 0, cursor) + 1
    magic, *words = code[begin:].split("\n", 1)[0].split() or [""]
    if begin == 0 and magic in ("%%nengo", "%%nengo_train"):
        return overview() if magic == "%%nengo" else TRAIN.format_help()
    if magic == "%nengo":
        return LINES[words[0]].format_help() if words and words[0] in LINES else overview()
    return None


def inspecting(do_inspect: Callable[..., Reply]) -> Callable[..., Reply]:
    """What a kernel answers to ``inspect_request``, with the help of our magics."""

    def inspect(code: str, cursor_pos: int, *args: Any, **kwargs: Any) -> Reply:
        found = help_at(code, cursor_pos)
        if found is None:
            return do_inspect(code, cursor_pos, *args, **kwargs)
        return {"status": "ok", "found": True, "data": {"text/plain": found}, "metadata": {}}

    return inspect
