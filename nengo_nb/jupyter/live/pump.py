"""The pump: sends frames, thirty a second at most, and no more than two that no browser has acknowledged."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

INTERVAL = 1 / 30
HIDDEN_INTERVAL = 0.2
CREDIT = 2
SHARE = 10
"""Between two frames passes at least so many times as long as it took to make one: the rest is the simulation's."""


class Pump:
    """Sends the newest frame whenever there is something new, somebody to see it, and credit.

    A frame is made when it is sent, so that what came in between is in it and nothing queues up.

    Args:
        send: Makes and sends the frame with a number.
    """

    def __init__(self, send: Callable[[int], None]) -> None:
        self._send = send
        self._wake = threading.Event()
        self._hidden: dict[str, bool] = {}
        self._new = False
        self._closed = False
        self._finishing = False
        self._due = 0.0
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
                self._send(self.sent)
                return
            wait = self._turn(time.perf_counter())
            self._wake.wait(wait)

    def _turn(self, now: float) -> float | None:
        """Send a frame if it is time; returns how long to wait, None for until woken."""
        if not (self._new and self._hidden and self.sent - self.acknowledged < CREDIT):
            return None
        if now < self._due:
            return self._due - now
        self._new = False
        self.sent += 1
        self._send(self.sent)
        took = time.perf_counter() - now
        interval = HIDDEN_INTERVAL if all(self._hidden.values()) else INTERVAL
        self._due = now + max(interval, SHARE * took)
        return 0.0 if self._new else None
