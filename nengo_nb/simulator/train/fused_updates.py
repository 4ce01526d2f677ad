"""Steps of optimizers by TensorFlow's fused operations, one for each variable.

Keras composes the update of a variable of a dozen operations. With hundreds of small variables, to
trace those takes as long as to compile the network, and each is a kernel to call at every step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nengo_nb.on_demand import keras, tf

from .schedules import Tensor

Pairs = Sequence[tuple[Tensor, Any]]
"""Gradients, and the variables they are of."""

Update = Callable[..., None]
"""Changes a variable, given its handle, its gradient and handles of what the optimizer keeps for
it.
"""

KEPT = {"SGD": ("momentums",), "RMSprop": ("_velocities",), "Adam": ("_momentums", "_velocities")}
"""Attributes of optimizers, by class, in which Keras keeps arrays like the variables."""

ASKS_FOR_MORE = (
    "amsgrad",
    "centered",
    "clipnorm",
    "clipvalue",
    "global_clipnorm",
    "gradient_accumulation_steps",
    "loss_scale_factor",
    "use_ema",
    "weight_decay",
)
"""Arguments of optimizers by which Keras does more than the fused operations."""


class FusedUpdates:
    """Steps of an optimizer by fused operations.

    Args:
        optimizer: The optimizer, of which ``is_fused`` holds.
        variables: Variables of TensorFlow.
        kept: Lists of the arrays that the optimizer keeps, each in the order of the variables.
    """

    def __init__(
        self,
        optimizer: keras.Optimizer,
        variables: Sequence[Any],
        kept: Sequence[Sequence[Any]],
    ) -> None:
        self.optimizer = optimizer
        kept = list(kept)
        if isinstance(optimizer, keras.optimizers.RMSprop):
            # The operation also writes a momentum. Keras, without one, has no array for it, and
            # nothing is read from it, so that variables of a shape can share theirs.
            written = {v.shape: tf.Variable(tf.zeros(v.shape, v.dtype)) for v in variables}
            kept.append([written[v.shape] for v in variables])
        self.kept: Mapping[int, Sequence[Any]] = {
            id(variable): arrays for variable, *arrays in zip(variables, *kept, strict=True)
        }

    def apply(self, pairs: Pairs) -> None:
        """Update variables by their gradients, and count the step."""
        dtype = pairs[0][1].dtype
        update = UPDATES[type(self.optimizer).__name__](self.optimizer, dtype)
        for gradient, variable in pairs:
            update(variable.handle, gradient, *_handles(self.kept[id(variable)]))
        self.optimizer.iterations.assign_add(1)


def is_fused(optimizer: keras.Optimizer, variables: Sequence[Any]) -> bool:
    """Whether fused operations do all that an optimizer does in a step.

    Args:
        optimizer: The optimizer, built for the variables.
        variables: The variables.
    """
    # A subclass may do anything.
    if type(optimizer) not in (getattr(keras.optimizers, name) for name in KEPT):
        return False
    if any(getattr(optimizer, name, None) for name in ASKS_FOR_MORE):
        return False
    if any(v.constraint is not None for v in variables) or len({v.dtype for v in variables}) != 1:
        return False
    if isinstance(optimizer, keras.optimizers.RMSprop) and optimizer.momentum:
        return False
    # False as well with a release of Keras that keeps its arrays elsewhere.
    return all(len(arrays) == len(variables) for arrays in kept_by(optimizer))


def values_of(variables: Sequence[Any]) -> list[Any]:
    """Return the variables of TensorFlow within those of Keras."""
    return [variable.value for variable in variables]


def _handles(variables: Sequence[Any]) -> list[Any]:
    """Return what operations know variables of TensorFlow by."""
    return [variable.handle for variable in variables]


def kept_by(optimizer: keras.Optimizer) -> list[list[Any]]:
    """Return lists of the arrays that an optimizer keeps, each in the order of the variables."""
    if isinstance(optimizer, keras.optimizers.SGD) and not optimizer.momentum:
        return []
    names = KEPT[type(optimizer).__name__]
    return [values_of(getattr(optimizer, name, ())) for name in names]


def _descend(optimizer: keras.optimizers.SGD, dtype: str) -> Update:
    rate = tf.cast(optimizer.learning_rate, dtype)
    momentum = tf.constant(optimizer.momentum, dtype)
    nesterov = optimizer.nesterov

    def update(variable: Any, gradient: Tensor, accumulated: Any = None) -> None:
        if accumulated is None:
            tf.raw_ops.ResourceApplyGradientDescent(var=variable, alpha=rate, delta=gradient)
        else:
            tf.raw_ops.ResourceApplyKerasMomentum(
                var=variable,
                accum=accumulated,
                lr=rate,
                grad=gradient,
                momentum=momentum,
                use_nesterov=nesterov,
            )

    return update


def _divide_by_root_mean_square(optimizer: keras.optimizers.RMSprop, dtype: str) -> Update:
    rate = tf.cast(optimizer.learning_rate, dtype)
    rho = tf.constant(optimizer.rho, dtype)
    nothing = tf.constant(0, dtype)
    epsilon = tf.constant(optimizer.epsilon, dtype)

    def update(variable: Any, gradient: Tensor, mean_square: Any, momentum: Any) -> None:
        tf.raw_ops.ResourceApplyRMSProp(
            var=variable,
            ms=mean_square,
            mom=momentum,
            lr=rate,
            rho=rho,
            momentum=nothing,
            epsilon=epsilon,
            grad=gradient,
        )

    return update


def _adapt_moments(optimizer: keras.optimizers.Adam, dtype: str) -> Update:
    rate = tf.cast(optimizer.learning_rate, dtype)
    step = tf.cast(optimizer.iterations + 1, dtype)
    betas = [tf.constant(beta, dtype) for beta in (optimizer.beta_1, optimizer.beta_2)]
    powers = [tf.pow(beta, step) for beta in betas]
    epsilon = tf.constant(optimizer.epsilon, dtype)

    def update(variable: Any, gradient: Tensor, mean: Any, mean_square: Any) -> None:
        tf.raw_ops.ResourceApplyAdam(
            var=variable,
            m=mean,
            v=mean_square,
            beta1_power=powers[0],
            beta2_power=powers[1],
            lr=rate,
            beta1=betas[0],
            beta2=betas[1],
            epsilon=epsilon,
            grad=gradient,
        )

    return update


UPDATES: Mapping[str, Callable[[Any, str], Update]] = {
    "SGD": _descend,
    "RMSprop": _divide_by_root_mean_square,
    "Adam": _adapt_moments,
}
"""By class of the optimizer."""
