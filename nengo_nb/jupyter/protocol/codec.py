"""Codec of messages: dataclasses here, JSON on the comm, interfaces in TypeScript."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

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


SCALARS: dict[type, Callable[[Any], bool]] = {
    str: lambda value: isinstance(value, str),
    bool: lambda value: isinstance(value, bool),
    int: _is_int,
    float: _is_float,
    NoneType: lambda value: value is None,
}
"""Checks of values of JSON, by the type of a field."""


def kinds_of(union: Any) -> dict[str, type]:
    """Return the classes of a union of messages, or a single class, by their names."""
    return {kind.__name__: kind for kind in get_args(union) or (union,)}


def write_message(message: Any) -> dict[str, Any]:
    """Return a message as JSON, with the name of its class as ``type``."""
    kind: type = type(message)
    content = {name: _write_value(getattr(message, name)) for name in _names(kind)}
    return {"type": kind.__name__, **content}


@cache
def _names(kind: type) -> tuple[str, ...]:
    """Return the names of a message's fields; ``fields`` makes them anew for each message."""
    return tuple(item.name for item in fields(kind))


def _write_value(value: Any) -> Any:
    # First, as most values of a frame are: whether one is a dataclass takes longer to ask.
    if type(value) in SCALARS:
        return value
    if isinstance(value, list | tuple):
        return [_write_value(item) for item in value]
    return write_message(value) if is_dataclass(value) else value


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
    for name, wanted in _field_types(kind).items():
        value = content.get(name)
        if not _fits(value, wanted):
            raise ValueError(f"{kind.__name__}.{name} cannot be {reprlib.repr(value)}")
        values[name] = value
    return kind(**values)


@cache
def _field_types(kind: type) -> dict[str, Any]:
    """Return the types of a message's fields; annotations themselves are strings."""
    return get_type_hints(kind)


def _fits(value: Any, wanted: Any) -> bool:
    """Whether a value of JSON is of the type of a field."""
    arguments = get_args(wanted)
    match get_origin(wanted):
        case None:
            return SCALARS[wanted](value)
        case origin if origin is list:
            return isinstance(value, list) and all(_fits(item, arguments[0]) for item in value)
        case origin if origin is Literal:
            return isinstance(value, str) and value in arguments
        case origin if origin in (Union, UnionType):
            return any(_fits(value, each) for each in arguments)
    raise TypeError(f"no field of a message to the kernel may be of type {wanted}")


def sentence_of(error: BaseException) -> str:
    """Return an error as a sentence for a page, with its type if it is not meant for users."""
    text = str(error.args[0]) if error.args else ""
    meant = isinstance(error, ValueError | LookupError) and text
    sentence = text if meant else f"{type(error).__name__}: {text}".rstrip(": ")
    return sentence if len(sentence) <= SENTENCE else f"{sentence[:SENTENCE]}…"
