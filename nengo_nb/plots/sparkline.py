"""A sparkline: a curve as small as a word, as SVG text that takes the colour of the text around it."""

from __future__ import annotations

import numpy as np

from .reduce import limits
from .trace import Kind, Trace

WIDTH, HEIGHT, POINTS, LINES = 120, 20, 60, 4


def sparkline(trace: Trace) -> str:
    """Draw the first few dimensions of a trace, or the mean over neurons of spikes, as SVG."""
    values = trace.values[:, :LINES] if trace.kind is Kind.LINES else trace.values.mean(axis=1, keepdims=True)
    chosen = np.linspace(0, len(values) - 1, min(POINTS, len(values))).astype(np.int64)
    points = np.nan_to_num(values[chosen].astype(np.float64), posinf=0.0, neginf=0.0)
    low, high = limits(points)
    x = np.linspace(0, WIDTH, len(chosen))
    y = HEIGHT - 1 - (points - low) / (high - low) * (HEIGHT - 2)
    curves = "".join(_polyline(x, column, 1 - 0.2 * i) for i, column in enumerate(y.T))
    return f'<svg width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">{curves}</svg>'


def _polyline(x: np.ndarray, y: np.ndarray, opacity: float) -> str:
    """One curve in the colour of the surrounding text."""
    points = " ".join(f"{a:.0f},{b:.1f}" for a, b in zip(x, y, strict=True))
    return f'<polyline points="{points}" fill="none" stroke="currentColor" stroke-opacity="{opacity:.1f}"/>'
