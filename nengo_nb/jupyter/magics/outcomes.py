"""Outcomes: what has become of a network when a command on it was interrupted, in one true
sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nengo_nb.jupyter.session import Session

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator


@dataclass(frozen=True)
class Start:
    """Where a network was when a command began.

    Args:
        session: The networks and simulators.
        name: The network.
        simulator: Its simulator, if it had one.
        n_steps: How many steps that had taken.
    """

    session: Session
    name: str
    simulator: Simulator | None
    n_steps: int

    def build_outcome(self, line: str) -> str | None:
        """Say that no simulator was built, if that is so.

        Args:
            line: What begins anew.
        """
        return self._missing_outcome(line) if self._built_simulator() is None else None

    def _built_simulator(self) -> Simulator | None:
        """Return the simulator of the network as it is now; None if there is none, or only
        that of a former state.
        """
        sim = self.session.held_simulator(self.name)
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
        """Say how far a run came, and how it goes on.

        Args:
            n_steps: How many steps it was to take.
            command: ``run`` or ``step``.
        """
        sim = self._built_simulator()
        if sim is None:
            return self._missing_outcome(self._line(command, n_steps))
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
        if sim.steps_per_second is None:
            return (
                f"{self.name!r} was stopped while it was compiled: its simulator is built, and "
                f"{line!r} runs it"
            )
        return (
            f"{self.name!r} was stopped before it took a step: it is at {sim.time:g} s, and "
            f"{line!r} runs it"
        )

    def training_outcome(self, line: str, batches: int) -> str:
        """Say what was learned.

        Args:
            line: The line of the cell.
            batches: How many minibatches were done.
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


def start_of(session: Session, name: str) -> Start:
    """Return where a network is now."""
    sim = session.held_simulator(name)
    return Start(session, name, sim, 0 if sim is None else sim.n_steps)
