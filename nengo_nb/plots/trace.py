"""Trace: recorded data of one probe, with its sample times and its kind of plot."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .palette import MAX_LINES


class Kind(Enum):
    """Kind of plot."""

    LINES = "lines"
    RASTER = "raster"
    HEAT = "heat"
    CURVES = "curves"


@dataclass(frozen=True)
class Trace:
    """Values over time, of one item of a batch.

    Args:
        label: Name of the trace, shown as plain text.
        times: Times of the samples, shape ``(steps,)``; in seconds unless ``axis`` says otherwise.
        values: Shape ``(steps, size)``; for a raster anything above zero is a spike, for curves NaN
            is no sample.
        kind: Kind of plot.
        quantity: Quantity of the values, with unit: ``firing rate (Hz)``.
        index: Name of the last axis: ``dimension`` or ``neuron``.
        axis: Label of the horizontal axis, with unit.
        names: Names of the curves.
        styles: Index of each curve's colour and dashes; by default its own.
        under: Traces of earlier runs, drawn pale and dashed below lines, in the same colours.
        level: Of one of these that is of a sweep, where its value is from the lowest, 0, to the
            highest one, 1: its lines are solid, the darker the higher the value.
    """

    label: str
    times: NDArray[np.float64]
    values: NDArray[np.floating[Any]]
    kind: Kind
    quantity: str = "value"
    index: str = "dimension"
    axis: str = "time (s)"
    names: tuple[str, ...] = ()
    styles: tuple[int, ...] = ()
    under: tuple[Trace, ...] = ()
    level: float | None = None

    @property
    def size(self) -> int:
        """Number of dimensions or neurons."""
        return int(self.values.shape[1])

    def style(self, i: int) -> int:
        """Return the index of a curve's colour and dashes."""
        return self.styles[i] if self.styles else i

    def curve(self, i: int) -> tuple[NDArray[np.float64], NDArray[np.floating[Any]]]:
        """Return positions and values of the finite samples of one curve."""
        finite = np.isfinite(self.values[:, i])
        return self.times[finite], self.values[finite, i]


def make_trace(
    label: str,
    times: object,
    values: object,
    *,
    batched: bool = False,
    item: int = 0,
    spikes: bool = False,
    quantity: str = "value",
    index: str = "dimension",
) -> Trace:
    """Choose an item of a batch and a way to draw it.

    Args:
        label: Name of the trace.
        times: Seconds, one per sample; where they are more than the samples, the last ones count (a
            probe that was cleared, or that keeps no history).
        values: ``(steps, ...)``, or ``(batch, steps, ...)`` if ``batched``. Further axes are
            flattened.
        batched: Whether the first axis counts batch items.
        item: Index of the batch item.
        spikes: Whether the values are spikes, drawn as a raster.
        quantity: Quantity of the values, with unit.
        index: Name of the last axis.

    Raises:
        IndexError: There is no such batch item.
        ValueError: Nothing was recorded, or there are fewer times than samples.
    """
    array = np.asarray(values)
    array = _choose_item(array, item) if batched else array
    if array.size == 0:
        raise ValueError(f"nothing was recorded by {label!r} yet")
    array = array.reshape(len(array), -1)
    seconds = np.asarray(times, dtype=np.float64)
    if len(seconds) < len(array):
        raise ValueError(f"{label!r} has {len(array)} samples but only {len(seconds)} times")
    kind = Kind.LINES if array.shape[1] <= MAX_LINES else Kind.HEAT
    if spikes:
        kind = Kind.RASTER
    # A probe without history has fewer samples than steps: they are the latest.
    return Trace(label, seconds[-len(array) :], array, kind, quantity, index)


def _choose_item(batch: NDArray[Any], item: int) -> NDArray[Any]:
    """Return one item of a batch, counted from zero."""
    # Not NumPy's indexing, where -1 would be the last item.
    if not 0 <= item < len(batch):
        raise IndexError(
            f"there is no batch item {item}: the batch has items 0 to {len(batch) - 1}"
        )
    return np.asarray(batch[item])
