"""Errors of a network's functions in a live run, as text: no cell could raise them."""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import nengo
from IPython.core.getipython import get_ipython

AROUND = 2
"""Number of lines of source that are shown before and after the one of a frame."""

MOST_FRAMES = 12
"""Number of frames that are shown of one exception, the innermost ones of more."""

OWN = (str(Path(str(nengo.__file__)).parent), str(Path(__file__).parents[2]))
"""Folders whose frames say nothing to the author of a function."""


def sentence_of_failure(error: BaseException) -> str:
    """Return an error's type and message, and where it happened: node, time and step."""
    message = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    notes = getattr(error, "__notes__", ())
    return "\n".join([message, *notes])


def traceback_of(error: BaseException) -> str:
    """Return the user's frames of an error and of its causes, with lines of source around each.

    Frames of Nengo and this package that lead there are left out; without others it is empty.
    """
    parts: list[str] = []
    for exception, link in _chain(error):
        frames = list(_user_frames(exception.__traceback__))[-MOST_FRAMES:]
        lines = [_describe(frame) for frame in frames]
        # Its own message is the sentence above all of this.
        if exception is not error:
            lines.append("".join(traceback.format_exception_only(exception)).rstrip())
            lines.append(link)
        parts[:0] = lines if frames or exception is not error else []
    return "\n\n".join(parts)


def _chain(error: BaseException) -> Iterator[tuple[BaseException, str]]:
    """Yield an error and its causes, each with what it is to the one before."""
    seen: list[BaseException] = []
    here: BaseException | None = error
    link = ""
    # By identity, as exceptions may define ==; a chain may be a circle.
    while here is not None and not any(here is exception for exception in seen):
        seen.append(here)
        yield here, link
        link = "The error above led to this one:"
        here = here.__cause__ or (None if here.__suppress_context__ else here.__context__)


def _user_frames(trace: TracebackType | None) -> Iterator[TracebackType]:
    """Yield the entries of a traceback, from the first one outside our folders on."""
    begun = False
    while trace is not None:
        begun = begun or not trace.tb_frame.f_code.co_filename.startswith(OWN)
        if begun:
            yield trace
        trace = trace.tb_next


def _describe(trace: TracebackType) -> str:
    """Return where a frame is, and its lines of source with an arrow at the one that runs."""
    code, number = trace.tb_frame.f_code, trace.tb_lineno
    source = linecache.getlines(code.co_filename, trace.tb_frame.f_globals)
    first, last = max(number - AROUND, 1), min(number + AROUND, len(source))
    lines = [
        f"{'---->' if k == number else '     '} {k:4} {source[k - 1].rstrip()}"
        for k in range(first, last + 1)
    ]
    place = f"{_name_of_file(code.co_filename)}, line {number}, in {code.co_name}"
    return "\n".join([place, *lines])


def _name_of_file(name: str) -> str:
    """Return the name of a file, or what IPython calls a cell."""
    compiler = getattr(get_ipython(), "compile", None)
    # Before IPython 8.0 there is no such method, and a cell is called by its file.
    format_name = getattr(compiler, "format_code_name", lambda _: None)
    cell = format_name(name)
    return name if cell is None else " ".join(cell)
