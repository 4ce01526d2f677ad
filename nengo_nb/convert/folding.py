"""Folding: a batch normalization becomes a part of the weights of the layer before it."""

from __future__ import annotations

from typing import Any

import numpy as np

from .activations import name_of
from .graph import Call, Graph

Affine = tuple[np.ndarray, np.ndarray]
"""Scale and offset of each channel."""

FOLDABLE = frozenset(
    (
        "Dense Conv1D Conv2D Conv3D DepthwiseConv1D DepthwiseConv2D SeparableConv1D "
        "SeparableConv2D Conv1DTranspose Conv2DTranspose Conv3DTranspose"
    ).split()
)


def affine_of(layer: Any) -> Affine:
    """Return scale and offset of a batch normalization with the averages it has learned:
    ``gamma (x - mean) / sqrt(variance + epsilon) + beta``.
    """
    mean = np.asarray(layer.moving_mean, float)
    scale = 1 / np.sqrt(np.asarray(layer.moving_variance, float) + layer.epsilon)
    if layer.scale:
        scale = scale * np.asarray(layer.gamma, float)
    offset = -mean * scale
    if layer.center:
        offset = offset + np.asarray(layer.beta, float)
    return scale, offset


def foldable(graph: Graph, natives: frozenset[Call]) -> dict[int, Affine]:
    """Return, by the number of a call, the normalization that can become a part of its weights.

    It can where nothing else reads the output of the layer before it.

    Args:
        graph: The calls of a model.
        natives: Calls that become Nengo's objects.
    """
    outputs = {value.call for value in graph.outputs}
    folds = {}
    for call in graph.calls:
        if type(call.layer).__name__ != "BatchNormalization" or call not in natives:
            continue
        before = call.inputs[0].call
        is_alone = before not in outputs and len(graph.readers(before)) == 1
        if is_alone and before in natives and _takes(before, call):
            folds[graph.calls.index(before)] = affine_of(call.layer)
    return folds


def _takes(before: Call, call: Call) -> bool:
    """Whether a layer's last operation is weighted, with the channels of a normalization."""
    layer = before.layer
    if type(layer).__name__ not in FOLDABLE or name_of(layer.activation) != "linear":
        return False
    rank = len(call.output_shapes[0]) + 1
    first = getattr(layer, "data_format", None) == "channels_first"
    axis = call.layer.axis % rank
    return axis == (1 if first else rank - 1)
