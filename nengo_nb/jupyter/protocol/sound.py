"""Messages on spikes that are heard."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Clicks:
    """Times of spikes to be heard, from ``begin`` to ``end``, all in simulated seconds."""

    plot: str
    begin: float
    end: float
    times: list[float]
