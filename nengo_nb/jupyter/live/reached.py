"""State of a live run between two chunks, as its views read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import nengo
import numpy as np


@dataclass(frozen=True)
class Reached:
    """State of a simulation between two chunks, as views may read it on any thread.

    Args:
        n_steps: Number of steps taken.
        branch: Number of times that simulated time went backwards, by a reset or to a checkpoint.
        outputs: Last output of each input node, by name, ``(batch, size)``.
        recorded: Number of samples of each probe.
        kept: Time from which on samples are kept, in seconds; 0 where none were forgotten.
    """

    n_steps: int = 0
    branch: int = 0
    outputs: Mapping[str, np.ndarray] = field(default_factory=dict)
    recorded: Mapping[nengo.Probe, int] = field(default_factory=dict)
    kept: float = 0.0
