"""Screens: where a training is shown, in a notebook's page or as a line of text.

A page gets two displays. The first holds the Stop button and is not touched while training, so that
it can be clicked and keeps the focus; at the end it becomes the conclusion. The second holds the
frames, one message each, and at the end the plot, so that a saved notebook keeps it.

A kernel hears nothing of a click while a cell runs. So the button is for JupyterLab and Notebook 7,
where this package's extension interrupts the kernel for it and makes it visible; everywhere else
the page says what does work.
"""

from __future__ import annotations

import html
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import DisplayHandle

from nengo_nb.jupyter.page.display import plot_traces
from nengo_nb.plots import draw_vector
from nengo_nb.progress import Line

from .curves import Curves
from .training import Position, Screen

HEAD = (
    '<div class="nengo-nb-training"><b>{title}</b> '
    '<button type="button" class="nengo-nb-stop" hidden>Stop</button> '
    '<span class="nengo-nb-stop-hint">To stop, interrupt the kernel (■).</span> '
    "What was learned so far is kept.</div>"
)


def open_screen(title: str) -> Screen:
    """The screen that suits where this runs.

    Args:
        title: What is trained.
    """
    return PageScreen(title) if hasattr(get_ipython(), "kernel") else TextScreen(title)


class PageScreen:
    """Two displays in a notebook."""

    def __init__(self, title: str) -> None:
        self.title = title
        self._head: DisplayHandle | None = None
        self._frames = DisplayHandle()

    def show(self, position: Position, curves: Curves) -> None:
        """Open the displays, or replace the frame."""
        text = f"{self.title}: {position.sentence()}"
        bundle = {"text/html": self._page(position, curves), "text/plain": text}
        if self._head is None:
            self._head = DisplayHandle()
            self._head.display(
                {"text/html": HEAD.format(title=html.escape(self.title)), "text/plain": self.title},
                raw=True,
            )
            self._frames.display(bundle, raw=True)
        else:
            self._frames.update(bundle, raw=True)

    def epoch_ended(self, position: Position) -> None:
        """The next frame shows it."""

    def close(self, conclusion: str, curves: Curves) -> None:
        """Leave one line, and the plot."""
        if self._head is None:
            return
        line = f"{self.title} {conclusion}"
        self._head.update(
            {"text/html": f"<div>{html.escape(line)}</div>", "text/plain": line}, raw=True
        )
        traces = curves.traces()
        if traces:
            self._frames.update(plot_traces(traces))
        else:
            self._frames.update({"text/html": "", "text/plain": ""}, raw=True)

    def _page(self, position: Position, curves: Curves) -> str:
        """A bar, where it is in words, and the curves."""
        value = f'value="{position.done / position.epochs:.4f}"' if position.done else ""
        bar = f"<div><progress {value}></progress> {html.escape(position.sentence())}</div>"
        traces = curves.traces()
        return bar + (draw_vector(traces, ends=position.epochs) if traces else "")


class TextScreen:
    """A line of text that is written over; a file or a pipe gets the conclusion alone.

    Args:
        title: What is trained.
        stream: Where to write; by default the standard output as it is when something is written.
    """

    def __init__(self, title: str, stream: Any = None) -> None:
        self.title = title
        self._line = Line(stream)

    def show(self, position: Position, curves: Curves) -> None:
        """Write over the line, if there is a terminal."""
        self._line.show(f"{self.title}: {position.sentence()}")

    def epoch_ended(self, position: Position) -> None:
        """Write over the line, however recently it was written."""
        self._line.show(f"{self.title}: {position.sentence()}")

    def close(self, conclusion: str, curves: Curves) -> None:
        """Leave a line for the whole."""
        self._line.leave(f"{self.title} {conclusion}")
