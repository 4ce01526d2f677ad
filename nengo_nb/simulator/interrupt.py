"""Interrupting a run: Ctrl-C and a kernel's stop button wait for the end of the chunk in flight."""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType, TracebackType
from typing import Self

PATIENCE = 0.1
"""Seconds for which a chunk may go on after an interrupt; most are over by then."""


class Interruptible:
    """While active, the first interrupt is remembered instead of raised; a second one is raised at once.

    State and data are committed chunk by chunk, so that they agree when the run is left. Outside the main thread
    Python delivers no interrupts, and nothing is done.
    """

    def __init__(self) -> None:
        self.requested = False
        self._since = 0.0
        self._active = False

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            previous = signal.getsignal(signal.SIGINT)
            if previous is signal.default_int_handler:
                signal.signal(signal.SIGINT, self._remember)
                self._active = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._active:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self._active = False

    def _remember(self, number: int, frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
        self._since = time.monotonic()

    def is_overdue(self) -> bool:
        """Whether the chunk in flight has had its time since the interrupt."""
        return self.requested and time.monotonic() - self._since > PATIENCE

    def check(self) -> None:
        """Raise the interrupt that was remembered.

        Raises:
            KeyboardInterrupt: There was one.
        """
        if self.requested:
            self.requested = False
            raise KeyboardInterrupt
