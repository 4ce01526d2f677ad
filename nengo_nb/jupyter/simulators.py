"""Type checks for ``nengo_nb.Simulator`` that import no TensorFlow."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nengo_nb.settings import get_setting

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator


def own_simulator(thing: object) -> Simulator | None:
    """Return the argument if it is a ``nengo_nb.Simulator``, or else None."""
    # Where it was never imported, nothing can be one; nor as long as another thread imports it.
    kind = getattr(sys.modules.get("nengo_nb.simulator.simulator"), "Simulator", None)
    return thing if kind is not None and isinstance(thing, kind) else None


def check_runs_live(sim: object) -> None:
    """Check that a simulator can run live.

    Raises:
        TypeError: It is not a ``nengo_nb.Simulator``.
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
