"""Firing rates of spiking neurons in training, as rates have gradients.

A network is trained with the rates its spiking neurons would have under a constant current, and
runs with spikes again afterwards. Their states are left as they are meanwhile.

References:
    Hunsberger & Eliasmith (2015), Spiking deep networks with LIF neurons. arXiv:1510.08829.
"""

from __future__ import annotations

from collections.abc import Callable

from nengo.builder import Operator, Signal
from nengo.builder.neurons import SimNeurons
from nengo.neurons import (
    LIF,
    AdaptiveLIF,
    PoissonSpiking,
    RegularSpiking,
    SpikingRectifiedLinear,
    StochasticSpiking,
)

from nengo_nb.on_demand import tf
from nengo_nb.plan.signature import Layout, Mode

from .batch import batched
from .lif import lif_rates
from .membrane import adapt
from .neurons import parameter
from .rules import ExecutionMode, Group, Step, Tensor, rule
from .smooth import soft_lif_rate


def _output(op: Operator) -> tuple[tuple[Signal, Mode], ...]:
    """Return the writes: the rate alone; voltages and refractory times stay as they are."""
    return ((op.output, Mode.SET),)


def differentiable_lif_rates(group: Group) -> Callable[[Tensor], Tensor]:
    """The rate of a LIF neuron, smoothed at its threshold where ``lif_smoothing`` is set;
    see ``soft_lif_rate``.
    """
    sigma = group.gradients.lif_smoothing
    if sigma is None:
        return lif_rates(group)
    tau_rc, tau_ref, amplitude = (
        parameter(group, name) for name in ("tau_rc", "tau_ref", "amplitude")
    )
    return lambda J: soft_lif_rate(J, tau_rc, tau_ref, amplitude, sigma)


@rule(SimNeurons, of=LIF, layout=Layout.ELEMENTWISE, writes=_output, modes=(ExecutionMode.RATES,))
def lif_in_training(group: Group) -> Step:
    """The rate of a LIF neuron; see ``differentiable_lif_rates``."""
    rates = differentiable_lif_rates(group)

    def step(J: Tensor) -> tuple[Tensor]:
        return (rates(J),)

    return batched(group, step)


def _adaptive_output(op: Operator) -> tuple[tuple[Signal, Mode], ...]:
    """Return the writes: the rate, and the adaptation, which follows it."""
    return ((op.output, Mode.SET), (op.state["adaptation"], Mode.SET))


@rule(
    SimNeurons,
    of=AdaptiveLIF,
    layout=Layout.ELEMENTWISE,
    carried=lambda op: (op.state["adaptation"],),
    writes=_adaptive_output,
    modes=(ExecutionMode.RATES,),
)
def adaptive_lif_in_training(group: Group) -> Step:
    """The rate of a LIF neuron under ``J - n``, where ``n`` follows the rate."""
    rates, adapted = differentiable_lif_rates(group), adapt(group)

    def step(J: Tensor, n: Tensor) -> tuple[Tensor, Tensor]:
        output = rates(J - n)
        return output, adapted(n, output)

    return batched(group, step)


@rule(
    SimNeurons,
    of=SpikingRectifiedLinear,
    layout=Layout.ELEMENTWISE,
    writes=_output,
    modes=(ExecutionMode.RATES,),
)
def spiking_rectified_linear_in_training(group: Group) -> Step:
    """``r = amplitude * max(J, 0)``."""
    amplitude = parameter(group, "amplitude")

    def step(J: Tensor) -> tuple[Tensor]:
        return (amplitude * tf.nn.relu(J),)

    return batched(group, step)


@rule(
    SimNeurons,
    of=RegularSpiking,
    layout=Layout.ELEMENTWISE,
    writes=_output,
    modes=(ExecutionMode.RATES,),
)
@rule(
    SimNeurons,
    of=StochasticSpiking,
    layout=Layout.ELEMENTWISE,
    writes=_output,
    modes=(ExecutionMode.RATES,),
)
@rule(
    SimNeurons,
    of=PoissonSpiking,
    layout=Layout.ELEMENTWISE,
    writes=_output,
    modes=(ExecutionMode.RATES,),
)
def rates_in_training(group: Group) -> Step:
    """``r = amplitude * rate``: the rate of which spikes are made."""
    amplitude = parameter(group, "amplitude")

    def step(rate: Tensor) -> tuple[Tensor]:
        return (amplitude * rate,)

    return batched(group, step)
