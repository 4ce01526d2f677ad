"""Health of a network: findings about its objects, each with a reason and a remedy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import nengo


class Problem(Enum):
    """Kind of a finding."""

    SILENT = "silent"
    SATURATED = "saturated"
    UNRESPONSIVE = "unresponsive"
    OUTSIDE_RADIUS = "outside its radius"
    DECODING_ERROR = "decoding error"
    GROWING_WEIGHTS = "growing weights"


@dataclass(frozen=True)
class Finding:
    """Something that is probably not as it was meant.

    Args:
        obj: The ensemble or connection.
        name: Its name, unique in the network.
        problem: Kind of the problem.
        value: How large it is: a share of neurons or steps, a relative error, or a factor.
        reason: Sentence that says what was found.
        remedy: Sentence that says what helps.
    """

    obj: nengo.Ensemble | nengo.Connection
    name: str
    problem: Problem
    value: float
    reason: str
    remedy: str

    def __str__(self) -> str:
        kind = type(self.obj).__name__
        return f"{kind} {self.name}, {self.problem.value}: {self.reason} {self.remedy}"


@dataclass(frozen=True)
class Health:
    """Findings about a network.

    Args:
        findings: In the order of the objects in the network.
        n_ensembles: Number of ensembles that were looked at.
        n_connections: Number of connections whose decoders were.
        seconds: Simulated time that was looked at; 0 where the network did not run.
    """

    findings: tuple[Finding, ...]
    n_ensembles: int
    n_connections: int
    seconds: float = 0.0

    def __bool__(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def of(self, thing: nengo.Ensemble | nengo.Connection) -> tuple[Finding, ...]:
        """Return the findings about an object."""
        return tuple(finding for finding in self.findings if finding.obj is thing)

    @property
    def looked_at(self) -> str:
        """Sentence that says what was looked at."""
        counts = f"{count(self.n_ensembles, 'ensemble')}, {count(self.n_connections, 'decoder')}"
        return f"{counts}, {self.seconds:g} s" if self.seconds else f"{counts}, without a run"

    def __str__(self) -> str:
        if not self.findings:
            return f"Nothing found in {self.looked_at}."
        return "\n".join(map(str, self.findings))


def count(number: int, thing: str) -> str:
    """Return a number with its noun."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
