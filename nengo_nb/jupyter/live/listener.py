"""Interface of those who follow a live run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator


class Listener(Protocol):
    """Observer of a live run: a view's widget, the glow of its diagrams, or the panel."""

    def on_change(self) -> None:
        """Note that something has changed. Called on any thread: neither wait nor draw here."""

    def on_pause(self, sim: Simulator, /) -> None:
        """Note that the simulation pauses. Called on the run's thread, between two chunks."""
