"""Converters of inputs, dense layers and activations, and of layers that only act in training."""

from __future__ import annotations

from typing import Any, ClassVar

import nengo
import numpy as np
from nengo.transforms import Convolution

from nengo_nb.objects import activations as rates
from nengo_nb.on_demand import keras

from .conversion import Conversion
from .layer_converter import LayerConverter, Target
from .registry import for_layers
from .report import Fate

TRAINING_ARGS: list[Any] = [
    "kernel_regularizer",
    "bias_regularizer",
    "activity_regularizer",
    "kernel_constraint",
    "bias_constraint",
]


class ConvertInput(LayerConverter):
    """A node that gives zeros, unless it is fed."""

    is_elementwise_in_time = True

    def convert(self, node_id: int) -> Target:
        """Make the node."""
        call = self.call(node_id)
        return nengo.Node(np.zeros(max(call.size, 1)), label=call.name)


@for_layers("Dense")
class ConvertDense(LayerConverter):
    """``y = x W + b``: a dense transform; over further axes, a convolution of length 1."""

    unsupported_args: ClassVar[list[Any]] = ["quantization_mode"]
    unsupported_training_args = TRAINING_ARGS
    has_weights = True
    is_elementwise_in_time = True

    def convert(self, node_id: int) -> Target:
        """Make neurons, or a node, and the connection to them."""
        kernel, bias = self.folded(node_id, self.layer.kernel, self.layer.bias)
        shape = self.output_shape(node_id)
        if len(shape) == 1:
            obj = self.add_nengo_obj(node_id, bias, self.activation)
            self.add_connection(node_id, obj, trainable=self.trainable, transform=kernel.T)
            return obj
        obj = self.add_nengo_obj(node_id, None, self.activation)
        transform = Convolution(
            kernel.shape[1],
            (int(np.prod(shape[:-1])), kernel.shape[0]),
            kernel_size=(1,),
            strides=(1,),
            init=kernel[np.newaxis],
        )
        self.add_connection(node_id, obj, trainable=self.trainable, transform=transform)
        if bias is not None:
            self.add_channel_biases(node_id, obj, bias)
        return obj


class ConvertActivation(LayerConverter):
    """Neurons, one for each element of the input."""

    unsupported_training_args: ClassVar[list[Any]] = ["activity_regularizer"]
    is_elementwise_in_time = True

    def convert(self, node_id: int) -> Target:
        """Make the neurons and a connection to them; nothing for a linear activation."""
        if self.resolve(self.activation, self.output_shape(node_id)) is None:
            return self.get_input_obj(node_id)
        obj = self.add_nengo_obj(node_id, activation=self.activation)
        self.add_connection(node_id, obj)
        return obj


for_layers("Activation")(ConvertActivation)


@for_layers("ReLU LeakyReLU ELU Softmax")
class ConvertActivationLayer(ConvertActivation):
    """Neurons, for an activation with arguments of its own."""

    unsupported_args: ClassVar[list[Any]] = [("axis", -1)]

    @property
    def activation(self) -> Any:
        """The layer itself, of which its neuron type follows."""
        return self.layer


OPERATIONS = (
    "Relu Relu6 Sigmoid Tanh LeakyRelu Elu Selu Gelu Silu Softplus Softsign LogSigmoid HardSigmoid "
    "HardSilu Softmax Exp"
)
"""Activations that are called as functions, as in ``keras.ops.relu(x)``."""


@for_layers(OPERATIONS, "ops")
class ConvertActivationOperation(ConvertActivation):
    """Neurons, for a function of ``keras.ops``."""

    @classmethod
    def convertible(cls, layer: Any, converter: Conversion) -> tuple[bool, str | None]:
        """Whether its arguments are the defaults of the activation."""
        defaults = {"alpha": 1.0, "approximate": False, "axis": -1, "negative_slope": 0.2}
        for name, default in defaults.items():
            # Keras' ops and activations differ here: approximate is the default of the one alone.
            value = getattr(layer, name, default)
            if value != default and not (name == "approximate" and type(layer).__name__ == "Gelu"):
                return False, f"{name}={value} is not that of the activation"
        return super().convertible(layer, converter)

    @property
    def activation(self) -> Any:
        """The function of its name, or a neuron type where its arguments decide."""
        kind = type(self.layer).__name__
        if kind == "Gelu":
            return rates.GELU(approximate=bool(self.layer.approximate))
        words = {
            "LeakyRelu": "leaky_relu",
            "LogSigmoid": "log_sigmoid",
            "HardSigmoid": "hard_sigmoid",
            "HardSilu": "hard_silu",
            "Exp": "exponential",
        }
        return keras.activations.get(words.get(kind, kind.lower()))


class ConvertNothing(LayerConverter):
    """The object of the input: the layer changes nothing when it does not train."""

    fate = Fate.NOTHING
    is_elementwise_in_time = True

    def convert(self, node_id: int) -> Target:
        """Return the object of the input."""
        return self.get_input_obj(node_id)


for_layers("Identity")(ConvertNothing)


@for_layers(
    "Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D AlphaDropout GaussianDropout "
    "GaussianNoise ActivityRegularization"
)
class ConvertNoise(ConvertNothing):
    """The object of the input; a network trains without noise."""

    def note(self, node_id: int) -> str:
        """Return that it is left out."""
        return "it only acts in training, and the network trains without it"
