"""Backends: the simulators that are installed, by the names they have among Nengo's entry
points.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING

from nengo_nb.jupyter.words import unknown

if TYPE_CHECKING:
    from nengo_nb.simulator.any_simulator import AnySimulator

NENGO = "reference"
"""Nengo calls its own simulator so; here it is called ``nengo``, too."""


def installed() -> dict[str, EntryPoint]:
    """What is installed, by name; Nengo's own simulator comes first."""
    found = {point.name: point for point in entry_points(group="nengo.backends")}
    own = {"nengo": found.pop(NENGO)} if NENGO in found else {}
    return {**own, **dict(sorted(found.items()))}


def load(names: Sequence[str]) -> dict[str, Callable[..., AnySimulator]]:
    """The simulator classes with these names, each once.

    Raises:
        LookupError: There is no such backend, or fewer than two are named.
    """
    known = installed()
    wanted = list(dict.fromkeys("nengo" if name == NENGO else name for name in names))
    for name in wanted:
        if name not in known:
            raise LookupError(unknown("backend", name, known))
    if len(wanted) < 2:
        raise LookupError(f"a comparison needs two backends; there are {', '.join(known)}")
    return {name: known[name].load() for name in wanted}
