"""Values of sliders in a frame: overrides, or what their nodes put out."""

from __future__ import annotations

import nengo
import numpy as np

from .render import Window
from .run import LiveRun


def slider_values(
    run: LiveRun, name: str, item: int, window: Window, end: float | None
) -> list[float]:
    """Return the values of a node's sliders: overrides, or the last output without NaN.

    Where the window ends in the past, they are the outputs then.

    Args:
        run: The run.
        name: The node.
        item: Item of the minibatch.
        window: The window of time, in seconds.
        end: Its end as it was asked for, in seconds; None for the present.
    """
    node = run.overrides.node(name)
    is_past = end is not None and end < run.time
    outputs = run.input_log.at(window.end / run.dt) if is_past else {}
    if name in outputs:
        past = outputs[name]
        return [float(value) for value in np.nan_to_num(past[min(item, len(past) - 1)])]
    last = run.reached.outputs.get(name)
    # Input nodes of one value for all items have a batch axis of length one.
    own = _before(node) if last is None else last[min(item, len(last) - 1)]
    override = run.overrides.held.get(name, (None,) * node.size_out)
    values = zip(np.nan_to_num(own).tolist(), override, strict=True)
    return [float(output) if value is None else value for output, value in values]


def held_indices(run: LiveRun, name: str) -> list[int]:
    """Return the indices of a node's sliders that override it."""
    override = run.overrides.held.get(name, ())
    return [i for i, value in enumerate(override) if value is not None]


def check_range(low: float, high: float) -> None:
    """Check the range of a slider.

    Raises:
        ValueError: It is empty or not finite.
    """
    if not (np.isfinite([low, high]).all() and low < high):
        raise ValueError(f"a slider goes from a low to a higher value, not from {low} to {high}")


def _before(node: nengo.Node) -> np.ndarray:
    """Return the output of an input node before the first step, ``(size,)``."""
    # That of a function is zero, as for Nengo: it is called with the first step's time.
    constant = isinstance(node.output, np.ndarray)
    return np.asarray(node.output if constant else np.zeros(node.size_out), float).reshape(-1)
