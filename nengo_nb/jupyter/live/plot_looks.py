"""Looks of a plot: limits of its axis, and lines that are switched off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .plot_kinds import PLOT_KINDS, kinds_of
from .signals import Source

ALL = "all"
"""Sound of all neurons that are drawn."""

LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class Looks:
    """Immutable looks of a plot, as they were set; a kind of plot may have no use of them.

    Args:
        limits: Ends of the axis or scale of values; None where it follows the values.
        hidden: Positions of the lines that are switched off, among those that are drawn.
        sound: Neurons that are heard: ``ALL``, or the index of one; empty for none.
    """

    limits: tuple[float, float] | None = None
    hidden: tuple[int, ...] = ()
    sound: str = ""

    def limits_of(self, kind: str) -> tuple[float, float] | None:
        """Return the ends of the axis of a kind of plot."""
        return self.limits if PLOT_KINDS[kind].has_limits else None

    def hidden_of(self, kind: str, count: int) -> tuple[int, ...]:
        """Return the positions that are switched off, of so many that a kind of plot draws."""
        if not PLOT_KINDS[kind].has_legend:
            return ()
        return tuple(i for i in self.hidden if i < count)

    def sound_of(self, kind: str) -> str:
        """Return which neurons of a kind of plot are heard; empty for none."""
        return self.sound if kind == "raster" else ""


def read_sound(sound: str | int | None, size: int) -> str:
    """Return which neurons are heard.

    Args:
        sound: ``"all"``, the index of a neuron, or ``"off"``, empty or None for none.
        size: Number of neurons.

    Raises:
        ValueError: It is neither.
    """
    text = "" if sound is None else f"{sound}".strip().lower()
    if text in ("", "off"):
        return ""
    is_index = text.isascii() and text.isdigit() and len(text) < 10
    if text == ALL or (is_index and int(text) < size):
        return text if text == ALL else f"{int(text)}"
    raise ValueError(
        f"the sound of a raster is 'off', 'all' or the index of a neuron, 0 to {size - 1} (got "
        f"{text[:20]!r})"
    )


def read_limits(limits: Sequence[float]) -> tuple[float, float] | None:
    """Return the ends of an axis; None for no limits.

    Raises:
        ValueError: They are not two finite numbers, the smaller one first.
    """
    if not len(limits):
        return None
    numbers = [float(limit) for limit in limits]
    # NaN fails these comparisons, too.
    if len(numbers) != 2 or not -LARGEST <= numbers[0] < numbers[1] <= LARGEST:
        raise ValueError(
            f"the limits of an axis are two finite numbers, the smaller one first (got {limits})"
        )
    return numbers[0], numbers[1]


def read_hidden(hidden: Sequence[int], count: int) -> tuple[int, ...]:
    """Return the positions of lines to switch off.

    Raises:
        ValueError: There are no such lines.
    """
    wrong = [i for i in hidden if not 0 <= i < count]
    if wrong:
        raise ValueError(f"this plot draws the lines 0 to {count - 1}, not {wrong}")
    return tuple(sorted(set(hidden)))


def check_over(kind: str, over: Source) -> Source:
    """Return a source whose path can be drawn over a plot.

    Raises:
        ValueError: Either is no path.
    """
    if kind != "xy":
        raise ValueError(f"only an xy plot can have another path over it, and this is {kind!r}")
    if "xy" not in kinds_of(over):
        raise ValueError(f"{over.key} has no two coordinates that could be drawn as a path")
    return over


def over_dims(dims: Sequence[int], over: Source) -> tuple[int, ...]:
    """Return the coordinates of a path over a plot: the same ones, or else the first two."""
    return tuple(dims) if max(dims) < over.size else (0, 1)
