"""Neuron types for the activations of Keras, and what they are swapped for."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import nengo
from nengo.neurons import NeuronType

from nengo_nb.objects import activations as rates
from nengo_nb.objects.neurons import LeakyReLU
from nengo_nb.on_demand import keras, tf

Activation = Any
"""A function of Keras or TensorFlow, a name of one, a layer such as ``ReLU()``, a neuron type, or
None for none.
"""

_SELU_SCALE, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772

# The time constants make rates of 0 to 1, or -1 to 1, of those in Hz.
NEURONS: dict[str, Callable[[], NeuronType]] = {
    "relu": nengo.RectifiedLinear,
    "sigmoid": lambda: nengo.Sigmoid(tau_ref=1),
    "tanh": lambda: nengo.Tanh(tau_ref=1),
    "leaky_relu": lambda: LeakyReLU(0.2),
    "relu6": lambda: rates.ClippedReLU(6.0),
    "elu": rates.ELU,
    "selu": lambda: rates.ELU(_SELU_ALPHA, scale=_SELU_SCALE),
    "celu": rates.ELU,
    "gelu": rates.GELU,
    "silu": rates.SiLU,
    "mish": rates.Mish,
    "softplus": rates.Softplus,
    "softsign": rates.Softsign,
    "exponential": rates.Exponential,
    "log_sigmoid": rates.LogSigmoid,
    "hard_sigmoid": rates.HardSigmoid,
    "hard_silu": rates.HardSiLU,
}
"""Neuron types by the name of an activation with its default arguments. ``linear`` takes none, and
``softmax`` one for its number of classes.
"""

_OTHER_NAMES = {"swish": "silu", "hard_swish": "hard_silu", "exp": "exponential"}


@cache
def _names() -> dict[Any, str]:
    """Return the name of each known function of Keras and TensorFlow."""
    known = {"linear", "softmax", *NEURONS}
    named: dict[Any, str] = {tf.identity: "linear", tf.exp: "exponential"}
    for module in (tf, tf.nn, tf.math, keras.ops, keras.activations):
        for name in {*known, *_OTHER_NAMES} - {"exp"}:
            function = getattr(module, name, None)
            # TensorFlow's gelu, elu and so on have Keras' defaults.
            if callable(function):
                named[function] = _OTHER_NAMES.get(name, name)
    return named


def name_of(activation: Activation) -> str | None:
    """Return the name under which an activation is known; None if it is not."""
    if activation is None:
        return "linear"
    try:
        function = keras.activations.get(of_layer(activation))
        return _names().get(function)
    # What Keras knows no function for, or what has no hash, is no known activation.
    except (TypeError, ValueError):
        return None


def of_layer(activation: Activation) -> Activation:
    """Return the function or neuron type that a layer stands for; what is no layer, or one without
    neurons, as it is.
    """
    layers = keras.layers
    # Subclasses may compute something else.
    if type(activation) is layers.Activation:
        return activation.activation
    if type(activation) is layers.Softmax and activation.axis == -1:
        return keras.activations.softmax
    if type(activation) is layers.LeakyReLU:
        return LeakyReLU(float(activation.negative_slope))
    if type(activation) is layers.ELU:
        return rates.ELU(float(activation.alpha))
    if type(activation) is layers.ReLU:
        return _of_relu(activation)
    return activation


def _of_relu(layer: Any) -> Activation:
    """Return Keras' function for the plain forms, by which they are swapped, or a neuron type."""
    ceiling, slope = layer.max_value, float(layer.negative_slope)
    if slope == layer.threshold == 0 and ceiling in (None, 6):
        return keras.activations.relu if ceiling is None else keras.activations.relu6
    if ceiling is None and layer.threshold == 0:
        return LeakyReLU(slope)
    highest = math.inf if ceiling is None else float(ceiling)
    return rates.ClippedReLU(highest, slope, float(layer.threshold))


def describe(activation: Activation) -> str:
    """Return an activation as a reader would call it."""
    return getattr(activation, "__name__", None) or repr(activation)


def neurons_of(activation: Activation, n_classes: int) -> Activation:
    """Return the neuron type of an activation, None for a linear one, or the activation itself
    where no neuron type has it.

    Args:
        activation: A function, its name, a layer, or a neuron type, which is returned.
        n_classes: Length of the last axis, over which a softmax goes.
    """
    activation = of_layer(activation)
    if isinstance(activation, NeuronType):
        return activation
    name = name_of(activation)
    if name is None:
        return activation
    if name == "linear":
        return None
    return rates.Softmax(n_classes) if name == "softmax" else NEURONS[name]()


