"""Drawing of an analysis that is held for some frames, as one for each would cost too much."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace

from .render import Drawn, Window

INTERVAL = 0.2
"""Seconds between two drawings of an analysis: numbers that change faster cannot be read."""

SHARE = 10.0
"""Pause after a drawing, in multiples of the processor time that it took."""


@dataclass
class Held:
    """Newest drawing of an analysis.

    Args:
        clock: Returns the time, in seconds.
        processor: Returns the processor time of this thread, in seconds.
    """

    clock: Callable[[], float] = time.perf_counter
    processor: Callable[[], float] = time.thread_time
    _drawn: Drawn | None = field(default=None, init=False)
    _key: Hashable = field(default=None, init=False)
    _window: Window = field(default=Window(0.0, 0.0), init=False)
    _due: float = field(default=0.0, init=False)

    def draw(
        self,
        key: Hashable,
        window: Window,
        is_timed: bool,
        may_hold: bool,
        make: Callable[[], Drawn],
    ) -> Drawn:
        """Return the drawing that is held, or a new one if it is time for one.

        Args:
            key: Identifies what is drawn: a drawing of another key is of no use.
            window: Window of time.
            is_timed: Whether the first row are times from the window's begin.
            may_hold: Whether another frame comes soon. The last one must show what there is.
            make: Makes a drawing.
        """
        held = self._drawn
        if may_hold and held is not None and self._key == key and self.clock() < self._due:
            return self._shifted(held, window) if is_timed else held
        busy = self.processor()
        drawn = make()
        took = self.processor() - busy
        self._drawn, self._key, self._window = drawn, key, window
        # A line that lags behind its window is seen at once: it is held as long as it has to be.
        self._due = self.clock() + max(0.0 if is_timed else INTERVAL, SHARE * took)
        return drawn

    def _shifted(self, held: Drawn, window: Window) -> Drawn:
        """Return the drawing that is held with its times in another window."""
        if not held.array.size:
            return held
        array = held.array.copy()
        array[0] += self._window.begin - window.begin
        return replace(held, array=array)
