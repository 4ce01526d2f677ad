"""Synapses: linear filters of any order, and the triangular filter."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from nengo.builder import Signal
from nengo.builder.processes import SimProcess
from nengo.synapses import Alpha, LinearFilter, Lowpass, Triangle
from nengo.utils.filter_design import cont2discrete, tf2ss

from nengo_nb.on_demand import tf
from nengo_nb.plan.signature import Layout, Mode

from .batch import batched
from .rules import Group, Step, Tensor, rule

Writes = tuple[tuple[Signal, Mode], ...]
Matrices = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]

_SHARED_ABOVE = 4
"""Order above which filters are merged only where they are equal, so that one matrix product serves
all elements."""


def _input(op: SimProcess) -> tuple[Signal, ...]:
    """Return the input alone: a synapse does not depend on the time."""
    return (op.input,)


def _write(op: SimProcess, *states: Signal) -> Writes:
    """Return the writes: the output in the operator's mode, and the states as updates."""
    return ((op.output, Mode(op.mode)), *((signal, Mode.UPDATE) for signal in states))


def _order(op: SimProcess) -> int:
    return int(op.state["X"].shape[0])


def _passes_through(op: SimProcess) -> bool:
    """Whether the discrete system has a feedthrough matrix ``D`` at almost any ``dt``."""
    synapse = op.process
    # These discretizations give a D to systems that have none in continuous time.
    if synapse.analog and synapse.method in ("bilinear", "backward_diff"):
        return True
    return bool(tf2ss(synapse.num, synapse.den)[3].any())


def _is_one_state(op: SimProcess) -> bool:
    """Whether the filter is of first order without feedthrough, as ``Lowpass`` is."""
    return _order(op) == 1 and not _passes_through(op)


def _linear_kind(op: SimProcess) -> Hashable:
    """Return the merge key: mode, order and feedthrough; above ``_SHARED_ABOVE`` the filter too."""
    synapse = op.process
    shared = (tuple(synapse.num), tuple(synapse.den), synapse.analog, synapse.method)
    return op.mode, _order(op), _passes_through(op), shared if _order(op) > _SHARED_ABOVE else ()


def _linear_carried(op: SimProcess) -> tuple[Signal, ...]:
    """Return the states; with a single one and mode update the output *is* the state, kept once."""
    if _order(op) == 0:
        return ()
    return (op.output,) if _is_one_state(op) and op.mode == "update" else (op.state["X"],)


def _linear_writes(op: SimProcess) -> Writes:
    return _write(op, *(signal for signal in _linear_carried(op) if signal is not op.output))


@rule(
    SimProcess,
    of=LinearFilter,
    layout=Layout.ELEMENTWISE,
    kind=_linear_kind,
    carried=_linear_carried,
    reads=_input,
    writes=_linear_writes,
)
@rule(
    SimProcess,
    of=Alpha,
    layout=Layout.ELEMENTWISE,
    kind=_linear_kind,
    carried=_linear_carried,
    reads=_input,
    writes=_linear_writes,
)
@rule(
    SimProcess,
    of=Lowpass,
    layout=Layout.ELEMENTWISE,
    kind=_linear_kind,
    carried=_linear_carried,
    reads=_input,
    writes=_linear_writes,
)
def linear_filter(group: Group) -> Step:
    """``x' = A x + B u`` and ``y = C x + D u``, or ``y = C x'`` where ``D = 0``, which leaves out a
    needless delay.

    Where the state is a single number and ``D = 0``, the output is kept for it:
    ``y' = A y + C B u``. Without any state it is ``y = D u``.
    """
    op = group.ops[0]
    matrices = [discrete(op, group.dt) for op in group.ops]
    if _order(op) == 0:
        return _gain(group, matrices)
    return _decay(group, matrices) if _is_one_state(op) else _state_space(group, matrices)


def discrete(op: SimProcess, dt: float) -> Matrices:
    """``A, B, C, D`` of a synapse's discrete system, as Nengo computes them, each with two axes."""
    A, B, C, D = state_space(op.process, dt)
    return A, B.reshape(-1, 1), C.reshape(1, -1), D.reshape(1, 1)


def state_space(synapse: LinearFilter, dt: float) -> Matrices:
    """Return the discrete system of Nengo's own step, ``A, B, C, D``."""
    # Private in Nengo 4.1; without it, the public functions that it calls.
    if hasattr(synapse, "_get_ss"):
        return synapse._get_ss(dt)
    A, B, C, D = tf2ss(synapse.num, synapse.den)
    if synapse.analog and len(A) > 0:
        A, B, C, D, _ = cont2discrete((A, B, C, D), dt, method=synapse.method)
    return A, B, C, D


def _gain(group: Group, matrices: list[Matrices]) -> Step:
    """``y = D u``."""
    gain = group.constant([D.item() for _, _, _, D in matrices])

    def step(u: Tensor) -> tuple[Tensor]:
        return (gain * u,)

    return batched(group, step)


