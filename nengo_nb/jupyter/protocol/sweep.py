"""Messages about sweeps of a live view: the same run for a range of a slider's values."""

from __future__ import annotations

from dataclasses import dataclass

# --- to the browser
# ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class SweepInfo:
    """Sweep under way: run ``number`` of ``count``, with a slider called ``label`` at ``value``;
    ``done`` is the share of all runs that was simulated.
    """

    label: str
    value: float
    number: int
    count: int
    done: float


# --- from the browser
# -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """Run for some seconds with a dimension of a node held at each of ``count`` values, from a
    reset or from now. Numbers that a page could not read are null.
    """

    name: str
    dimension: int
    low: float | None
    high: float | None
    count: float | None
    seconds: float | None
    from_now: bool


@dataclass(frozen=True, kw_only=True)
class StopSweep:
    """End a sweep; runs that are complete stay."""
