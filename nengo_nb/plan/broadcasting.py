"""NumPy's broadcasting and indexing for references instead of arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from nengo.builder.operator import Copy

from .graph import Shape, size_of
from .refs import Ref


def elementwise(
    inputs: tuple[Ref, ...], shapes: tuple[Shape, ...], out_shapes: tuple[Shape, ...]
) -> tuple[tuple[Ref, ...], tuple[Shape, ...], tuple[Shape, ...]]:
    """Broadcast the inputs of an elementwise operator to the last axis of its first result."""
    out_shapes = tuple(shape or (1,) for shape in out_shapes)
    target = out_shapes[0]
    refs, new_shapes = [], []
    # Siblings are laid side by side along the last axis, so there an input must have all elements.
    # Axes before it broadcast inside the rule.
    for ref, own_shape in zip(inputs, shapes, strict=True):
        shape = own_shape or (1,)
        wanted = shape
        if shape[-1] != target[-1]:
            wanted = target if len(shape) > 1 else (target[-1],)
        refs.append(broadcast(ref, shape, wanted))
        new_shapes.append(wanted)
    return tuple(refs), tuple(new_shapes), out_shapes


def broadcast(ref: Ref, shape: Shape, target: Shape) -> Ref:
    """Return the elements of an array of ``shape``, broadcast to ``target`` as NumPy would."""
    if size_of(shape) == size_of(target):
        return ref
    index = np.broadcast_to(np.arange(size_of(shape)).reshape(shape), target)
    return ref.take(index)


def shape_after(op: Copy) -> Shape:
    """Return the shape of what a copy reads, after its slice."""
    if op.src_slice is None:
        return op.src.shape
    return np.arange(op.src.size).reshape(op.src.shape)[op.src_slice].shape


def flat_positions(shape: Shape, index: Any) -> np.ndarray:
    """Return the flat positions that an index selects in an array of ``shape``."""
    return np.arange(size_of(shape)).reshape(shape)[index].reshape(-1)
