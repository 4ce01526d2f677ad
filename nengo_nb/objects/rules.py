"""TensorFlow rules of this room's neuron types and of its operator."""

from __future__ import annotations

from nengo.builder import Operator, Signal
from nengo.builder.neurons import SimNeurons

from nengo_nb.on_demand import tf
from nengo_nb.ops.batch import batched
from nengo_nb.ops.neurons import parameter, spike_height, state
from nengo_nb.ops.rules import ExecutionMode, Group, Step, Tensor, rule
from nengo_nb.ops.smooth import soft_lif_rate
from nengo_nb.ops.surrogate import EVERYWHERE, counting
from nengo_nb.plan.signature import Layout, Mode

from . import activation_rules  # noqa: F401 - registers the rules of activations
from .neurons import LeakyReLU, SoftLIFRate, SpikingLeakyReLU
from .operator import SimTensorNode


@rule(SimNeurons, of=SoftLIFRate, layout=Layout.ELEMENTWISE)
def soft_lif(group: Group) -> Step:
    """The smooth rate of a LIF neuron; see ``ops.smooth``."""
    names = ("tau_rc", "tau_ref", "amplitude", "sigma")
    numbers = [parameter(group, name) for name in names]

    def step(J: Tensor) -> tuple[Tensor]:
        return (soft_lif_rate(J, *numbers),)

    return batched(group, step)


@rule(SimNeurons, of=LeakyReLU, layout=Layout.ELEMENTWISE)
def leaky_rectified_linear(group: Group) -> Step:
    """``r = amplitude * (J if J > 0 else negative_slope * J)``."""
    amplitude, slope = parameter(group, "amplitude"), parameter(group, "negative_slope")

    def step(J: Tensor) -> tuple[Tensor]:
        return (amplitude * tf.where(J > 0, J, slope * J),)

    return batched(group, step)


@rule(SimNeurons, of=SpikingLeakyReLU, layout=Layout.ELEMENTWISE, carried=state)
def spiking_leaky_rectified_linear(group: Group) -> Step:
    """``v += (J if J > 0 else negative_slope * J) * dt``; the whole part of ``v`` are the
    spikes, the rest is kept.
    """
    height, slope = spike_height(group), parameter(group, "negative_slope")

    def step(J: Tensor, voltage: Tensor) -> tuple[Tensor, Tensor]:
        voltage = voltage + tf.where(J > 0, J, slope * J) * group.dt
        n_spikes = tf.floor(voltage)
        return height * n_spikes, voltage - n_spikes

    return batched(group, step)


def _output(op: Operator) -> tuple[tuple[Signal, Mode], ...]:
    """Return the writes: the rate alone; the voltage stays as it is."""
    return ((op.output, Mode.SET),)


# The rates of the spiking type are those of its base type, by the same rule.
rule(
    SimNeurons,
    of=SpikingLeakyReLU,
    layout=Layout.ELEMENTWISE,
    writes=_output,
    modes=(ExecutionMode.RATES,),
)(leaky_rectified_linear)


@rule(
    SimNeurons,
    of=SpikingLeakyReLU,
    layout=Layout.ELEMENTWISE,
    carried=state,
    modes=(ExecutionMode.SPIKES,),
)
def spiking_leaky_rectified_linear_with_surrogate(group: Group) -> Step:
    """``spiking_leaky_rectified_linear``, differentiable; see ``ops.surrogate.counting``."""
    slope = parameter(group, "negative_slope")

    def rate(J: Tensor) -> Tensor:
        return tf.where(J > 0, J, slope * J)

    return counting(group, spiking_leaky_rectified_linear(group), rate, EVERYWHERE)


def _tensor_step(group: Group, training: bool) -> Step:
    """Return the step that calls the tensor function with the time and ``x`` of the whole batch."""
    (op,) = group.ops
    function, batch = op.function, group.batch

    def step(*reads: Tensor) -> tuple[Tensor]:
        # Time is one number for all items, and the function takes it as a scalar.
        arguments = [] if op.time is None else [reads[0][0, 0]]
        if function.shape_in is not None:
            # Not through batched: the function must see the whole batch, not a batch axis of one.
            x = reads[-1][tf.newaxis] if group.parametric[-1] else reads[-1]
            arguments.append(
                tf.reshape(tf.broadcast_to(x, (batch, *x.shape[1:])), (batch, *function.shape_in))
            )
        result = function(arguments, batch, group.dtype, op.shape_out, training)
        return (tf.reshape(result, (batch, 1, op.output.size)),)

    return step


# Identities as merge keys: every node is a group of its own.
@rule(SimTensorNode, layout=Layout.STACKED, kind=id)
def tensor_node(group: Group) -> Step:
    """Call a tensor function, which is never merged with another."""
    return _tensor_step(group, training=False)


@rule(SimTensorNode, layout=Layout.STACKED, kind=id, modes=(ExecutionMode.RATES,))
def tensor_node_in_training(group: Group) -> Step:
    """Call a tensor function; a Keras layer is told that it is being trained."""
    return _tensor_step(group, training=True)
