"""Frame scheduler: at most 30 frames a second, with flow control by acknowledgements.

Without any acknowledgement two frames a second are sent: a kernel that runs a cell may not hear
them.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

log = logging.getLogger(__name__)

INTERVAL = 1 / 30
"""Seconds between two frames, while page and simulation keep up."""

BUSY_INTERVAL = 1 / 5
"""The same beside a simulation that needs all processors."""

HIDDEN_INTERVAL = 0.2
"""The same while all views are out of sight."""

CREDIT = 20
"""Frames in flight. A browser draws the newest one of those that arrived, and acknowledges three
times a second: every message of a browser interrupts whatever the kernel does, and makes the page
redraw the kernel's state."""

PATIENCE = 0.5
"""Seconds until a frame is sent without credit, as a busy kernel reads no acknowledgement."""

LONGEST_INTERVAL = 10.0
"""Largest interval between two frames, in seconds, whatever rate a viewer prefers."""

PROCESSORS = 4
"""Number of processors below which drawing takes time from a simulation at full speed."""


@dataclass(frozen=True)
class Pace:
    """Limits of the frame rate.

    Args:
        interval: Smallest number of seconds between two frames.
        share: Pause after a frame, in multiples of the processor time it took, which is left to the
            simulation. What a frame waits for, Python's global interpreter lock for instance, goes
            to the simulation already.
    """

    interval: float = INTERVAL
    share: float = 2.0


def pace_beside(speed: float | None, ratio: float, processors: int) -> Pace:
    """Return the limits beside a simulation: stricter ones where it is slower than it should be.

    Args:
        speed: Wanted speed in simulated seconds per second; None is as fast as possible.
        ratio: Measured speed, likewise.
        processors: Number of processors that browser and simulation share.
    """
    if speed is not None and ratio > 0.95 * speed:
        return Pace()
    return Pace(INTERVAL if processors >= PROCESSORS else BUSY_INTERVAL, 10.0)


class FrameScheduler:
    """Thread that sends the newest frame whenever there is a change, a view on a page, and credit.

    A frame is made when it is sent, so that what came in between is in it and nothing queues up.

    Args:
        send: Makes and sends the frame with a number.
        pace: Returns the limits of the frame rate, asked after each frame.
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

    def on_change(self) -> None:
        """Note that there is something new to send. Called on any thread; it only sets an event."""
        self._new = True
        self._wake.set()

    def ready(self, view: str) -> None:
        """Add a view that has come to a page, with full credit."""
        self._hidden[view] = False
        # Frames in flight to a page that was reloaded or closed will never be acknowledged.
        self.acknowledged = self.sent
        self.on_change()

    def hide(self, view: str, hidden: bool) -> None:
        """Note a ``visibilitychange`` event: frames come slower while all views are hidden."""
        self._hidden[view] = hidden
        self._due = 0.0
        self._wake.set()

    def limit(self, rate: float) -> None:
        """Set the largest number of frames a second, as the last viewer prefers.

        Raises:
            ValueError: It is not a finite number above zero.
        """
        if not 0 < rate < float("inf"):
            raise ValueError(f"a rate is a number of frames per second above zero (got {rate})")
        self._interval = min(max(1 / rate, INTERVAL), LONGEST_INTERVAL)
        self._due = 0.0
        self._wake.set()

    def acknowledge(self, number: int) -> None:
        """Note that a page has drawn a frame; of several pages the quickest counts."""
        # A number that was never sent, from a page of
        # another kernel, must not give credit for good.
        self.acknowledged = max(self.acknowledged, min(number, self.sent))
        self._wake.set()

    def finish(self) -> None:
        """Send a last frame without regard to credit; then the thread ends."""
        self._finishing = True
        self._wake.set()

    def close(self) -> None:
        """Send nothing more; the thread ends."""
        self._closed = True
        self._wake.set()

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the thread's end; returns whether it has ended."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while not self._closed:
            # Before anything is looked at: what is set from here on must end the wait below.
            self._wake.clear()
            if self._finishing:
                self.sent += 1
                self._try_to_send()
                return
            wait = self._turn(time.perf_counter())
            self._wake.wait(wait)

    def _try_to_send(self) -> None:
        """Make and send a frame; an error is logged and costs this frame alone."""
        try:
            self._send(self.sent)
        except Exception:
            log.exception("a frame could not be sent")

    def _turn(self, now: float) -> float | None:
        """Send a frame if it is time; return the seconds to wait, None for until woken."""
        if not (self._new and self._hidden):
            return None
        if self.sent - self.acknowledged >= CREDIT:
            if all(self._hidden.values()):  # a page out of sight draws nothing
                return None
            # A kernel that runs a cell does not read the
            # acknowledgements, so frames go on, slowly.
            if now < self._sent_at + PATIENCE:
                return self._sent_at + PATIENCE - now
        if now < self._due:
            return self._due - now
        # Cleared before the frame is made: what comes meanwhile belongs to the next one.
        self._new = False
        self.sent += 1
        self._sent_at = now
        # Processor time of this thread alone; while it waits for the lock the simulation has it.
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
        # Something came while the frame was made: the next turn finds how long that has to wait.
        return 0.0 if self._new else None
