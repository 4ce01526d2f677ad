"""Progress of building, compiling and running, in progress bars of Nengo's interface."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Self

from nengo.utils.progress import NoProgressBar, ProgressBar, ProgressTracker

from nengo_nb import hooks
from nengo_nb.progress import Phase, PhaseProgress, can_rewrite, default_bar


def resolve(progress_bar: bool | ProgressBar | None, dt: float) -> ProgressBar:
    """Return the progress bar that an argument stands for.

    Args:
        progress_bar: True for the default, False or None for none, or a progress bar.
        dt: Length of a time step, in seconds.

    Raises:
        ValidationError: The default is that of ``nengo.rc``, which names no progress bar.
    """
    if progress_bar is True:
        return default_bar(dt, hooks.default_progress_bar)
    return progress_bar or NoProgressBar()


class PhaseTracker(ProgressTracker):
    """Context in which the progress of a phase is shown, and that of one phase within it."""

    def begin(self, phase: Phase) -> PhaseProgress:
        """Return the progress of a phase, which is shown until it ends."""
        # As next_stage does, which knows no phases.
        self.sub_progress = PhaseProgress(phase)
        return self.sub_progress

    def step(self, n_steps: int = 1) -> None:
        """Advance the progress of the whole."""
        self.total_progress.step(n_steps)


class Untracked:
    """Context in which no progress is shown: a ``PhaseTracker`` makes a thread even then."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def begin(self, phase: Phase) -> PhaseProgress:
        """Return the progress of a phase."""
        return PhaseProgress(phase)

    def step(self, n_steps: int = 1) -> None:
        """Advance nothing."""


def track(
    progress_bar: bool | ProgressBar | None, phase: Phase, max_steps: int | None, dt: float
) -> PhaseTracker | Untracked:
    """Return a context in which the progress of a phase is shown.

    Args:
        progress_bar: As for ``resolve``.
        phase: The phase.
        max_steps: Number of its steps, if known.
        dt: Length of a time step, in seconds.
    """
    bar = resolve(progress_bar, dt)
    if type(bar) is NoProgressBar:
        return Untracked()
    return PhaseTracker(bar, PhaseProgress(phase, max_steps))


def with_verbose(arguments: Mapping[str, Any], in_a_file: int) -> dict[str, Any]:
    """Choose ``verbose`` for Keras where its ``"auto"`` would draw a bar over and over into a file.

    Args:
        arguments: Those of the call.
        in_a_file: The ``verbose`` that suits a file or a pipe.
    """
    automatic = arguments.get("verbose", "auto") == "auto"
    verbose = {"verbose": in_a_file} if automatic and not can_rewrite(sys.stdout) else {}
    return {**arguments, **verbose}
