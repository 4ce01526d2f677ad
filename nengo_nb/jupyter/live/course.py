"""Interface of a sweep, which takes the place of playing on in a live run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from nengo_nb.jupyter.protocol.sweep import SweepInfo
    from nengo_nb.simulator import Simulator


class Course(Protocol):
    """Sweep under way. All but ``info`` is used on the run's thread."""

    @property
    def info(self) -> SweepInfo:
        """Progress, as a message."""

    def take_chunk(self, sim: Simulator) -> bool:
        """Take the steps of one chunk; return whether more are to follow."""

    def end(self, sim: Simulator) -> None:
        """Go back to where the simulation was before it."""
