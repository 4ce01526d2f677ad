"""Installed backends of Nengo, by the names of their entry points ``nengo.backends``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING

from nengo_nb.jupyter.suggestions import unknown

if TYPE_CHECKING:
    from nengo_nb.simulator.any_simulator import AnySimulator

NENGO = "reference"
"""Name of Nengo's own simulator among the entry points; here it is called ``nengo``, too."""


def installed() -> dict[str, EntryPoint]:
    """Return the installed backends by name, Nengo's own simulator first."""
    points = {point.name: point for point in entry_points(group="nengo.backends")}
    own = {"nengo": points.pop(NENGO)} if NENGO in points else {}
    return {**own, **dict(sorted(points.items()))}


def load(names: Sequence[str]) -> dict[str, Callable[..., AnySimulator]]:
    """Return the simulator classes with these names, each once.

    Raises:
        LookupError: There is no such backend, or fewer than two are named.
    """
    available = installed()
    # Both names of Nengo's simulator count as one backend.
    wanted = list(dict.fromkeys("nengo" if name == NENGO else name for name in names))
    for name in wanted:
        if name not in available:
            raise LookupError(unknown("backend", name, available))
    if len(wanted) < 2:
        raise LookupError(f"a comparison needs two backends; there are {', '.join(available)}")
    # Loaded after all checks, as loading an entry point imports the backend.
    return {name: available[name].load() for name in wanted}
