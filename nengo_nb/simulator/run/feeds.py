"""Validate ``data=`` of a run: arrays that replace the outputs of input nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import nengo
import numpy as np

from nengo_nb.errors import FeedError


class Feeds:
    """Checked arrays of fed nodes, by the number of their value in the plan.

    Args:
        feedable: The number of each input node's value.
        data: For each fed node (or its label), its outputs, ``(batch, steps, size)``. Of a masked
            array, the node outputs by itself what is masked.
        n_steps: Number of steps to run.
        minibatch_size: Number of minibatch items.
        dtype: Floating-point type of the simulation.

    Raises:
        FeedError: A name is unknown, or an array has another shape, length or type, or is not
            finite.
    """

    def __init__(
        self,
        feedable: Mapping[nengo.Node, int],
        data: Mapping[Any, Any] | None,
        n_steps: int,
        minibatch_size: int,
        dtype: str,
    ) -> None:
        self.arrays: dict[int, np.ndarray] = {}
        for key, array in (data or {}).items():
            node = find_node(feedable, key)
            checked = check_feed(node, array, n_steps, minibatch_size, dtype)
            # Time first, as chunks are cut along it; users have the batch first, as Keras has.
            self.arrays[feedable[node]] = checked.transpose(1, 0, 2)

    def window(self, begin: int, end: int) -> dict[int, np.ndarray]:
        """Return the feeds of steps ``begin`` to ``end``, ``(steps, batch, size)`` by value.

        They are masked where the node outputs its own values.
        """
        return {value: array[begin:end] for value, array in self.arrays.items()}


def find_node(feedable: Mapping[nengo.Node, int], key: Any) -> nengo.Node:
    """Find the input node that a key of ``data`` names.

    Raises:
        FeedError: There is none, or several nodes have this label.
    """
    if isinstance(key, str):
        matches = [node for node in feedable if node.label == key]
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise FeedError(
                f"{len(matches)} nodes are labelled {key!r}; use the nodes themselves as keys of "
                "data."
            )
    elif key in feedable:
        return key
    names = (
        ", ".join(sorted(repr(node.label) if node.label else str(node) for node in feedable))
        or "none"
    )
    reason = ""
    if isinstance(key, nengo.Node) and key.size_in:
        reason = f" {key} gets its input from connections, so it cannot be fed."
    raise FeedError(
        f"data names {key!r}, which is no input node of this network.{reason} Input nodes are: "
        f"{names}."
    )


def check_feed(
    node: nengo.Node, array: Any, n_steps: int, minibatch_size: int, dtype: str
) -> np.ndarray:
    """Return a checked copy of an array, whose original Python functions may change.

    Of a masked array only the elements that are not masked have to be finite.

    Raises:
        FeedError: It has another shape or type, or is not finite.
    """
    expected = (minibatch_size, n_steps, node.size_out)
    try:
        masked = isinstance(array, np.ma.MaskedArray)
        checked = np.ma.array(array, dtype, copy=True) if masked else np.array(array, dtype=dtype)
    except (TypeError, ValueError) as error:
        raise FeedError(
            f"data for {node} cannot be read as numbers of type {dtype}: {error}"
        ) from error
    if checked.shape != expected:
        raise FeedError(
            f"data for {node} has shape {checked.shape}, but {expected} is needed: "
            f"(minibatch_size, n_steps, size of the node)."
        )
    if not np.isfinite(np.ma.filled(checked, 0.0)).all():
        raise FeedError(f"data for {node} holds NaN or infinite values.")
    return checked
