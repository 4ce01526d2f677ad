"""Messages on what steers a live view's network."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SliderInfo:
    """Sliders of one node, one for each value it outputs, from ``low`` to ``high``."""

    name: str
    size: int
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class PointerNodeInfo:
    """Input node that puts out semantic pointers; ``title`` is the name of its module."""

    name: str
    title: str
