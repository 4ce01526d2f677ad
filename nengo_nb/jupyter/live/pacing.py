"""Pacing of a live run: how many steps a chunk has, and when the next one is due."""

from __future__ import annotations

import math
import threading
import time

import numpy as np

CHUNK_SECONDS = 0.03
"""Wall time of a chunk, the longest delay until an order or an input takes effect."""

MEASURED_SECONDS = 0.5
"""Time constant of the measured speed, in seconds of wall time."""

FIRST_RATE = 500.0
"""Steps per second that are expected before any were measured."""


class Pacing:
    """Speed of a run, measured and asked for.

    Args:
        dt: Simulated seconds of a step.
    """

    def __init__(self, dt: float) -> None:
        self.dt = dt
        self.speed: float | None = 1.0
        """Simulated seconds per second of wall time; None is as fast as possible."""
        self.ratio = 0.0
        """Simulated seconds per second of wall time, as measured; 0 before the first chunk."""
        # Held where a chunk that ends must not undo what another thread asks for in that moment.
        self._lock = threading.Lock()
        self._due = 0.0
        self._ended = 0.0
        """When the last chunk was over, with its wait; 0 before the first one."""
        self._simulated = self._passed = 0.0

    def set_speed(self, speed: float | None) -> None:
        """Set the speed; the next chunk need not wait for one of the speed before.

        Raises:
            ValueError: It is not a number above zero.
        """
        if speed is not None and not (np.isfinite(speed) and speed > 0):
            raise ValueError(f"a speed is a number above zero (got {speed})")
        with self._lock:
            self.speed, self._due = speed, 0.0
            self._forget()

    def start(self) -> None:
        """Let the next chunk begin at once, after a pause that is not measured."""
        with self._lock:
            self._due = 0.0
            self._forget()

    def _forget(self) -> None:
        """Measure anew; the ratio stays until the next chunk."""
        self._ended = self._simulated = self._passed = 0.0

    def wait(self) -> float:
        """Return the seconds until the next chunk is due."""
        return max(self._due - time.perf_counter(), 0.0)

    def count(self, steps_per_second: float | None, speed: float | None) -> int:
        """Return the steps of a chunk for a speed, up to the rate that was measured."""
        possible = max(int((steps_per_second or FIRST_RATE) * CHUNK_SECONDS), 1)
        wanted = possible if speed is None else speed * CHUNK_SECONDS / self.dt  # may be infinite
        return max(round(min(possible, wanted)), 1)

    def took(self, count: int, speed: float | None, begin: float) -> None:
        """Note that a chunk of some steps, for a speed, began at a time and has ended now."""
        now = time.perf_counter()
        with self._lock:
            # A new speed need not wait for a chunk of the old one.
            if speed is not None and speed == self.speed:
                # Due times follow each other, so that small delays are made up for; after a delay
                # of a whole chunk they begin anew, instead of running fast until all is caught up.
                beat = self._due if begin - self._due < CHUNK_SECONDS else begin
                # A speed near zero would make it infinite, which no later time is compared with.
                self._due = beat + min(count * self.dt / speed, threading.TIMEOUT_MAX)
            self._measure(count * self.dt, begin, max(now, self._due))

    def _measure(self, simulated: float, begin: float, end: float) -> None:
        """Update the ratio by a chunk: simulated seconds over all the time since the last one.

        Chunks that make up for a delay are quick, but no quicker on the whole than was asked for.
        """
        passed = max(end - (self._ended or begin), 1e-9)
        self._ended = end
        left = math.exp(-passed / MEASURED_SECONDS)
        self._simulated = left * self._simulated + simulated
        self._passed = left * self._passed + passed
        ratio = self._simulated / self._passed
        self.ratio = ratio if self.speed is None else min(ratio, self.speed)
