"""One TensorFlow rule per Nengo operator, and per neuron type or process that an operator steps.

Importing this package registers the rules:

======================  ============================================================================
``linear``              ``DotInc``, ``ElementwiseInc``, ``BsrDotInc``
``sparse``              ``SparseDotInc``
``convolution``         ``ConvInc``, ``ConvTransposeInc`` in any number of dimensions
``neurons``             ``RectifiedLinear``, ``SpikingRectifiedLinear``, ``Sigmoid``, ``Tanh``,
                        ``Izhikevich``
``lif``                 ``LIFRate``, ``LIF``, ``AdaptiveLIFRate``, ``AdaptiveLIF``
``membrane``            charging, threshold and adaptation within a step
``polynomial``          polynomials of ``membrane``, of the least degree exact in float32
``packed_lif``          voltage and refractory time in one state tensor, for loops
``spiking``             ``RegularSpiking``, ``StochasticSpiking``, ``PoissonSpiking``
``synapses``            ``LinearFilter``, ``Lowpass``, ``Alpha``, ``Triangle``
``learning``            ``SimPES``, ``SimBCM``, ``SimOja``, ``SimVoja``, ``SimRLS``
``rate_forms``          firing rates in place of spikes, in training
``surrogate``           spikes with surrogate gradients, in training
``trainable_synapses``  ``Lowpass`` and ``Alpha`` with trainable time constants
======================  ============================================================================

``rules`` is the contract, ``batch`` the one convention about the batch axis, ``random`` the random
numbers. A rule is matched by exact type: a subclass may step differently, and a wrong curve is
worse than none. What has no rule runs through its own Python step.

To add a rule for a neuron type of your own, say what it computes and what it carries::

    @rule(SimNeurons, of=Softplus, layout=Layout.ELEMENTWISE)
    def softplus(group: Group) -> Step:
        \"\"\"``r = amplitude * log(1 + exp(J))``.\"\"\"
        amplitude = group.constant([op.neurons.amplitude for op in group.ops])

        def step(J: Tensor) -> tuple[Tensor]:
            return (amplitude * tf.math.softplus(J),)

        return batched(group, step)

One call computes a whole group of siblings, here any number of ensembles of any size side by side,
so parameters are taken from all of them. With ``carried=state`` (see ``neurons``) the step also
gets its state's previous values, and returns the new ones behind its output.
"""

from __future__ import annotations

from . import (
    convolution,
    learning,
    lif,
    linear,
    neurons,
    rate_forms,
    sparse,
    spiking,
    surrogate,
    synapses,
    trainable_synapses,
)
from .rules import ExecutionMode, Gradients, Group, Rule, Step, Tensor, find_rule, known_rules, rule

__all__ = [
    "ExecutionMode",
    "Gradients",
    "Group",
    "Rule",
    "Step",
    "Tensor",
    "convolution",
    "find_rule",
    "known_rules",
    "learning",
    "lif",
    "linear",
    "neurons",
    "rate_forms",
    "rule",
    "sparse",
    "spiking",
    "surrogate",
    "synapses",
    "trainable_synapses",
]
