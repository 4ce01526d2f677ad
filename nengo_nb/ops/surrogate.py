"""Spiking neurons with surrogate gradients: exact spikes forward, a surrogate derivative backward.

Output and state are those of the neuron's usual rule. Their derivatives are those of a *proxy*, a
differentiable quantity: the firing rate, or the voltage above the threshold times the surrogate. A
spike's reset of the voltage passes no derivative on, and neither does the refractory time.

References:
    Neftci, Mostafa & Zenke (2019), Surrogate gradient learning in spiking neural networks. IEEE
    Signal Processing Magazine 36(6).
    Zenke & Vogels (2021), The remarkable robustness of surrogate gradient learning for instilling
    complex function in spiking neural networks. Neural Computation 33(4): why the reset is left
    out.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from nengo.builder.neurons import SimNeurons
from nengo.neurons import (
    LIF,
    AdaptiveLIF,
    Izhikevich,
    PoissonSpiking,
    RegularSpiking,
    SpikingRectifiedLinear,
    StochasticSpiking,
)

from nengo_nb.on_demand import tf
from nengo_nb.plan.signature import Layout
from nengo_nb.surrogates import RATE, FastSigmoid

from .batch import batched
from .lif import lif_spikes
from .membrane import adapt, charge
from .neurons import izhikevich, parameter, spike_height, spiking_rectified_linear, state
from .rate_forms import differentiable_lif_rates, rates_in_training
from .rules import ExecutionMode, Group, Step, Tensor, rule
from .spiking import _negative, poisson_spiking, regular_spiking, stochastic_spiking

Firing = Callable[[Tensor, Tensor, Tensor], tuple[Tensor, Tensor, Tensor]]

EVERYWHERE = -1e30
"""Lowest threshold of neurons with positive and negative spikes: every whole number is a
threshold.
"""


def straight_through(value: Tensor, proxy: Tensor) -> Tensor:
    """Return ``value`` with the derivatives of ``proxy`` (straight-through estimator)."""
    # The difference is zero in value; a proxy that is not finite would make it NaN.
    return tf.stop_gradient(value) + (proxy - tf.stop_gradient(proxy))


def by_surrogate(group: Group, above: Tensor) -> Tensor:
    """Return a proxy with the surrogate derivative of a spike; its value means nothing.

    Args:
        group: Neurons, with the surrogate in ``gradients``.
        above: Voltage above the threshold, in units of the way from rest to threshold.
    """
    surrogate = group.gradients.surrogate
    derivative = surrogate if callable(surrogate) else FastSigmoid()
    # The surrogate is taken as a constant factor: it is
    # the derivative itself, and has none of its own.
    return above * tf.stop_gradient(derivative(above))


def lif_firing(group: Group) -> Firing:
    """``lif_spikes``, differentiable by the voltage before it is reset, or by the rate."""
    spikes, rates = lif_spikes(group), differentiable_lif_rates(group)
    charged, dt, height = charge(group), group.dt, spike_height(group)

    def by_rate(
        J: Tensor, voltage: Tensor, refractory_time: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        output, voltage, refractory_time = spikes(tf.stop_gradient(J), voltage, refractory_time)
        return straight_through(output, rates(J)), voltage, refractory_time

    def by_voltage(
        J: Tensor, voltage: Tensor, refractory_time: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        output, reset, rest = spikes(*(tf.stop_gradient(t) for t in (J, voltage, refractory_time)))
        # As in lif_spikes, where the refractory time is
        # lowered by dt first; here it is the one before.
        delta_t = tf.minimum(tf.maximum(2 * dt - tf.stop_gradient(refractory_time), 0.0), dt)
        reached = voltage + (J - voltage) * charged(delta_t)
        # No derivative passes a reset; see Zenke & Vogels.
        kept = tf.where(output != 0, tf.zeros_like(reached), reached)
        fired = height * by_surrogate(group, reached - 1)
        return straight_through(output, fired), straight_through(reset, kept), rest

    return by_rate if group.gradients.surrogate == RATE else by_voltage


@rule(SimNeurons, of=LIF, layout=Layout.ELEMENTWISE, carried=state, modes=(ExecutionMode.SPIKES,))
def lif_with_surrogate(group: Group) -> Step:
    """A LIF neuron; see ``lif_firing``."""
    return batched(group, lif_firing(group))


@rule(
    SimNeurons,
    of=AdaptiveLIF,
    layout=Layout.ELEMENTWISE,
    carried=state,
    modes=(ExecutionMode.SPIKES,),
)
def adaptive_lif_with_surrogate(group: Group) -> Step:
    """``lif_firing`` under ``J - n``, where ``n`` follows the spikes."""
    firing, adapted = lif_firing(group), adapt(group)

    def step(J: Tensor, voltage: Tensor, refractory_time: Tensor, n: Tensor) -> tuple[Tensor, ...]:
        output, voltage, refractory_time = firing(J - n, voltage, refractory_time)
        return output, voltage, refractory_time, adapted(n, output)

    return batched(group, step)


def counting(
    group: Group, run: Step, rate: Callable[[Tensor], Tensor], lowest: float | np.ndarray
) -> Step:
    """Return the step of neurons whose voltage counts spikes: each whole number is a threshold.

    Args:
        group: The neurons.
        run: Their step outside of training.
        rate: Rate that the voltage integrates, a differentiable function of the input.
        lowest: Lowest threshold.
    """
    height = spike_height(group)

    def step(J: Tensor, voltage: Tensor) -> tuple[Tensor, Tensor]:
        # The exact step runs on constants, so that autodiff does not enter it.
        output, rest = run(tf.stop_gradient(J), tf.stop_gradient(voltage))
        if group.gradients.surrogate == RATE:
            return straight_through(output, height * group.dt * rate(J)), rest
        reached = voltage + group.dt * rate(J)
        # The threshold is a constant: only the voltage is differentiated.
        nearest = tf.maximum(tf.round(tf.stop_gradient(reached)), lowest)
        fired = height * by_surrogate(group, reached - nearest)
        return straight_through(output, fired), straight_through(rest, reached)

    return batched(group, step)


@rule(
    SimNeurons,
    of=SpikingRectifiedLinear,
    layout=Layout.ELEMENTWISE,
    carried=state,
    modes=(ExecutionMode.SPIKES,),
)
def spiking_rectified_linear_with_surrogate(group: Group) -> Step:
    """``spiking_rectified_linear``, differentiable; see ``counting``."""
    return counting(group, spiking_rectified_linear(group), tf.nn.relu, 1.0)


@rule(
    SimNeurons,
    of=RegularSpiking,
    layout=Layout.ELEMENTWISE,
    carried=state,
    modes=(ExecutionMode.SPIKES,),
)
def regular_spiking_with_surrogate(group: Group) -> Step:
    """``regular_spiking``, differentiable; see ``counting``."""
    lowest = group.constant([EVERYWHERE if _negative(op) else 1.0 for op in group.ops])
    return counting(group, regular_spiking(group), lambda rate: rate, lowest)


@rule(
    SimNeurons,
    of=StochasticSpiking,
    layout=Layout.ELEMENTWISE,
    kind=_negative,
    uses_counter=True,
    modes=(ExecutionMode.SPIKES,),
)
def stochastic_with_expectation(group: Group) -> Step:
    """``stochastic_spiking``, with the derivative of the expected number of spikes, which
    is exact on average.
    """
    return _by_expectation(group, stochastic_spiking(group))


@rule(
    SimNeurons,
    of=PoissonSpiking,
    layout=Layout.ELEMENTWISE,
    kind=_negative,
    uses_counter=True,
    modes=(ExecutionMode.SPIKES,),
)
def poisson_with_expectation(group: Group) -> Step:
    """``poisson_spiking``, with the derivative of the expected number of spikes, which is
    exact on average.
    """
    return _by_expectation(group, poisson_spiking(group))


def _by_expectation(group: Group, run: Step) -> Step:
    """Return ``run`` with the derivative of ``amplitude * rate``, its expected output."""
    expected = rates_in_training(group)

    def step(rate: Tensor, *, counter: Tensor) -> tuple[Tensor]:
        (output,) = run(tf.stop_gradient(rate), counter=counter)
        return (straight_through(output, *expected(rate)),)

    return step


@rule(
    SimNeurons,
    of=Izhikevich,
    layout=Layout.ELEMENTWISE,
    carried=state,
    modes=(ExecutionMode.RATES, ExecutionMode.SPIKES),
)
def izhikevich_with_surrogate(group: Group) -> Step:
    """``izhikevich``, differentiable by its voltage: such a neuron has no rate to be trained by."""
    run, dt = izhikevich(group), group.dt
    reset_voltage = parameter(group, "reset_voltage")
    tau_recovery, coupling = parameter(group, "tau_recovery"), parameter(group, "coupling")

    def step(J: Tensor, v: Tensor, u: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        output, new_v, new_u = run(*(tf.stop_gradient(t) for t in (J, v, u)))
        reached = v + (0.04 * v**2 + 5 * v + 140 - u + tf.maximum(J, -30.0)) * 1000 * dt
        kept = tf.where(output != 0, tf.zeros_like(reached), reached)
        recovered = u + tau_recovery * (coupling * kept - u) * 1000 * dt
        # Spikes at 30 mV: the way from rest to threshold is 30 - reset_voltage.
        fired = by_surrogate(group, (reached - 30) / (30 - reset_voltage)) / dt
        return (
            straight_through(output, fired),
            straight_through(new_v, kept),
            straight_through(new_u, recovered),
        )

    return step
