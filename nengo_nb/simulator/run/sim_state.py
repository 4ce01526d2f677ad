"""State of a simulation between two steps, and the location of signals in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from nengo.builder import Signal

from nengo_nb.engine.executor import Chunk, States
from nengo_nb.engine.journal import Journal
from nengo_nb.plan.program import Plan
from nengo_nb.positions import positions_of

Home = tuple[int, int, np.ndarray]
"""Location of a signal in the states: stage, number of the state in it, flat positions."""


class SimState:
    """State of a simulation between two steps; it never changes.

    Args:
        n_steps: Number of steps taken.
        states: States by stage, or a function that returns them.
    """

    def __init__(self, n_steps: int, states: States | Callable[[], States]) -> None:
        self.n_steps = n_steps
        self._states = states

    @property
    def states(self) -> States:
        """States by stage."""
        # After a step in NumPy they would take longer to arrange than the step took; most of the
        # time, the next step is what follows, and nobody asks.
        if callable(self._states):
            self._states = self._states()
        return self._states


def find_homes(plan: Plan) -> dict[Signal, Home]:
    """Return the location of each signal that is a state of a plan."""
    homes: dict[Signal, Home] = {}
    for s, stage in enumerate(plan.stages):
        for i, state in enumerate(stage.states):
            for start, positions in state.members.items():
                homes[plan.graph.signal(start)] = s, i, positions
    return homes


def state_after(state: SimState, chunk: Chunk, python: Mapping[int, Journal]) -> SimState:
    """Return the state at the end of a chunk; the journals drop its steps."""
    for journal in python.values():
        journal.commit(chunk.count)
    return SimState(state.n_steps + chunk.count, chunk.states)


def view_of(whole: np.ndarray, signal: Signal) -> np.ndarray:
    """Slice a view out of the value of its base signal, ``(batch, *shape)``."""
    if not signal.is_view:
        return whole
    # One index for all batch items.
    return whole.reshape(len(whole), -1)[:, positions_of(signal)]
