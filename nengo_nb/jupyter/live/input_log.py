"""Outputs of input nodes along a live run, for sliders that show the past."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping

import numpy as np

MOST = 4096
"""Number of kept moments, beyond which every other one is dropped: two minutes at real time keep
each chunk, and twelve minutes four moments a second.
"""

LARGEST = 64
"""Largest number of values of a node that is kept: nobody has more sliders for one."""

Outputs = Mapping[str, np.ndarray]
"""Output of each input node, by name, ``(batch, size)``."""


class InputLog:
    """Last outputs of each chunk. The run's thread adds them, others read."""

    def __init__(self) -> None:
        # Both lists are of one moment: replaced together, and the first is the last to grow.
        self._kept: tuple[list[int], list[Outputs]] = [], []
        self._every = 1.0
        """Number of steps between two moments, at least."""

    def add(self, n_steps: int, outputs: Outputs) -> None:
        """Add the outputs at a step; where the simulation has gone back, later ones are dropped."""
        steps, kept = self._kept
        if steps and steps[-1] >= n_steps:
            before = bisect_right(steps, n_steps - 1)
            steps, kept = self._kept = steps[:before], kept[:before]
        if len(steps) >= MOST:
            steps, kept = self._kept = steps[::2], kept[::2]
            # As many from here on as are left of the time before.
            self._every = (steps[-1] - steps[0]) / (len(steps) - 1)
        if not steps:
            self._every = 1.0
        if n_steps and (not steps or n_steps >= steps[-1] + self._every):
            kept.append({n: array for n, array in outputs.items() if array.shape[-1] <= LARGEST})
            steps.append(n_steps)

    def at(self, n_steps: float) -> Outputs:
        """Return the outputs at a step, or at the last one before it that is kept."""
        steps, kept = self._kept
        found = bisect_right(steps, n_steps + 1e-6)  # against rounding, of a time over dt
        return kept[found - 1] if found else {}
