"""Controls: what input nodes output while somebody holds them, picked up by the simulation
at its next chunk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import nengo
import numpy as np

LARGEST = float(np.finfo(np.float32).max)


class Controls:
    """Values of the nodes that are held; the mapping is replaced as a whole, so no lock is needed.

    Args:
        nodes: The nodes that can be held, by name.
    """

    def __init__(self, nodes: Mapping[str, nengo.Node]) -> None:
        self.nodes = dict(nodes)
        self._held: dict[str, tuple[float, ...]] = {}

    @property
    def held(self) -> Mapping[str, tuple[float, ...]]:
        """The values of the nodes that are held."""
        return self._held

    def grab(self, name: str, values: Sequence[Any]) -> None:
        """Let a node output these values from now on.

        Raises:
            ValueError: There is no such node, or the values are not as many finite numbers as it
                outputs.
        """
        node = self.node(name)
        try:
            numbers = tuple(float(value) for value in values)
        except (TypeError, ValueError):
            raise ValueError(f"{name} can only be set to numbers (got {values!r})") from None
        if len(numbers) != node.size_out:
            raise ValueError(f"{name} outputs {node.size_out} values, not {len(numbers)}")
        if not (np.abs(numbers) <= LARGEST).all():
            raise ValueError(
                f"{name} can only be set to finite numbers that float32 holds (got {list(numbers)})"
            )
        self._held = {**self._held, name: numbers}

    def release(self, name: str) -> None:
        """Let a node output again what it outputs by itself."""
        self.node(name)
        self._held = {other: values for other, values in self._held.items() if other != name}

    def node(self, name: str) -> nengo.Node:
        """The node with a name.

        Raises:
            ValueError: There is none, or it gets its output from connections.
        """
        if name not in self.nodes:
            known = ", ".join(self.nodes) or "none"
            raise ValueError(
                f"{name!r} has no output of its own that could be set; nodes that have: {known}"
            )
        return self.nodes[name]

    def feeds(self, n_steps: int, batch: int) -> dict[nengo.Node, np.ndarray]:
        """What to feed for some steps: each held node's values, ``(batch, n_steps, size)``."""
        held = self._held.items()
        return {
            self.nodes[name]: np.broadcast_to(np.array(values), (batch, n_steps, len(values)))
            for name, values in held
        }