def _decay(group: Group, matrices: list[Matrices]) -> Step:
    """``y' = A y + C B u``."""
    decay = group.constant([A.item() for A, _, _, _ in matrices])
    gain = group.constant([C.item() * B.item() for _, B, C, _ in matrices])
    is_output = group.ops[0].mode == "update"

    def step(u: Tensor, y: Tensor) -> tuple[Tensor, ...]:
        # What is written is what is carried, so it is returned once.
        if is_output:
            return (decay * y + gain * u,)
        x = decay * y + gain * u[:, tf.newaxis]
        return x[:, 0], x

    return batched(group, step)


def _state_space(group: Group, matrices: list[Matrices]) -> Step:
    """``x' = A x + B u`` and ``y = C x + D u``, or ``y = C x'``."""
    passes_through = _passes_through(group.ops[0])
    if passes_through:
        # Siblings are computed by one formula, whether or not D vanishes for some of them.
        matrices = [_without_delay(*m) for m in matrices]
    A, B, C, D = (_per_element(group, of_siblings) for of_siblings in zip(*matrices, strict=True))

    def step(u: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
        u = u[:, tf.newaxis]
        new = _product(A, x) + B[:, 0] * u
        y = _product(C, x) + D[:, 0] * u if passes_through else _product(C, new)
        return y[:, 0], new

    return batched(group, step)


def _without_delay(A: np.ndarray, B: np.ndarray, C: np.ndarray, D: np.ndarray) -> Matrices:
    """Rewrite ``C x'`` as ``(C A) x + (C B) u`` where ``D`` happens to vanish at this ``dt``."""
    return (A, B, C, D) if D.any() else (A, B, C @ A, C @ B)


def _per_element(group: Group, matrices: Sequence[np.ndarray]) -> np.ndarray:
    """``(rows, columns, 1)`` where all siblings agree, else ``(rows, columns, N)``."""
    shared = all(np.array_equal(matrix, matrices[0]) for matrix in matrices)
    if shared:
        return matrices[0][..., np.newaxis].astype(group.dtype)
    parts = [
        np.repeat(m[..., np.newaxis], n, axis=-1)
        for m, n in zip(matrices, group.sizes, strict=True)
    ]
    return np.concatenate(parts, axis=-1).astype(group.dtype)


def _product(matrix: np.ndarray, x: Tensor) -> Tensor:
    """``sum_j matrix[i, j] x[j]`` for each element, ``(batch, order, N) -> (batch, rows, N)``."""
    # Siblings of such an order are equal, so the last axis of the matrix has length one.
    if matrix.shape[1] > _SHARED_ABOVE:
        return tf.einsum("ij,bjn->bin", matrix[..., 0], x)
    # Few multiplications per element, which XLA fuses into the step's loop.
    return tf.reduce_sum(matrix * x[:, tf.newaxis], axis=2)


def taps(synapse: Triangle, dt: float) -> tuple[float, float]:
    """Return the newest of a triangle's weights, ``n, ..., 2, 1`` over their sum, and the
    difference between two.
    """
    n = round(synapse.t / dt) + 1
    total = n * (n + 1) / 2
    return n / total, 1 / total


def _triangle_kind(op: SimProcess) -> Hashable:
    return op.mode, _order(op)


def _triangle_carried(op: SimProcess) -> tuple[Signal, ...]:
    return (op.output if op.mode == "update" else op.state["Y"]), op.state["X"]


def _triangle_writes(op: SimProcess) -> Writes:
    return _write(op, *(signal for signal in _triangle_carried(op) if signal is not op.output))


@rule(
    SimProcess,
    of=Triangle,
    layout=Layout.ELEMENTWISE,
    kind=_triangle_kind,
    carried=_triangle_carried,
    reads=_input,
    writes=_triangle_writes,
)
def triangle(group: Group) -> Step:
    """``y += n0 * u - sum(x)``, where ``x`` holds the last inputs, times the difference between two
    taps.

    Nengo writes ``x`` around a ring; here it moves on by one, newest first, so no position is
    needed.
    """
    op = group.ops[0]
    first, difference = taps(op.process, group.dt)
    is_output = op.mode == "update"

    def step(u: Tensor, y: Tensor, x: Tensor) -> tuple[Tensor, ...]:
        # Every older input loses one difference a step;
        # x holds inputs that are scaled by it already.
        y = y + first * u - tf.reduce_sum(x, axis=1)
        new = difference * u[:, tf.newaxis]
        # A constant input has a batch axis of one, the state has the whole batch.
        x = tf.concat([tf.broadcast_to(new, [x.shape[0], 1, x.shape[2]]), x[:, :-1]], axis=1)
        return (y, x) if is_output else (y, y, x)

    return batched(group, step)
