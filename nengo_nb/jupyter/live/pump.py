"""The pump: sends frames, thirty a second at most or fewer, two a second where no browser
acknowledges any.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

log = logging.getLogger(__name__)

INTERVAL = 1 / 30
BUSY_INTERVAL = 1 / 5
HIDDEN_INTERVAL = 0.2
CREDIT = 20
"""Frames in flight. A browser draws the newest one of those that arrived, and acknowledges three
times a second: every message of a browser interrupts whatever the kernel does, and makes the page
redraw the kernel's state."""

PATIENCE = 0.5
"""Seconds after which a frame is sent without credit: a kernel that runs a cell does not
hear that one was drawn.
"""

LONGEST_INTERVAL = 10.0
"""Seconds between two frames for whoever wants next to none."""

PROCESSORS = 4
"""With fewer, a page that draws all it can takes processor time from a simulation that runs
as fast as it can.
"""


@dataclass(frozen=True)
class Pace:
    """How fast frames may come.

    Args:
        interval: Seconds between two frames at least.
        share: Between two frames passes at least so many times as long as the processor was busy
            with one: the rest is the simulation's. What a frame waits for, Python's lock for
            instance, goes to the simulation already.
    """

    interval: float = INTERVAL
    share: float = 2.0


def pace_beside(speed: float | None, ratio: float, processors: int) -> Pace:
    """The pace beside a simulation, which matters where that has no time to spare.

    Args:
        speed: Simulated seconds per second that are wanted; None is as fast as possible.
        ratio: Simulated seconds per second that are reached.
        processors: How many there are for browser and simulation.
    """
    if speed is not None and ratio > 0.95 * speed:
        return Pace()
    return Pace(INTERVAL if processors >= PROCESSORS else BUSY_INTERVAL, 10.0)


class Pump:
    """Sends the newest frame whenever there is something new, somebody to see it, and credit.

    A frame is made when it is sent, so that what came in between is in it and nothing queues up.

    Args:
        send: Makes and sends the frame with a number.
        pace: Tells how fast they may come.
    """

    def __init__(self, send: Callable[[int], None], pace: Callable[[], Pace] = Pace) -> None:
        self._send = send
        self._pace = pace
        self._wake = threading.Event()
        self._hidden: dict[str, bool] = {}
        self._interval = INTERVAL
        self._new = False
        self._closed = False
        self._finishing = False
        self._due = 0.0
        self._sent_at = 0.0
        self.sent = 0
        self.acknowledged = 0
        self._thread = threading.Thread(target=self._work, name="nengo_nb-live-pump", daemon=True)
        self._thread.start()

    def mark(self) -> None:
        """There is something new."""
        self._new = True
        self._wake.set()

    def ready(self, view: str) -> None:
        """A view came to the page; what was sent to others before is of no concern any more."""
        self._hidden[view] = False
        self.acknowledged = self.sent
        self.mark()

    def hide(self, view: str, hidden: bool) -> None:
        """A view is out of sight: frames come slower when all are."""
        self._hidden[view] = hidden
        self._due = 0.0
        self._wake.set()

    def limit(self, rate: float) -> None:
        """Send no more frames a second than whoever looked last prefers.

        Raises:
            ValueError: The rate is none.
        """
        if not 0 < rate < float("inf"):
            raise ValueError(f"a rate is a number of frames per second above zero (got {rate})")
        self._interval = min(max(1 / rate, INTERVAL), LONGEST_INTERVAL)
        self._due = 0.0
        self._wake.set()

    def acknowledge(self, number: int) -> None:
        """A browser has drawn a frame; the quickest of several counts."""
        self.acknowledged = max(self.acknowledged, min(number, self.sent))
        self._wake.set()

    def finish(self) -> None:
        """Send a last frame, whatever was acknowledged; then the thread ends."""
        self._finishing = True
        self._wake.set()

    def close(self) -> None:
        """Send nothing any more; the thread ends."""
        self._closed = True
        self._wake.set()

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the thread's end; returns whether it has ended."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while not self._closed:
            self._wake.clear()
            if self._finishing:
                self.sent += 1
                self._try_to_send()
                return
            wait = self._turn(time.perf_counter())
            self._wake.wait(wait)

    def _try_to_send(self) -> None:
        """Make and send a frame; one that fails is missed, and the next one comes."""
        try:
            self._send(self.sent)
        except Exception:
            log.exception("a frame could not be sent")

    def _turn(self, now: float) -> float | None:
        """Send a frame if it is time; returns how long to wait, None for until woken."""
        if not (self._new and self._hidden):
            return None
        if self.sent - self.acknowledged >= CREDIT:
            if all(self._hidden.values()):  # a page out of sight draws nothing
                return None
            if now < self._sent_at + PATIENCE:
                return self._sent_at + PATIENCE - now
        if now < self._due:
            return self._due - now
        self._new = False
        self.sent += 1
        self._sent_at = now
        busy = time.thread_time()
        self._try_to_send()
        took = time.thread_time() - busy
        pace = self._pace()
        least = HIDDEN_INTERVAL if all(self._hidden.values()) else pace.interval
        interval = max(least, self._interval)
        beat = (
            self._due if now - self._due < interval else now
        )  # a frame that comes late does not delay all others
        self._due = max(beat + interval, now + pace.share * took)
        return 0.0 if self._new else None
