"""Transforms of connections: dense ones, and none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from nengo.builder import Model, Signal
from nengo.builder import transforms as nengo_transforms
from nengo.builder.operator import DotInc, ElementwiseInc, Reset
from nengo.transforms import Dense, NoTransform

if TYPE_CHECKING:
    from .workspace import Workspace

Array = np.ndarray
Built = tuple[Signal, Signal | None]


def build_no_transform(
    workspace: Workspace,
    model: Model,
    transform: NoTransform,
    sig_in: Signal,
    decoders: Array | None = None,
    encoders: Array | None = None,
    rng: Any = np.random,
) -> Built:
    """Build the decoders of a connection without transform, as Nengo's function of that name.

    Nengo makes a dense transform of one number and multiplies the decoders by it.
    """
    if decoders is None or encoders is not None:
        return nengo_transforms.build_no_transform(
            model, transform, sig_in, decoders, encoders, rng
        )
    shape = (transform.size_out, transform.size_in)
    weights = np.asarray(1.0, dtype=workspace.float_dtype) * decoders.astype(workspace.float_dtype)
    return _apply(workspace, weights, sig_in, shape[0], f"Dense(shape={shape!r})")


def build_dense(
    workspace: Workspace,
    model: Model,
    transform: Dense,
    sig_in: Signal,
    decoders: Array | None = None,
    encoders: Array | None = None,
    rng: Any = np.random,
) -> Built:
    """Build a dense transform, as Nengo's function of that name."""
    if encoders is not None:
        return nengo_transforms.build_dense(model, transform, sig_in, decoders, encoders, rng)
    weights = transform.sample(rng=rng).astype(workspace.float_dtype)
    if decoders is not None:
        weights = nengo_transforms.multiply(weights, decoders.astype(workspace.float_dtype))
    return _apply(workspace, weights, sig_in, transform.size_out, str(transform))


def _apply(workspace: Workspace, weights: Array, sig_in: Signal, size_out: int, name: str) -> Built:
    """Add the operator that multiplies a signal by weights."""
    weight_sig = Signal(weights, readonly=True, name=f"{name}.weights")
    weighted = workspace.zeros(size_out, f"{name}.weighted")
    workspace.add_op(Reset(weighted))
    operator: Any = ElementwiseInc if weights.ndim < 2 else DotInc
    workspace.add_op(operator(weight_sig, sig_in, weighted, tag=f"{name}.apply_weights"))
    return weighted, weight_sig
