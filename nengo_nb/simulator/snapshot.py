"""A snapshot: a moment of a simulation to which it can go back, also after more is watched
than before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nengo import Probe
from nengo.builder import Operator

from .machine import Machine
from .moment import Home, Moment
from .recording import Recording


@dataclass(frozen=True)
class Snapshot:
    """A moment, with all that is needed to go on from there.

    What a node's own Python function remembers is not part of it, as nobody but the function can
    reach it.

    Args:
        n_steps: Steps taken so far.
        time: Simulated time, in seconds.
        moment: The states.
        homes: Where the states of each signal are.
        memory: What processes and learning rules that run in Python remember.
        recorded: How many samples each probe had.
    """

    n_steps: int
    time: float
    moment: Moment = field(repr=False)
    homes: Mapping[Any, Home] = field(repr=False)
    memory: Mapping[Operator, Any] = field(repr=False)
    recorded: Mapping[Probe, int] = field(repr=False)


def take(machine: Machine, recordings: Mapping[Probe, Recording]) -> Snapshot:
    """The moment that a simulation has reached."""
    moment = machine.moment
    memory = {machine.operators[index]: saved for index, saved in machine.remember().items()}
    recorded = {probe: len(recording) for probe, recording in recordings.items()}
    return Snapshot(
        moment.n_steps,
        moment.n_steps * machine.plan.graph.dt,
        moment,
        machine.homes,
        memory,
        recorded,
    )


def go_back(snapshot: Snapshot, machine: Machine, recordings: Mapping[Probe, Recording]) -> None:
    """Make a moment the present one; what was recorded after it is forgotten."""
    machine.moment = machine.carried(snapshot.moment, snapshot.homes)
    index_of = {op: index for index, op in machine.operators.items()}
    machine.restore(
        {index_of[op]: saved for op, saved in snapshot.memory.items() if op in index_of}
    )
    for probe, recording in recordings.items():
        recording.truncate(snapshot.recorded.get(probe, 0))
