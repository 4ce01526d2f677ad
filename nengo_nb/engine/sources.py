"""Sources: where the inputs of a segment come from, so that what one stage hands to the next is not copied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

Tensor = Any


class Slice(NamedTuple):
    """``size`` columns of a tensor, from ``begin`` on."""

    tensor: int
    begin: int
    size: int


@dataclass(frozen=True)
class Sources:
    """Which columns of which tensors make up the inputs.

    Args:
        slices: The columns, in order.
        n_tensors: How many tensors there are, ``(steps, batch, n)`` each; one that does not change has one step.
    """

    slices: tuple[Slice, ...]
    n_tensors: int

    def all(self, tensors: Sequence[Tensor]) -> Tensor:
        """The inputs at each step, ``(steps, batch, n_inputs)``."""
        steps = tensors[0].shape[0]
        return self._joined([tf.broadcast_to(t, (steps, *t.shape[1:])) for t in tensors])

    def of_item(self, item: Tensor, first: Tensor, count: int, tensors: Sequence[Tensor]) -> Tensor:
        """The inputs of a minibatch item at ``count`` steps from the given one on, ``(count, n_inputs)``."""
        parts = []
        for t in tensors:
            steps = count if t.shape[0] > 1 else 1
            rows = tf.slice(t, [first if steps > 1 else 0, item, 0], [steps, 1, t.shape[2]])[:, 0]
            parts.append(tf.broadcast_to(rows, (count, t.shape[2])))
        return self._joined(parts)

    def at(self, i: Tensor, tensors: Sequence[Tensor]) -> Tensor:
        """The inputs at one step, ``(batch, n_inputs)``."""
        return self._joined([t[i] if t.shape[0] > 1 else t[0] for t in tensors])

    def _joined(self, tensors: Sequence[Tensor]) -> Tensor:
        """Columns side by side."""
        parts = [tensors[s.tensor][..., s.begin : s.begin + s.size] for s in self.slices]
        if not parts:
            return tensors[0][..., :0]
        return parts[0] if len(parts) == 1 else tf.concat(parts, axis=-1)


@dataclass(frozen=True)
class Inputs:
    """The inputs of a segment over a chunk.

    Args:
        sources: Where they come from.
        varying: What is in no tensor yet, ``(steps, batch, n)``.
        handed: What stages before have put out.
        held: What does not change, ``(1, batch, n_held)``, or ``(steps, ...)`` where it is fed.
    """

    sources: Sources
    varying: np.ndarray
    handed: tuple[Tensor, ...]
    held: np.ndarray

    def tensors(self) -> list[Tensor]:
        """All that sources refer to."""
        return [tf.constant(self.varying), *self.handed, tf.constant(self.held)]

    @property
    def key(self) -> tuple[Any, ...]:
        """What a program for them depends on."""
        return self.sources, len(self.varying), len(self.held)


def joined(slices: Iterable[Slice], n_tensors: int) -> Sources:
    """Sources, of which neighbours that continue each other are one."""
    found: list[Slice] = []
    for one in slices:
        last = found[-1] if found else None
        if last is not None and last.tensor == one.tensor and last.begin + last.size == one.begin:
            found[-1] = last._replace(size=last.size + one.size)
        elif one.size:
            found.append(one)
    return Sources(tuple(found), n_tensors)
