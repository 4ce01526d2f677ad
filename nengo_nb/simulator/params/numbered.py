"""Parameter files without names: ``arr_0``, ``arr_1``, ..., as NengoDL writes them.

The order of the arrays is that of NengoDL's own plans, and says nothing to another simulator. Where
every parameter of a network has a shape of its own, shapes tell which array is whose; where two
share one, or NengoDL has joined several in one array, nothing does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from nengo.exceptions import SimulationError

WAY_OUT = (
    "In the environment that wrote the file, load it there and keep what "
    "sim.get_nengo_params(objects, as_dict=True) returns: arguments of nengo.Ensemble and "
    "nengo.Connection, for any simulator. Or call sim.freeze_params(net), which writes them into "
    "the network."
)

Shape = tuple[int, ...]


def are_numbers(names: Iterable[str]) -> bool:
    """Whether arrays of a file have numbers for names, as ``np.savez(path, *arrays)`` does."""
    names = set(names)
    return bool(names) and names == {f"arr_{i}" for i in range(len(names))}


def match(
    target: Path, shapes: Mapping[str, Shape], arrays: Mapping[str, np.ndarray]
) -> dict[str, str]:
    """Return the array of each parameter, by their shapes.

    Args:
        target: The file, for errors.
        shapes: The shapes of its arrays, by number.
        arrays: The parameters of the network, by name.

    Returns:
        For each name of a parameter the name of its array.

    Raises:
        SimulationError: Shapes differ, or do not tell the parameters apart; the message says what
            to do.
    """
    without_names = f"{target} holds arrays without names, as NengoDL writes them"
    wanted = {name: array.shape for name, array in arrays.items()}
    if sorted(wanted.values()) != sorted(shapes.values()):
        raise SimulationError(
            f"{without_names}, and their shapes, {_listed(shapes.values())}, are not those of this "
            f"network's parameters, {_listed(wanted.values())}: it is another network, or NengoDL "
            f"has joined some. {WAY_OUT}"
        )
    for shape in wanted.values():
        alike = [name for name, other in wanted.items() if other == shape]
        if len(alike) > 1:
            raise SimulationError(
                f"{without_names}, and this network has {len(alike)} parameters of shape {shape}: "
                f"{', '.join(alike[:5])}. Nothing tells which array is whose. {WAY_OUT}"
            )
    by_shape = {shape: name for name, shape in shapes.items()}
    return {name: by_shape[shape] for name, shape in wanted.items()}


def _listed(shapes: Iterable[Shape]) -> str:
    """Return shapes as a text that is not too long."""
    texts = [str(shape) for shape in sorted(shapes)]
    more = f" and {len(texts) - 10} more" if len(texts) > 10 else ""
    return ", ".join(texts[:10]) + more
