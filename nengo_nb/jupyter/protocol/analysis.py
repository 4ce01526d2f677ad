"""Messages on the analyses of a live view."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class AnalysisInfo:
    """Settings of a plot's analysis.

    ``reference`` is the source that values are correlated with, one of ``references``; empty where
    there is none. Averages are around the time ``marker``, and again each ``period`` after it, in
    seconds; a period of zero is one marker alone.
    """

    reference: str
    references: list[str]
    marker: float
    period: float


@dataclass(frozen=True, kw_only=True)
class ChangeAnalysis:
    """Change the settings of a plot's analysis."""

    plot: str
    reference: str
    marker: float
    period: float
