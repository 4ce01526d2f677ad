"""A sweep in the view that asks for it, whose window shows all of its runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .layout_state import LayoutState
from .sweep import begin_sweep

BEFORE = 0.2
"""Share of the length of the runs that is shown before them, where they begin at the present."""


def show_sweep(
    state: LayoutState,
    node: str,
    dimension: int,
    values: Sequence[Any],
    seconds: Any,
    *,
    from_now: bool,
) -> None:
    """Begin a sweep, and look at the time of its runs.

    Args:
        state: The view.
        node: Name of the node.
        dimension: Index of the value that it puts out.
        values: The values.
        seconds: Length of each run, in seconds.
        from_now: Whether runs begin at the present state; otherwise they begin at a reset.

    Raises:
        ValueError: It cannot be like that, there is too little memory, or one is under way.
    """
    run = state.run
    begin = run.time if from_now else 0.0
    plan = begin_sweep(run, node, dimension, values, seconds, from_now=from_now)
    length = plan.n_steps * run.dt
    state.end = begin + length
    # Of what was before the first step there is nothing to show.
    state.length = length + min(BEFORE * length, begin)
    run.changed()
