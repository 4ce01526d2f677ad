"""Sentences about the state of a network after an interrupt of a command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nengo_nb.jupyter.session.registry import Session

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator


@dataclass(frozen=True)
class Start:
    """State of a network when a command began.

    Args:
        session: Session of the notebook.
        name: Name of the network.
        simulator: Its simulator, if it had one.
        n_steps: Number of steps that it had taken.
    """

    session: Session
    name: str
    simulator: Simulator | None
    n_steps: int

    def build_outcome(self, line: str) -> str | None:
        """Return a sentence if no simulator was built, or else None.

        Args:
            line: Line that builds one.
        """
        return self._missing_outcome(line) if self._built_simulator() is None else None

    def _built_simulator(self) -> Simulator | None:
        """Return the simulator of the network as it is now, not of a former state, or None."""
        sim = self.session.held_simulator(self.name)
        # The same simulator as before, of a network that has changed: the build was interrupted.
        is_former = sim is self.simulator and self.session.has_changed(self.name)
        return None if is_former else sim

    def _missing_outcome(self, line: str) -> str:
        begin = f"{self.name!r} was stopped while its simulator was built"
        if self.session.held_simulator(self.name) is None:
            return f"{begin}: there is none, and {line!r} builds one anew"
        return (
            f"{begin}: the former one is still there with its data, and {line!r} builds a new one"
        )

    def run_outcome(self, n_steps: int, command: str) -> str:
        """Return a sentence about how far a run came, with the line that goes on.

        Args:
            n_steps: Number of steps that it was to take.
            command: ``run`` or ``step``.
        """
        sim = self._built_simulator()
        if sim is None:
            return self._missing_outcome(self._line(command, n_steps))
        # A simulator that was built by this command began at zero.
        taken = sim.n_steps - (self.n_steps if sim is self.simulator else 0)
        left = n_steps - taken
        if not left:
            return (
                f"{self.name!r} was stopped while its plots were drawn: it has run to its end, "
                f"at {sim.time:g} s"
            )
        line = self._line(command, left)
        if taken:
            return (
                f"{self.name!r} was stopped at {sim.time:g} s: its data are kept, and {line!r} "
                "goes on from there"
            )
        if sim.waits_to_compile(1):
            return (
                f"{self.name!r} was stopped while it was compiled: its simulator is built, and "
                f"{line!r} runs it"
            )
        return (
            f"{self.name!r} was stopped before it took a step: it is at {sim.time:g} s, and "
            f"{line!r} runs it"
        )

    def training_outcome(self, line: str, batches: int) -> str:
        """Return a sentence about what was learned.

        Args:
            line: First line of the cell.
            batches: Number of minibatches done.
        """
        if not batches:
            return (
                f"{self.name!r} was stopped before its first minibatch was done: it has "
                "learned nothing in this cell"
            )
        return (
            f"{self.name!r} was stopped; it keeps what it has learned so far, and {line!r} "
            "goes on from there"
        )

    def _line(self, command: str, n_steps: int) -> str:
        """Return the line that takes some steps."""
        dt = self.session.options(self.name).dt
        return (
            f"%nengo {command} {self.name} "
            f"{n_steps if command == 'step' else format(n_steps * dt, '.10g')}"
        )


def get_start(session: Session, name: str) -> Start:
    """Return the present state of a network."""
    sim = session.held_simulator(name)
    return Start(session, name, sim, 0 if sim is None else sim.n_steps)
