"""A Keras model as a list of calls: what is called, on which values, in which order.

Nested models are taken apart, so that a call is one layer, or one operation of ``keras.ops``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nengo_nb.errors import ConversionError
from nengo_nb.on_demand import keras

Shape = tuple[int, ...]
KerasTensor = Any


@dataclass(frozen=True)
class Value:
    """One output of a call; two of the same output are equal.

    Args:
        call: The call.
        index: Which of its outputs.
    """

    call: Call
    index: int = 0

    @property
    def shape(self) -> Shape:
        """Its shape, batch (and time, in a temporal model) aside."""
        return self.call.output_shapes[self.index]


@dataclass(frozen=True, eq=False)
class Call:
    """One call of a layer or operation.

    Args:
        layer: The layer, or operation of ``keras.ops``.
        name: Name that no other call has: that of the layer, behind those of the models around it.
        node: Keras' record of the call, with its arguments.
        inputs: Values of the tensors among its arguments, in order.
        output_shapes: Shape of each output, batch (and time) aside.
        tensors: Its outputs in the Keras model.
        is_per_step: Whether it is called for single steps of time, within ``TimeDistributed``.
    """

    layer: Any
    name: str
    node: Any
    inputs: tuple[Value, ...]
    output_shapes: tuple[Shape, ...]
    tensors: tuple[KerasTensor, ...]
    is_per_step: bool = False

    @property
    def sources(self) -> set[Call]:
        """The calls that its inputs come from."""
        return {value.call for value in self.inputs}

    @property
    def total_input(self) -> int:
        """Number of elements of all inputs."""
        return sum(int(np.prod(value.shape)) for value in self.inputs)

    @property
    def total_size(self) -> int:
        """Number of elements of all outputs."""
        return sum(int(np.prod(shape)) for shape in self.output_shapes)

    @property
    def size(self) -> int:
        """Number of elements of its first output."""
        return int(np.prod(self.output_shapes[0]))


@dataclass
class Graph:
    """Calls of a model, in an order in which they can be computed.

    Args:
        calls: The calls, input layers included.
        inputs: The value of each input of the model.
        outputs: The value of each output of the model.
        tensors: For the identity of each Keras tensor its values: several, where a nested model is
            called more than once.
        nested: For the identity of each nested model the values of its outputs.
        kept: The models' tensors, so that no other gets the identity of one.
    """

    calls: list[Call] = field(default_factory=list)
    inputs: list[Value] = field(default_factory=list)
    outputs: list[Value] = field(default_factory=list)
    tensors: dict[int, list[Value]] = field(default_factory=dict)
    nested: dict[int, list[Value]] = field(default_factory=dict)
    kept: list[KerasTensor] = field(default_factory=list)

    def calls_of(self, layer: Any) -> list[Call]:
        """Return the calls of a layer."""
        return [call for call in self.calls if call.layer is layer]

    def readers(self, call: Call) -> list[Call]:
        """Return the calls that read an output of a call."""
        return [reader for reader in self.calls if call in reader.sources]


class _Walk:
    """Takes a model and its nested models apart.

    Args:
        temporal: Whether the first axis behind the batch is time.
    """

    def __init__(self, temporal: bool) -> None:
        self.temporal = temporal
        self.graph = Graph()
        self.names: set[str] = set()

    def model(
        self, model: Any, given: Sequence[Value] | None, around: str = "", per_step: bool = False
    ) -> list[Value]:
        """Add the calls of a model.

        Args:
            model: A functional model.
            given: Values of its inputs; None for the model that is converted.
            around: Names of the models around it.
            per_step: Whether it is called within ``TimeDistributed``.

        Returns:
            The values of its outputs.
        """
        values: dict[int, Value] = {}
        for i, tensor in enumerate(model.inputs):
            self._name(values, tensor, self._input(tensor, i) if given is None else given[i])
        # Keras itself computes a model in this order, the deepest calls first.
        by_depth = model._nodes_by_depth
        for depth in sorted(by_depth, reverse=True):
            for node in by_depth[depth]:
                if not node.is_input:
                    self._call(node, values, around, per_step)
        return [values[id(tensor)] for tensor in model.outputs]

    def _call(self, node: Any, values: dict[int, Value], around: str, per_step: bool) -> None:
        """Add one call, or those of a nested model."""
        operation, record = node.operation, node
        inputs = tuple(values[id(tensor)] for tensor in node.input_tensors)
        name = f"{around}{operation.name}"
        shapes = tuple(
            self._shape(t.shape, f"the output of {name!r}", per_step) for t in node.outputs
        )
        if self.temporal and isinstance(operation, keras.layers.TimeDistributed):
            # The layer in it is called for single steps, of which Keras keeps no record.
            operation, record, per_step = operation.layer, None, True
        inner = functional(operation)
        if inner is not None:
            outputs = self.model(inner, inputs, f"{name}/", per_step)
            self.graph.nested.setdefault(id(node.operation), []).extend(outputs)
        else:
            tensors = tuple(node.outputs)
            call = Call(operation, self._unique(name), record, inputs, shapes, tensors, per_step)
            self.graph.calls.append(call)
            outputs = [Value(call, i) for i in range(len(shapes))]
        for tensor, value in zip(node.outputs, outputs, strict=True):
            self._name(values, tensor, value)

    def _input(self, tensor: KerasTensor, index: int) -> Value:
        """Add the call that stands for an input of the model."""
        layer = tensor._keras_history.operation
        name = f"input_{index}" if layer is None else layer.name
        shape = self._shape(tensor.shape, f"the input {name!r}", False)
        call = Call(layer, self._unique(name), None, (), (shape,), (tensor,))
        self.graph.calls.append(call)
        self.graph.inputs.append(Value(call))
        return Value(call)

    def _name(self, values: dict[int, Value], tensor: KerasTensor, value: Value) -> None:
        values[id(tensor)] = value
        self.graph.tensors.setdefault(id(tensor), []).append(value)
        self.graph.kept.append(tensor)

    def _unique(self, name: str) -> str:
        """Return a name that no other call has: further calls of a layer are numbered."""
        candidate, number = name, 1
        while candidate in self.names:
            number += 1
            candidate = f"{name}:{number}"
        self.names.add(candidate)
        return candidate

    def _shape(self, shape: Sequence[int | None], of: str, per_step: bool) -> Shape:
        """Return a shape without its batch axis (and time).

        Raises:
            ConversionError: An axis has no fixed length.
        """
        has_time = self.temporal and not per_step
        if has_time and len(shape) < 2:
            raise ConversionError(
                f"{of} has no time axis (its shape is {tuple(shape)}), but temporal_model=True "
                "says that all values have one, behind the batch axis."
            )
        inner = shape[2:] if has_time else shape[1:]
        if None in inner:
            raise ConversionError(
                f"{of} has a shape that is not fixed, {tuple(shape)}: Nengo's objects have a fixed "
                "size. Give the Input layer a full shape; if the open axis is time, convert with "
                "temporal_model=True."
            )
        return tuple(int(length) for length in inner if length is not None)


def functional(operation: Any) -> Any | None:
    """Return a model as the functional model that it is, or is made of; None for anything else."""
    if not isinstance(operation, keras.Model):
        return None
    if isinstance(operation, keras.Sequential):
        is_own = type(operation).call is keras.Sequential.call
        return operation._functional if is_own else None
    # A model that overrides call computes what Keras' record of it does not tell.
    plain = [base for base in type(operation).__mro__ if base.__name__ == "Functional"]
    own = getattr(type(operation), "call", None)
    return operation if plain and own is getattr(plain[0], "call", None) else None


def read_graph(model: Any, temporal: bool) -> Graph:
    """Return the calls of a checked model.

    Args:
        model: A built model, functional or sequential.
        temporal: Whether the first axis behind the batch is time.

    Raises:
        ConversionError: A shape is not fixed.
    """
    walk = _Walk(temporal)
    walk.graph.outputs = walk.model(functional(model), None)
    return walk.graph


def check_model(model: Any) -> None:
    """Check that a model is one whose layers and weights are known.

    Raises:
        ConversionError: It is of another backend of Keras or of ``tf_keras``, not built, without a
            record of its layers, or computes in another type than float32 or float64.
    """
    if not isinstance(model, keras.Model):
        kind = f"{type(model).__module__}.{type(model).__qualname__}"
        hint = (
            " It is of an older Keras; make it with Keras 3: unset TF_USE_LEGACY_KERAS, or load its"
            " file with keras.models.load_model."
            if hasattr(model, "get_weights")
            else " Make one with keras.Sequential or keras.Model(inputs, outputs)."
        )
        raise ConversionError(f"A Keras 3 model is needed, not a {kind}.{hint}")
    backend = keras.backend.backend()
    if backend != "tensorflow":
        raise ConversionError(
            f"{model.name!r} is a model of Keras' {backend} backend, and nengo_nb simulates with "
            "TensorFlow. Save it, and load it where KERAS_BACKEND is tensorflow."
        )
    if isinstance(model, keras.Sequential) and functional(model) is None:
        raise ConversionError(
            f"{model.name!r} has no weights yet, as the shape of its input is not known. Begin it "
            "with keras.Input(shape), or call model.build((None, ...)) first."
        )
    if functional(model) is None:
        raise ConversionError(
            f"{model.name!r} is a subclass of keras.Model: which layers it calls is Python code. "
            "Write it as a functional model, keras.Model(inputs, outputs), whose layers are known."
        )
    for layer in model._flatten_layers():
        policy = layer.dtype_policy
        narrow = {policy.compute_dtype, policy.variable_dtype} & {"float16", "bfloat16"}
        if narrow:
            raise ConversionError(
                f"The layer {layer.name!r} computes in {min(narrow)} (dtype policy "
                f"{policy.name!r}), and a simulation in float32 or float64. Load the model with "
                "keras.config.set_dtype_policy('float32')."
            )
