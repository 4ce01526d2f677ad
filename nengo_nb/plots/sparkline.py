"""Sparkline: a word-sized curve as inline SVG, in the colour of the surrounding text."""

from __future__ import annotations

import numpy as np

from .reduce import drawable, limits
from .trace import Kind, Trace

WIDTH, HEIGHT, POINTS, LINES = 120, 20, 60, 4


def sparkline(trace: Trace) -> str:
    """Draw the first few dimensions of a trace, or the mean over neurons of spikes, as SVG."""
    steps = len(trace.values)
    chosen = np.linspace(0, steps - 1, min(POINTS, steps)).astype(np.int64)
    values = np.nan_to_num(drawable(trace.values[chosen]).astype(np.float64))
    points = values[:, :LINES] if trace.kind is Kind.LINES else values.mean(axis=1, keepdims=True)
    low, high = limits(points)
    x = np.linspace(0, WIDTH, len(chosen))
    y = HEIGHT - 1 - (points - low) / (high - low) * (HEIGHT - 2)
    curves = "".join(_polyline(x, column, 1 - 0.2 * i) for i, column in enumerate(y.T))
    return (
        f'<svg width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'role="img">{curves}</svg>'
    )


def _polyline(x: np.ndarray, y: np.ndarray, opacity: float) -> str:
    """Return one curve in the colour of the surrounding text."""
    points = " ".join(f"{a:.0f},{b:.1f}" for a, b in zip(x, y, strict=True))
    return (
        f'<polyline points="{points}" fill="none" stroke="currentColor" '
        f'stroke-opacity="{opacity:.1f}"/>'
    )
