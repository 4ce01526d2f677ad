"""Copies of layers, so that training a network leaves its model as it is."""

from __future__ import annotations

from typing import Any


def copy_of(layer: Any) -> Any:
    """Return a copy of a layer with the same weights; itself, if it has none."""
    if not getattr(layer, "weights", None):
        return layer
    copy = type(layer).from_config(layer.get_config())
    copy.build_from_config(layer.get_build_config())
    copy.set_weights(layer.get_weights())
    copy.trainable = layer.trainable
    return copy
