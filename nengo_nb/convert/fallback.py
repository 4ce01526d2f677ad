"""Fallback: a layer that Nengo has no objects for runs in a TensorNode."""

from __future__ import annotations

import nengo
import numpy as np

from nengo_nb.objects.tensor_node import TensorNode
from nengo_nb.on_demand import keras

from .copies import copy_of
from .graph import Call
from .layer_converter import LayerConverter, Target


class ConvertFallback(LayerConverter):
    """Puts a copy of a layer, or an operation of ``keras.ops``, into a TensorNode.

    It is a copy, so that training the network leaves the model as it is.
    """

    has_activation = False

    @classmethod
    def obstacle(cls, call: Call) -> str:
        """Return the reason why a call cannot run in a TensorNode; empty if it can."""
        layer = call.layer
        if getattr(layer, "stateful", False):
            return "it keeps a state between calls, which an example would hand to the next"
        if any(np.prod(shape) == 0 for shape in call.output_shapes):
            return "its output is empty"
        if getattr(layer, "weights", None):
            try:
                copy_of(layer)
            except Exception as error:  # a user's layer may fail in any way
                return f"it cannot be copied ({type(error).__name__}: give it get_config)"
        return ""

    def convert(self, node_id: int) -> Target | list[Target]:
        """Make the TensorNode, and a node for each output where there are several."""
        call = self.call(node_id)
        shapes = [value.shape for value in call.inputs]
        function = copy_of(self.layer)
        if not _is_plain(call):
            # The inputs come as one vector, one behind the other.
            from .called_layer import CalledLayer

            function = CalledLayer(function, call.node, shapes)
        if len(shapes) == 1 and _is_plain(call):
            shape_in = shapes[0]
        else:
            shape_in = (sum(int(np.prod(shape)) for shape in shapes),)
        shape_out = call.output_shapes[0] if _is_plain(call) else (call.total_size,)
        node = TensorNode(function, shape_in=shape_in, shape_out=shape_out, label=call.name)
        self._connect_inputs(node_id, node)
        if len(call.output_shapes) == 1:
            return node
        return self._parts(node, call)

    def _connect_inputs(self, node_id: int, node: TensorNode) -> None:
        begin = 0
        for i in range(len(self.call(node_id).inputs)):
            size = self.get_input_obj(node_id, i).size_out
            self.add_connection(node_id, node[begin : begin + size], input_idx=i)
            begin += size

    def _parts(self, node: TensorNode, call: Call) -> list[Target]:
        begin, parts = 0, []
        for number, shape in enumerate(call.output_shapes):
            size = int(np.prod(shape))
            part = nengo.Node(size_in=size, label=f"{call.name}.{number}")
            self.connect(node[begin : begin + size], part)
            parts.append(part)
            begin += size
        return parts


def _is_plain(call: Call) -> bool:
    """Whether a call is that of a layer, with one tensor and nothing else."""
    is_layer = isinstance(call.layer, keras.layers.Layer)
    if not is_layer or len(call.inputs) != 1 or len(call.output_shapes) != 1:
        return False
    # A tensor node has at least one axis behind the batch.
    if not call.output_shapes[0] or not call.inputs[0].shape:
        return False
    if call.node is None:
        return True
    arguments = call.node.arguments
    is_alone = len(arguments.args) == 1 and arguments.args[0] is arguments.keras_tensors[0]
    others = {name for name, value in arguments.kwargs.items() if value is not None}
    return is_alone and not others - {"training"}
