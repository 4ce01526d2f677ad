"""Checkpoints along a live run, bounded in number and in memory."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nengo_nb.simulator.run.checkpoint import Snapshot

MOST = 48
"""Largest number of checkpoints."""

MOST_BYTES = 2**28
"""Bytes that all of them may take, as long as there are more than four."""

FIRST_SECONDS = 0.25
"""Simulated seconds between two checkpoints at first; doubled whenever there are too many."""


class Checkpoints:
    """Checkpoints of a simulation, further apart the longer it runs."""

    def __init__(self) -> None:
        # Replaced as a whole by the run's thread, as frames read the times on others.
        self._kept: tuple[Snapshot, ...] = ()
        self._every = FIRST_SECONDS

    @property
    def times(self) -> list[float]:
        """Simulated times of the checkpoints, in seconds."""
        return [snapshot.time for snapshot in self._kept]

    def is_due(self, time: float) -> bool:
        """Whether a checkpoint is due at a simulated time."""
        # 1e-9 against rounding, as times are n_steps * dt.
        return not self._kept or time >= self._kept[-1].time + self._every - 1e-9

    def keep(self, snapshot: Snapshot) -> None:
        """Add a checkpoint; once there are too many, every other one is dropped."""
        self._kept = (*self._kept, snapshot)
        most = int(np.clip(MOST_BYTES // max(_size(snapshot), 1), 4, MOST))
        if len(self._kept) > most:
            # Keeps the first one, the beginning of the run; the rest stays evenly spaced.
            self._kept = self._kept[::2]
            self._every *= 2

    def before(self, time: float) -> tuple[Snapshot, ...]:
        """Return the checkpoints at or before a time.

        Raises:
            ValueError: There is none.
        """
        kept = self._kept
        if not kept:
            raise ValueError(
                "there is no stored moment to go back to yet: run the simulation first"
            )
        # Never true for NaN.
        fitting = tuple(snapshot for snapshot in kept if snapshot.time <= time + 1e-9)
        if not fitting:
            raise ValueError(
                f"the first stored moment is at {kept[0].time:.3f} s; {time:g} s is not after that"
            )
        return fitting

    def cut(self, time: float) -> Snapshot:
        """Return the last checkpoint at or before a time, and drop those after it.

        Raises:
            ValueError: There is none.
        """
        self._kept = self.before(time)
        return self._kept[-1]

    def clear(self) -> None:
        """Drop all checkpoints."""
        self._kept, self._every = (), FIRST_SECONDS


def _size(snapshot: Snapshot) -> int:
    """Return the bytes of a checkpoint's states; what was recorded is not copied."""
    states = itertools.chain.from_iterable(snapshot.state.states)
    return sum(np.asarray(state).nbytes for state in states)
