"""A simulation that is set aside, while other runs of it take place, and taken back as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import nengo
import numpy as np
from nengo.builder import Operator, Signal

from nengo_nb.engine.journal import Journal
from nengo_nb.simulator.record.growable_array import Room

from .checkpoint import Snapshot, go_back, take
from .observed_signals import Recent
from .simulation import Simulation


@dataclass(frozen=True, repr=False)
class Aside:
    """State of a simulation between two steps with all samples, for :func:`take_back`.

    Args:
        snapshot: The state.
        samples: Samples of each probe, and number of those that were dropped before.
        nbytes: Bytes of the samples.
        python: Python operations with their memory, also where they cannot copy it.
        overwritten: Values that were written to signals.
        recent: The last chunk, from which other signals are computed.
        outputs: Outputs of input nodes at the last step.
    """

    snapshot: Snapshot
    samples: Mapping[nengo.Probe, tuple[Room | None, int]]
    nbytes: int
    python: Mapping[Operator, Journal]
    overwritten: Mapping[Signal, np.ndarray]
    recent: Recent | None
    outputs: Mapping[nengo.Node, np.ndarray] = field(default_factory=dict)


def set_aside(simulation: Simulation, outputs: Mapping[nengo.Node, np.ndarray]) -> Aside:
    """Set the present run aside: its state stays, and its samples are out of the way.

    Args:
        simulation: The simulation.
        outputs: Outputs of its input nodes at the last step.
    """
    simulation.signals.write_back()
    runner, recordings = simulation.runner, simulation.recordings
    snapshot = take(runner, recordings)
    nbytes = sum(recording.nbytes for recording in recordings.values())
    return Aside(
        snapshot,
        {probe: recording.set_aside() for probe, recording in recordings.items()},
        nbytes,
        {op: runner.python[index] for index, op in runner.operators.items()},
        dict(runner.memory.overwritten),
        runner.memory.recent,
        outputs,
    )


def take_back(simulation: Simulation, aside: Aside) -> None:
    """Return to a run that was set aside, also where the simulation is closed by now."""
    runner, recordings = simulation.runner, simulation.recordings
    index_of: dict[Any, int] = {op: index for index, op in runner.operators.items()}
    # A reset has made new ones; those there were have memory that only they know.
    runner.python |= {index_of[op]: step for op, step in aside.python.items() if op in index_of}
    go_back(aside.snapshot, runner, recordings)
    # A probe that is watched only since then has been emptied by that.
    for probe, kept in aside.samples.items():
        recordings[probe].take_back(kept)
    feedable = runner.plan.graph.feedable
    runner.inputs = {feedable[node]: array for node, array in aside.outputs.items()}
    runner.memory.return_to(aside.overwritten)
    # Of use only as long as the state is that of the same runner, which is asked there.
    runner.memory.recent = aside.recent
    simulation.signals.forget_written()
