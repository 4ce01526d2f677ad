"""A pace: how many steps the next chunk of a run should take, from how long those before it
took.
"""

from __future__ import annotations

TARGET_SECONDS = 0.05
"""Wall time a chunk should take: short enough to interrupt, long enough that calling it
costs nothing.
"""

FIRST_STEPS = 16
"""Steps of the first chunk, before it is known how fast the simulation runs."""

LEAST_SHARE = 4
"""How many times as long as what a chunk costs by itself its steps should take."""

UNEQUAL = 1.5
"""Chunks must differ by this factor in length to tell what a chunk costs by itself from
what its steps cost.
"""


class Pace:
    """The length of chunks.

    A chunk of ``n`` steps takes ``a + b n`` seconds: the weights that many items learn are copied
    once for each chunk, for example. Where ``a`` is large, short chunks take nearly as long as long
    ones, and do less; so the steps of a chunk should take what ``a`` leaves of ``TARGET_SECONDS``,
    but no less than ``LEAST_SHARE`` times ``a``.
    """

    def __init__(self) -> None:
        self.length = FIRST_STEPS
        self._by_itself = 0.0
        self._before: tuple[int, float] | None = None

    def took(self, count: int, seconds: float) -> None:
        """Learn that a chunk of ``count`` steps took so many seconds."""
        if self._before is not None:
            others, then = self._before
            if max(count, others) >= UNEQUAL * min(count, others):
                each = (seconds - then) / (count - others)
                self._by_itself = min(max(seconds - each * count, 0.0), seconds)
        self._before = count, seconds
        by_itself = min(self._by_itself, seconds)
        wanted = max(TARGET_SECONDS - by_itself, LEAST_SHARE * by_itself)
        longest = 4 * max(count, self.length)
        steps = count * wanted / max(seconds - by_itself, 1e-6)
        self.length = int(min(max(steps, 1), longest))
