"""Messages about what input nodes of a live view put out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class PointerNodeInfo:
    """Input node that puts out semantic pointers; ``title`` is the name of its module."""

    name: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Checked:
    """Sentence on why a text is no expression for a node; an empty one if it is."""

    name: str
    text: str
    error: str


@dataclass(frozen=True, kw_only=True)
class Grab:
    """Override dimensions of a node's output; those that are null stay as they are."""

    name: str
    values: list[float | None]


@dataclass(frozen=True, kw_only=True)
class Release:
    """End the override of a node."""

    name: str


@dataclass(frozen=True, kw_only=True)
class CheckExpression:
    """Ask whether a text, as far as it is typed, is an expression of a node's vocabulary."""

    name: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Drive:
    """Override a node's output by the semantic pointer of an expression."""

    name: str
    text: str


@dataclass(frozen=True, kw_only=True)
class AddExpression:
    """Show the entry for a node's expressions."""

    name: str


@dataclass(frozen=True, kw_only=True)
class RemoveExpression:
    """Remove the entry for a node's expressions, and end its override."""

    name: str


@dataclass(frozen=True, kw_only=True)
class AddSliders:
    """Show the sliders of a node."""

    name: str


@dataclass(frozen=True, kw_only=True)
class ChangeSliders:
    """Set the range of the sliders of a node."""

    name: str
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class RemoveSliders:
    """Remove the sliders of a node, and end its override."""

    name: str


@dataclass(frozen=True, kw_only=True)
class KeyboardInfo:
    """Node that puts out which of its keys are held down, in their order."""

    name: str
    keys: list[str]


@dataclass(frozen=True, kw_only=True)
class HoldKeys:
    """Set which keys of a node are held down; all others are released."""

    name: str
    held: list[str]
