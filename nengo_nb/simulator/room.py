"""Room: memory for samples that grows while it is filled, and never holds up whoever fills it."""

from __future__ import annotations

import numpy as np

AHEAD = 4
"""Samples that are copied to wider room with each one that comes, once a quarter of the
room there is is left.
"""


class Room:
    """Samples in a row. What was added is never overwritten, so that another thread may read it
    meanwhile.

    Room grows by half, so that all in all each sample is copied a few times. They are copied little
    by little while there is still room: 200 MB at once would hold up for a fifth of a second what
    runs live.

    Args:
        samples: The first ones, ``(samples, ...)``.
        dtype: What is kept of them.
    """

    def __init__(self, samples: np.ndarray, dtype: str) -> None:
        self._held = (
            np.array(samples, dtype),
            len(samples),
        )  # one attribute, as two threads look at it
        self._wider: np.ndarray | None = None
        self._moved = 0

    @property
    def samples(self) -> np.ndarray:
        """All samples, without a copy."""
        room, length = self._held
        return room[:length]

    def append(self, samples: np.ndarray) -> None:
        """Add samples."""
        room, length = self._held
        end = length + len(samples)
        if end > len(room):
            room = self._move(length, end)
            self._wider, self._moved = None, 0
        room[length:end] = samples
        self._held = room, end
        if len(room) - end < len(room) // AHEAD:
            self._move(min(self._moved + AHEAD * len(samples), end), end)

    def _move(self, to: int, needed: int) -> np.ndarray:
        """Copy the first ``to`` samples to wider room, in which at least ``needed`` have
        their place.
        """
        room, _ = self._held
        wider = self._wider
        if wider is None or len(wider) < needed:
            wider = np.empty((max(needed, len(room)) * 3 // 2, *room.shape[1:]), room.dtype)
            self._wider, self._moved = wider, 0
        wider[self._moved : to] = room[self._moved : to]
        self._moved = to
        return wider
