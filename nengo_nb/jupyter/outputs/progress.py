"""Progress bar of a notebook: one output per run, updated in place and left as one line."""

from __future__ import annotations

import html

from IPython.core.getipython import get_ipython
from IPython.display import DisplayHandle
from nengo.utils.progress import Progress, ProgressBar

from nengo_nb.progress import OneDisplayBar, default_bar


class NotebookProgressBar(OneDisplayBar):
    """Progress bar that updates an output of the cell.

    Args:
        dt: Length of a time step in seconds, to tell simulated time; without it, steps are counted.
    """

    def __init__(self, dt: float | None = None) -> None:
        super().__init__(dt)
        self._handle: DisplayHandle | None = None

    def draw(self, progress: Progress) -> None:
        """Show the phase and an HTML progress bar, without a value where no end is known."""
        value = "" if progress.max_steps is None else f'value="{progress.progress:.3f}"'
        page = f"<div><progress {value}></progress> {html.escape(self.words(progress))}</div>"
        self._show(page, f"{progress.name_during}: {progress.progress:.0%}")

    def conclude(self, line: str, simulated: bool) -> None:
        """Replace the bar by one line of text."""
        self._show(f"<div>{html.escape(line)}</div>", line)
        # A handle belongs to one output: the next process of this bar gets an output of its own.
        self._handle = None

    def _show(self, page: str, text: str) -> None:
        """Display an output, or update the one there is."""
        bundle = {"text/html": page, "text/plain": text}
        if self._handle is None:
            self._handle = DisplayHandle()
            self._handle.display(bundle, raw=True)
        else:
            self._handle.update(bundle, raw=True)


def open_bar(dt: float) -> ProgressBar:
    """Return the progress bar of ``nengo.rc``, or else that of a notebook or a terminal."""
    return default_bar(dt, NotebookProgressBar if hasattr(get_ipython(), "kernel") else None)
