"""Keras variables of a network's parameters, in one layer for each Nengo object."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from nengo_nb.on_demand import keras, tf

from .parameters import Parameter

Tensor = Any


class AtLeast(keras.constraints.Constraint):
    """Keeps a variable from falling below a value."""

    def __init__(self, lowest: float) -> None:
        self.lowest = lowest

    def __call__(self, value: Tensor) -> Tensor:
        """Return the value, or the lowest one."""
        return keras.ops.maximum(value, self.lowest)

    def get_config(self) -> dict[str, float]:
        """Return the arguments that make an equal constraint."""
        return {"lowest": self.lowest}


class Weights(keras.layers.Layer):
    """Keras layer with the parameters of one Nengo object."""

    def add(self, parameter: Parameter, dtype: str, trainable: bool, constraint: Any) -> Any:
        """Add a variable that starts with the built array."""
        return self.add_weight(
            name=parameter.attribute,
            shape=parameter.initial.shape,
            dtype=dtype,
            trainable=trainable,
            constraint=constraint,
            initializer=lambda shape, dtype=None: tf.constant(parameter.initial, dtype),  # noqa: ARG005
        )


class ParameterVariables:
    """Variables of parameters, which start with the built arrays.

    Args:
        parameters: The parameters.
        trainable: Whether an optimizer may change a parameter.
        dtype: ``"float32"`` or ``"float64"``.
        least_tau: The shortest time constant, in seconds.

    Attributes:
        layers: The layers, by the name of the object.
        by_parameter: The variables.
    """

    def __init__(
        self,
        parameters: Iterable[Parameter],
        trainable: Callable[[Parameter], bool],
        dtype: str,
        least_tau: float,
    ) -> None:
        self.layers: dict[str, Weights] = {}
        self.by_parameter: dict[Parameter, Any] = {}
        for p in parameters:
            shortest = AtLeast(least_tau) if p.attribute == "tau" else None
            variable = self._layer(p.owner).add(p, dtype, trainable(p), shortest)
            self.by_parameter[p] = variable

    def _layer(self, owner: str) -> Weights:
        if owner not in self.layers:
            layer = Weights(name=owner.replace("->", "_to_"))
            layer.built = True
            self.layers[owner] = layer
        return self.layers[owner]

    def tensors(self) -> dict[Parameter, Tensor]:
        """Return the present values as tensors that can be differentiated."""
        return {parameter: variable.value for parameter, variable in self.by_parameter.items()}

    def values(self) -> dict[Parameter, np.ndarray]:
        """Return the present values as arrays."""
        return {parameter: variable.numpy() for parameter, variable in self.by_parameter.items()}

    def assign(self, values: Mapping[Parameter, np.ndarray]) -> None:
        """Give parameters new values."""
        for parameter, array in values.items():
            self.by_parameter[parameter].assign(array)
