"""Settings of a plot that change how it looks and not what it draws, and requests of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class PlotSettings:
    """Settings of a plot.

    Args:
        over: Key of the source whose path is drawn over an xy plot; empty for none.
        limits: Fixed ends of the axis or scale of values; empty where it follows the values.
        has_limits: Whether such ends can be set.
        has_synapse: Whether its values are filtered before they are drawn.
        has_order: Whether the order of neurons changes what is drawn.
        hidden: Positions of the lines that are switched off, among those that are drawn.
        sound: Neurons of a raster that are heard: ``"all"``, or the index of one; empty for none.
    """

    over: str
    limits: list[float]
    has_limits: bool
    has_synapse: bool
    has_order: bool
    hidden: list[int]
    sound: str


@dataclass(frozen=True, kw_only=True)
class DrawOver:
    """Draw the path of another source over an xy plot; no ``source`` ends that."""

    plot: str
    source: str


@dataclass(frozen=True, kw_only=True)
class ChangeLimits:
    """Fix the axis or scale of values from ``limits[0]`` to ``limits[1]``; without any, free it."""

    plot: str
    limits: list[float]


@dataclass(frozen=True, kw_only=True)
class HideLines:
    """Switch off the lines at these positions among those that are drawn, and all others on."""

    plot: str
    hidden: list[int]


@dataclass(frozen=True, kw_only=True)
class ChangeSound:
    """Have neurons of a raster heard: ``"all"``, the index of one, or ``"off"``."""

    plot: str
    sound: str
