"""Downsampling to the resolution of a screen, so that notebooks stay small and pages stay quick.

Lines keep the smallest and the largest value of every bucket, so that no peak is lost; spikes that
would fall on the same spot are drawn once; heat maps show means.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .extremes import Floats, thin_lines
from .trace import Kind, Trace

LARGEST, SMALLEST = 1e34, 1e-34
"""Largest magnitude that is drawn, beyond which there is a gap as for NaN, and smallest difference
that is shown. A browser computes in float32, in which some hundred values must add up.
"""

MAX_VALUES = 12_000
MAX_POINTS, MIN_POINTS = 4_000, 800
MAX_SPIKE_BINS, MAX_SPIKE_ROWS = 1_500, 300
MAX_HEAT_BINS, MAX_HEAT_ROWS = 400, 128


def drawable(values: NDArray[Any]) -> NDArray[np.float32]:
    """Convert values to float32, with NaN for those beyond ``LARGEST``."""
    kept: NDArray[np.float32] = np.where(np.abs(values) <= LARGEST, values, np.nan).astype(
        np.float32
    )
    return kept


def reduce_lines(trace: Trace) -> tuple[Floats, Floats]:
    """Return times ``(points,)`` and values ``(points, size)``: the two extremes of each bucket, in
    their order.
    """
    points = int(np.clip(MAX_VALUES // trace.size, MIN_POINTS, MAX_POINTS))
    times, values = thin_lines(trace.times, trace.values, points)
    return times, drawable(values)


def reduce_spikes(trace: Trace) -> tuple[Floats, NDArray[np.int32]]:
    """Return times and neurons of the spikes, both ``(spikes,)``, at most one per pixel of a
    screen.
    """
    steps, neurons = np.nonzero(trace.values > 0)
    columns = steps * MAX_SPIKE_BINS // max(len(trace.times), MAX_SPIKE_BINS)
    rows = neurons * MAX_SPIKE_ROWS // max(trace.size, MAX_SPIKE_ROWS)
    # Row numbers stay below size, so one number stands for a pixel; the first spike in it is kept.
    _, kept = np.unique(columns * trace.size + rows, return_index=True)
    return trace.times[steps[kept]], neurons[kept].astype(np.int32)


def reduce_heat(trace: Trace) -> NDArray[np.float32]:
    """Average ``(size, steps)`` over the cells of an image, first dimension in the first row."""
    image = drawable(trace.values.T)
    return _block_means(_block_means(image, MAX_HEAT_ROWS).T, MAX_HEAT_BINS).T


def _block_means(rows: NDArray[np.float32], most: int) -> NDArray[np.float32]:
    """Average neighbouring rows, so that at most ``most`` of them are left."""
    if len(rows) <= most:
        return rows
    starts = np.linspace(0, len(rows), most, endpoint=False).astype(np.int64)
    counts = np.diff(np.append(starts, len(rows)))
    means: NDArray[np.float32] = (np.add.reduceat(rows, starts, axis=0) / counts[:, None]).astype(
        np.float32
    )
    return means


def limits(values: Floats) -> tuple[float, float]:
    """Return the smallest and the largest finite value, never equal, so that they span an axis."""
    # The comparison is false for NaN as well.
    finite = values[np.abs(values) <= LARGEST]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    largest = max(abs(low), abs(high))
    if high - low > max(1e-9 * largest, SMALLEST):
        return low, high
    # A constant is drawn in the middle of an axis that reaches around it.
    half = 0.5 * largest if largest > SMALLEST else 1.0
    return low - half, high + half


def spans(trace: Trace) -> tuple[float, float]:
    """Return begin and end of a trace: one sample interval before the first sample, or zero for
    curves, and the last one.
    """
    times = trace.times
    if trace.kind is Kind.CURVES:
        return 0.0, 1.01 * float(times[-1])  # the last sample is a dot, which needs some room
    interval = (
        float(times[-1] - times[0]) / (len(times) - 1)
        if len(times) > 1
        else float(times[-1]) or 1.0
    )
    return float(times[0]) - interval, float(times[-1])


def shared_spans(traces: Sequence[Trace]) -> dict[str, tuple[float, float]]:
    """Return begin and end of each horizontal axis, by its label: that of all traces that have it.

    Panels with the same axis are linked, such as those over time; another unit has its own.
    """
    shared: dict[str, tuple[float, float]] = {}
    for trace in traces:
        each = [spans(drawn) for drawn in (trace, *trace.under)]
        if trace.axis in shared:
            each.append(shared[trace.axis])
        shared[trace.axis] = min(begin for begin, _ in each), max(end for _, end in each)
    return shared
