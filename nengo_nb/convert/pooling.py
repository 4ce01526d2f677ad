"""Converters of pooling: averages, and maxima where averages may take their place."""

from __future__ import annotations

from typing import Any

import numpy as np
from nengo.transforms import Convolution

from .conversion import Conversion
from .graph import Shape
from .layer_converter import LayerConverter, Target
from .matrices import averages, identity, kronecker
from .registry import for_layers


@for_layers("AveragePooling1D AveragePooling2D AveragePooling3D")
class ConvertAveragePooling(LayerConverter):
    """Mean over windows of each channel; padding is not counted.

    Without padding it is a convolution of each channel with equal weights. Where windows at the
    border are smaller, or move along three axes, it is a sparse matrix.
    """

    def windows(self, shape: Shape) -> tuple[Shape, Shape, str]:
        """Return the lengths of windows, their distances, and the padding.

        Args:
            shape: Spatial axes of the input.
        """
        width, strides = _tuple(self.layer.pool_size, shape), _tuple(self.layer.strides, shape)
        return width, strides, self.layer.padding

    def convert(self, node_id: int) -> Target:
        """Make a node, and a connection with the weights of a mean."""
        shapes = self.input_shape(node_id), self.output_shape(node_id)
        before = shapes[0][:-1] if self.channels_last else shapes[0][1:]
        n_channels = shapes[0][-1 if self.channels_last else 0]
        width, strides, padding = self.windows(before)
        counts = [_length(*axis, padding) for axis in zip(before, width, strides, strict=True)]
        obj = self.add_nengo_obj(node_id)
        fits = all(
            (n - 1) * stride + w <= length
            for n, stride, w, length in zip(counts, strides, width, before, strict=True)
        )
        if fits and len(before) < 3:
            transform: Any = Convolution(
                n_channels,
                shapes[0],
                kernel_size=width,
                strides=strides,
                channels_last=self.channels_last,
                init=np.full((*width, 1, n_channels), 1 / np.prod(width)),
                groups=n_channels,
            )
        else:
            axes = [
                averages(length, n, w, stride, padding)
                for length, n, w, stride in zip(before, counts, width, strides, strict=True)
            ]
            channels = identity(n_channels)
            factors = [*axes, channels] if self.channels_last else [channels, *axes]
            transform = kronecker(factors).transform()
        self.add_connection(node_id, obj, transform=transform)
        return obj


@for_layers("GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D")
class ConvertGlobalAveragePooling(ConvertAveragePooling):
    """Mean over all positions of each channel."""

    def windows(self, shape: Shape) -> tuple[Shape, Shape, str]:
        """Return one window over everything."""
        return shape, (1,) * len(shape), "valid"


class ConvertMaximum(ConvertAveragePooling):
    """Mean over windows, in place of the maximum."""

    @classmethod
    def convertible(cls, layer: Any, converter: Conversion) -> tuple[bool, str | None]:
        """Whether averages may take its place."""
        if not converter.options.max_to_avg_pool:
            return False, "a maximum has no counterpart in Nengo; max_to_avg_pool=True averages"
        return super().convertible(layer, converter)

    def note(self, node_id: int) -> str:
        """Return that it is something else now."""
        return "averages take the place of maxima (max_to_avg_pool)"


for_layers("MaxPooling1D MaxPooling2D MaxPooling3D")(ConvertMaximum)


@for_layers("GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D")
class ConvertGlobalMaximum(ConvertMaximum, ConvertGlobalAveragePooling):
    """Mean over all positions, in place of the maximum."""


def _length(length: int, width: int, stride: int, padding: str) -> int:
    """Return the number of windows along an axis."""
    if padding == "same":
        return -(-length // stride)
    return (length - width) // stride + 1


def _tuple(value: Any, shape: Shape) -> tuple[int, ...]:
    if isinstance(value, int):
        return (value,) * len(shape)
    return tuple(int(v) for v in value)
