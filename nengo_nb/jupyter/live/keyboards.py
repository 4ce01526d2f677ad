"""Keyboards of a live view: areas whose keys become the values of nodes while they are held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import nengo

from nengo_nb.jupyter.protocol.steering import KeyboardInfo

from .keyboard import Keyboard
from .overrides import Overrides


def keyboards(nodes: Mapping[str, nengo.Node]) -> list[KeyboardInfo]:
    """Return the nodes that take keys.

    Args:
        nodes: Nodes that can be overridden, by name.
    """
    return [
        KeyboardInfo(name=name, keys=list(node.output.keys))
        for name, node in nodes.items()
        if isinstance(node.output, Keyboard)
    ]


def hold_keys(overrides: Overrides, name: str, held: Sequence[str]) -> None:
    """Have a node put out which of its keys are held down, from the next chunk of steps on.

    Args:
        overrides: Overridden inputs of the run.
        name: The node.
        held: All keys that are held now.

    Raises:
        ValueError: The node takes no keys, or not these.
    """
    output = overrides.node(name).output
    if not isinstance(output, Keyboard):
        raise ValueError(f"{name} takes no keys: its output is no nengo_nb.Keyboard")
    wrong = [key for key in held if key not in output.keys]
    if wrong:
        raise ValueError(f"{name} takes the keys {', '.join(output.keys)}, and not {wrong}")
    if held:
        overrides.grab(name, [float(key in held) for key in output.keys])
    else:
        overrides.release(name)


def release_keys(overrides: Overrides) -> None:
    """Release the keys of all keyboards, as no page is there that would tell of their release."""
    for info in keyboards(overrides.nodes):
        overrides.release(info.name)
