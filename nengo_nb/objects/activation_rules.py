"""TensorFlow rules of the activations: their formulas, with TensorFlow's functions."""

from __future__ import annotations

from nengo.builder.neurons import SimNeurons

from nengo_nb.on_demand import tf
from nengo_nb.ops.batch import batched
from nengo_nb.ops.rules import Group, Step, Tensor, rule
from nengo_nb.plan.signature import Layout

from .activations import ACTIVATIONS, Functions, Softmax


def tensorflow_functions() -> Functions:
    """Return TensorFlow's elementary functions; a function, so that importing this is quick."""
    return Functions(
        exp=tf.exp,
        expm1=tf.math.expm1,
        tanh=tf.tanh,
        erf=tf.math.erf,
        sigmoid=tf.sigmoid,
        softplus=tf.math.softplus,
        abs=tf.abs,
        minimum=tf.minimum,
        maximum=tf.maximum,
        where=tf.where,
    )


def activation_rate(group: Group) -> Step:
    """``r = amplitude * f(J)`` with the formula of the neuron type, which all siblings share."""
    neurons, functions = group.ops[0].neurons, tensorflow_functions()

    def step(J: Tensor) -> tuple[Tensor]:
        return (neurons.amplitude * neurons.formula(functions, J),)

    return batched(group, step)


# Types with other parameters are other groups: a formula holds its numbers.
for _type in ACTIVATIONS:
    rule(SimNeurons, of=_type, layout=Layout.ELEMENTWISE, kind=lambda op: op.neurons)(
        activation_rate
    )


@rule(SimNeurons, of=Softmax, layout=Layout.STACKED, kind=lambda op: op.neurons)
def softmax(group: Group) -> Step:
    """``r_i = exp(J_i) / sum_j exp(J_j)`` over each ``n_classes`` neighbouring neurons."""
    n_classes = group.ops[0].neurons.n_classes

    def step(J: Tensor) -> tuple[Tensor]:
        rows = tf.reshape(J, [*J.shape[:-1], J.shape[-1] // n_classes, n_classes])
        return (tf.reshape(tf.nn.softmax(rows, axis=-1), J.shape),)

    return batched(group, step)