@dataclass
class Swaps:
    """Activations and neuron types that are replaced, and which of them were found.

    Args:
        table: From functions, their names or neuron types to those that take their place.
    """

    table: Mapping[Any, Any]
    used: set[int] = field(default_factory=set)

    def apply(self, activation: Activation) -> Activation:
        """Return what takes the place of an activation: itself, unless the table has it."""
        for number, (key, swapped) in enumerate(self.table.items()):
            if _matches(key, activation):
                self.used.add(number)
                return swapped
        return activation

    def resolve(self, activation: Activation, n_classes: int) -> Activation:
        """Return what ``neurons_of`` does; swaps hold before and after that look-up."""
        swapped = self.apply(activation)
        neurons = neurons_of(swapped, n_classes)
        if not isinstance(neurons, NeuronType) or neurons is swapped:
            return neurons
        return neurons_of(self.apply(neurons), n_classes)

    @property
    def unused(self) -> list[str]:
        """Keys of the table that nothing in the model matched."""
        return [describe(key) for number, key in enumerate(self.table) if number not in self.used]


def _matches(key: Any, activation: Activation) -> bool:
    key, activation = of_layer(key), of_layer(activation)
    if isinstance(key, NeuronType) or isinstance(activation, NeuronType):
        return bool(key == activation)
    name = name_of(key)
    return key is activation or (name is not None and name == name_of(activation))


def is_scalable(neurons: NeuronType) -> bool:
    """Whether firing rates can be scaled: those of activations without spikes are none."""
    is_activation = isinstance(neurons, rates.ActivationRate)
    return hasattr(neurons, "amplitude") and (not is_activation or _is_clipped(neurons))


def is_scalable_by_channel(neurons: NeuronType) -> bool:
    """Whether each neuron of a type may have a factor of its own: one on its current alone."""
    base = getattr(neurons, "base_type", neurons)
    return is_scalable(neurons) and not isinstance(base, _SCALED_BY_OUTPUT | rates.ClippedReLU)


_SCALED_BY_OUTPUT = rates.ActivationRate | nengo.Sigmoid | nengo.Tanh
"""Rates of which spikes are made, and that are not those of another current when scaled."""


def scaled(neurons: NeuronType, scale: float) -> tuple[NeuronType, float]:
    """Return a neuron type that fires ``scale`` times as often with the same output, and the factor
    on its currents.

    Rectified and leaky integrating neurons get larger currents. The rates of which others make
    their spikes are scaled themselves, so that their outputs stay what they were.
    """
    base = getattr(neurons, "base_type", None)
    changes: dict[str, Any] = {"amplitude": neurons.amplitude / scale}
    if base is None or not isinstance(base, _SCALED_BY_OUTPUT):
        return _changed(neurons, **changes, **_larger(neurons, scale)), scale
    if _is_clipped(base):
        return _changed(neurons, **changes, base_type=_changed(base, **_larger(base, scale))), scale
    factor = {"tau_ref": base.tau_ref / scale} if hasattr(base, "tau_ref") else {}
    larger = factor or {"amplitude": base.amplitude * scale}
    return _changed(neurons, **changes, base_type=_changed(base, **larger)), 1.0


def _larger(neurons: NeuronType, scale: float) -> dict[str, float]:
    """Return the ceiling and the threshold, which are currents, for larger currents."""
    if not _is_clipped(neurons):
        return {}
    return {"max_value": neurons.max_value * scale, "threshold": neurons.threshold * scale}


def _is_clipped(neurons: NeuronType) -> bool:
    return isinstance(neurons, rates.ClippedReLU)


def _changed(neurons: NeuronType, **parameters: Any) -> NeuronType:
    """Return a neuron type with other parameters."""
    # Neuron types are frozen: another one is made the way a copy is.
    state = {**neurons.__getstate__(), **parameters, "_FrozenObject__argreprs": None}
    other = object.__new__(type(neurons))
    other.__setstate__(state)
    return other


def is_spiking(activation: Activation) -> bool:
    """Whether an activation is a neuron type that spikes."""
    return isinstance(activation, NeuronType) and bool(activation.spiking)
