"""Arguments of a run, and an interruptible wait for its program to be compiled."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any, TypedDict

from nengo.utils.progress import ProgressBar


class RunArguments(TypedDict, total=False):
    """The arguments of ``run_steps`` that ``run`` and ``step`` take, too."""

    data: Mapping[Any, Any] | None
    progress_bar: bool | ProgressBar | None
    stateful: bool


def wait_for(compiling: Future[None]) -> None:
    """Wait for a future in short turns, so that an interrupt gets through."""
    while not compiling.done():
        try:
            compiling.result(timeout=0.1)
        except TimeoutError:
            continue
