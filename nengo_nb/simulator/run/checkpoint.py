"""Snapshots of a simulation state, to which a wider plan can return too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nengo import Probe
from nengo.builder import Operator

from nengo_nb.simulator.record.recording import Recording

from .runner import Runner
from .sim_state import Home, SimState


@dataclass(frozen=True)
class Snapshot:
    """State of a simulation between two steps.

    The memory of a node's own Python function is not part of it, as it is out of reach.

    Args:
        n_steps: Steps taken so far.
        time: Simulated time, in seconds.
        state: The states.
        homes: Locations of the signals in the states.
        memory: Memory of processes and learning rules that run in Python.
        recorded: Number of samples of each probe, with those that were dropped to save memory.
    """

    n_steps: int
    time: float
    state: SimState = field(repr=False)
    homes: Mapping[Any, Home] = field(repr=False)
    memory: Mapping[Operator, Any] = field(repr=False)
    recorded: Mapping[Probe, int] = field(repr=False)


def take(runner: Runner, recordings: Mapping[Probe, Recording]) -> Snapshot:
    """Take a snapshot of the present state."""
    state = runner.state
    # By operator, as a wider plan numbers its operations anew.
    memory = {runner.operators[index]: saved for index, saved in runner.get_state().items()}
    recorded = {probe: recording.total for probe, recording in recordings.items()}
    return Snapshot(
        state.n_steps,
        state.n_steps * runner.plan.graph.dt,
        state,
        runner.homes,
        memory,
        recorded,
    )


def go_back(snapshot: Snapshot, runner: Runner, recordings: Mapping[Probe, Recording]) -> None:
    """Restore a snapshot; samples that were recorded after it are forgotten."""
    runner.state = runner.carried(snapshot.state, snapshot.homes)
    index_of = {op: index for index, op in runner.operators.items()}
    runner.set_state(
        {index_of[op]: saved for op, saved in snapshot.memory.items() if op in index_of}
    )
    for probe, recording in recordings.items():
        # A probe that is watched only since then had no samples.
        recording.truncate(snapshot.recorded.get(probe, 0))
