"""Telling this package's simulator from those of other backends, without importing TensorFlow."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nengo_nb.settings import get_setting

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator


def own_simulator(thing: object) -> Simulator | None:
    """Return a thing as the simulator of this package that it is; None if it is anything else."""
    module = sys.modules.get(
        "nengo_nb.simulator.simulator"
    )  # where it was never imported, nothing can be one
    return thing if module is not None and isinstance(thing, module.Simulator) else None


def check_runs_live(sim: object) -> None:
    """Refuse what cannot run live.

    Raises:
        TypeError: It is no simulator of this package.
        ValueError: It is closed, or keeps no state.
    """
    own = own_simulator(sim)
    if own is None:
        raise TypeError(f"a live view needs a nengo_nb.Simulator, not {type(sim).__name__}")
    if own.closed:
        raise ValueError("this simulator is closed: a live view needs an open one")
    network = own.model.toplevel
    if network is not None and not get_setting(network, "stateful"):
        raise ValueError(
            "a simulation that forgets its state after every run (stateful=False) cannot run live"
        )
