"""Growable array of samples, without long pauses for reallocation."""

from __future__ import annotations

import numpy as np

AHEAD = 4
"""Number of samples copied to the wider array with each new one, once less than a quarter is left.
"""


class Room:
    """Array that grows along its first axis, and which other threads may read meanwhile.

    It grows by half, so each sample is copied a few times in all. They are copied little by little
    while there is still room: 200 MB at once would hold up a live run for a fifth of a second.

    Args:
        samples: The first ones, ``(samples, ...)``.
        dtype: Type of the array.
    """

    def __init__(self, samples: np.ndarray, dtype: str) -> None:
        # One attribute, replaced in one assignment: another thread never sees half of a change.
        self._held = np.array(samples, dtype), len(samples)
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
        # Written before the new length is published: a reader never sees a row that is not filled.
        room[length:end] = samples
        self._held = room, end
        # With this share left and so many copied for each, all are moved before the room is full.
        if len(room) - end < len(room) // AHEAD:
            self._move(min(self._moved + AHEAD * len(samples), end), end)

    def _move(self, to: int, needed: int) -> np.ndarray:
        """Copy the first ``to`` samples to an array with space for ``needed``; return it."""
        room, _ = self._held
        wider = self._wider
        if wider is None or len(wider) < needed:
            wider = np.empty((max(needed, len(room)) * 3 // 2, *room.shape[1:]), room.dtype)
            self._wider, self._moved = wider, 0
        # From where the last call stopped; rows that were copied never change.
        wider[self._moved : to] = room[self._moved : to]
        self._moved = to
        return wider
