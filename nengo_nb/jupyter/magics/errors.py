"""Errors: what a cell shows when something fails in it or is interrupted, as if no magic
were there.
"""

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
"""What an exception says of those it came from, and where it went: cause, context, whether
the context is left out.
"""


class CellSyntaxError(Exception):
    """The body of a cell is not Python.

    It is no ``SyntaxError``, because IPython shows those with every frame down to the parser when a
    magic raises them. It is shown as the ``SyntaxError`` of an ordinary cell is.
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
    """Let IPython show an error from the user's first line on, and that line once.

    An error that Nengo or this package raised on purpose is its sentence below the user's own
    lines, or alone where none is on the way. Any other is shown from the first frame outside this
    room. IPython asks an exception for ``_render_traceback_`` before it renders one itself; type
    and value of the exception stay what they are.
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
    """The part of a traceback that is of use to whoever wrote the cell."""
    frames = list(_frames(trace))
    cells = [entry for entry in frames if _is_cell(shell, entry)]
    if isinstance(error, NengoException):
        return _linked(cells)
    outside = [entry for entry in frames if not _file(entry).startswith(HERE)]
    return next(iter(cells or outside), None)


@contextmanager
def _short_chain(
    shell: InteractiveShell, error: BaseException, trace: TracebackType | None
) -> Iterator[None]:
    """While active, an exception and those it came from have tracebacks of the user's frames.

    Nengo raises some exceptions from themselves, which IPython would show twice. Of those behind an
    error that was raised on purpose, only what happened in the user's lines is of use.
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
        here.__traceback__ = (
            trace if here is error else _own_frames(shell, here, here.__traceback__)
        )
        behind = here.__cause__ or (None if here.__suppress_context__ else here.__context__)
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
            exception.__suppress_context__, exception.__traceback__ = suppress, traceback


def _has_cell(shell: InteractiveShell, error: BaseException) -> bool:
    """Whether an exception went through a line of the user's."""
    return any(_is_cell(shell, entry) for entry in _frames(error.__traceback__))


def _frames(trace: TracebackType | None) -> Iterator[TracebackType]:
    """The entries of a traceback, outermost first."""
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _linked(entries: list[TracebackType]) -> TracebackType | None:
    """A traceback of these entries alone."""
    trace: TracebackType | None = None
    for entry in reversed(entries):
        trace = TracebackType(trace, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return trace


def _is_cell(shell: InteractiveShell, entry: TracebackType) -> bool:
    """Whether an entry of a traceback is a line of a cell."""
    return _is_cell_file(shell, _file(entry))


def _is_cell_file(shell: InteractiveShell, file: str) -> bool:
    """Whether a file is what IPython calls a cell. Before 8.0 it does not tell, but keeps
    the lines of its cells.
    """
    if hasattr(shell.compile, "format_code_name"):
        return shell.compile.format_code_name(file) is not None
    return file in getattr(linecache, "_ipython_cache", {})


def _file(trace: TracebackType) -> str:
    """The file, or the name IPython gave to the cell, that an entry of a traceback is in."""
    return trace.tb_frame.f_code.co_filename


@contextmanager
def one_line_interrupt(
    shell: InteractiveShell, line: str, sentence: Callable[[], str]
) -> Iterator[None]:
    """Show an interrupt as the user's line and a sentence, without the frames of the simulator; it
    stops Run All.

    Args:
        shell: The shell.
        line: What the user wrote.
        sentence: Says what has become of the work, where the interrupt does not say it itself.
    """
    try:
        yield
    except KeyboardInterrupt as stop:
        told = stop.args[0] if stop.args else sentence()
        vars(stop).pop("_render_traceback_", None)  # of a part of this work
        show_interrupt(stop, _line_of_cell(shell), line, told)
        raise


def show_interrupted_display(shell: InteractiveShell, stop: KeyboardInterrupt) -> None:
    """Show an interrupt while the value of a cell was drawn as the user's line and a sentence."""
    number, lines = _line_of_cell(shell), shell.history_manager.input_hist_raw[-1].split("\n")
    line = lines[number - 1].strip() if number is not None and number <= len(lines) else ""
    show_interrupt(stop, number, line, "it was stopped while it was drawn; the same line draws it")


def show_interrupt(stop: BaseException, number: int | None, line: str, sentence: str) -> None:
    """Show an interrupt as a line and a sentence, unless it has a sentence of its own.

    A kernel interrupts what awaits by cancelling it.
    """
    if hasattr(stop, "_render_traceback_"):
        return
    place = "" if number is None else f"line {number}: {line}\n"
    kind = type(stop).__name__
    stop._render_traceback_ = lambda: [f"{place}{kind}: {sentence}"]  # type: ignore[attr-defined]


def last_line_of_cell(shell: InteractiveShell, error: BaseException) -> int | None:
    """The number of the user's innermost line that an exception went through."""
    entries = [entry for entry in _frames(error.__traceback__) if _is_cell(shell, entry)]
    return entries[-1].tb_lineno if entries else None


def _line_of_cell(shell: InteractiveShell) -> int | None:
    """The number of the line of a cell that runs now."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if _is_cell_file(shell, frame.f_code.co_filename):
            return frame.f_lineno
        frame = frame.f_back
    return None
