"""A call of a layer with several tensors or other arguments, as a layer of one vector.

Its class is derived from Keras', so this file is imported where one is made.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np

from nengo_nb.on_demand import keras

from .graph import Shape

Tensor = Any


class CalledLayer(keras.layers.Layer):
    """Takes a vector apart into the tensors of a call, and makes the call.

    Args:
        operation: The layer, or an operation of ``keras.ops``.
        node: Keras' record of the call.
        shapes: Shapes of the tensors, batch aside, in the order in which they follow each other.
    """

    def __init__(self, operation: Any, node: Any, shapes: Sequence[Shape]) -> None:
        super().__init__(name=f"{operation.name}_call")
        self.operation = operation
        self._node = node
        self._shapes = tuple(shapes)
        self.built = True
        function = getattr(operation, "call", operation)
        self._takes_training = "training" in inspect.signature(function).parameters

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        """Return the result, or all results, as vectors for vectors ``(batch, size)``."""
        tensors, begin = {}, 0
        for symbol, shape in zip(self._node.arguments.keras_tensors, self._shapes, strict=True):
            size = int(np.prod(shape))
            part = keras.ops.reshape(x[:, begin : begin + size], (-1, *shape))
            tensors[id(symbol)] = keras.ops.cast(part, symbol.dtype)
            begin += size
        args, kwargs = self._node.arguments.fill_in(tensors)
        if self._takes_training:
            kwargs = {**kwargs, "training": training}
        result = self.operation(*args, **kwargs)
        # Several outputs are a list or a dictionary, in the order of the record.
        flat = [keras.ops.reshape(y, (x.shape[0], -1)) for y in keras.tree.flatten(result)]
        return keras.ops.concatenate(flat, axis=-1)
