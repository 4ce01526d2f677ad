"""Lines of kept runs, whose samples never change: reduced once for many frames."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np

from .downsample import Reduced, bucket_width, reduce_samples
from .history import History
from .render import Cache, Drawn, Style, Window, bounds, bucket_times, empty, values_of


@dataclass(frozen=True)
class Block:
    """Lines around a window, from which those of the window are cut.

    Args:
        key: Identifies what was reduced.
        part: Slice of the samples that it covers.
        width: Samples in a bucket.
        first: Number of the first bucket.
        times: ``(points,)``, in seconds.
        values: ``(size, points)``; two points for a bucket, or one where it is a sample.
    """

    key: Hashable
    part: slice
    width: int
    first: int
    times: np.ndarray
    values: np.ndarray

    def covers(self, part: slice, key: Hashable) -> bool:
        """Whether these samples can be cut from it."""
        return self.key == key and self.part.start <= part.start and part.stop <= self.part.stop

    def cut(self, part: slice, begin: float) -> Drawn:
        """Return the lines of some samples, with times from ``begin``, in seconds."""
        points = 1 if self.width == 1 else 2
        # Whole buckets: one that reaches beyond the window is drawn beyond the frame of the plot.
        low = points * (part.start // self.width - self.first)
        high = points * (-(-part.stop // self.width) - self.first)
        values = self.values[:, low:high]
        array = np.empty((len(values) + 1, values.shape[1]), np.float32)
        np.subtract(self.times[low:high], begin, out=array[0], casting="unsafe")
        array[1:] = values
        return Drawn(array, *bounds(values))


@dataclass
class StillCache(Cache):
    """Cache of a kept run in a plot.

    Args:
        block: The lines around the last window.
    """

    block: Block | None = field(default=None)


def still_lines(history: History, window: Window, style: Style, cache: StillCache) -> Drawn:
    """Render the lines of a kept run: as :func:`.render.lines`, with less work for each frame."""
    part = history.between(window.begin, window.end)
    if part.stop <= part.start:
        return empty()
    count = part.stop - part.start
    width = bucket_width(count)
    # A run that is joined with what was before it has more samples.
    key = (style.key, width, len(history.values))
    if cache.block is None or not cache.block.covers(part, key):
        # A window on both sides, so that one that moves on leaves it after as many frames as it
        # takes to move by its own length.
        begin = max(part.start - count, 0) // width * width
        around = slice(begin, min(part.stop + count, len(history.values)))
        cache.block = _make_block(history, around, style, width, key)
    return cache.block.cut(part, window.begin)


def _make_block(history: History, part: slice, style: Style, width: int, key: Hashable) -> Block:
    def read(samples: slice) -> np.ndarray:
        return values_of(history, samples, style, style.synapse)

    if width == 1:
        values, times = read(part), history.times(part.start, part.stop)
    else:
        reduced, values = reduce_samples(Reduced(), key, part, read, width)
        times = bucket_times(history, reduced, part.stop, len(values))
    return Block(key, part, width, part.start // width, times, values.T.astype(np.float32))
