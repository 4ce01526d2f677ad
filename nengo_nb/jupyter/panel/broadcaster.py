"""Broadcaster of reports: sends changes to all panels, at most four times a second."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

log = logging.getLogger(__name__)

INTERVAL = 0.25
"""Seconds between two reports."""


class Broadcaster:
    """Thread that makes a report when something may have changed, and sends it if it has.

    Args:
        make: Makes a report, which is compared with ``==``.
        send: Sends a report to all pages.
        is_active: Whether to make reports without being told, every ``INTERVAL``.
    """

    def __init__(
        self, make: Callable[[], Any], send: Callable[[Any], None], is_active: Callable[[], bool]
    ) -> None:
        self._make, self._send, self._is_active = make, send, is_active
        self._last: Any = None
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(
            target=self._work, name="nengo_nb-panel-reporter", daemon=True
        )
        self._thread.start()

    def on_change(self) -> None:
        """Note that something may have changed. Called on any thread; it only sets an event."""
        self._wake.set()

    def on_pause(self, _sim: object) -> None:
        """Note that a live run pauses."""
        self._wake.set()

    def again(self) -> None:
        """Send a report even if nothing has changed, because a new page listens."""
        self._last = None
        self._wake.set()

    def close(self) -> None:
        """Send nothing any more; the thread ends."""
        self._closing.set()
        self._wake.set()

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the thread's end; returns whether it has ended."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while True:
            self._wake.wait(INTERVAL if self._is_active() else None)
            # Cleared before the report is made: what changes while it is made is in the next one.
            self._wake.clear()
            if self._closing.is_set():
                return
            self._try_to_report()
            # Marks of this time become one report. close() must not wait for it to pass.
            self._closing.wait(INTERVAL)

    def _try_to_report(self) -> None:
        """Send a report if something has changed; an error is logged and costs this one alone."""
        try:
            before, report = self._last, self._make()
            if report != before:
                self._last = report
                self._send(report)
        except Exception:
            log.exception("a report could not be sent to the panels")
