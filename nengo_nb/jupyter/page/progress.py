"""The progress bar of a notebook: one display per run, which ends as one line."""

from __future__ import annotations

import html
import time
from collections.abc import Iterator
from contextlib import contextmanager

from IPython.display import DisplayHandle
from nengo.utils.progress import Progress, ProgressBar

INTERVAL = 0.1
"""Seconds between two updates of the page."""


class NotebookProgressBar(ProgressBar):
    """Shows the phase, how much is done, the time left, and how simulated time compares with real time.

    Args:
        dt: Length of a time step in seconds, to tell simulated time; without it, steps are counted.
    """

    def __init__(self, dt: float | None = None) -> None:
        super().__init__()
        self.dt = dt
        self._handle: DisplayHandle | None = None
        self._steps: Progress | None = None
        self._compiling: Progress | None = None
        self._shown_at = 0.0
        self._last: Progress | None = None
        self._keep = False

    @contextmanager
    def one_display(self) -> Iterator[None]:
        """Let several processes, such as building and running, share one display and end as one line."""
        self._keep = True
        try:
            yield
        finally:
            self._keep = False
            self.close()

    def update(self, progress: Progress) -> None:
        """Show where a process is, at most ten times a second."""
        self._last = progress
        if _counts_time(progress):
            self._steps = progress
        elif progress.name_during.startswith("Compil"):
            self._compiling = progress
        now = time.monotonic()
        if not progress.finished and now - self._shown_at >= INTERVAL:
            self._shown_at = now
            self._show(self._bar(progress), f"{progress.name_during}: {progress.progress:.0%}")

    def close(self) -> None:
        """Leave one line, and be ready for the next process, which gets a display of its own."""
        if self._keep or self._last is None:
            return
        line = self._conclusion(self._steps or self._last)
        self._show(f"<div>{html.escape(line)}</div>", line)
        self._handle = self._last = self._steps = self._compiling = None
        self._shown_at = 0.0

    def _show(self, page: str, text: str) -> None:
        """Open the display, or replace what it shows."""
        bundle = {"text/html": page, "text/plain": text}
        if self._handle is None:
            self._handle = DisplayHandle()
            self._handle.display(bundle, raw=True)
        else:
            self._handle.update(bundle, raw=True)

    def _running_seconds(self, progress: Progress) -> float:
        """Seconds since the start of a process, without those that were spent on compiling."""
        compiling = 0.0 if self._compiling is None else self._compiling.elapsed_seconds()
        return float(max(progress.elapsed_seconds() - compiling, 1e-9))

    def _speed(self, progress: Progress) -> str:
        """Simulated seconds per second, or steps per second."""
        rate = progress.n_steps / self._running_seconds(progress)
        return f"{rate:.0f} steps per second" if self.dt is None else f"{rate * self.dt:.3g}× real time"

    def _bar(self, progress: Progress) -> str:
        """The phase as a bar that fills, or that moves where no end is known."""
        done, value = "", ""
        if progress.max_steps is not None:
            done, value = f"{progress.progress:.0%}", f'value="{progress.progress:.3f}"'
        if _counts_time(progress) and progress.n_steps:
            left = (1 / progress.progress - 1) * self._running_seconds(progress)
            done = f"{done}, {left:.0f} s left, {self._speed(progress)}"
        words = f"{progress.name_during} {done}".rstrip()
        return f"<div><progress {value}></progress> {html.escape(words)}</div>"

    def _conclusion(self, progress: Progress) -> str:
        """What was done, in one line."""
        if not _counts_time(progress):
            ended = "finished" if progress.success else "stopped"
            return f"{progress.name_after} {ended} after {progress.elapsed_seconds():.2f} s"
        done = f"{progress.n_steps} steps" if self.dt is None else f"{progress.n_steps * self.dt:.3f} s"
        took = f"{done} simulated in {self._running_seconds(progress):.2f} s ({self._speed(progress)})"
        compiled = (
            f" after compiling for {self._compiling.elapsed_seconds():.1f} s" if self._compiling else ""
        )
        return f"{took}{compiled}{'' if progress.n_steps >= progress.max_steps else ', then stopped'}"


def _counts_time(progress: Progress) -> bool:
    """Whether the steps of a process are time steps of a simulation."""
    return progress.max_steps is not None and progress.name_during.startswith("Simulat")
