"""Progress bars: one display for a whole run, in a terminal or on a page, which ends as one
line.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import Enum
from importlib import import_module
from typing import Any

from nengo.exceptions import ValidationError
from nengo.rc import rc
from nengo.utils.ipython import get_ipython
from nengo.utils.progress import NoProgressBar, Progress, ProgressBar

INTERVAL = 0.1
"""Seconds between two updates."""

WIDTH = 20
"""Characters of a bar in a terminal."""


class Phase(Enum):
    """Phase of a simulator's work; the values are its names during and after it."""

    BUILDING = ("Building", "Build")
    COMPILING = ("Compiling", "Compilation")
    SIMULATING = ("Simulating", "Simulation")


class PhaseProgress(Progress):
    """Progress that has a phase, where Nengo's own has names for people alone.

    Args:
        phase: Phase of the simulator's work.
        max_steps: Number of its steps, if known; those of a simulation are time steps.
    """

    def __init__(self, phase: Phase, max_steps: int | None = None) -> None:
        super().__init__(*phase.value, max_steps)
        self.phase = phase


class OneDisplayBar(ProgressBar):
    """Progress bar that tells the phase, the share done, the time left and the simulation speed.

    Abstract: subclasses draw it.

    Args:
        dt: Length of a time step in seconds, to tell simulated time; without it, steps are counted.

    Attributes:
        title: Name in front, where several simulators show their progress one after the other.
        assumed_phase: Phase of a progress that has none, as that of other simulators.
    """

    def __init__(self, dt: float | None = None) -> None:
        super().__init__()
        self.dt = dt
        self.title = ""
        self.assumed_phase = Phase.BUILDING
        self._steps: Progress | None = None
        self._compiling: Progress | None = None
        self._shown_at = 0.0
        self._last: Progress | None = None
        self._keep = False

    def draw(self, progress: Progress) -> None:
        """Draw the progress of a process."""
        raise NotImplementedError

    def conclude(self, line: str, simulated: bool) -> None:
        """Leave one line.

        Args:
            line: The conclusion.
            simulated: Whether time steps were simulated; otherwise something was only built or
                compiled.
        """
        raise NotImplementedError

    @contextmanager
    def one_display(self) -> Iterator[None]:
        """Let several processes, such as building and running, share one display and end as
        one line.
        """
        self._keep = True
        try:
            yield
        finally:
            self._keep = False
            self.close()

    def update(self, progress: Progress) -> None:
        """Draw the progress of a process, at most ten times a second."""
        self._last = progress
        known = isinstance(progress, PhaseProgress)
        match progress.phase if known else self.assumed_phase:
            case Phase.SIMULATING:
                self._steps = progress
            case Phase.COMPILING:
                self._compiling = progress
        now = time.monotonic()
        # Not when it has finished: close comes next, and writes the conclusion in its place.
        if not progress.finished and now - self._shown_at >= INTERVAL:
            self._shown_at = now
            self.draw(progress)

    def close(self) -> None:
        """Leave one line, and start anew for the next process, which gets a display of its own."""
        if self._keep or self._last is None:
            return
        line = f"{self._prefix}{self._conclusion(self._steps or self._last)}"
        self.conclude(line, self._steps is not None)
        self._last = self._steps = self._compiling = None
        self.assumed_phase = Phase.BUILDING
        self._shown_at = 0.0

    def words(self, progress: Progress) -> str:
        """Return the phase, and the share done and time left where an end is known."""
        done = "" if progress.max_steps is None else f"{progress.progress:.0%}"
        if self._counts_time(progress) and progress.n_steps:
            left = (1 / progress.progress - 1) * self._running_seconds(progress)
            done = f"{done}, {left:.0f} s left, {self._speed(progress)}"
        return f"{self._prefix}{progress.name_during} {done}".rstrip()

    def _counts_time(self, progress: Progress) -> bool:
        """Whether the steps of a process are time steps of a simulation."""
        return progress is self._steps

    @property
    def _prefix(self) -> str:
        """The title as a prefix."""
        return f"{self.title}: " if self.title else ""

    def _running_seconds(self, progress: Progress) -> float:
        """Return the seconds since the start of a process, without those spent on compiling."""
        # Compiling begins after the run's clock does, and speed is that of the steps alone.
        compiling = 0.0 if self._compiling is None else self._compiling.elapsed_seconds()
        return float(max(progress.elapsed_seconds() - compiling, 1e-9))

    def _speed(self, progress: Progress) -> str:
        """Return the speed as simulated seconds per second, or steps per second."""
        rate = progress.n_steps / self._running_seconds(progress)
        return (
            f"{rate:.0f} steps per second"
            if self.dt is None
            else f"{rate * self.dt:.3g}× real time"
        )

    def _conclusion(self, progress: Progress) -> str:
        """Return the line that stays: duration and speed, and whether it was stopped."""
        if not self._counts_time(progress):
            ended = "finished" if progress.success else "stopped"
            return f"{progress.name_after} {ended} after {progress.elapsed_seconds():.2f} s"
        done = (
            f"{progress.n_steps} steps"
            if self.dt is None
            else f"{progress.n_steps * self.dt:.3f} s"
        )
        took = (
            f"{done} simulated in {self._running_seconds(progress):.2f} s ({self._speed(progress)})"
        )
        compiled = (
            f" after compiling for {self._compiling.elapsed_seconds():.1f} s"
            if self._compiling
            else ""
        )
        return (
            f"{took}{compiled}{'' if progress.n_steps >= progress.max_steps else ', then stopped'}"
        )


