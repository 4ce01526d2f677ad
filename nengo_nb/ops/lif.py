"""Leaky integrate-and-fire neurons: rate and spiking, with and without adaptation.

References:
    Koch & Segev (1989), Methods in Neuronal Modeling, chapter 9.
    La Camera, Rauch, Luescher, Senn & Fusi (2004), Minimal models of adapted neuronal response to
    in vivo-like input currents, Neural Computation 16(10).
"""

from __future__ import annotations

from collections.abc import Callable

from nengo.builder.neurons import SimNeurons
from nengo.neurons import LIF, AdaptiveLIF, AdaptiveLIFRate, LIFRate

from nengo_nb.on_demand import tf
from nengo_nb.plan.signature import Layout

from .batch import batched
from .membrane import adapt, charge, overshoot
from .neurons import parameter, spike_height, state
from .packed_lif import pack_adaptive_lif, pack_lif
from .rules import Group, Step, Tensor, rule


def lif_rates(group: Group) -> Callable[[Tensor], Tensor]:
    """``r = amplitude / (tau_ref + tau_rc * log(1 + 1 / (J - 1)))`` above the threshold ``J = 1``,
    else 0.

    The argument of the branch not taken is replaced, so that gradients are finite. A ``J`` that is
    not a number gives a rate that is none.
    """
    tau_rc, tau_ref, amplitude = (
        parameter(group, name) for name in ("tau_rc", "tau_ref", "amplitude")
    )

    def rates(J: Tensor) -> Tensor:
        j = J - 1
        silent = j <= 0
        # tf.where passes gradients to both branches, and zero times an infinite one would be NaN.
        safe = tf.where(silent, tf.ones_like(j), j)
        return tf.where(
            silent, tf.zeros_like(j), amplitude / (tau_ref + tau_rc * tf.math.log1p(1.0 / safe))
        )

    return rates


def lif_spikes(group: Group) -> Callable[[Tensor, Tensor, Tensor], tuple[Tensor, Tensor, Tensor]]:
    """``dv/dt = (J - v) / tau_rc``, integrated exactly from the end of the refractory time to the
    end of the step.

    Where ``v`` gets above 1 there is a spike; when it crossed is known, and from then on
    ``tau_ref`` is counted.
    """
    tau_ref, min_voltage = (parameter(group, name) for name in ("tau_ref", "min_voltage"))
    charged, crossed = charge(group), overshoot(group)
    height, dt = spike_height(group), group.dt

    def spikes(
        J: Tensor, voltage: Tensor, refractory_time: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        # Nengo's order: count down first, then integrate whatever part of the step is left.
        refractory_time = refractory_time - dt
        delta_t = tf.minimum(tf.maximum(dt - refractory_time, 0.0), dt)
        voltage = voltage + (J - voltage) * charged(delta_t)
        spiked = voltage > 1
        zero = tf.zeros_like(voltage)
        # Where there is no spike, a neuron that crossed just now, under a current of 2, keeps
        # everything finite.
        since = crossed(tf.where(spiked, voltage, zero + 1), tf.where(spiked, J, zero + 2))
        return (
            tf.where(spiked, zero + height, zero),
            tf.where(spiked, zero, tf.maximum(voltage, min_voltage)),
            # dt - since is the spike's time from the start of the step, where Nengo counts from.
            tf.where(spiked, tau_ref + (dt - since), refractory_time),
        )

    return spikes


@rule(SimNeurons, of=LIFRate, layout=Layout.ELEMENTWISE)
def lif_rate(group: Group) -> Step:
    """The firing rate of a LIF neuron under a constant current; see ``lif_rates``."""
    rates = lif_rates(group)

    def step(J: Tensor) -> tuple[Tensor]:
        return (rates(J),)

    return batched(group, step)


@rule(SimNeurons, of=LIF, layout=Layout.ELEMENTWISE, carried=state, packed=pack_lif)
def lif(group: Group) -> Step:
    """The spikes of a LIF neuron; see ``lif_spikes``."""
    return batched(group, lif_spikes(group))


@rule(SimNeurons, of=AdaptiveLIFRate, layout=Layout.ELEMENTWISE, carried=state)
def adaptive_lif_rate(group: Group) -> Step:
    """``lif_rates`` of ``J - n``, where ``n`` follows the rate; see ``adapt``."""
    rates, adapted = lif_rates(group), adapt(group)

    def step(J: Tensor, n: Tensor) -> tuple[Tensor, Tensor]:
        output = rates(J - n)
        return output, adapted(n, output)

    return batched(group, step)


@rule(
    SimNeurons, of=AdaptiveLIF, layout=Layout.ELEMENTWISE, carried=state, packed=pack_adaptive_lif
)
def adaptive_lif(group: Group) -> Step:
    """``lif_spikes`` under ``J - n``, where ``n`` follows the spikes; see ``adapt``."""
    spikes, adapted = lif_spikes(group), adapt(group)

    def step(J: Tensor, voltage: Tensor, refractory_time: Tensor, n: Tensor) -> tuple[Tensor, ...]:
        output, voltage, refractory_time = spikes(J - n, voltage, refractory_time)
        return output, voltage, refractory_time, adapted(n, output)

    return batched(group, step)
