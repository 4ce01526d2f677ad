"""Converters of normalizations that are ``scale * x + offset`` with known numbers."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from nengo_nb.on_demand import keras

from .conversion import Conversion
from .folding import affine_of
from .layer_converter import LayerConverter, Target
from .merging import add_scaled_input
from .registry import for_layers


class ConvertAffine(LayerConverter):
    """``y = scale * x + offset``, elementwise: a node with biases and a diagonal transform."""

    is_elementwise_in_time = True

    def affine(self, node_id: int) -> tuple[np.ndarray, np.ndarray]:
        """Return scale and offset, which broadcast to the shape of the output."""
        raise NotImplementedError("Subclasses must provide affine")

    @property
    def trainable(self) -> bool:
        """Never: these numbers are not weights of the model."""
        return False

    def convert(self, node_id: int) -> Target:
        """Make the node, its biases and the connection."""
        shape = self.output_shape(node_id)
        scale, offset = (np.broadcast_to(part, shape) for part in self.affine(node_id))
        obj = self.add_nengo_obj(node_id, biases=offset if offset.any() else None)
        add_scaled_input(self, node_id, obj, scale)
        return obj


@for_layers("Rescaling")
class ConvertRescaling(ConvertAffine):
    """``y = scale * x + offset``, the same or one of each for all channels."""

    def affine(self, node_id: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the layer's scale and offset."""
        scale, offset = np.asarray(self.layer.scale, float), np.asarray(self.layer.offset, float)
        if keras.config.image_data_format() == "channels_first" and scale.ndim:
            places = (1,) * (len(self.output_shape(node_id)) - 1)
            return scale.reshape(-1, *places), offset.reshape(-1, *places)
        return scale, offset


@for_layers("Normalization")
class ConvertNormalization(ConvertAffine):
    """``y = (x - mean) / max(deviation, epsilon)``, with the numbers that it adapted to."""

    is_elementwise_in_time = False
    unsupported_args: ClassVar[list[Any]] = [("invert", False)]

    @classmethod
    def convertible(cls, layer: Any, converter: Conversion) -> tuple[bool, str | None]:
        """Whether it has numbers."""
        if getattr(layer, "mean", None) is None:
            return False, "it has no mean and variance yet (call adapt, or give both)"
        return super().convertible(layer, converter)

    def affine(self, node_id: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the numbers as Keras rounds and limits them."""
        # Both have an axis for the batch.
        mean = np.asarray(self.layer.mean, float)[0]
        deviation = np.sqrt(np.asarray(self.layer.variance, float))[0]
        scale = 1 / np.maximum(deviation, 1e-7)
        return scale, -mean * scale


@for_layers("BatchNormalization")
class ConvertBatchNormalization(ConvertAffine):
    """``y = gamma (x - mean) / sqrt(variance + epsilon) + beta``, with the averages it has
    learned; a part of the layer before it, where it can be.
    """

    @classmethod
    def convertible(cls, layer: Any, converter: Conversion) -> tuple[bool, str | None]:
        """Whether its averages stay as they are."""
        if layer.trainable and not converter.options.inference_only:
            return False, (
                "in training it depends on the whole batch (inference_only=True, or "
                "layer.trainable=False, makes it a part of the weights)"
            )
        return True, None

    def affine(self, node_id: int) -> tuple[np.ndarray, np.ndarray]:
        """Return scale and offset along the axis of the channels."""
        scale, offset = affine_of(self.layer)
        rank = len(self.output_shape(node_id))
        # Keras counts the axes of the batch and of time, too.
        in_front = 2 if self.has_time(node_id) else 1
        aligned = [1] * rank
        aligned[self.layer.axis % (rank + in_front) - in_front] = -1
        return scale.reshape(aligned), offset.reshape(aligned)

    def convert(self, node_id: int) -> Target:
        """Return the object of the layer that it is a part of, or make one."""
        before = self.input_value(node_id).call
        if self.converter.graph.calls.index(before) in self.converter.folds:
            return self.get_input_obj(node_id)
        return super().convert(node_id)
