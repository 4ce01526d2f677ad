"""``LayerConverter``: the contract of a converter for one kind of layer."""

from __future__ import annotations

from typing import Any, ClassVar

import nengo
import numpy as np
from nengo.base import ObjView
from nengo.ensemble import Neurons
from nengo.exceptions import ValidationError
from nengo.neurons import NeuronType

from nengo_nb.objects.tensor_node import TensorNode

from .activations import describe, is_scalable, is_scalable_by_channel, scaled
from .conversion import Conversion
from .copies import copy_of
from .graph import Call, Shape, Value
from .matrices import compact
from .report import Fate

Target = Any
"""A node, or the neurons of an ensemble: what stands for the output of a layer."""


class LayerConverter:
    """Converts the calls of one layer into Nengo objects.

    A subclass of it is registered with ``Converter.register``::

        @nengo_nb.Converter.register(AddOne)
        class ConvertAddOne(nengo_nb.converter.LayerConverter):
            def convert(self, node_id):
                output = self.add_nengo_obj(node_id, biases=np.ones(self.output_shape(node_id)))
                self.add_connection(node_id, output)
                return output

    Args:
        layer: The layer.
        converter: The conversion that it is a part of.
    """

    unsupported_args: ClassVar[list[Any]] = []
    """Arguments of the layer that must have their default: names, whose default is None, or pairs
    of a name and a default.
    """
    unsupported_training_args: ClassVar[list[Any]] = []
    """The same for arguments that matter in training, and are ignored with ``inference_only``."""
    refusal: ClassVar[str] = ""
    """Reason why such a layer is never converted; empty where it depends."""
    has_weights: ClassVar[bool] = False
    """Whether the layer has weights; one that is called again then needs
    ``split_shared_weights``.
    """
    allow_fallback: ClassVar[bool] = True
    """Whether the layer may become a TensorNode where it cannot be converted."""
    fate: ClassVar[Fate] = Fate.NATIVE
    """Kind of objects that the layer becomes."""
    has_activation: ClassVar[bool] = True
    """Whether ``layer.activation``, if there is one, becomes neurons."""
    is_elementwise_in_time: ClassVar[bool] = False
    """Whether the layer treats each step of time by itself where values have a time axis."""

    def __init__(self, layer: Any, converter: Conversion) -> None:
        self.layer = layer
        self.converter = converter

    # -- what a subclass says

    @classmethod
    def convertible(cls, layer: Any, converter: Conversion) -> tuple[bool, str | None]:
        """Return whether a layer can be converted, and if not, the reason."""
        if cls.refusal:
            return False, cls.refusal
        unsupported = list(cls.unsupported_args)
        if not converter.options.inference_only and getattr(layer, "trainable", False):
            unsupported += cls.unsupported_training_args
        for argument in unsupported:
            name, default = argument if isinstance(argument, tuple) else (argument, None)
            value = getattr(layer, name, default)
            if value != default:
                is_for_training = argument in cls.unsupported_training_args
                hint = " (ignored with inference_only=True)" if is_for_training else ""
                return False, f"{name}={_short(value)} has no counterpart in Nengo{hint}"
        return True, None

    @classmethod
    def over_time_alone(cls, converter: Conversion, call: Call) -> bool:
        """Whether a call treats each step of time by itself, or there is no time in the model."""
        if not converter.options.temporal_model or call.is_per_step or not call.inputs:
            return True
        return cls.is_elementwise_in_time

    @property
    def activation(self) -> Any:
        """The activation of the layer; None for none."""
        return getattr(self.layer, "activation", None)

    def convert(self, node_id: int) -> Any:
        """Make the objects of one call, and return the one that stands for its output.

        Args:
            node_id: Number of the call, for the methods of this class.
        """
        raise NotImplementedError(f"{type(self).__name__} must provide convert")

    def note(self, node_id: int) -> str:
        """Return what a reader of the report should know about a layer that is converted."""
        return ""

    # -- what it may ask

    def call(self, node_id: int) -> Call:
        """Return a call of the layer."""
        return self.converter.graph.calls[node_id]

    def has_time(self, node_id: int) -> bool:
        """Whether values of the model have an axis of time there, behind the batch."""
        return self.converter.options.temporal_model and not self.call(node_id).is_per_step

    def input_shape(self, node_id: int, input_idx: int = 0) -> Shape:
        """Return the shape of an input, batch (and time) aside."""
        return self.call(node_id).inputs[input_idx].shape

    def output_shape(self, node_id: int) -> Shape:
        """Return the shape of the output, batch (and time) aside."""
        return self.call(node_id).output_shapes[0]

    def input_value(self, node_id: int, input_idx: int = 0) -> Value:
        """Return the value of an input in the graph."""
        return self.call(node_id).inputs[input_idx]

    def get_input_obj(self, node_id: int, tensor_idx: int = 0) -> Target:
        """Return the object that stands for an input."""
        return self.converter.objects[self.input_value(node_id, tensor_idx)]

    @property
    def trainable(self) -> bool:
        """Whether training changes the layer."""
        return bool(getattr(self.layer, "trainable", False))

    # -- what it may make

    def add_nengo_obj(self, node_id: int, biases: Any = None, activation: Any = None) -> Target:
        """Add the object that stands for the output of a call.

        Args:
            node_id: Number of the call.
            biases: One bias for each element of the output, of its shape; None for none.
            activation: A function of Keras or TensorFlow, a neuron type, or None for none.

        Returns:
            The neurons of an ensemble; without an activation, a node that passes its input on.
        """
        call = self.call(node_id)
        shape = self.output_shape(node_id)
        size = call.size
        neurons = self.resolve(activation, shape)
        if not isinstance(neurons, NeuronType):
            obj = nengo.Node(size_in=size, label=call.name)
            self._add_node_biases(obj, biases, call.name)
            # An activation that no neuron type has runs as TensorFlow code behind the node.
            return obj if neurons is None else self._add_function(obj, neurons, shape, call.name)
        own = None if biases is None else np.ravel(np.asarray(biases, float))
        return self._add_neurons(call.name, neurons, shape, own)

    def _add_neurons(
        self, name: str, neurons: NeuronType, shape: Shape, biases: np.ndarray | None
    ) -> Target:
        """Add neurons whose currents are scaled, and whose output is scaled back."""
        size = int(np.prod(shape))
        neurons, scale = self._scale(neurons, shape)
        is_scaled = np.ndim(scale) > 0 or scale != 1.0
        # Scaled with their gains, biases are trained as in the model; as part of the neurons, where
        # hardware has them, only without a scale.
        is_separate = is_scaled and self.trainable and not self.converter.options.inference_only
        own = np.zeros(size) if biases is None or is_separate else biases
        ens = nengo.Ensemble(
            size,
            1,
            neuron_type=neurons,
            gain=np.broadcast_to(scale, size),
            bias=scale * own,
            # Its input goes to its neurons: it represents nothing, and none of these is used.
            encoders=np.ones((size, 1)),
            eval_points=np.zeros((1, 1)),
            label=name,
        )
        self.converter.neurons[name] = ens
        self.set_trainable(ens, False)
        self.set_trainable(ens.neurons, biases is not None and self.trainable and not is_separate)
        if is_separate:
            self._add_node_biases(ens.neurons, biases, name)
        if np.ndim(scale) == 0:
            return ens.neurons
        # A neuron type has one amplitude; channels are scaled back by the connection to a node.
        node = nengo.Node(size_in=size, label=f"{name}.scaled")
        self.connect(ens.neurons, node, transform=1 / scale)
        self.converter.fronts[node] = ens.neurons
        return node

    def resolve(self, activation: Any, shape: Shape) -> Any:
        """Return the neuron type of an activation, None for a linear one, or the function itself
        where no neuron type has it.
        """
        return self.converter.swaps.resolve(activation, shape[-1] if shape else 1)

    def _scale(self, neurons: NeuronType, shape: Shape) -> tuple[NeuronType, Any]:
        """Return a neuron type and the factor on its currents, one or one for each neuron.

        With one factor the type divides its output by it.
        """
        scale = self.converter.options.scale_of(self.layer)
        if not is_scalable(neurons) or not self.converter.options.is_scaled(self.layer):
            return neurons, 1.0
        if scale.ndim == 0:
            return scaled(neurons, float(scale))
        n_channels = shape[-1 if self.channels_last else 0]
        if len(scale) != n_channels or not is_scalable_by_channel(neurons):
            raise ValidationError(
                f"has {len(scale)} numbers for {self.layer.name!r}, whose {n_channels} channels of "
                f"{type(neurons).__name__} cannot be scaled so",
                attr="scale_firing_rates",
            )
        return neurons, self._spread(scale, shape).ravel()

    def _spread(self, values: np.ndarray, shape: Shape) -> np.ndarray:
        """Return one value for each channel, repeated at all positions."""
        axis = (len(shape) - 1) if self.channels_last else 0
        others = tuple(i for i in range(len(shape)) if i != axis)
        return np.broadcast_to(np.expand_dims(values, others), shape)

    def _add_node_biases(self, obj: Target, biases: Any, name: str) -> None:
        if biases is None:
            return
        one = nengo.Node([1.0], label=f"{name}.one")
        column = np.reshape(np.asarray(biases, float), (-1, 1))
        conn = nengo.Connection(one, obj, synapse=None, transform=column, label=f"{name}.bias")
        self.set_trainable(conn, self.trainable)

    def _add_function(self, obj: Target, function: Any, shape: Shape, name: str) -> Target:
        node = TensorNode(
            copy_of(function),
            shape_in=shape,
            shape_out=shape,
            pass_time=False,
            label=f"{name}.activation",
        )
        self.connect(obj, node)
        # What is connected to the activation goes to the node before it.
        self.converter.fronts[node] = obj
        return node

    def folded(self, node_id: int, kernel: Any, bias: Any) -> tuple[np.ndarray, np.ndarray | None]:
        """Return weights and biases, with the normalization behind the layer if it becomes a part
        of them.

        Args:
            node_id: Number of the call.
            kernel: Weights, whose last axis is that of the output's channels.
            bias: One for each channel; None for none.
        """
        kernel = np.asarray(kernel, float)
        bias = None if bias is None else np.asarray(bias, float)
        fold = self.converter.folds.get(node_id)
        if fold is None:
            return kernel, bias
        scale, offset = fold
        return kernel * scale, offset + (0.0 if bias is None else scale * bias)

    def add_channel_biases(self, node_id: int, obj: Target, biases: Any) -> None:
        """Add one bias for each channel, the same at all positions.

        Training changes one number for each channel, as it does in Keras.

        Args:
            node_id: Number of the call.
            obj: The object that stands for its output.
            biases: One number for each channel.
        """
        name = self.call(node_id).name
        biases = np.asarray(biases, float)
        channels = nengo.Node(size_in=len(biases), label=f"{name}.bias")
        self._add_node_biases(channels, biases, name)
        # Repeated indices spread the channels over all positions.
        spread = self._spread(np.arange(len(biases)), self.output_shape(node_id))
        self.connect(channels, obj, spread.ravel())

    @property
    def channels_last(self) -> bool:
        """Whether channels are the last axis, or the first one behind the batch."""
        return getattr(self.layer, "data_format", None) != "channels_first"

    def add_connection(
        self, node_id: int, obj: Target, input_idx: int = 0, trainable: bool = False, **kwargs: Any
    ) -> nengo.Connection:
        """Connect an input of a call to an object.

        Args:
            node_id: Number of the call.
            obj: Where the connection ends.
            input_idx: Which of the inputs.
            trainable: Whether training changes its weights.
            **kwargs: Further arguments of ``nengo.Connection``.
        """
        source = self.get_input_obj(node_id, input_idx)
        return self.connect(source, obj, trainable=trainable, **kwargs)

    def connect(
        self,
        source: Target,
        target: Target,
        indices: np.ndarray | None = None,
        trainable: bool = False,
        **kwargs: Any,
    ) -> nengo.Connection:
        """Connect two objects; what comes from neurons passes the synapse of the conversion.

        Args:
            source: Where the connection begins.
            target: Where it ends.
            indices: For each element of the target the element of the source that it gets, or -1
                for none; by default elements in order.
            trainable: Whether training changes its weights.
            **kwargs: Further arguments of ``nengo.Connection``.
        """
        owner = source.obj if isinstance(source, ObjView) else source
        synapse = self.converter.options.synapse if isinstance(owner, Neurons) else None
        if not isinstance(target, ObjView):
            target = self.converter.fronts.get(target, target)
        if indices is not None:
            (filled,) = np.nonzero(indices >= 0)
            source = _part(source, indices[filled])
            target = _part(target, filled)
        conn = nengo.Connection(source, target, **{"synapse": synapse, **kwargs})
        self.set_trainable(conn, trainable)
        return conn

    def set_trainable(self, obj: Any, trainable: bool) -> None:
        """Say whether training may change an ensemble, its neurons or a connection."""
        self.converter.net.config[obj].trainable = bool(trainable)


def _part(obj: Target, indices: np.ndarray) -> Target:
    """Return some elements of an object; itself for all of them in order."""
    if len(indices) == obj.size_out and np.array_equal(indices, np.arange(obj.size_out)):
        return obj
    return obj[compact(indices)]


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else describe(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
