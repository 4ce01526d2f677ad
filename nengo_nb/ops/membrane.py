"""Membrane dynamics of LIF neurons within one time step: charging, threshold crossing, adaptation.

References:
    Koch & Segev (1989), Methods in Neuronal Modeling, chapter 9.
    La Camera, Rauch, Luescher, Senn & Fusi (2004), Minimal models of adapted neuronal response to
    in vivo-like input currents, Neural Computation 16(10).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakSet

import numpy as np
from nengo.builder import Operator

from nengo_nb.on_demand import tf

from .neurons import parameter
from .polynomial import bounded
from .rules import Group, Tensor

set_by_hand: WeakSet[Operator] = WeakSet()
"""Operators of neurons whose voltage or refractory time was set through ``sim.signals``: the
initial values bound them no longer."""


def charge(
    group: Group, fold: Callable[[Any], Any] = lambda array: array
) -> Callable[[Tensor], Tensor]:
    """``1 - exp(-delta_t / tau_rc)``: the share of the way to equilibrium in ``delta_t <= dt``
    seconds.

    Args:
        group: The neurons.
        fold: Reshapes an array of one number for each neuron to the layout of the tensors.
    """
    tau_rc = fold(parameter(group, "tau_rc"))
    share = _approximate(
        group, lambda x: -np.expm1(-x), lambda x: -tf.math.expm1(-x), longest(group)
    )
    return lambda delta_t: share(delta_t * (1 / tau_rc))


def overshoot(
    group: Group, fold: Callable[[Any], Any] = lambda array: array
) -> Callable[[Tensor, Tensor], Tensor]:
    """``-tau_rc * log(1 - (voltage - 1) / (J - 1))``: seconds since a membrane crossed the
    threshold in this step.

    Args:
        group: The neurons.
        fold: As in ``charge``.
    """
    tau_rc, dt = fold(parameter(group, "tau_rc")), longest(group)
    # From a voltage of at most 1, (v - 1) / (J - 1)
    # reaches at most 1 - exp(-dt / tau_rc) in a step.
    from_rest = all(
        op not in set_by_hand and np.all(op.state["voltage"].initial_value <= 1) for op in group.ops
    )
    bound = -np.expm1(-dt) if from_rest else np.inf  # above 1, a voltage may have crossed long ago
    since = _approximate(group, lambda x: -np.log1p(-x), lambda x: -tf.math.log1p(-x), bound)
    return lambda voltage, J: tau_rc * since((voltage - 1) / (J - 1))


def charge_in_steps(group: Group, fold: Callable[[Any], Any]) -> Callable[[Tensor], Tensor]:
    """``1 - exp(-s * dt / tau_rc)``: the share of the way to equilibrium in ``s <= 1`` steps.

    Args:
        group: The neurons.
        fold: As in ``charge``.
    """
    rate = fold(group.constant([group.dt / op.neurons.tau_rc for op in group.ops]))
    # A factor that all neurons share goes into the coefficients, and costs no multiplication.
    if isinstance(rate, float):
        return _approximate(
            group, lambda s: -np.expm1(-s * rate), lambda s: -tf.math.expm1(-s * rate), 1.0
        )
    share = _approximate(
        group, lambda x: -np.expm1(-x), lambda x: -tf.math.expm1(-x), longest(group)
    )
    return lambda steps: share(steps * rate)


def overshoot_in_steps(group: Group, fold: Callable[[Any], Any]) -> Callable[[Tensor], Tensor]:
    """``-tau_rc / dt * log(1 - z)``: steps since a membrane crossed the threshold, for
    ``z = (v - 1) / (J - 1)``.

    Args:
        group: Neurons that start below their threshold.
        fold: As in ``charge``.
    """
    bound = -np.expm1(-longest(group))
    tau = fold(group.constant([op.neurons.tau_rc / group.dt for op in group.ops]))
    # As above: both factors go into the coefficients.
    if isinstance(tau, float):
        return _approximate(
            group, lambda z: -tau * np.log1p(-z), lambda z: -tau * tf.math.log1p(-z), bound
        )
    since = _approximate(group, lambda x: -np.log1p(-x), lambda x: -tf.math.log1p(-x), bound)
    return lambda z: tau * since(z)


def _approximate(
    group: Group,
    exact: Callable[[np.ndarray], np.ndarray],
    library: Callable[[Tensor], Tensor],
    bound: float,
) -> Callable[[Tensor], Tensor]:
    """Approximate a function as the dtype and the device of a group need it."""
    return bounded(exact, library, bound, group.dtype, group.cost.highest_degree)


def longest(group: Group) -> float:
    """Return the largest ``dt / tau_rc`` in a group, which bounds the exponents."""
    return max(group.dt / op.neurons.tau_rc for op in group.ops)


def adapt(group: Group) -> Callable[[Tensor, Tensor], Tensor]:
    """``dn/dt = (inc_n * r - n) / tau_n``, by Euler's method."""
    share, inc_n = (
        group.constant([group.dt / op.neurons.tau_n for op in group.ops]),
        parameter(group, "inc_n"),
    )

    def adapted(n: Tensor, output: Tensor) -> Tensor:
        return n + share * (inc_n * output - n)

    return adapted
