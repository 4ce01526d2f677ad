"""Whether a network's samples are determined by its description, or by how numbers are rounded.

The rate of a LIF neuron rises from zero with infinite slope: a current that differs by one unit in
the last place around the threshold is a rate of 0 or 1.4 Hz. Adaptation drives currents there.
"""

from __future__ import annotations

import nengo
import numpy as np

from tests.recipes import Recipe


def largest_difference(expected: np.ndarray, found: np.ndarray) -> float:
    """The largest difference, relative to the largest value recorded; infinite if one is NaN."""
    scale = max(1.0, float(np.max(np.abs(expected), initial=0)))
    difference = np.nan_to_num(np.abs(found - expected), nan=np.inf)
    return float(np.max(difference, initial=0)) / scale


def moves_by_rounding(recipe: Recipe, n_steps: int, tolerance: float, dtype: str) -> bool:
    """Whether Nengo's own samples move by more than is allowed where biases move by rounding.

    Args:
        recipe: The network.
        n_steps: Number of steps.
        tolerance: Allowed difference, relative to the largest value of a probe.
        dtype: Precision to whose numbers biases are as if rounded.
    """
    epsilon = float(np.finfo(dtype).eps)
    plain = _run(recipe, n_steps, 1.0)
    for factor in (1 + epsilon, 1 - epsilon, 1 + 4 * epsilon):
        for values, moved in zip(plain, _run(recipe, n_steps, factor), strict=True):
            allowed = tolerance * max(1.0, float(np.abs(values).max(initial=0)))
            if float(np.abs(moved - values).max(initial=0)) > allowed:
                return True
    return False


def _run(recipe: Recipe, n_steps: int, factor: float) -> list[np.ndarray]:
    """Return the samples of Nengo's simulator with biases multiplied by a factor."""
    network, _ = recipe.build()
    with nengo.Simulator(network, progress_bar=False, optimize=False) as reference:
        for ens in network.all_ensembles:
            if not isinstance(ens.neuron_type, nengo.Direct):
                bias = reference.signals[reference.model.sig[ens.neurons]["bias"]]
                bias.setflags(write=True)
                bias *= factor
        reference.run_steps(n_steps)
    return [np.asarray(reference.data[probe]) for probe in network.all_probes]
