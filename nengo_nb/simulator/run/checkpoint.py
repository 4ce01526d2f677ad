"""Snapshots of a simulation state, to which a wider plan can return too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nengo import Probe
from nengo.builder import Operator

from nengo_nb.simulator.record.recording import Recording

from .runner import Machine
from .sim_state import Home, Moment


@dataclass(frozen=True)
class Snapshot:
    """State of a simulation at one moment.

    The memory of a node's own Python function is not part of it, as it is out of reach.

    Args:
        n_steps: Steps taken so far.
        time: Simulated time, in seconds.
        moment: The states.
        homes: Locations of the signals in the states.
        memory: Memory of processes and learning rules that run in Python.
        recorded: Number of samples of each probe.
    """

    n_steps: int
    time: float
    moment: Moment = field(repr=False)
    homes: Mapping[Any, Home] = field(repr=False)
    memory: Mapping[Operator, Any] = field(repr=False)
    recorded: Mapping[Probe, int] = field(repr=False)


def take(machine: Machine, recordings: Mapping[Probe, Recording]) -> Snapshot:
    """Take a snapshot of the present moment."""
    moment = machine.moment
    # By operator, as a wider plan numbers its operations anew.
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
    """Restore a snapshot; samples that were recorded after it are forgotten."""
    machine.moment = machine.carried(snapshot.moment, snapshot.homes)
    index_of = {op: index for index, op in machine.operators.items()}
    machine.restore(
        {index_of[op]: saved for op, saved in snapshot.memory.items() if op in index_of}
    )
    for probe, recording in recordings.items():
        # A probe that is watched only since then had no samples.
        recording.truncate(snapshot.recorded.get(probe, 0))
