"""Advance a simulation: with progress, interruptible, and back to where it was if that is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from nengo.utils.progress import ProgressBar

from nengo_nb.engine.executor import Chunk
from nengo_nb.progress import Phase, PhaseProgress
from nengo_nb.simulator.progress import track

from .arguments import wait_for
from .feeds import Feeds
from .function_access import FunctionAccess
from .interrupt import Interruptible
from .simulation import Simulation


def advance(
    access: FunctionAccess,
    n_steps: int,
    data: Mapping[Any, Any] | None,
    progress_bar: bool | ProgressBar,
    goes_on: bool,
    seen: Sequence[object] = (),
) -> None:
    """Take steps, chunk after chunk, until done or interrupted.

    Args:
        access: Decides how the steps are computed.
        n_steps: Number of steps.
        data: As for ``Simulator.run_steps``.
        progress_bar: Whether progress is shown, or a progress bar for it.
        goes_on: Whether state and time stay where the run ends.
        seen: Objects that show the simulation to a function of the network that can reach them.

    Raises:
        KeyboardInterrupt: The run was interrupted; the steps before it are kept.
    """
    simulation = access.simulation
    access.prepare(n_steps, seen)
    runner = simulation.runner
    feedable = runner.plan.graph.feedable
    feeds = Feeds(feedable, data, n_steps, simulation.batch, simulation.dtype)
    # The moment is an immutable value; only Python operations have memory of their own.
    here = None if goes_on else (runner.state, runner.get_state())
    progress = PhaseProgress(Phase.SIMULATING, n_steps)
    try:
        with track(progress_bar, progress, simulation.model.dt) as tracker:
            if access.numpy_steps < n_steps:
                # In another thread: XLA would hold back an interrupt until it is done.
                compiling = runner.start_compiling()
            if access.numpy_steps:
                with _committing(access, progress) as (commit, interrupt):
                    access.run_in_numpy(feeds.window, commit, lambda: interrupt.requested)
            if access.numpy_steps < n_steps:
                if not compiling.done():
                    with tracker.begin(Phase.COMPILING):
                        wait_for(compiling)
                # Raises what went wrong while compiling.
                compiling.result()
                with _committing(access, progress) as (commit, interrupt):
                    access.run_compiled(
                        n_steps,
                        feeds.window,
                        commit,
                        lambda: interrupt.requested,
                        interrupt.is_overdue,
                    )
    finally:
        if here is not None:
            simulation.return_to(*here)


@contextmanager
def _committing(
    access: FunctionAccess, progress: PhaseProgress
) -> Iterator[tuple[Callable[[int, Chunk], None], Interruptible]]:
    """Context of a part of a run: how to commit a chunk, and whether an interrupt asks to stop.

    Raises:
        KeyboardInterrupt: There was one; the steps before it are kept.
    """
    recordings = access.simulation.recordings

    def commit(first: int, chunk: Chunk) -> None:
        for probe, values in chunk.records.items():
            recordings[probe].extend(first, values)
        progress.step(chunk.count)

    with Interruptible() as interrupt:
        yield commit, interrupt
        interrupt.check()


def advance_by_steps(
    simulation: Simulation,
    step: Callable[..., None],
    n_steps: int,
    data: Mapping[Any, Any] | None,
    progress_bar: bool | ProgressBar,
    goes_on: bool,
) -> None:
    """Take steps by the ``step`` of a subclass of ``Simulator``; arguments as in ``advance``."""
    simulation.signals.write_back()
    here = simulation.runner.state, simulation.runner.get_state()
    progress = PhaseProgress(Phase.SIMULATING, n_steps)
    try:
        with track(progress_bar, progress, simulation.model.dt):
            for k in range(n_steps):
                step(**({} if data is None else {"data": _at_step(data, k)}))
                progress.step()
    finally:
        if not goes_on:
            simulation.return_to(*here)


def _at_step(data: Mapping[Any, Any], k: int) -> dict[Any, np.ndarray]:
    """Slice ``data=`` of a run for one of its steps."""
    # Arrays may be masked.
    return {key: np.asanyarray(array)[:, k : k + 1] for key, array in data.items()}
