"""Progress of building, compiling and running, shown by Nengo's progress bars or by any object that works like one."""

from __future__ import annotations

from collections.abc import Callable

from nengo.utils.progress import NoProgressBar, Progress, ProgressBar, ProgressTracker, TerminalProgressBar

default_progress_bar: Callable[[], ProgressBar] = TerminalProgressBar
"""Makes the bar that ``progress_bar=True`` stands for; the notebook extension puts its own here."""


def resolve(progress_bar: bool | ProgressBar | None) -> ProgressBar:
    """The progress bar that an argument stands for.

    Args:
        progress_bar: True for the default, False or None for none, or a progress bar.
    """
    if progress_bar is True:
        return default_progress_bar()
    if not progress_bar:
        return NoProgressBar()
    return progress_bar


def track(progress_bar: bool | ProgressBar | None, progress: Progress) -> ProgressTracker:
    """A context in which ``progress`` is shown."""
    return ProgressTracker(resolve(progress_bar), progress)
