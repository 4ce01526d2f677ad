"""Tracebacks and interrupts of the magics' cells, shown as those of ordinary cells."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING

from IPython.core.error import UsageError
from nengo.exceptions import NengoException

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

HERE = str(Path(__file__).parents[1])

Link = tuple[BaseException | None, BaseException | None, bool, TracebackType | None]
"""Links of an exception: cause, context, whether the context is suppressed, and traceback."""


class CellSyntaxError(Exception):
    """Syntax error in the body of a cell.

    It is no ``SyntaxError``, because IPython shows one that a magic raises with every frame down to
    the parser. It is rendered as the ``SyntaxError`` of an ordinary cell is.
    """

    def __init__(self, shell: InteractiveShell, error: SyntaxError) -> None:
        super().__init__(str(error))
        self._shell, self._error = shell, error

    def _render_traceback_(self) -> list[str]:
        lines: list[str] = self._shell.SyntaxTB.structured_traceback(
            type(self._error), self._error, []
        )
        return lines


def render_from_user_code(shell: InteractiveShell, error: BaseException) -> None:
    """Have IPython show an error from the user's first line on.

    An error that Nengo or this package raised on purpose is shown as its sentence below the user's
    own lines, or alone if there are none in the traceback. Any other is shown from the first frame
    outside this folder. IPython asks an exception for ``_render_traceback_`` before it renders one
    itself; type and value of the exception do not change.
    """
    if isinstance(error, UsageError) or hasattr(error, "_render_traceback_"):
        return
    # Taken now: until it is shown, it grows by the frames between here and the cell.
    trace = _own_frames(shell, error, error.__traceback__)

    def render() -> list[str]:
        if trace is None and isinstance(error, NengoException):
            return list(shell.InteractiveTB.get_exception_only(type(error), error))
        with _short_chain(shell, error, trace):
            lines = shell.InteractiveTB.structured_traceback(type(error), error, trace, tb_offset=0)
        return list(lines)

    error._render_traceback_ = render  # type: ignore[attr-defined]


def _own_frames(
    shell: InteractiveShell, error: BaseException, trace: TracebackType | None
) -> TracebackType | None:
    """Return the part of a traceback that is of use to the author of the cell."""
    frames = list(_frames(trace))
    cells = [entry for entry in frames if _is_cell(shell, entry)]
    # Raised on purpose: the frames of Nengo and this package between the user's lines say nothing.
    if isinstance(error, NengoException):
        return _linked(cells)
    # Any other error is shown from the first line of a cell, or of another package, on.
    outside = [entry for entry in frames if not _file(entry).startswith(HERE)]
    return next(iter(cells or outside), None)


@contextmanager
def _short_chain(
    shell: InteractiveShell, error: BaseException, trace: TracebackType | None
) -> Iterator[None]:
    """While active, an exception and its causes have tracebacks of the user's frames alone.

    Nengo raises some exceptions from themselves, which IPython would show twice. Of the causes of
    an error that was raised on purpose, only those in the user's lines are of use.
    """
    links: list[tuple[BaseException, Link]] = []
    here: BaseException | None = error
    while here is not None:
        links.append(
            (
                here,
                (here.__cause__, here.__context__, here.__suppress_context__, here.__traceback__),
            )
        )
        # Changed in place, as IPython reads chain and
        # tracebacks from the exceptions; put back below.
        here.__traceback__ = (
            trace if here is error else _own_frames(shell, here, here.__traceback__)
        )
        behind = here.__cause__ or (None if here.__suppress_context__ else here.__context__)
        # A chain with a cycle would never end. Compared by identity, as exceptions may define ==.
        seen = behind is not None and any(behind is exception for exception, _ in links)
        on_purpose = isinstance(error, NengoException)
        if seen or (behind is not None and on_purpose and not _has_cell(shell, behind)):
            here.__cause__ = here.__context__ = behind = None
        here = behind
    try:
        yield
    finally:
        for exception, (cause, context, suppress, traceback) in links:
            exception.__cause__, exception.__context__ = cause, context
            # After the cause, as assigning __cause__ sets __suppress_context__.
            exception.__suppress_context__, exception.__traceback__ = suppress, traceback


def _has_cell(shell: InteractiveShell, error: BaseException) -> bool:
    """Whether the traceback of an exception has a line of a cell."""
    return any(_is_cell(shell, entry) for entry in _frames(error.__traceback__))


def _frames(trace: TracebackType | None) -> Iterator[TracebackType]:
    """Yield the entries of a traceback, outermost first."""
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _linked(entries: list[TracebackType]) -> TracebackType | None:
    """Return a new traceback of these entries alone."""
    trace: TracebackType | None = None
    # tb_next is linked from the innermost entry outwards; the entries themselves are not changed.
    for entry in reversed(entries):
        trace = TracebackType(trace, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return trace


def _is_cell(shell: InteractiveShell, entry: TracebackType) -> bool:
    """Whether an entry of a traceback is a line of a cell."""
    return _is_cell_file(shell, _file(entry))


def _is_cell_file(shell: InteractiveShell, file: str) -> bool:
    """Whether a file name is that of a cell. Before IPython 8.0 its cache of cells' lines tells."""
    if hasattr(shell.compile, "format_code_name"):
        return shell.compile.format_code_name(file) is not None
    return file in getattr(linecache, "_ipython_cache", {})


