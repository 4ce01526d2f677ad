"""Converters of convolutions: plain, grouped, dilated, depthwise, separable and transposed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import nengo
import numpy as np
from nengo.transforms import ChannelShape, Convolution, ConvolutionTranspose

from .conversion import Conversion
from .graph import Shape
from .layer_converter import LayerConverter, Target
from .matrices import compact
from .registry import for_layers

THREE_AXES = "nengo.Simulator has no convolution over three axes"


class ConvertConvolution(LayerConverter):
    """Base of convolutions: channels, biases for each of them, dilated kernels."""

    unsupported_training_args: ClassVar[list[Any]] = [
        "kernel_regularizer",
        "depthwise_regularizer",
        "pointwise_regularizer",
        "bias_regularizer",
        "activity_regularizer",
        "kernel_constraint",
        "depthwise_constraint",
        "pointwise_constraint",
        "bias_constraint",
    ]
    has_weights = True

    @classmethod
    def convertible(cls, layer: Any, converter: Conversion) -> tuple[bool, str | None]:
        """Whether Nengo's convolutions can hold it, and training be that of the model."""
        if max(_tuple(layer.dilation_rate)) > 1:
            if max(_tuple(layer.strides)) > 1:
                return False, "it has strides and dilation_rate at once"
            trains = layer.trainable and not converter.options.inference_only
            if trains:
                # Zeros between the weights would be trained as well.
                return False, "a dilated kernel cannot be trained in Nengo (inference_only=True)"
        return super().convertible(layer, converter)

    def note(self, node_id: int) -> str:
        """Return a word about Nengo's own simulator."""
        is_cut = self.converter.options.inference_only and self._can_be_cut
        return THREE_AXES if self.rank == 3 and not is_cut else ""

    _can_be_cut = False

    @property
    def rank(self) -> int:
        """Number of spatial axes."""
        return len(_tuple(self.layer.strides))

    def spatial(self, shape: Shape) -> Shape:
        """Return the spatial axes of a shape."""
        return shape[:-1] if self.channels_last else shape[1:]

    def shape(self, spatial: Sequence[int], n_channels: int) -> Shape:
        """Return a shape of some spatial axes and channels."""
        return (*spatial, n_channels) if self.channels_last else (n_channels, *spatial)

    def transform(
        self, kernel: np.ndarray, spatial: Sequence[int], groups: int = 1, **kwargs: Any
    ) -> Convolution:
        """Return a convolution with a kernel ``(*width, channels of a group, filters)``."""
        rank = kernel.ndim - 2
        arguments = {"strides": (1,) * rank, "padding": "valid", **kwargs}
        return Convolution(
            kernel.shape[-1],
            self.shape(spatial, kernel.shape[-2] * groups),
            kernel_size=kernel.shape[:-2],
            channels_last=self.channels_last,
            init=kernel,
            groups=groups,
            **arguments,
        )

    def dilated(self, kernel: np.ndarray) -> np.ndarray:
        """Return a kernel with zeros between its weights."""
        rates = np.array(_tuple(self.layer.dilation_rate))
        if (rates == 1).all():
            return kernel
        width = (np.array(kernel.shape[: len(rates)]) - 1) * rates + 1
        wide = np.zeros((*width, *kernel.shape[len(rates) :]))
        wide[tuple(slice(None, None, rate) for rate in rates)] = kernel
        return wide

    def make_output(self, node_id: int, bias: np.ndarray | None) -> Target:
        """Make the object of the output, with its biases."""
        obj = self.add_nengo_obj(node_id, activation=self.activation)
        if bias is not None:
            self.add_channel_biases(node_id, obj, bias)
        return obj

    def padded_input(self, node_id: int, width: int) -> tuple[Target, Shape, str]:
        """Return the input, its spatial axes and the padding; a causal one is made explicit.

        Args:
            node_id: Number of the call.
            width: Length of the kernel, with the zeros of its dilation.
        """
        source, spatial = self.get_input_obj(node_id), self.spatial(self.input_shape(node_id))
        if self.layer.padding != "causal":
            return source, spatial, self.layer.padding
        length = spatial[0] + width - 1
        shape = self.shape((length,), source.size_out // spatial[0])
        node = nengo.Node(size_in=int(np.prod(shape)), label=f"{self.call(node_id).name}.padded")
        positions = np.arange(node.size_in).reshape(shape)
        inner = positions[width - 1 :] if self.channels_last else positions[:, width - 1 :]
        self.connect(source, node[compact(inner.ravel())])
        return node, (length,), "valid"


@for_layers("Conv1D Conv2D Conv3D")
class ConvertConv(ConvertConvolution):
    """``y[o, f] = sum_{k, c} W[k, c, f] x[stride * o + dilation * k - before, c] + b[f]``."""

    _can_be_cut = True

    def convert(self, node_id: int) -> Target:
        """Make the object of the output, and a connection with a convolution."""
        kernel, bias = self.folded(node_id, self.layer.kernel, self.layer.bias)
        kernel = self.dilated(kernel)
        obj = self.make_output(node_id, bias)
        if self.rank == 3 and self.converter.options.inference_only:
            self._connect_slices(node_id, obj, kernel)
            return obj
        source, spatial, padding = self.padded_input(node_id, kernel.shape[0])
        transform = self.transform(
            kernel,
            spatial,
            self.layer.groups,
            strides=_tuple(self.layer.strides),
            padding=padding,
        )
        self.connect(source, obj, trainable=self.trainable, transform=transform)
        return obj

    def _connect_slices(self, node_id: int, obj: Target, kernel: np.ndarray) -> None:
        """Add a convolution over three axes as convolutions over two: one for each slice of the
        output and each slice of the kernel.
        """
        shapes = self.input_shape(node_id), self.output_shape(node_id)
        depth = 0 if self.channels_last else 1
        ends = [np.arange(np.prod(shape)).reshape(shape) for shape in shapes]
        n_in, n_out = (shape[depth] for shape in shapes)
        stride, *strides = _tuple(self.layer.strides)
        before = 0
        if self.layer.padding == "same":
            before = max((n_out - 1) * stride + len(kernel) - n_in, 0) // 2
        source: Any = self.get_input_obj(node_id)
        target: Any = self.converter.fronts.get(obj, obj)
        for out in range(n_out):
            to = target[compact(ends[1].take(out, depth).ravel())]
            for tap, part in enumerate(kernel):
                place = stride * out + tap - before
                # Padding, and the zeros of a dilated kernel, add nothing.
                if not (0 <= place < n_in and part.any()):
                    continue
                transform = self.transform(
                    part,
                    self.spatial(shapes[0])[1:],
                    self.layer.groups,
                    strides=tuple(strides),
                    padding=self.layer.padding,
                )
                begin = source[compact(ends[0].take(place, depth).ravel())]
                self.connect(begin, to, transform=transform)


@for_layers("DepthwiseConv1D DepthwiseConv2D")
class ConvertDepthwise(ConvertConvolution):
    """A convolution of each channel by itself: as many groups as there are channels."""

    def convert(self, node_id: int) -> Target:
        """Make the object of the output, and a connection with a grouped convolution."""
        kernel, groups = per_channel(self.layer.kernel)
        kernel, bias = self.folded(node_id, kernel, self.layer.bias)
        obj = self.make_output(node_id, bias)
        kernel = self.dilated(kernel)
        source, spatial, padding = self.padded_input(node_id, kernel.shape[0])
        transform = self.transform(
            kernel, spatial, groups, strides=_tuple(self.layer.strides), padding=padding
        )
        self.connect(source, obj, trainable=self.trainable, transform=transform)
        return obj


@for_layers("SeparableConv1D SeparableConv2D")
class ConvertSeparable(ConvertConvolution):
    """A convolution of each channel by itself, and one over the channels of each position."""

    def convert(self, node_id: int) -> Target:
        """Make a node between the two convolutions, and the object of the output."""
        pointwise, bias = self.folded(node_id, self.layer.pointwise_kernel, self.layer.bias)
        kernel, groups = per_channel(self.layer.depthwise_kernel)
        kernel = self.dilated(kernel)
        obj = self.make_output(node_id, bias)
        source, spatial, padding = self.padded_input(node_id, kernel.shape[0])
        depthwise = self.transform(
            kernel, spatial, groups, strides=_tuple(self.layer.strides), padding=padding
        )
        name = f"{self.call(node_id).name}.depthwise"
        middle = nengo.Node(size_in=depthwise.size_out, label=name)
        self.connect(source, middle, trainable=self.trainable, transform=depthwise)
        places = self.spatial(depthwise.output_shape.shape)
        transform = self.transform(pointwise, places)
        self.connect(middle, obj, trainable=self.trainable, transform=transform)
        return obj


@for_layers("Conv1DTranspose Conv2DTranspose Conv3DTranspose")
class ConvertTransposed(ConvertConvolution):
    """A convolution in which input and output change places."""

    unsupported_args: ClassVar[list[Any]] = ["output_padding"]

    @classmethod
    def convertible(cls, layer: Any, converter: Conversion) -> tuple[bool, str | None]:
        """Whether Nengo's transposed convolution can hold it."""
        if max(_tuple(layer.dilation_rate)) > 1:
            return False, "Nengo's transposed convolutions have no dilation_rate"
        return super().convertible(layer, converter)

    def convert(self, node_id: int) -> Target:
        """Make the object of the output, and a connection with a transposed convolution."""
        # Keras keeps the channels of the output in front of those of the input.
        kernel = np.swapaxes(np.asarray(self.layer.kernel, float), -1, -2)
        kernel, bias = self.folded(node_id, kernel, self.layer.bias)
        obj = self.make_output(node_id, bias)
        shapes = self.input_shape(node_id), self.output_shape(node_id)
        before, after = (ChannelShape(s, channels_last=self.channels_last) for s in shapes)
        transform = ConvolutionTranspose(
            kernel.shape[-1],
            before,
            output_shape=after,
            kernel_size=kernel.shape[:-2],
            strides=_tuple(self.layer.strides),
            padding=self.layer.padding,
            channels_last=self.channels_last,
            init=kernel,
        )
        self.add_connection(node_id, obj, trainable=self.trainable, transform=transform)
        return obj


def per_channel(kernel: Any) -> tuple[np.ndarray, int]:
    """Return a depthwise kernel ``(*width, channels, multiplier)`` as that of a grouped
    convolution, ``(*width, 1, channels * multiplier)``, and the number of groups.
    """
    kernel = np.asarray(kernel, float)
    *width, n_channels, multiplier = kernel.shape
    return kernel.reshape(*width, 1, n_channels * multiplier), n_channels


def _tuple(value: Any) -> tuple[int, ...]:
    return tuple(int(v) for v in value) if isinstance(value, list | tuple) else (int(value),)
