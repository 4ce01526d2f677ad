"""Moments: snapshots along a run, no more than a bounded number and a bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nengo_nb.simulator.snapshot import Snapshot

MOST = 48
MOST_BYTES = 2**28
FIRST_SECONDS = 0.25
"""Simulated seconds between two snapshots, as long as there are few."""


class Moments:
    """Snapshots of a simulation, further apart the longer it runs."""

    def __init__(self) -> None:
        self._kept: tuple[Snapshot, ...] = ()
        self._every = FIRST_SECONDS

    @property
    def times(self) -> list[float]:
        """The simulated times one can go back to."""
        return [snapshot.time for snapshot in self._kept]

    def is_due(self, time: float) -> bool:
        """Whether it is time for another snapshot."""
        return not self._kept or time >= self._kept[-1].time + self._every - 1e-9

    def keep(self, snapshot: Snapshot) -> None:
        """Add a snapshot; where they become too many, every other one is dropped."""
        self._kept = (*self._kept, snapshot)
        most = int(np.clip(MOST_BYTES // max(_size(snapshot), 1), 4, MOST))
        if len(self._kept) > most:
            self._kept = self._kept[::2]
            self._every *= 2

    def before(self, time: float) -> Snapshot:
        """The last snapshot at or before a time; those after it are forgotten, as another branch
        begins there.

        Raises:
            ValueError: There is none.
        """
        fitting = tuple(snapshot for snapshot in self._kept if snapshot.time <= time + 1e-9)
        if not fitting:
            raise ValueError(
                "there is no stored moment to go back to yet: run the simulation first"
            )
        self._kept = fitting
        return fitting[-1]

    def clear(self) -> None:
        """Forget all of them."""
        self._kept, self._every = (), FIRST_SECONDS


def _size(snapshot: Snapshot) -> int:
    """Bytes that a snapshot's states take."""
    return sum(np.asarray(state).nbytes for stage in snapshot.moment.states for state in stage)