class LineBar(OneDisplayBar):
    """Progress bar in one line of a terminal, rewritten until the conclusion; a file gets
    that alone.
    """

    def __init__(self, dt: float | None = None) -> None:
        super().__init__(dt)
        self._line = Line()

    def draw(self, progress: Progress) -> None:
        """Write over the line."""
        full = int(WIDTH * progress.progress) if progress.max_steps is not None else 0
        bar = "" if progress.max_steps is None else f"[{'#' * full}{' ' * (WIDTH - full)}] "
        self._line.show(f"{bar}{self.words(progress)}")

    def conclude(self, line: str, simulated: bool) -> None:
        """Leave the line; in a file only that of a simulation."""
        if simulated or self._line.is_rewritten:
            self._line.leave(line)


class Line:
    """Line of a text stream that is rewritten where that is possible, and then left.

    Args:
        stream: Text stream; by default ``sys.stdout`` at the time of writing, as notebooks replace
            it.
    """

    def __init__(self, stream: Any = None) -> None:
        self._stream = stream
        self._length = 0

    @property
    def stream(self) -> Any:
        """Text stream to write to; None in a process without a standard output."""
        return sys.stdout if self._stream is None else self._stream

    @property
    def is_rewritten(self) -> bool:
        """Whether the stream can rewrite a line: a terminal or a notebook can, a file or a
        pipe cannot.
        """
        return can_rewrite(self.stream)

    def show(self, text: str) -> None:
        """Rewrite the line, cut to the width of the terminal; nothing is written to a file."""
        if self.is_rewritten:
            # A line that reaches the edge wraps, and a carriage
            # return would then rewrite its second part only.
            shown = text[: max(shutil.get_terminal_size().columns - 1, 1)]
            self._write(shown, "")
            self._length = len(shown)

    def leave(self, text: str) -> None:
        """Rewrite the line with one that stays."""
        if self.stream is not None:
            self._write(text, "\n")
            self._length = 0

    def _write(self, text: str, end: str) -> None:
        # Padding to the old length wipes out what a shorter text would leave of it.
        begin = "\r" if self._length else ""
        self.stream.write(f"{begin}{spelled_for(self.stream, text).ljust(self._length)}{end}")
        self.stream.flush()


def can_rewrite(stream: Any) -> bool:
    """Whether a line of a stream can be rewritten."""
    return stream is not None and (stream.isatty() or hasattr(get_ipython(), "kernel"))


def spelled_for(stream: Any, text: str) -> str:
    """Return a text without the characters that a stream's encoding lacks."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.replace("×", "x").encode(encoding, "replace").decode(encoding)
    return text


def default_bar(dt: float, make: Callable[[float], ProgressBar] | None = None) -> ProgressBar:
    """Make the progress bar that ``progress_bar=True`` stands for: ``[progress] progress_bar`` of
    ``nengo.rc`` decides.

    Args:
        dt: Length of a time step, in seconds.
        make: Makes the bar that ``auto`` stands for; by default it is a line of a terminal.

    Raises:
        ValidationError: ``nengo.rc`` names no progress bar.
    """
    wanted = rc["progress"]["progress_bar"].strip()
    answer = rc.BOOLEAN_STATES.get(wanted.lower())
    if answer or wanted.lower() == "auto":
        return LineBar(dt) if make is None else make(dt)
    if answer is False or wanted.lower() == "none":
        return NoProgressBar()
    module, _, name = wanted.rpartition(".")
    try:
        return getattr(import_module(module), name)()
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise ValidationError(
            f"{wanted!r} in nengo.rc is none ({error}); it can be auto, none, or the name of a "
            "class such as "
            "nengo.utils.progress.TerminalProgressBar, which is called without arguments",
            attr="progress_bar",
        ) from error


def one_display(bar: ProgressBar) -> AbstractContextManager[None]:
    """Let several processes share the display of a bar, if it can do that."""
    return bar.one_display() if isinstance(bar, OneDisplayBar) else nullcontext()


def assume_phase(bar: ProgressBar, phase: Phase) -> None:
    """Tell a bar what a simulator is about to do, which may be of a backend without phases."""
    if isinstance(bar, OneDisplayBar):
        bar.assumed_phase = phase
