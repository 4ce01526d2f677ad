"""Table of what becomes of the layers of a model: what falls back, what is refused, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Fate(Enum):
    """Kind of objects that a layer becomes."""

    NATIVE = "Nengo objects"
    NOTHING = "nothing"
    FALLBACK = "TensorNode"
    REFUSED = "refused"


@dataclass(frozen=True)
class Row:
    """Decision about one layer.

    Args:
        layer: Name of its call.
        kind: Its class.
        fate: What it becomes.
        why: The reason, where it is not simply native.
        remedy: What to do for another outcome.
    """

    layer: str
    kind: str
    fate: Fate
    why: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Report:
    """Decisions about all layers of a model; printed as a table of those that need a word."""

    rows: tuple[Row, ...]

    def of(self, *fates: Fate) -> tuple[Row, ...]:
        """Return the rows with one of some fates."""
        return tuple(row for row in self.rows if row.fate in fates)

    @property
    def notable(self) -> tuple[Row, ...]:
        """Rows of layers that are something else than Nengo's objects, or not all they were."""
        return tuple(row for row in self.rows if row.fate is not Fate.NATIVE or row.why)

    def __str__(self) -> str:
        return table(self.notable) or "Every layer became Nengo objects."


def table(rows: Iterable[Row]) -> str:
    """Return rows as text, in columns; empty without rows."""
    lines = [[f"{r.layer} ({r.kind})", r.fate.value, r.why, r.remedy] for r in rows]
    if not lines:
        return ""
    lines.insert(0, ["layer", "becomes", "why", "what to do"])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    texts = []
    for line in lines:
        cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=True)]
        texts.append("  ".join(cells).rstrip())
    return "\n".join(texts)
