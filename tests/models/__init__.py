"""Models as public documentation describes them, each a few lines of plain Nengo.

They stand for what people write: from one neuron to 25 000, with Python in nodes, learning rules
and semantic pointers. Every function makes a new network with a seed of its own, and its docstring
names the source. NumPy and Nengo (3 and 4) are all they need, and nengo_spa where the name says so.

References:
    Nengo documentation, examples; Eliasmith & Anderson (2003), Neural engineering, MIT Press;
    Eliasmith (2013), How to build a brain, Oxford University Press.
"""

from __future__ import annotations

from collections.abc import Callable

import nengo

from . import basics, control, dynamics, large, learning, modules, pointers

Make = Callable[[], nengo.Network]

GROUPS = (basics, dynamics, learning, modules, control, pointers, large)


def name_of(make: Make) -> str:
    """Return the name by which a model is asked for."""
    return make.__name__.replace("_", "-")


MODELS: dict[str, Make] = {}
"""By name, from simple to large."""

for group in GROUPS:
    MODELS.update({name_of(make): make for make in group.MODELS})

NEED_SPA = frozenset(name_of(make) for make in pointers.MODELS)
"""Models that need nengo_spa."""
