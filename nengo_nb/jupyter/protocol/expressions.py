"""Messages about the entries of a live view for expressions of semantic pointers."""

from __future__ import annotations

from dataclasses import dataclass

# --- to the browser
# ---------------------------------------------------------------------------------------


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


# --- from the browser
# -------------------------------------------------------------------------------------


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
