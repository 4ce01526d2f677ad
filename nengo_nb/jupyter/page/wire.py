"""The wire: messages between kernel and browser are dataclasses here, JSON in between, and interfaces in TypeScript."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

CHECKS: dict[str, Any] = {
    "str": lambda value: isinstance(value, str),
    "bool": lambda value: isinstance(value, bool),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "float | None": lambda value: value is None or CHECKS["float"](value),
    "list[int]": lambda value: isinstance(value, list) and all(map(CHECKS["int"], value)),
    "list[float]": lambda value: isinstance(value, list) and all(map(CHECKS["float"], value)),
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
    kind: Any = kinds.get(content.get("type", "")) if isinstance(content, dict) else None
    if kind is None:
        raise ValueError("this message is not known here; reload the page")
    values = {}
    for each in fields(kind):
        value = content.get(each.name)
        if not CHECKS[str(each.type)](value):
            raise ValueError(f"{kind.__name__}.{each.name} cannot be {value!r}")
        values[each.name] = value
    return kind(**values)
