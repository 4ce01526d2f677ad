"""Telling this package's simulator from those of other backends, without importing TensorFlow."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator


def own_simulator(thing: object) -> Simulator | None:
    """Return a thing as the simulator of this package that it is; None if it is anything else."""
    module = sys.modules.get(
        "nengo_nb.simulator.simulator"
    )  # where it was never imported, nothing can be one
    return thing if module is not None and isinstance(thing, module.Simulator) else None
