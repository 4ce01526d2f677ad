"""The wire: messages between kernel and browser are dataclasses here, JSON in between, and
interfaces in TypeScript.
"""

from __future__ import annotations

import math
import reprlib
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

MOST = 2**53
"""Integers of JavaScript are exact up to here; what is beyond comes from no page of ours."""

SENTENCE = 400
"""Characters of a sentence for a page at most: it may quote what the page has sent."""


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MOST


def _is_float(value: Any) -> bool:
    return _is_int(value) or (isinstance(value, float) and math.isfinite(value))


CHECKS: dict[str, Any] = {
    "str": lambda value: isinstance(value, str),
    "bool": lambda value: isinstance(value, bool),
    "int": _is_int,
    "float": _is_float,
    "float | None": lambda value: value is None or _is_float(value),
    "list[int]": lambda value: isinstance(value, list) and all(map(_is_int, value)),
    "list[float]": lambda value: isinstance(value, list) and all(map(_is_float, value)),
}


def write_message(message: Any) -> dict[str, Any]:
    """A message as JSON."""
    return {"type": type(message).__name__, **asdict(message)}


def read_message(content: Any, kinds: Mapping[str, type]) -> Any:
    """A message of a browser.

    Args:
        content: What the browser sent.
        kinds: The messages that are understood, by name.

    Raises:
        ValueError: It is none of them, or one of its fields is missing or of another type.
    """
    kind: Any = None
    if isinstance(content, dict) and isinstance(content.get("type"), str):
        kind = kinds.get(content["type"])
    if kind is None:
        raise ValueError("this message is not known here; reload the page")
    values = {}
    for each in fields(kind):
        value = content.get(each.name)
        if not CHECKS[str(each.type)](value):
            raise ValueError(f"{kind.__name__}.{each.name} cannot be {reprlib.repr(value)}")
        values[each.name] = value
    return kind(**values)


def sentence_of(error: BaseException) -> str:
    """What a page is told of an error: the sentence that was written for it, or else which
    error it is.
    """
    text = str(error.args[0]) if error.args else ""
    meant = isinstance(error, ValueError | LookupError) and text
    sentence = text if meant else f"{type(error).__name__}: {text}".rstrip(": ")
    return sentence if len(sentence) <= SENTENCE else f"{sentence[:SENTENCE]}…"
