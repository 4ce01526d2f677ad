"""Progress of building, compiling and running, shown by Nengo's progress bars or by any object that works like one."""

from __future__ import annotations

from nengo.utils.progress import NoProgressBar, Progress, ProgressBar, ProgressTracker, TerminalProgressBar

from nengo_nb import hooks


def resolve(progress_bar: bool | ProgressBar | None, dt: float) -> ProgressBar:
    """The progress bar that an argument stands for.

    Args:
        progress_bar: True for the default, False or None for none, or a progress bar.
        dt: Length of a time step, in seconds.
    """
    if progress_bar is True:
        return TerminalProgressBar() if hooks.default_progress_bar is None else hooks.default_progress_bar(dt)
    if not progress_bar:
        return NoProgressBar()
    return progress_bar


def track(progress_bar: bool | ProgressBar | None, progress: Progress, dt: float) -> ProgressTracker:
    """A context in which ``progress`` is shown."""
    return ProgressTracker(resolve(progress_bar, dt), progress)
