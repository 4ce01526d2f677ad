"""Codec of messages: dataclasses here, JSON on the comm, interfaces in TypeScript."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

MOST = 2**53
"""Largest integer that is accepted: up to here JavaScript's numbers are exact."""

SENTENCE = 400
"""Largest number of characters of a sentence for a page, as it may quote what the page has sent."""


def _is_int(value: Any) -> bool:
    # bool is a subclass of int.
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MOST


def _is_float(value: Any) -> bool:
    # JavaScript has one type of number, so that 2.0 arrives as 2.
    # Python's JSON reads NaN and Infinity, which JSON does not have.
    return _is_int(value) or (isinstance(value, float) and math.isfinite(value))


# By the annotation of a field as it is written, since annotations are strings there.
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
    """Return a message as JSON, with the name of its class as ``type``."""
    return {"type": type(message).__name__, **asdict(message)}


def read_message(content: Any, kinds: Mapping[str, type]) -> Any:
    """Return the message that a page has sent.

    Args:
        content: JSON as it arrived, which may be anything.
        kinds: Classes of messages by name.

    Raises:
        ValueError: It is none of them, or one of its fields is missing or of another type.
    """
    kind: Any = None
    if isinstance(content, dict) and isinstance(content.get("type"), str):
        kind = kinds.get(content["type"])
    if kind is None:
        raise ValueError("this message is not known here; reload the page")
    values = {}
    # Only the fields of the class are read, so that a newer page may send more.
    for item in fields(kind):
        value = content.get(item.name)
        if not CHECKS[str(item.type)](value):
            raise ValueError(f"{kind.__name__}.{item.name} cannot be {reprlib.repr(value)}")
        values[item.name] = value
    return kind(**values)


def sentence_of(error: BaseException) -> str:
    """Return an error as a sentence for a page, with its type if it is not meant for users."""
    text = str(error.args[0]) if error.args else ""
    meant = isinstance(error, ValueError | LookupError) and text
    sentence = text if meant else f"{type(error).__name__}: {text}".rstrip(": ")
    return sentence if len(sentence) <= SENTENCE else f"{sentence[:SENTENCE]}…"
