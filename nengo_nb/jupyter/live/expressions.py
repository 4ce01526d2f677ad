"""Expressions of semantic pointers that override input nodes, until these are released."""

from __future__ import annotations

from collections.abc import Mapping

import nengo

from nengo_nb.diagram import name_of

from .overrides import Overrides
from .pointer_nodes import PointerNode


class Expressions:
    """Expressions that were typed for the nodes of a run, on any thread.

    Args:
        overrides: Values of all overridden nodes, which sliders set as well.
        nodes: Nodes that put out pointers, by name.
    """

    def __init__(self, overrides: Overrides, nodes: Mapping[str, PointerNode]) -> None:
        self.nodes = dict(nodes)
        self._overrides = overrides
        # What was typed, with the values that it set; only replaced as a whole.
        self._typed: dict[str, tuple[str, tuple[float, ...]]] = {}

    def add(self, name: str, node: PointerNode) -> None:
        """Add a node that puts out pointers."""
        self.nodes = {**self.nodes, name: node}

    def remove(self, name: str) -> None:
        """Remove a node, if it puts out pointers."""
        self.nodes = {other: node for other, node in self.nodes.items() if other != name}

    def node(self, name: str) -> PointerNode:
        """Return the pointer node with a name.

        Raises:
            ValueError: There is none.
        """
        if name not in self.nodes:
            names = ", ".join(self.nodes) or "none"
            raise ValueError(
                f"{name!r} puts out no semantic pointers that could be typed; nodes that do: {names}"
            )
        return self.nodes[name]

    def find(self, target: str | nengo.Node | nengo.Network) -> str:
        """Return the name of the pointer node that a name, a node or a module stands for.

        Raises:
            ValueError: There is none.
        """
        for name, pointer_node in self.nodes.items():
            if target is pointer_node.node or target is pointer_node.module:
                return name
        if isinstance(target, str) and target not in self.nodes:
            # A module's name is what people know, and not that of the node in it.
            titled = [name for name, each in self.nodes.items() if each.title == target]
            target = titled[0] if len(titled) == 1 else target
        name = target if isinstance(target, str) else name_of(target)
        self.node(name)
        return name

    def check(self, name: str, text: str) -> str:
        """Return a sentence on why a text is no expression for a node; empty if it is one.

        Raises:
            ValueError: There is no such node.
        """
        vocabulary = self.node(name).vocabulary
        try:
            vocabulary.parse(text)
        except ValueError as error:
            return str(error)
        return ""

    def drive(self, name: str, text: str) -> None:
        """Have a node put out the pointer of an expression from now on.

        Raises:
            ValueError: There is no such node, or the text is no expression of its vocabulary.
        """
        values = tuple(self.node(name).vocabulary.parse(text).tolist())
        self._overrides.grab(name, values)
        self._typed = {**self._typed, name: (text.strip(), values)}

    def text(self, name: str) -> str:
        """Return the expression that a node puts out; empty once it was released or moved."""
        text, values = self._typed.get(name, ("", ()))
        return text if self._overrides.held.get(name) == values else ""
