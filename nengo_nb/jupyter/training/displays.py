"""Displays of a training: outputs of a notebook's cell, or a line of text.

A page gets two displays. The first holds the Stop button and is not touched while training, so that
it can be clicked and keeps the focus; at the end it becomes the conclusion. The second holds the
frames, one message each, and at the end the plot, so that a saved notebook keeps it.

A kernel receives no click while a cell runs. So the button is for JupyterLab and Notebook 7, where
this package's extension makes it visible and interrupts the kernel for it; everywhere else a
sentence names the interrupt. The extension also ends the first display where the kernel, whose id
it carries, has ended in the middle of a training.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import DisplayHandle

from nengo_nb.jupyter.outputs.plot import plot_traces
from nengo_nb.plots import draw_vector
from nengo_nb.progress import Line

from .callback import Display, Position
from .history import TrainingHistory

HEAD = (
    '<div class="nengo-nb-training" data-kernel="{kernel}"><b>{title}</b> '
    '<button type="button" class="nengo-nb-stop" hidden>Stop</button> '
    '<span class="nengo-nb-stop-hint">To stop, interrupt the kernel (■).</span> '
    "Then what was learned so far is kept.</div>"
)


def open_display(title: str) -> Display:
    """Return the display for a notebook or for a terminal.

    Args:
        title: Name of the network.
    """
    return PageDisplay(title) if hasattr(get_ipython(), "kernel") else TextDisplay(title)


class PageDisplay:
    """Two outputs of a notebook's cell: head with the Stop button, and frames."""

    def __init__(self, title: str) -> None:
        self.title = title
        self._head: DisplayHandle | None = None
        self._frames = DisplayHandle()

    def show(self, position: Position, history: TrainingHistory) -> None:
        """Display both outputs, or update the frame."""
        text = f"{self.title}: {position.sentence()}"
        bundle = {"text/html": self._page(position, history), "text/plain": text}
        if self._head is None:
            self._head = DisplayHandle()
            head = HEAD.format(title=html.escape(self.title), kernel=html.escape(_kernel_id()))
            self._head.display({"text/html": head, "text/plain": self.title}, raw=True)
            self._frames.display(bundle, raw=True)
        else:
            # Only the frame: an update of the head would take away a button that is just clicked.
            self._frames.update(bundle, raw=True)

    def epoch_ended(self, position: Position) -> None:
        """Do nothing: the next frame shows it."""

    def close(self, conclusion: str, history: TrainingHistory) -> None:
        """Replace the head by one line, and the frame by the plot."""
        if self._head is None:
            return
        line = f"{self.title} {conclusion}"
        self._head.update(
            {"text/html": f"<div>{html.escape(line)}</div>", "text/plain": line}, raw=True
        )
        traces = history.traces()
        if traces:
            self._frames.update(plot_traces(traces))
        else:
            self._frames.update({"text/html": "", "text/plain": ""}, raw=True)

    def _page(self, position: Position, history: TrainingHistory) -> str:
        """Return the HTML of a frame: progress bar, sentence and curves as SVG."""
        value = f'value="{position.done / position.epochs:.4f}"' if position.done else ""
        bar = f"<div><progress {value}></progress> {html.escape(position.sentence())}</div>"
        traces = history.traces()
        return bar + (draw_vector(traces, ends=position.epochs) if traces else "")


def _kernel_id() -> str:
    """Return the id that a server gave to this kernel, or what its connection file is called."""
    application: Any = getattr(getattr(get_ipython(), "kernel", None), "parent", None)
    file = getattr(application, "connection_file", None) or ""
    return Path(file).stem.removeprefix("kernel-")


class TextDisplay:
    """Line of text that is overwritten; a file or a pipe gets the conclusion alone.

    Args:
        title: Name of the network.
        stream: Stream to write to; by default ``sys.stdout`` at the time of writing.
    """

    def __init__(self, title: str, stream: Any = None) -> None:
        self.title = title
        self._line = Line(stream)

    def show(self, position: Position, history: TrainingHistory) -> None:
        """Overwrite the line, if this is a terminal."""
        self._line.show(f"{self.title}: {position.sentence()}")

    def epoch_ended(self, position: Position) -> None:
        """Overwrite the line, however recently it was written."""
        self._line.show(f"{self.title}: {position.sentence()}")

    def close(self, conclusion: str, history: TrainingHistory) -> None:
        """Leave a line about the whole training."""
        self._line.leave(f"{self.title} {conclusion}")
