"""Messages about the kept runs of a live view."""

from __future__ import annotations

from dataclasses import dataclass

# --- to the browser
# ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class RunInfo:
    """Run that is over and was kept, from ``begin`` to ``end`` in simulated seconds; ``place`` is
    its place among those that are drawn, null where it is not. ``level`` is where the
    value of one of a sweep is from the lowest, 0, to the highest one, 1; null of others.
    """

    id: str
    name: str
    begin: float
    end: float
    place: int | None
    level: float | None


@dataclass(frozen=True, kw_only=True)
class RunPart:
    """Location of a kept run's data of one plot: ``rows x columns`` float32 from ``offset``."""

    run: str
    offset: int
    rows: int
    columns: int


# --- from the browser
# -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ShowRun:
    """Draw a kept run, or do not."""

    run: str
    shown: bool


@dataclass(frozen=True, kw_only=True)
class NameRun:
    """Give a kept run another name."""

    run: str
    name: str


@dataclass(frozen=True, kw_only=True)
class ForgetRun:
    """Delete a kept run."""

    run: str
