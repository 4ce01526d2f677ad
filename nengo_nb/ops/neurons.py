"""Neurons without a refractory time: rectified, sigmoid and Izhikevich's."""

from __future__ import annotations

import numpy as np
from nengo.builder import Signal
from nengo.builder.neurons import SimNeurons
from nengo.neurons import Izhikevich, RectifiedLinear, Sigmoid, SpikingRectifiedLinear, Tanh

from nengo_nb.on_demand import tf
from nengo_nb.plan.signature import Layout

from .batch import batched
from .rules import Group, Step, Tensor, rule


def state(op: SimNeurons) -> tuple[Signal, ...]:
    """Return the state signals of neurons, in the order in which their type declares them."""
    return tuple(op.state.values())


def parameter(group: Group, name: str) -> float | np.ndarray:
    """Return a parameter of the neuron type, for each neuron where the siblings differ."""
    return group.constant([getattr(op.neurons, name) for op in group.ops])


def spike_height(group: Group) -> float | np.ndarray:
    """Return ``amplitude / dt``, a neuron's output in a step with one spike."""
    return group.constant([op.neurons.amplitude / group.dt for op in group.ops])


@rule(SimNeurons, of=RectifiedLinear, layout=Layout.ELEMENTWISE)
def rectified_linear(group: Group) -> Step:
    """``r = amplitude * max(J, 0)``."""
    amplitude = parameter(group, "amplitude")

    def step(J: Tensor) -> tuple[Tensor]:
        return (amplitude * tf.nn.relu(J),)

    return batched(group, step)


@rule(SimNeurons, of=SpikingRectifiedLinear, layout=Layout.ELEMENTWISE, carried=state)
def spiking_rectified_linear(group: Group) -> Step:
    """``v += max(J, 0) * dt``; the whole part of ``v`` is the number of spikes, the rest is
    kept.
    """
    height = spike_height(group)

    def step(J: Tensor, voltage: Tensor) -> tuple[Tensor, Tensor]:
        voltage = voltage + tf.nn.relu(J) * group.dt
        n_spikes = tf.floor(voltage)
        return height * n_spikes, voltage - n_spikes

    return batched(group, step)


@rule(SimNeurons, of=Sigmoid, layout=Layout.ELEMENTWISE)
def sigmoid(group: Group) -> Step:
    """``r = 1 / tau_ref / (1 + exp(-J))``."""
    max_rate = group.constant([1.0 / op.neurons.tau_ref for op in group.ops])

    def step(J: Tensor) -> tuple[Tensor]:
        return (max_rate * tf.sigmoid(J),)

    return batched(group, step)


@rule(SimNeurons, of=Tanh, layout=Layout.ELEMENTWISE)
def tanh(group: Group) -> Step:
    """``r = (exp(2 J) - 1) / (exp(2 J) + 1) / tau_ref``, the hyperbolic tangent."""
    max_rate = group.constant([1.0 / op.neurons.tau_ref for op in group.ops])

    def step(J: Tensor) -> tuple[Tensor]:
        return (max_rate * tf.tanh(J),)

    return batched(group, step)


@rule(SimNeurons, of=Izhikevich, layout=Layout.ELEMENTWISE, carried=state)
def izhikevich(group: Group) -> Step:
    """``v += dt * (0.04 v^2 + 5 v + 140 - u + J)`` and
    ``u += dt * tau_recovery * (coupling * v - u)``, in ms and mV.

    Where ``v`` reaches 30 mV there is a spike: ``v`` is reset before ``u`` is moved on, and ``u``
    raised behind it. As in Nengo, currents below -30 are raised to it.

    References:
        Izhikevich (2003), Simple model of spiking neurons, IEEE Transactions on Neural Networks
        14(6).
    """
    tau_recovery, coupling = parameter(group, "tau_recovery"), parameter(group, "coupling")
    reset_voltage, reset_recovery = (
        parameter(group, "reset_voltage"),
        parameter(group, "reset_recovery"),
    )
    dt = group.dt

    def step(J: Tensor, v: Tensor, u: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        # The equations count in milliseconds, dt in seconds.
        dv = (0.04 * v**2 + 5 * v + 140 - u + tf.maximum(J, -30.0)) * 1000
        v = v + dv * dt
        spiked = v >= 30
        # The zeros give a Python float the dtype and the shape of v.
        v = tf.where(spiked, reset_voltage + tf.zeros_like(v), v)
        du = tau_recovery * (coupling * v - u) * 1000
        u = u + du * dt
        output = tf.cast(spiked, v.dtype) / dt
        return output, v, tf.where(spiked, u + reset_recovery, u)

    return batched(group, step)
