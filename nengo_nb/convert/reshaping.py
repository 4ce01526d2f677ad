"""Converters of layers that put elements elsewhere, and compute nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

from nengo_nb.on_demand import keras

from .conversion import Conversion
from .graph import Call
from .layer_converter import LayerConverter, Target
from .registry import for_layers

MOST_ELEMENTS = 2**24
"""Number of integers that float32, in which layers move elements, tells apart."""


@for_layers(
    "Flatten Reshape Permute RepeatVector Cropping1D Cropping2D Cropping3D ZeroPadding1D "
    "ZeroPadding2D ZeroPadding3D UpSampling1D UpSampling2D UpSampling3D Concatenate"
)
@for_layers(
    "Reshape Transpose Concatenate Stack Squeeze ExpandDims GetItem Flip Roll Repeat Tile Pad "
    "Moveaxis Swapaxes Ravel",
    "ops",
)
class ConvertRearrangement(LayerConverter):
    """Connections that bring each element to its new place.

    The layer itself is given the numbers of the elements, and so tells where each one goes.
    """

    @classmethod
    def convertible(cls, layer: Any, converter: Conversion) -> tuple[bool, str | None]:
        """Whether elements only move."""
        if getattr(layer, "interpolation", "nearest") != "nearest":
            return False, f"{layer.interpolation} interpolation is not nearest"
        if getattr(layer, "mode", "constant") != "constant":
            return False, f"mode={layer.mode!r} is not constant"
        most = max(call.total_input for call in converter.graph.calls_of(layer))
        if most >= MOST_ELEMENTS:
            return False, "it has more elements than float32 can number"
        return True, None

    @classmethod
    def over_time_alone(cls, converter: Conversion, call: Call) -> bool:
        """Whether steps stay apart: they do in all but layers that move the axis of time."""
        if not converter.options.temporal_model or call.is_per_step:
            return True
        if type(call.layer).__name__ != "Concatenate":
            return False
        # Counted from the front, axis 0 is the batch, and axis 1 time.
        return call.layer.axis not in (0, 1, -(len(call.output_shapes[0]) + 1))

    def convert(self, node_id: int) -> Target:
        """Make a node and its connections; the object of the input, if nothing moves."""
        origin = self._origin(node_id)
        sizes = [value.call.output_shapes[value.index] for value in self.call(node_id).inputs]
        if len(sizes) == 1 and np.array_equal(origin, np.arange(int(np.prod(sizes[0])))):
            return self.get_input_obj(node_id)
        obj = self.add_nengo_obj(node_id)
        begin = 0
        for i, shape in enumerate(sizes):
            size = int(np.prod(shape))
            # Of the elements of this input; -1 for those of others, and for zeros.
            own = np.where((origin >= begin) & (origin < begin + size), origin - begin, -1)
            if (own >= 0).any():
                self.connect(self.get_input_obj(node_id, i), obj, own)
            begin += size
        return obj

    def _origin(self, node_id: int) -> np.ndarray:
        """Return for each element of the output the number of the input's, or -1 for a zero."""
        call = self.call(node_id)
        in_front = (1, 1) if self.has_time(node_id) else (1,)
        tensors, begin = [], 1
        for value in call.inputs:
            size = int(np.prod(value.shape))
            numbers = np.arange(begin, begin + size, dtype="float32")
            tensors.append(keras.ops.convert_to_tensor(numbers.reshape(*in_front, *value.shape)))
            begin += size
        if call.node is None:
            result = self.layer(tensors[0])
        else:
            symbols = call.node.arguments.keras_tensors
            by_symbol = {id(s): t for s, t in zip(symbols, tensors, strict=True)}
            args, kwargs = call.node.arguments.fill_in(by_symbol)
            result = self.layer(*args, **kwargs)
        # Zeros that a layer fills in are -1 now.
        return np.rint(np.asarray(result)).astype(int).ravel() - 1
