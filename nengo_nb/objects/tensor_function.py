"""A tensor function: the user's TensorFlow code in a ``TensorNode``, how it is called, and
what it must return.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from nengo.exceptions import ValidationError

from nengo_nb.on_demand import keras, tf

Tensor = Any
Shape = tuple[int, ...]

_ITEMWISE = frozenset(
    (
        "Activation AveragePooling1D AveragePooling2D AveragePooling3D Conv1D Conv1DTranspose "
        "Conv2D Conv2DTranspose Conv3D Conv3DTranspose Cropping1D Cropping2D Cropping3D Dense "
        "DepthwiseConv1D DepthwiseConv2D Dropout ELU EinsumDense Flatten GlobalAveragePooling1D "
        "GlobalAveragePooling2D GlobalAveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D "
        "GlobalMaxPooling3D Identity InputLayer LayerNormalization LeakyReLU MaxPooling1D "
        "MaxPooling2D MaxPooling3D PReLU Permute ReLU RepeatVector Rescaling Reshape "
        "SeparableConv1D SeparableConv2D Softmax UpSampling1D UpSampling2D UpSampling3D "
        "ZeroPadding1D ZeroPadding2D ZeroPadding3D"
    ).split()
)
"""Names of Keras layers that compute each example by itself. Others, such as BatchNormalization,
may mix the examples of a batch.
"""


@dataclass(frozen=True, eq=False)
class TensorFunction:
    """Function of a ``TensorNode``, with its calling convention.

    Args:
        func: A function or callable object, or a Keras layer.
        name: Name of the node in errors.
        shape_in: Shape of ``x``, minibatch aside; None where the function has no input.
        pass_time: Whether it is called with the time, in seconds, as its first argument.
    """

    func: Callable[..., Any]
    name: str
    shape_in: Shape | None
    pass_time: bool

    @property
    def layer(self) -> keras.layers.Layer | None:
        """The function as a Keras layer; None if it is no layer."""
        return self.func if isinstance(self.func, keras.layers.Layer) else None

    @property
    def itemwise(self) -> bool:
        """Whether each example is known to be computed by itself."""
        return not self.pass_time and self.layer is not None and _is_itemwise(self.layer)

    def check_arguments(self) -> None:
        """Check that the function takes the arguments it will be called with.

        Raises:
            ValidationError: It takes another number of arguments.
        """
        names = [
            name
            for name, wanted in (("t", self.pass_time), ("x", self.shape_in is not None))
            if wanted
        ]
        try:
            signature = inspect.signature(self.func)
        except (TypeError, ValueError):  # some compiled functions do not say what they take
            return
        try:
            signature.bind(*names)
        except TypeError as error:
            raise self.error(f"is called as f({', '.join(names)}), but {error}") from error

    def specs(self, batch: int, dtype: str) -> list[tf.TensorSpec]:
        """Return the specs of its arguments: the time, a scalar, and ``x``,
        ``(batch, *shape_in)``.
        """
        time = [tf.TensorSpec((), dtype, "t")] if self.pass_time else []
        x = [] if self.shape_in is None else [tf.TensorSpec((batch, *self.shape_in), dtype, "x")]
        return time + x

    def build(self, batch: int, shape_out: Shape | None) -> None:
        """Make variables before the first call: a layer's weights, or those of ``pre_build``."""
        if self.layer is not None:
            if not self.layer.built:
                # A symbolic call: it makes the weights, for
                # any size of the batch, and computes nothing.
                self.layer(keras.KerasTensor((None, *(self.shape_in or ()))))
        elif hasattr(self.func, "pre_build"):
            if shape_out is None:
                raise self.error(
                    "has a pre_build, which is told the output's shape: shape_out is needed"
                )
            self.func.pre_build((batch, *(self.shape_in or (0,))), (batch, *shape_out))

    def finish(self, rng: np.random.RandomState) -> None:
        """Call ``post_build``, if there is one, with a session that is None if it takes one."""
        if self.layer is None and hasattr(self.func, "post_build"):
            takes_session = len(inspect.signature(self.func.post_build).parameters) > 1
            self.func.post_build(*([None] if takes_session else []), rng)

    def __call__(
        self,
        arguments: Sequence[Tensor],
        batch: int,
        dtype: str,
        shape_out: Shape | None,
        training: bool = False,
    ) -> Tensor:
        """Return the checked result, ``(batch, *shape_out)``.

        Args:
            arguments: As ``specs`` says.
            batch: Number of minibatch items.
            dtype: Floating-point type of the simulation.
            shape_out: Shape of the result, minibatch aside; None if it is not known yet.
            training: Whether a Keras layer is called for training.

        Raises:
            ValidationError: It returns something that is no tensor, or has another type or shape.
        """
        if self.layer is None:
            result = self.func(*arguments)
        else:
            takes_training = "training" in inspect.signature(self.layer.call).parameters
            result = self.layer(*arguments, **({"training": training} if takes_training else {}))
            if tf.is_tensor(result):
                result = tf.cast(result, dtype)  # a layer computes in the type it was made with
        return self._checked(result, batch, dtype, shape_out)

    def _checked(self, result: Any, batch: int, dtype: str, shape_out: Shape | None) -> Tensor:
        if not isinstance(result, tf.Tensor | tf.Variable):
            raise self.error(f"must return a tensor, but returned {_describe(result)}")
        if result.dtype != dtype:
            raise self.error(
                f"returned a tensor of type {result.dtype.name}, but the simulation is in "
                f"{dtype}: use tf.cast, or "
                f"nengo_nb.configure_settings(dtype=...)"
            )
        result = tf.convert_to_tensor(result)
        # An unknown rank counts as a batch and one unknown axis.
        returned = (None,) * 2 if result.shape.rank is None else tuple(result.shape)
        if shape_out is None and None in returned[1:]:
            raise self.error(
                f"returned a tensor of shape {result.shape}, which is not known yet: shape_out is "
                "needed"
            )
        wanted = (batch, *(returned[1:] if shape_out is None else shape_out))
        if result.shape.rank == 1 or not result.shape.is_compatible_with(
            self._spreadable(returned, wanted)
        ):
            inner = ("any size",) if shape_out is None else shape_out
            shape = ", ".join(map(str, ("minibatch", *inner)))
            raise self.error(
                f"returned a tensor of shape {returned}, but ({shape}) is needed, with a minibatch "
                f"of {batch}"
            )
        # Spread over the batch: what follows relies on a whole batch axis.
        if result.shape.rank is not None and returned[0] == 1:
            return tf.broadcast_to(result, wanted)
        # Axes that tracing could not know are checked in the run.
        return tf.ensure_shape(result, wanted)

    def _spreadable(self, found: tuple[int | None, ...], wanted: Shape) -> Shape:
        """Return the shape to have; a function of time alone may leave the minibatch at 1."""
        return (1, *wanted[1:]) if self.shape_in is None and found[:1] == (1,) else wanted

    def error(self, message: str) -> ValidationError:
        """Return an error that names the node."""
        return ValidationError(f"the function of {self.name} {message}.", attr="tensor_func")


def not_here(name: str) -> str:
    """Return the message for a TensorNode in a simulator without TensorFlow."""
    return f"{name} computes with TensorFlow, which only nengo_nb.Simulator can run."


def size_of(shape: Shape | None) -> int:
    """Return the number of elements of a shape; 0 for None."""
    return 0 if shape is None else math.prod(shape)


def _is_itemwise(layer: keras.layers.Layer) -> bool:
    if type(layer) is keras.Sequential:
        return all(_is_itemwise(inner) for inner in layer.layers)
    name = type(layer).__name__
    return name in _ITEMWISE and type(layer) is getattr(keras.layers, name)


def _describe(result: Any) -> str:
    return "None" if result is None else f"a {type(result).__name__}"
