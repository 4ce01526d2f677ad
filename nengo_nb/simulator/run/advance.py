"""Advance a simulation: with progress, interruptible, and back to where it was if that is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from nengo.utils.progress import ProgressBar

from nengo_nb.engine.executor import Chunk
from nengo_nb.progress import Phase
from nengo_nb.simulator.progress import PhaseTracker, Untracked, track

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
    # Most calls of ``sim.step()`` in a loop are this one.
    if n_steps == 1 and goes_on and data is None and progress_bar is False:
        with Interruptible() as interrupt:
            is_taken = access.step_again()
            interrupt.check()
        if is_taken:
            return
    access.prepare(n_steps, seen)
    runner = simulation.runner
    feedable = runner.plan.graph.feedable
    feeds = Feeds(feedable, data, n_steps, simulation.batch, simulation.dtype)
    # The moment is an immutable value; only Python operations have memory of their own.
    here = None if goes_on else (runner.state, runner.get_state())
    try:
        with track(progress_bar, Phase.SIMULATING, n_steps, simulation.model.dt) as tracker:
            commit = _recorder(simulation, tracker)
            if access.numpy_steps < n_steps:
                # In another thread: XLA would hold back an interrupt until it is done.
                compiling = runner.start_compiling()
            if access.numpy_steps:
                with Interruptible() as interrupt:
                    access.run_in_numpy(feeds.window, commit, interrupt.is_requested)
                    interrupt.check()
            if access.numpy_steps < n_steps:
                if not compiling.done():
                    with tracker.begin(Phase.COMPILING):
                        wait_for(compiling)
                # Raises what went wrong while compiling.
                compiling.result()
                with Interruptible() as interrupt:
                    access.run_compiled(
                        n_steps,
                        feeds.window,
                        commit,
                        interrupt.is_requested,
                        interrupt.is_overdue,
                    )
                    interrupt.check()
    finally:
        if here is not None:
            simulation.return_to(*here)


def _recorder(
    simulation: Simulation, tracker: PhaseTracker | Untracked
) -> Callable[[int, Chunk], None]:
    """Return a function that records a chunk, which begins with a given step."""
    recordings = simulation.recordings

    def commit(first: int, chunk: Chunk) -> None:
        for probe, values in chunk.records.items():
            recordings[probe].extend(first, values)
        tracker.step(chunk.count)

    return commit


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
    try:
        with track(progress_bar, Phase.SIMULATING, n_steps, simulation.model.dt) as tracker:
            for k in range(n_steps):
                step(**({} if data is None else {"data": _at_step(data, k)}))
                tracker.step()
    finally:
        if not goes_on:
            simulation.return_to(*here)


def _at_step(data: Mapping[Any, Any], k: int) -> dict[Any, np.ndarray]:
    """Slice ``data=`` of a run for one of its steps."""
    # Arrays may be masked.
    return {key: np.asanyarray(array)[:, k : k + 1] for key, array in data.items()}
