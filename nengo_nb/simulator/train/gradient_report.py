"""Gradient report: where gradients vanish, explode or are cut, for ``sim.gradient_report``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from nengo_nb.on_demand import tf

from .calls_by_shape import ByShapes
from .schedules import Arrays, Tensor, Tensors

if TYPE_CHECKING:
    from .keras_model import NetworkModel

VANISHING = 1e-6
"""Size of a parameter's gradient, relative to the largest of all, below which it vanishes: the
smallest part of a step that float32 can add to the largest.
"""

EXPLODING = 1000.0
"""Size of a gradient, relative to that of its weights or to one, whichever is larger, from which a
learning rate of 0.001 replaces the weights in one step.
"""


class GradientState(Enum):
    """Whether a gradient is of use to an optimizer."""

    FLOWS = "flows"
    VANISHES = "vanishes"
    EXPLODES = "explodes"
    CUT = "is cut"


@dataclass(frozen=True)
class ParameterGradient:
    """Gradient of the loss of one minibatch by a parameter.

    Args:
        name: Name of the parameter, as in files of parameters.
        state: Whether it is of use.
        size: Root mean square of its elements; zero where it is cut, NaN where it is not finite.
        weight_size: That of the parameter's elements.
        reason: What cuts it; empty elsewhere.
    """

    name: str
    state: GradientState
    size: float
    weight_size: float
    reason: str = ""


@dataclass(frozen=True)
class GradientReport:
    """Gradients of all trainable parameters for one minibatch; printed as a table.

    Args:
        loss: Loss of the minibatch.
        gradients: One for each parameter, in the order of the model's weights.
    """

    loss: float
    gradients: tuple[ParameterGradient, ...]

    def of(self, state: GradientState) -> tuple[ParameterGradient, ...]:
        """Return the gradients in a state."""
        return tuple(gradient for gradient in self.gradients if gradient.state is state)

    def __str__(self) -> str:
        lines = [["parameter", "gradient", "weights", ""]]
        for gradient in self.gradients:
            is_cut = gradient.state is GradientState.CUT
            size = "none" if is_cut else f"{gradient.size:.2e}"
            told = ": ".join(filter(None, [gradient.state.value, gradient.reason]))
            lines.append([gradient.name, size, f"{gradient.weight_size:.2e}", told])
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        texts = []
        for line in lines:
            cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=True)]
            texts.append("  ".join(cells).rstrip())
        return "\n".join([f"loss {self.loss:.4g}", *texts])


def make_gradient_report(
    model: NetworkModel, x: Arrays, y: Arrays, obstacles: Mapping[str, str]
) -> GradientReport:
    """Return the gradients for a minibatch, and change nothing.

    Args:
        model: The compiled model.
        x: Inputs by name, ``(batch, steps, size)``.
        y: Targets by name.
        obstacles: What is in the way of gradients, by name of the parameter.
    """
    inputs, targets = _tensors(x), _tensors(y)
    # Python functions are called here: what is traced cannot call them.
    noise = model._chosen().noise(inputs, 1)
    differentiate = ByShapes(_Differentiation(model), jit_compile=False)
    loss, gradients = differentiate(inputs, targets, noise)
    names = {id(v): p.name for p, v in model.variables_by_parameter.items()}
    variables = model.trainable_weights
    sizes = [0.0 if g is None else _size(g.numpy()) for g in gradients]
    largest = max(filter(np.isfinite, sizes), default=0.0)
    rows = []
    for variable, gradient, size in zip(variables, gradients, sizes, strict=True):
        name = names.get(id(variable), variable.path)
        weight_size = _size(variable.numpy())
        state = _state_of(size, weight_size, largest)
        if gradient is None or name in obstacles:
            state = GradientState.CUT
        rows.append(ParameterGradient(name, state, size, weight_size, obstacles.get(name, "")))
    return GradientReport(float(loss), tuple(rows))


class _Differentiation:
    """Loss of a minibatch, and its gradients by the trainable weights.

    Args:
        model: The model.
    """

    def __init__(self, model: NetworkModel) -> None:
        self.model = model

    def __call__(
        self, x: Tensors, y: Tensors, noise: Mapping[int, Tensor]
    ) -> tuple[Tensor, list[Tensor | None]]:
        model = self.model
        variables = [variable.value for variable in model.trainable_weights]
        with tf.GradientTape() as tape:
            batch = (x, y, None, noise, None, tf.constant(1, tf.int64))
            _, loss, _ = model.run_forward(batch, model.trained())
        return loss, tape.gradient(loss, variables)


def _state_of(size: float, weight_size: float, largest: float) -> GradientState:
    """Return the state of a gradient that nothing cuts."""
    if not np.isfinite(size) or size > EXPLODING * max(weight_size, 1.0):
        return GradientState.EXPLODES
    return GradientState.VANISHES if size <= VANISHING * largest else GradientState.FLOWS


def _size(array: np.ndarray) -> float:
    """Return the root mean square of the elements of an array."""
    # In float64, in which the squares of float32 cannot overflow.
    return float(np.sqrt(np.mean(np.square(array, dtype=np.float64)))) if array.size else 0.0


def _tensors(arrays: Arrays) -> Tensors:
    return {name: tf.constant(array) for name, array in arrays.items()}
