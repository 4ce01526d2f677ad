"""The packed form of leaky integrate-and-fire neurons: voltage and refractory time in one number.

A neuron either has a voltage, from -1 to 1, or it is refractory for more than this step, and then its voltage is zero.
With the refractory time ``r`` in steps, counted as Nengo counts it, the packed state is::

    voltage     where r <= 1
    1 + r       where r > 1
    -(1 + r)    where r > 1, and the neuron spiked in this very step

so spikes can be told from the state. Of a neuron that is not refractory any longer, when it ceased to be is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from .membrane import adapt, charge_in_steps, overshoot_in_steps, set_by_hand
from .neurons import parameter, spike_height
from .reciprocal import reciprocal
from .rules import Group, Packed, Tensor

BETWEEN = 1.5
"""Larger than any voltage, and smaller than any refractory state."""

WIDE = 32
"""Siblings of at least this size are rows of a matrix, so that XLA walks along rows where a row has one input."""


def pack_lif(group: Group) -> Packed | None:
    """The packed form of LIF neurons; None where some have voltages it cannot hold."""
    if not _fits(group):
        return None
    fold, advance = _fold(group), _advance(group)
    height, dt, constant = fold(spike_height(group)), group.dt, group.parametric[0]

    def pack(voltage: Tensor, refractory_time: Tensor) -> tuple[Tensor]:
        return (fold(tf.where(refractory_time > dt, 1 + refractory_time / dt, voltage)),)

    def step(J: Tensor, state: Tensor) -> tuple[Tensor]:
        return (advance(fold(J[tf.newaxis] if constant else J), state),)

    def results(state: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        spikes = tf.where(state < -BETWEEN, height + tf.zeros_like(state), tf.zeros_like(state))
        refractory = tf.abs(state) > BETWEEN
        voltage = tf.where(refractory, tf.zeros_like(state), state)
        refractory_time = tf.where(refractory, (tf.abs(state) - 1) * dt, tf.zeros_like(state))
        return _flat(spikes), _flat(voltage), _flat(refractory_time)

    return Packed(pack, step, results, hidden=(1,))


def pack_adaptive_lif(group: Group) -> Packed | None:
    """The packed form of adaptive LIF neurons: as above, and the adaptation."""
    plain = pack_lif(group)
    if plain is None:
        return None
    pack, results = plain.pack, plain.results
    fold, advance, adapted = _fold(group), _advance(group), adapt(group)

    def pack_all(voltage: Tensor, refractory_time: Tensor, n: Tensor) -> tuple[Tensor, ...]:
        return (*pack(voltage, refractory_time), n)

    def step(J: Tensor, state: Tensor, n: Tensor) -> tuple[Tensor, ...]:
        state = advance(fold(J - n), state)
        return state, adapted(n, results(state)[0])

    def all_results(state: Tensor, n: Tensor) -> tuple[Tensor, ...]:
        return (*results(state), n)

    return Packed(pack_all, step, all_results, hidden=(1,))


def _fits(group: Group) -> bool:
    """Whether all voltages stay within one of zero, and nobody begins with a voltage while refractory."""
    for op in group.ops:
        if op in set_by_hand:
            return False
        v, r = (op.state[name].initial_value for name in ("voltage", "refractory_time"))
        if not (
            op.neurons.min_voltage >= -1 and np.all((v >= -1) & (v <= 1)) and np.all(v[r > group.dt] == 0)
        ):
            return False
    return True


def _advance(group: Group) -> Callable[[Tensor, Tensor], Tensor]:
    """From the current and the packed state to the next packed state; the equations are those of ``lif_spikes``.

    Time is counted in steps, and what holds for a spike is computed for all and used where there is one: neurons are
    as fast as there are few operations, so none is there only to keep unused numbers finite.
    """
    fold = _fold(group)
    tau_ref = fold(group.constant([op.neurons.tau_ref / group.dt for op in group.ops]))
    min_voltage = fold(parameter(group, "min_voltage"))
    charged, crossed = charge_in_steps(group, fold), overshoot_in_steps(group, fold)

    def advance(J: Tensor, state: Tensor) -> Tensor:
        size = tf.abs(state)  # 3 - size are the steps until now since the end of the refractory time
        voltage = tf.where(size > BETWEEN, tf.zeros_like(state), state)
        voltage = voltage + (J - voltage) * charged(tf.clip_by_value(3 - size, 0, 1))
        spike = tf.minimum(crossed((voltage - 1) * reciprocal(J - 1)) - (2 + tau_ref), -2)
        silent = tf.where(size > 3, size - 1, tf.maximum(voltage, min_voltage))
        return tf.where(voltage > 1, spike, silent)

    return advance


def _fold(group: Group) -> Callable[[Any], Any]:
    """Flat tensors, and parameters of single neurons, as rows of a matrix where siblings are of one size."""
    n_ops, size = len(group.sizes), group.sizes[0]
    if n_ops == 1 or size < WIDE or set(group.sizes) != {size}:
        return lambda tensor: tensor

    def fold(tensor: Any) -> Any:
        if isinstance(tensor, float):
            return tensor
        rows = [*tensor.shape[:-1], n_ops, size]
        return tensor.reshape(rows) if isinstance(tensor, np.ndarray) else tf.reshape(tensor, rows)

    return fold


def _flat(tensor: Tensor) -> Tensor:
    """``(batch, G, n) -> (batch, G * n)``."""
    return tf.reshape(tensor, [tensor.shape[0], -1])