def _file(trace: TracebackType) -> str:
    """Return the file of a traceback's entry, or the name that IPython gave to the cell."""
    return trace.tb_frame.f_code.co_filename


@contextmanager
def one_line_interrupt(
    shell: InteractiveShell, line: str, sentence: Callable[[], str]
) -> Iterator[None]:
    """Show an interrupt as the user's line and a sentence; it is raised on, so that Run All stops.

    Args:
        shell: The shell.
        line: Line of the magic.
        sentence: Returns what became of the work, unless the interrupt says it itself.
    """
    try:
        yield
    except KeyboardInterrupt as stop:
        told = stop.args[0] if stop.args else sentence()
        vars(stop).pop("_render_traceback_", None)  # of a part of this work
        show_interrupt(stop, _line_of_cell(shell), line, told)
        raise


def show_interrupted_display(shell: InteractiveShell, stop: KeyboardInterrupt) -> None:
    """Show an interrupt during the display of a value as the user's line and a sentence."""
    number, lines = _line_of_cell(shell), shell.history_manager.input_hist_raw[-1].split("\n")
    line = lines[number - 1].strip() if number is not None and number <= len(lines) else ""
    show_interrupt(stop, number, line, "it was stopped while it was drawn; the same line draws it")


def show_interrupt(stop: BaseException, number: int | None, line: str, sentence: str) -> None:
    """Show an interrupt as a line and a sentence, unless it has a sentence of its own.

    It may be a ``CancelledError``: a kernel interrupts a cell that awaits by cancelling it.
    """
    if hasattr(stop, "_render_traceback_"):
        return
    place = "" if number is None else f"line {number}: {line}\n"
    kind = type(stop).__name__
    stop._render_traceback_ = lambda: [f"{place}{kind}: {sentence}"]  # type: ignore[attr-defined]


def last_line_of_cell(shell: InteractiveShell, error: BaseException) -> int | None:
    """Return the number of the innermost line of a cell in a traceback, or None."""
    entries = [entry for entry in _frames(error.__traceback__) if _is_cell(shell, entry)]
    return entries[-1].tb_lineno if entries else None


def _line_of_cell(shell: InteractiveShell) -> int | None:
    """Return the number of the line of a cell that runs now, or None."""
    # By the stack and not the traceback, which reaches no further out than where it was caught.
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if _is_cell_file(shell, frame.f_code.co_filename):
            return frame.f_lineno
        frame = frame.f_back
    return None
