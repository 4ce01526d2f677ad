"""Interrupting a run: Ctrl-C and a kernel's stop button wait for the end of the chunk in flight."""

from __future__ import annotations

import linecache
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self, TypeVar, cast

try:
    # ``signal`` makes an enumeration member of every handler it returns, which takes longer than
    # some steps do; this is the module it wraps.
    from _signal import getsignal  # type: ignore[import-not-found]
    from _signal import signal as set_handler
except ImportError:  # another Python than CPython
    from signal import getsignal
    from signal import signal as set_handler

Method = TypeVar("Method", bound=Callable[..., Any])

PACKAGE = str(Path(__file__).parents[2])

PATIENCE = 0.1
"""Seconds that a chunk may go on after an interrupt; most end within them."""


class Interruptible:
    """Context manager that defers the first SIGINT; a second one is raised at once.

    State and data are committed chunk by chunk, so that they agree when the run is left. Outside
    the main thread Python delivers no interrupts, and nothing is done.
    """

    def __init__(self) -> None:
        self.requested = False
        self._since = 0.0
        self._active = False

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            previous = getsignal(signal.SIGINT)
            # A handler of the user's, or that of an outer run, is left in charge.
            if previous is signal.default_int_handler:
                set_handler(signal.SIGINT, self._remember)
                self._active = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._active:
            set_handler(signal.SIGINT, signal.default_int_handler)
            self._active = False

    def _remember(self, number: int, frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
        self._since = time.monotonic()

    def is_requested(self) -> bool:
        """Whether there was an interrupt."""
        return self.requested

    def is_overdue(self) -> bool:
        """Whether the interrupt came more than ``PATIENCE`` seconds ago."""
        return self.requested and time.monotonic() - self._since > PATIENCE

    def check(self) -> None:
        """Raise the deferred interrupt.

        Raises:
            KeyboardInterrupt: There was one.
        """
        if self.requested:
            self.requested = False
            raise KeyboardInterrupt


def one_sentence(sentence: str) -> Callable[[Method], Method]:
    """Decorate a method whose interrupt shows the user's line and a sentence, no traceback.

    Args:
        sentence: State of the work after the interrupt.
    """

    def decorate(method: Method) -> Method:
        @wraps(method)
        def call(*args: Any, **kwargs: Any) -> Any:
            try:
                return method(*args, **kwargs)
            except KeyboardInterrupt:
                pass
            # Out of the handler, so that the new interrupt has no context, which would keep all
            # frames alive.
            raise _interrupt(sentence, sys._getframe(1))

        return cast("Method", call)

    return decorate


def _interrupt(sentence: str, frame: FrameType | None) -> KeyboardInterrupt:
    """Make an interrupt that IPython shows with the user's line instead of a traceback."""
    # The nearest frame outside this package is the user's line.
    while frame is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame = frame.f_back
    stop = KeyboardInterrupt(sentence)
    lines = [f"KeyboardInterrupt: {sentence}"]
    if frame is not None:
        code = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
        lines.insert(0, f"line {frame.f_lineno}: {code}")
    # IPython asks an exception for this method before it formats a traceback of its own.
    stop._render_traceback_ = lambda: lines  # type: ignore[attr-defined]
    return stop
