"""NumPy's broadcasting and indexing, of references instead of arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from nengo.builder.operator import Copy

from .graph import Shape, size_of
from .refs import Ref


def elementwise(
    inputs: tuple[Ref, ...], shapes: tuple[Shape, ...], out_shapes: tuple[Shape, ...]
) -> tuple[tuple[Ref, ...], tuple[Shape, ...], tuple[Shape, ...]]:
    """Give all inputs of an elementwise operator the same last axis, as its first result has it."""
    out_shapes = tuple(shape or (1,) for shape in out_shapes)
    target = out_shapes[0]
    refs, new_shapes = [], []
    for ref, given in zip(inputs, shapes, strict=True):
        shape = given or (1,)
        wanted = shape
        if shape[-1] != target[-1]:
            wanted = target if len(shape) > 1 else (target[-1],)
        refs.append(broadcast(ref, shape, wanted))
        new_shapes.append(wanted)
    return tuple(refs), tuple(new_shapes), out_shapes


def broadcast(ref: Ref, shape: Shape, target: Shape) -> Ref:
    """The elements of ``shape`` as NumPy would broadcast them to ``target``."""
    if size_of(shape) == size_of(target):
        return ref
    index = np.broadcast_to(np.arange(size_of(shape)).reshape(shape), target)
    return ref.take(index)


def shape_after(op: Copy) -> Shape:
    """Shape of what a copy reads."""
    if op.src_slice is None:
        return op.src.shape
    return np.arange(op.src.size).reshape(op.src.shape)[op.src_slice].shape


def flat_positions(shape: Shape, index: Any) -> np.ndarray:
    """Flat positions an index selects."""
    return np.arange(size_of(shape)).reshape(shape)[index].reshape(-1)
