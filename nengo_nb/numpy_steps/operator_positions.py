"""Positions of the elements that an operator reads and writes, in their base signals."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from nengo.builder import Operator, Signal
from nengo.builder.operator import Copy

from nengo_nb.positions import positions_of


def copied_positions(op: Copy) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions that a copy writes, and those it reads, flat and of equal length."""
    to = positions_of(op.dst)
    come = positions_of(op.src)
    if op.dst_slice is not None:
        to = to[op.dst_slice]
    if op.src_slice is not None:
        come = come[op.src_slice]
    return to.reshape(-1), np.broadcast_to(come, to.shape).reshape(-1)


def target_positions(op: Operator) -> Iterator[tuple[Signal, np.ndarray]]:
    """Yield the base of each signal that an operator writes, and positions in it."""
    if isinstance(op, Copy):
        yield op.dst.base, copied_positions(op)[0]
        return
    for signal in (*op.sets, *op.incs, *op.updates):
        yield signal.base, positions_of(signal).reshape(-1)
