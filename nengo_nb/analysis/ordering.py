"""Orders of neurons in which what belongs together lies together."""

from __future__ import annotations

import numpy as np


def order_by_direction(encoders: np.ndarray, intercepts: np.ndarray | None = None) -> np.ndarray:
    """Return the order of neurons by their preferred direction.

    In two dimensions that is the angle of their encoders, from minus to plus half a turn; in more
    the place of the encoders along their first principal component. In one dimension those that
    prefer negative values come first.

    Args:
        encoders: Encoders, ``(n_neurons, dimensions)``, as ``sim.data[ens].encoders``.
        intercepts: Intercepts, ``(n_neurons,)``. In one dimension, neurons of the same encoder are
            in the order of the values at which they begin to fire.

    Returns:
        Indices of the neurons, ``(n_neurons,)``.
    """
    encoders = np.asarray(encoders, np.float64)
    if encoders.shape[1] == 1:
        signs = np.sign(encoders[:, 0])
        begins = signs * (0.0 if intercepts is None else np.asarray(intercepts))
        # The last key is the first one to sort by.
        return np.lexsort([begins, signs])
    if encoders.shape[1] == 2:
        return np.argsort(np.arctan2(encoders[:, 1], encoders[:, 0]), kind="stable")
    centred = encoders - encoders.mean(axis=0)
    _, _, components = np.linalg.svd(centred, full_matrices=False)
    return np.argsort(centred @ components[0], kind="stable")


def order_by_rate(rates: np.ndarray) -> np.ndarray:
    """Return the order of neurons by their rates, the slowest first.

    Args:
        rates: Firing rates, ``(n_neurons,)``, such as ``firing_rates`` returns.

    Returns:
        Indices of the neurons, ``(n_neurons,)``; those of equal rates keep their order.
    """
    return np.argsort(rates, kind="stable")


def order_by_activity(activity: np.ndarray) -> np.ndarray:
    """Return the order of neurons in which those that fire together lie together.

    It is that of their weights in the first principal component of their correlations.

    Args:
        activity: Activity of each neuron over time, such as counts of spikes in bins, ``(bins,
            n_neurons)``.

    Returns:
        Indices of the neurons, ``(n_neurons,)``.
    """
    activity = np.asarray(activity, np.float64)
    centred = activity - activity.mean(axis=0)
    scale = np.linalg.norm(centred, axis=0)
    # A silent neuron has no variance; it must not divide by zero.
    centred /= np.where(scale > 0, scale, 1.0)
    _, _, components = np.linalg.svd(centred, full_matrices=False)
    return np.argsort(components[0], kind="stable")
