"""Past of a live run: moments to go back to, the runs that going back ends, and their limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .checkpoints import Checkpoints
from .history_limit import HistoryLimit
from .kept_runs import KeptRuns

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator


class Past:
    """Past of a live run. Its thread alone calls the methods."""

    def __init__(self) -> None:
        self.checkpoints = Checkpoints()
        self.kept_runs = KeptRuns()
        self.limit = HistoryLimit()

    def keep_moment(self, sim: Simulator) -> None:
        """Keep a checkpoint if one is due."""
        if self.checkpoints.is_due(sim.time):
            self.checkpoints.keep(sim.snapshot())

    def reset(self, sim: Simulator, branch: int) -> None:
        """Go back to time zero, and keep the run.

        Args:
            sim: The simulator.
            branch: Number of times that it went back before.
        """
        self.kept_runs.keep(sim, 0, branch)
        sim.reset(include_trainable=False)
        self.checkpoints.clear()
        self.limit.begin_anew()
        self.limit.apply(sim, self.kept_runs)

    def go_back(self, sim: Simulator, seconds: float, branch: int) -> None:
        """Restore the last checkpoint at or before a time, and keep the run after it.

        Args:
            sim: The simulator.
            seconds: The time, in seconds.
            branch: Number of times that it went back before.
        """
        # A reset that was asked for meanwhile has dropped them, and has gone back further.
        if self.checkpoints.times:
            snapshot = self.checkpoints.cut(seconds)
            self.kept_runs.keep(sim, snapshot.n_steps, branch)
            sim.restore(snapshot)
            self.limit.apply(sim, self.kept_runs)
