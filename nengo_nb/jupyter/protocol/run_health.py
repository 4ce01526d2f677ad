"""Messages with what a live run shows that is probably not as it was meant."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RunFinding:
    """Finding about an object of the network that runs.

    Args:
        name: Name of the object.
        problem: Kind of the problem.
        reason: Sentence that says what was found.
        remedy: Sentence that says what helps.
    """

    name: str
    problem: str
    reason: str
    remedy: str


@dataclass(frozen=True, kw_only=True)
class RunFindings:
    """All findings of the last second, sent when there are others."""

    findings: list[RunFinding]
