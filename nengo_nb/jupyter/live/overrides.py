"""Overridden inputs: values from sliders, fed to the simulation from its next chunk on."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import nengo
import numpy as np

LARGEST = float(np.finfo(np.float32).max)


Held = tuple[float | None, ...]
"""Value of each dimension of a node; None where the node outputs its own."""


class Overrides:
    """Values of overridden input nodes, set on any thread and read before each chunk.

    Args:
        nodes: Nodes that can be overridden, by name.
    """

    def __init__(self, nodes: Mapping[str, nengo.Node]) -> None:
        self.nodes = dict(nodes)
        self.added: dict[str, str] = {}
        """Names of inputs that views have added, with the names of what gets them."""
        self.waiting: frozenset[str] = frozenset()
        """Those of them that the simulation has not got yet."""
        self.failed: frozenset[str] = frozenset()
        """Those of them that it cannot get; views take them away, and may ask for them again."""
        self._changing = threading.Lock()
        # Never changed in place, only replaced as a whole: a reader takes one and needs no lock.
        self._held: dict[str, Held] = {}
        self._forced: dict[str, Held] | None = None

    @property
    def held(self) -> Mapping[str, Held]:
        """Values of the overridden nodes, by name; None in dimensions that follow the node."""
        forced = self._forced
        return self._held if forced is None else forced

    def add(self, name: str, node: nengo.Node, target: str) -> None:
        """Add a node that can be set at once, and takes effect once it is ``ready``.

        Args:
            name: Name of it.
            node: Node that the simulation is going to get.
            target: Name of what gets its output.
        """
        with self._changing:
            self.waiting |= {name}
            self.failed -= {name}
            self.nodes = {**self.nodes, name: node}
            self.added = {**self.added, name: target}

    def ready(self, name: str) -> None:
        """Have an added node take effect: the simulation has it."""
        with self._changing:
            self.waiting -= {name}

    def fail(self, name: str) -> None:
        """Note that the simulation cannot get an added node, which is released."""
        self.release(name)
        with self._changing:
            self.failed |= {name}

    @property
    def settable(self) -> list[str]:
        """Names of the nodes that can be set."""
        return [name for name in self.nodes if name not in self.failed]

    def force(self, value: tuple[str, int, float] | None) -> None:
        """Hold a dimension of a node at a value, and all else as it was before the first such call.

        Args:
            value: Name, index and value; None ends that: from then on, all is as it was set.
        """
        if value is None:
            self._forced = None
            return
        name, dimension, number = value
        held = self.held
        values = list(held.get(name, (None,) * self.node(name).size_out))
        values[dimension] = number
        self._forced = {**held, name: tuple(values)}

    def grab(self, name: str, values: Sequence[Any]) -> None:
        """Override the output of a node from now on.

        Args:
            name: The node.
            values: A value for each dimension; None leaves it as it is: with the node, or with an
                earlier override.

        Raises:
            ValueError: There is no such node, or the values are not as many as it outputs, or one
                is not finite.
        """
        node = self.node(name)
        try:
            numbers = tuple(None if value is None else float(value) for value in values)
        except (TypeError, ValueError):
            raise ValueError(f"{name} can only be set to numbers (got {values!r})") from None
        if len(numbers) != node.size_out:
            raise ValueError(f"{name} outputs {node.size_out} values, not {len(numbers)}")
        # NaN fails this comparison, too.
        if not all(value is None or abs(value) <= LARGEST for value in numbers):
            raise ValueError(
                f"{name} can only be set to finite numbers that float32 holds (got {list(numbers)})"
            )
        # Two pages may each take another dimension: with a lock, neither is lost.
        with self._changing:
            before = self._held.get(name, (None,) * len(numbers))
            merged = tuple(
                old if new is None else new for old, new in zip(before, numbers, strict=True)
            )
            if any(value is not None for value in merged):
                self._held = {**self._held, name: merged}

    def release(self, name: str) -> None:
        """End the override of a node.

        Raises:
            ValueError: There is no such node.
        """
        self.node(name)  # which raises
        with self._changing:
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
        """Return the overridden outputs, ``(batch, n_steps, size)``, as data for ``run_steps``.

        They are masked in dimensions that follow the node.
        """
        # One look at the mapping for all nodes.
        overrides, waiting = self.held.items(), self.waiting
        return {
            self.nodes[name]: _repeated(values, (batch, n_steps, len(values)))
            for name, values in overrides
            if name not in waiting
        }


def _repeated(values: Held, shape: tuple[int, int, int]) -> np.ndarray:
    """Return an array of these values; broadcasting makes views, so no memory is filled."""
    numbers = np.broadcast_to(np.array([value or 0.0 for value in values]), shape)
    follows = [value is None for value in values]
    if not any(follows):
        return numbers
    return np.ma.array(numbers, mask=np.broadcast_to(np.array(follows), shape))
