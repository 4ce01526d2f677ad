"""Inputs of a segment as slices of the tensors that hold them, so that nothing is copied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from nengo_nb.on_demand import tf

Tensor = Any


class Slice(NamedTuple):
    """``size`` columns of a tensor, from ``begin`` on."""

    tensor: int
    begin: int
    size: int


@dataclass(frozen=True)
class Sources:
    """Columns of tensors that make up the inputs of a segment.

    Args:
        slices: The columns, in order.
        n_tensors: Number of tensors, ``(steps, batch, n)`` each; one that is constant over the
            chunk has one step.
    """

    slices: tuple[Slice, ...]
    n_tensors: int

    def all(self, tensors: Sequence[Tensor]) -> Tensor:
        """Return the inputs at each step, ``(steps, batch, n_inputs)``."""
        # The first tensor is that of ``Inputs.varying``, which always has all steps, if no columns.
        steps = tensors[0].shape[0]
        return self._joined([tf.broadcast_to(t, (steps, *t.shape[1:])) for t in tensors])

    def of_item(self, item: Tensor, first: Tensor, count: int, tensors: Sequence[Tensor]) -> Tensor:
        """Return one item's inputs at ``count`` steps from ``first`` on, ``(count, n_inputs)``."""
        parts = []
        for t in tensors:
            steps = count if t.shape[0] > 1 else 1
            rows = tf.slice(t, [first if steps > 1 else 0, item, 0], [steps, 1, t.shape[2]])[:, 0]
            parts.append(tf.broadcast_to(rows, (count, t.shape[2])))
        return self._joined(parts)

    def at(self, i: Tensor, tensors: Sequence[Tensor]) -> Tensor:
        """Return the inputs at one step, ``(batch, n_inputs)``."""
        return self._joined([t[i] if t.shape[0] > 1 else t[0] for t in tensors])

    def _joined(self, tensors: Sequence[Tensor]) -> Tensor:
        """Lay the columns side by side."""
        parts = [tensors[s.tensor][..., s.begin : s.begin + s.size] for s in self.slices]
        if not parts:
            return tensors[0][..., :0]
        return parts[0] if len(parts) == 1 else tf.concat(parts, axis=-1)


@dataclass(frozen=True)
class Inputs:
    """Inputs of a segment over a chunk.

    Args:
        sources: The slices that make them up.
        tensors: The tensors that ``sources`` slices, in order: values that no tensor held before,
            ``(steps, batch, n)``, output tensors of earlier stages, and values of constant nodes,
            ``(1, batch, n_held)``, or ``(steps, ...)`` where one is fed.
        key: Key of the program for such inputs: their slices and numbers of steps. Outputs of
            stages have as many as the first tensor, and their widths follow from the plan.
    """

    sources: Sources
    tensors: tuple[Tensor, ...]
    key: tuple[Sources, int, int]


def joined(slices: Iterable[Slice], n_tensors: int) -> Sources:
    """Make sources, with neighbours that continue each other joined to one slice."""
    merged: list[Slice] = []
    for columns in slices:
        last = merged[-1] if merged else None
        if (
            last is not None
            and last.tensor == columns.tensor
            and last.begin + last.size == columns.begin
        ):
            merged[-1] = last._replace(size=last.size + columns.size)
        elif columns.size:
            merged.append(columns)
    return Sources(tuple(merged), n_tensors)
