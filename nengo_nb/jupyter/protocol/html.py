"""Message with the HTML that a node shows in a live view."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Html:
    """Newest HTML of a plot, sent when it has changed; ``error`` says why there is none, if so."""

    plot: str
    text: str
    error: str
