"""Spikes from rates: regular, stochastic and Poisson.

Nengo builds such a neuron type as two operators: the base type computes a rate, and these make
spikes of it.
"""

from __future__ import annotations

from collections.abc import Hashable

from nengo.builder.neurons import SimNeurons
from nengo.neurons import PoissonSpiking, RegularSpiking, StochasticSpiking

from nengo_nb.on_demand import tf
from nengo_nb.plan.signature import Layout

from .batch import batched
from .neurons import spike_height, state
from .random import poisson, streams
from .rules import Group, Step, Tensor, rule


def _negative(op: SimNeurons) -> Hashable:
    """Whether the base type has negative rates, which become negative spikes."""
    return bool(op.neurons.negative)


@rule(SimNeurons, of=RegularSpiking, layout=Layout.ELEMENTWISE, carried=state)
def regular_spiking(group: Group) -> Step:
    """``v += rate * dt``; the whole part of ``v`` is the number of spikes, the rest is kept."""
    height = spike_height(group)

    def step(rate: Tensor, voltage: Tensor) -> tuple[Tensor, Tensor]:
        voltage = voltage + group.dt * rate
        n_spikes = tf.floor(voltage)
        return height * n_spikes, voltage - n_spikes

    return batched(group, step)


@rule(
    SimNeurons, of=StochasticSpiking, layout=Layout.ELEMENTWISE, kind=_negative, uses_counter=True
)
def stochastic_spiking(group: Group) -> Step:
    """``rate * dt`` rounded up with the probability of its fractional part, else down (both
    toward zero, and away).
    """
    height, numbers = spike_height(group), streams(group)
    negative = _negative(group.ops[0])

    def step(rate: Tensor, *, counter: Tensor) -> tuple[Tensor]:
        # Each item draws numbers of its own, even where all have the same rate.
        batch = max(group.batch, rate.shape[0])
        # As in Nengo: the size of a negative rate is rounded, and the sign comes back last.
        mean = group.dt * (tf.abs(rate) if negative else rate)
        n_spikes = tf.where(mean < 0, tf.math.ceil(mean), tf.floor(mean))
        chance = mean - n_spikes
        n_spikes = n_spikes + tf.cast(
            numbers(counter, batch).uniform(group.dtype) < chance, rate.dtype
        )
        return (height * n_spikes * (tf.sign(rate) if negative else 1.0),)

    return batched(group, step)


@rule(SimNeurons, of=PoissonSpiking, layout=Layout.ELEMENTWISE, kind=_negative, uses_counter=True)
def poisson_spiking(group: Group) -> Step:
    """A Poisson variable with mean ``rate * dt``; for negative rates, minus the one of
    ``-rate``.
    """
    height, numbers = spike_height(group), streams(group)
    negative = _negative(group.ops[0])

    def step(rate: Tensor, *, counter: Tensor) -> tuple[Tensor]:
        batch = max(group.batch, rate.shape[0])
        mean = group.dt * tf.broadcast_to(
            tf.abs(rate) if negative else rate, [batch, *rate.shape[1:]]
        )
        n_spikes = tf.cast(poisson(mean, numbers(counter, batch)), rate.dtype)
        return (height * n_spikes * (tf.sign(rate) if negative else 1.0),)

    return batched(group, step)
