"""Taking over: how a simulator with minibatches of another size takes over what one had learned."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import nengo
from IPython.core.error import UsageError

BATCH = 32
"""Examples in a minibatch where nobody says how many, as in Keras."""


def has_learned(sim: Any) -> bool:
    """Whether a simulator may hold other parameters than it was built with: its Keras model is made when needed."""
    return sim is not None and not sim.closed and "keras_model" in vars(sim)


def check_seed(name: str, network: nengo.Network, before: int | None, size: int) -> None:
    """See that a network is built the same once more.

    Raises:
        UsageError: It has no seed, so that what was learned would not fit what is built next.
    """
    if network.seed is None:
        raise UsageError(
            f"{name!r} has learned with minibatches of {before or 1} and has no seed, so a simulator with minibatches "
            f"of {size} would be built of other neurons; leave --batch out, or give the network a seed before it learns"
        )


def take_over(old: Any, new: Any) -> None:
    """Give a simulator the parameters of another one of the same network."""
    with tempfile.TemporaryDirectory(prefix="nengo_nb-") as folder:
        new.load_params(old.save_params(Path(folder) / "learned.npz"))
