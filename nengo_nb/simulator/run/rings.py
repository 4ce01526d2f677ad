"""The last inputs of ``Triangle`` filters: Nengo writes them around a ring, programs newest first.

Nengo's position in the ring is the number of the step, modulo the length of the ring.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from nengo.builder import Operator, Signal
from nengo.builder.processes import SimProcess
from nengo.synapses import Triangle


@dataclass(frozen=True)
class Ring:
    """Inputs of one filter.

    Args:
        inputs: Signal of the last inputs, ``(taps, *shape)``.
        position: Signal of the position of the newest of them.
    """

    inputs: Signal
    position: Signal

    def position_after(self, n_steps: int) -> int:
        """Return the position of the newest input after a number of steps."""
        return int(n_steps % self.inputs.shape[0])


def find_rings(ops: Iterable[Operator], states: Container[Signal]) -> dict[Signal, Ring]:
    """Return the rings of a model, by the signal of their inputs.

    Args:
        ops: The operators.
        states: Signals that are states of a program.
    """
    rings = {}
    for op in ops:
        if isinstance(op, SimProcess) and isinstance(op.process, Triangle):
            inputs = op.state["X"]
            if inputs in states:
                rings[inputs] = Ring(inputs, op.state["Xi"])
    return rings


def reorder(inputs: np.ndarray, position: int) -> np.ndarray:
    """Reorder a ring newest first, or what is newest first around a ring: it is the same both ways.

    Args:
        inputs: Last inputs, ``(batch, taps, ...)``.
        position: Position of the newest of them in the ring.
    """
    return inputs[:, (position - np.arange(inputs.shape[1])) % inputs.shape[1]]


def newest_first(
    rings: Mapping[Signal, Ring], arrays: Mapping[Signal, np.ndarray]
) -> dict[Signal, np.ndarray]:
    """Return the inputs of rings as programs have them, ``(1, taps * size)``.

    Args:
        rings: The rings.
        arrays: Arrays of Nengo's signals, without batch axis.
    """
    return {
        base: reorder(arrays[base][np.newaxis], int(arrays[ring.position].item())).reshape(1, -1)
        for base, ring in rings.items()
    }
