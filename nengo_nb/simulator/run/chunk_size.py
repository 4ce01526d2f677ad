"""Choose the chunk length of a run, from the wall time that chunks before it took."""

from __future__ import annotations

from nengo_nb.plan.cost import CostModel

UNEQUAL = 1.5
"""Least ratio of two chunk lengths from which overhead and time per step are told apart."""


class Pace:
    """Adaptive chunk length.

    A chunk of ``n`` steps takes ``a + b n`` seconds: the weights that many items learn are copied
    once for each chunk, for example. Where ``a`` is large, short chunks take nearly as long as long
    ones, and do less; so the steps of a chunk should take ``chunk_seconds - a``,
    but no less than ``least_share`` times ``a``.

    Args:
        cost: The cost model of the device.
    """

    def __init__(self, cost: CostModel) -> None:
        self.cost = cost
        self.length = cost.first_steps
        self._by_itself = 0.0
        self._before: tuple[int, float] | None = None

    def took(self, count: int, seconds: float) -> None:
        """Update the length, after a chunk of ``count`` steps took ``seconds``."""
        if self._before is not None:
            others, then = self._before
            if max(count, others) >= UNEQUAL * min(count, others):
                # The line through two measurements: its slope is ``b``, its intercept ``a``, kept
                # within what is possible.
                per_step = (seconds - then) / (count - others)
                self._by_itself = min(max(seconds - per_step * count, 0.0), seconds)
        self._before = count, seconds
        by_itself = min(self._by_itself, seconds)
        wanted = max(self.cost.chunk_seconds - by_itself, self.cost.least_share * by_itself)
        # One chunk that was fast by chance must not make the next one very long.
        longest = 4 * max(count, self.length)
        steps = count * wanted / max(seconds - by_itself, 1e-6)
        self.length = int(min(max(steps, 1), longest))
