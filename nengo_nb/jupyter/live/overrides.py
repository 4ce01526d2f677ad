"""Overridden inputs: values from sliders, fed to the simulation from its next chunk on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import nengo
import numpy as np

LARGEST = float(np.finfo(np.float32).max)


class Overrides:
    """Values of overridden input nodes, set on any thread and read before each chunk.

    Args:
        nodes: Nodes that can be overridden, by name.
    """

    def __init__(self, nodes: Mapping[str, nengo.Node]) -> None:
        self.nodes = dict(nodes)
        # Never changed in place, only replaced as a whole: a reader takes one and needs no lock.
        self._held: dict[str, tuple[float, ...]] = {}

    @property
    def held(self) -> Mapping[str, tuple[float, ...]]:
        """Values of the overridden nodes, by name."""
        return self._held

    def grab(self, name: str, values: Sequence[Any]) -> None:
        """Override the output of a node from now on.

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
        # NaN fails this comparison, too.
        if not (np.abs(numbers) <= LARGEST).all():
            raise ValueError(
                f"{name} can only be set to finite numbers that float32 holds (got {list(numbers)})"
            )
        self._held = {**self._held, name: numbers}

    def release(self, name: str) -> None:
        """End the override of a node.

        Raises:
            ValueError: There is no such node.
        """
        self.node(name)  # which raises
        self._held = {other: values for other, values in self._held.items() if other != name}

    def node(self, name: str) -> nengo.Node:
        """Return the node with a name.

        Raises:
            ValueError: There is none, or it gets its output from connections.
        """
        if name not in self.nodes:
            names = ", ".join(self.nodes) or "none"
            raise ValueError(
                f"{name!r} has no output of its own that could be set; nodes that have: {names}"
            )
        return self.nodes[name]

    def feeds(self, n_steps: int, batch: int) -> dict[nengo.Node, np.ndarray]:
        """Return the overridden outputs, ``(batch, n_steps, size)``, as data for ``run_steps``."""
        # One look at the mapping for all nodes; broadcasting makes views, so no memory is filled.
        overrides = self._held.items()
        return {
            self.nodes[name]: np.broadcast_to(np.array(values), (batch, n_steps, len(values)))
            for name, values in overrides
        }
