"""Limit on the memory of recorded samples: a live run may go on for hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .history import read_history
from .kept_runs import KeptRuns

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator

MOST_MEGABYTES = 256.0
"""Memory that the samples of a live run and of kept runs may take by default, in 10**6 bytes.
Arrays that grow take up to twice as much beside them for a while.
"""


class HistoryLimit:
    """Memory that the samples of all probes of a run may take, before the oldest are forgotten."""

    def __init__(self) -> None:
        self.megabytes = MOST_MEGABYTES
        """The limit, in 10**6 bytes; may be infinite."""
        self._has_forgotten = False

    def set(self, megabytes: float) -> None:
        """Set the limit, in 10**6 bytes; infinity keeps all.

        Raises:
            ValueError: It is not a number above zero.
        """
        if not megabytes > 0:  # neither is NaN
            raise ValueError(f"the history of a live run takes more than 0 MB (got {megabytes})")
        self.megabytes = megabytes

    def begin_anew(self) -> None:
        """Note that the simulation was reset, so that nothing is missing."""
        self._has_forgotten = False

    def apply(self, sim: Simulator, kept_runs: KeptRuns) -> None:
        """Forget the oldest kept runs, and then the oldest samples, if all take more than they may.

        Args:
            sim: The simulator.
            kept_runs: Runs that are over.
        """
        most_bytes = 1e6 * self.megabytes
        kept_runs.limit(most_bytes - sim.recorded_bytes(), self.megabytes)
        if sim.limit_recorded(most_bytes):
            sim.data.reset()  # which would keep the arrays that were there
            self._has_forgotten = True

    def begin(self, sim: Simulator) -> float:
        """Return the time of the oldest sample, in seconds; 0 where none were forgotten."""
        if not self._has_forgotten:
            return 0.0
        firsts = [
            read_history(sim, probe, 0, sim.n_steps, length).times(0, 1)[0]
            for probe, length in sim.recorded.items()
            if length
        ]
        return float(min(firsts, default=0.0))
