"""The progress bar of a notebook: one display per run, which ends as one line."""

from __future__ import annotations

import html

from IPython.core.getipython import get_ipython
from IPython.display import DisplayHandle
from nengo.utils.progress import Progress, ProgressBar

from nengo_nb.progress import OneDisplayBar, default_bar


class NotebookProgressBar(OneDisplayBar):
    """Shows progress on a page.

    Args:
        dt: Length of a time step in seconds, to tell simulated time; without it, steps are counted.
    """

    def __init__(self, dt: float | None = None) -> None:
        super().__init__(dt)
        self._handle: DisplayHandle | None = None

    def draw(self, progress: Progress) -> None:
        """The phase as a bar that fills, or that moves where no end is known."""
        value = "" if progress.max_steps is None else f'value="{progress.progress:.3f}"'
        page = f"<div><progress {value}></progress> {html.escape(self.words(progress))}</div>"
        self._show(page, f"{progress.name_during}: {progress.progress:.0%}")

    def conclude(self, line: str, simulated: bool) -> None:
        """Leave one line on the page."""
        self._show(f"<div>{html.escape(line)}</div>", line)
        self._handle = None

    def _show(self, page: str, text: str) -> None:
        """Open the display, or replace what it shows."""
        bundle = {"text/html": page, "text/plain": text}
        if self._handle is None:
            self._handle = DisplayHandle()
            self._handle.display(bundle, raw=True)
        else:
            self._handle.update(bundle, raw=True)


def open_bar(dt: float) -> ProgressBar:
    """The progress bar of a run: that of ``nengo.rc``, or else the one that suits where
    this runs.
    """
    return default_bar(dt, NotebookProgressBar if hasattr(get_ipython(), "kernel") else None)
