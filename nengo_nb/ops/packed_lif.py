"""Packed state of leaky integrate-and-fire neurons: voltage and refractory time in one tensor.

A neuron either has a voltage, from -1 to 1, or it is refractory for more than this step, and then
its voltage is zero. With the refractory time ``r`` in steps, counted as Nengo counts it, the packed
state is::

    voltage     where r <= 1
    1 + r       where r > 1
    -(1 + r)    where r > 1, and the neuron spiked in this very step

so spikes can be told from the state. The time at which a neuron's refractory period ended is not
kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nengo_nb.on_demand import tf

from .membrane import adapt, charge_in_steps, overshoot_in_steps, set_by_hand
from .neurons import parameter, spike_height
from .reciprocal import reciprocal
from .rules import Group, Packed, Tensor

BETWEEN = 1.5
"""Boundary between voltages, of at most 1, and refractory states, of at least 2."""


def pack_lif(group: Group) -> Packed | None:
    """Return the packed form of LIF neurons; None where some have voltages it cannot hold."""
    if not _fits(group):
        return None
    fold, advance = _fold(group), _advance(group)
    height, dt, constant = fold(spike_height(group)), group.dt, group.parametric[0]

    # Measured: 10 us a step where separate voltages and refractory times
    # took 20, as XLA computes the arithmetic again for each result.
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

    # The refractory time (1): once it is over, another number comes back that acts alike.
    return Packed(pack, step, results, hidden=(1,))


def pack_adaptive_lif(group: Group) -> Packed | None:
    """Return the packed form of adaptive LIF neurons; the adaptation is carried beside it."""
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
    """Whether all voltages stay between -1 and 1, and none is non-zero while refractory at
    the start.
    """
    for op in group.ops:
        # Anything may have been written into them.
        if op in set_by_hand:
            return False
        v, r = (op.state[name].initial_value for name in ("voltage", "refractory_time"))
        if not (
            op.neurons.min_voltage >= -1
            and np.all((v >= -1) & (v <= 1))
            and np.all(v[r > group.dt] == 0)
        ):
            return False
    return True


def _advance(group: Group) -> Callable[[Tensor, Tensor], Tensor]:
    """Return ``(J, state) -> next state`` on packed states, with the equations of ``lif_spikes``.

    Time is counted in steps, and what holds for a spike is computed for all and used where there is
    one: neurons are as fast as there are few operations, so none is there only to keep unused
        numbers finite.
    """
    fold = _fold(group)
    tau_ref = fold(group.constant([op.neurons.tau_ref / group.dt for op in group.ops]))
    min_voltage = fold(parameter(group, "min_voltage"))
    charged, crossed = charge_in_steps(group, fold), overshoot_in_steps(group, fold)

    def advance(J: Tensor, state: Tensor) -> Tensor:
        size = tf.abs(
            state
        )  # 3 - size are the steps until now since the end of the refractory time
        voltage = tf.where(size > BETWEEN, tf.zeros_like(state), state)
        # As lif_spikes: the time left in this step is clip(2 - r, 0, 1), where size is 1 + r.
        voltage = voltage + (J - voltage) * charged(tf.clip_by_value(3 - size, 0, 1))
        # Where J <= 1 the reciprocal is meaningless, but then no voltage is
        # above 1. A refractory time below one step is raised to one: the next
        # step is integrated whole either way, and -2 is told from a voltage.
        spike = tf.minimum(crossed((voltage - 1) * reciprocal(J - 1)) - (2 + tau_ref), -2)
        # Refractory beyond the next step: one less, and positive, as the spike is past.
        silent = tf.where(size > 3, size - 1, tf.maximum(voltage, min_voltage))
        return tf.where(voltage > 1, spike, silent)

    return advance


def _fold(group: Group) -> Callable[[Any], Any]:
    """Return a reshape of ``(..., G * n)`` to ``(..., G, n)`` where all siblings have one
    size ``n``.
    """
    n_ops, size = len(group.sizes), group.sizes[0]
    if n_ops == 1 or size < group.cost.wide_siblings or set(group.sizes) != {size}:
        return lambda tensor: tensor

    def fold(tensor: Any) -> Any:
        if isinstance(tensor, float):
            return tensor
        # Parameters are NumPy arrays, and are folded once, while the program is traced.
        rows = [*tensor.shape[:-1], n_ops, size]
        return tensor.reshape(rows) if isinstance(tensor, np.ndarray) else tf.reshape(tensor, rows)

    return fold


def _flat(tensor: Tensor) -> Tensor:
    """``(batch, G, n) -> (batch, G * n)``."""
    return tf.reshape(tensor, [tensor.shape[0], -1])
