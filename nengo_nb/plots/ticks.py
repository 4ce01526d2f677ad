"""Ticks of an axis, placed as BokehJS does; ``labextension/src/live/ticks.ts`` has the same."""

from __future__ import annotations

import math

MANTISSAS = (0.5, 1.0, 2.0, 5.0, 10.0)


def find_ticks(low: float, high: float, wanted: int = 6) -> list[float]:
    """Return the ticks between two limits: multiples of 1, 2 or 5 times a power of ten.

    Args:
        low: Lower limit.
        high: Upper limit, above the lower one.
        wanted: Number of ticks that the spacing comes closest to.
    """
    span = high - low
    magnitude = 10.0 ** math.floor(math.log10(span / wanted))
    spacings = [mantissa * magnitude for mantissa in MANTISSAS]
    spacing = min(spacings, key=lambda each: abs(wanted - span / each))
    return [i * spacing for i in range(math.ceil(low / spacing), math.floor(high / spacing) + 1)]


def find_ticks_within_rounding(low: float, high: float, wanted: int) -> list[float]:
    """Return the ticks between two limits that may be off by a rounding error."""
    slack = 1e-9 * (high - low)
    return find_ticks(low - slack, high + slack, wanted)
