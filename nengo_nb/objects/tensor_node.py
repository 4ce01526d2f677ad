"""``TensorNode``: TensorFlow code inside a Nengo network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import nengo
import numpy as np
from nengo.builder import Builder, Model, Signal
from nengo.builder.operator import Reset
from nengo.exceptions import SimulationError, ValidationError
from nengo.params import BoolParam, Default, Parameter, ShapeParam

from nengo_nb.on_demand import keras
from nengo_nb.settings import get_setting

from .operator import SimTensorNode, result_shape
from .tensor_function import Shape, TensorFunction, not_here, size_of


class TensorFuncParam(Parameter):
    """A function, a callable object or a Keras layer."""

    def coerce(self, instance: Any, value: Any) -> Any:
        """Return the value if it can be called.

        Raises:
            ValidationError: It cannot, or it is a class where an instance of it was meant.
        """
        if isinstance(value, type) and issubclass(value, keras.layers.Layer):
            raise ValidationError(
                f"{value.__name__} is a class; use a layer, such as {value.__name__}(...)",
                self.name,
                instance,
            )
        if not callable(value):
            raise ValidationError(
                f"must be a function, a callable object or a Keras layer (got {value!r})",
                self.name,
                instance,
            )
        return super().coerce(instance, value)


class NodeShapeParam(ShapeParam):
    """A shape; a number is the shape of a vector."""

    def coerce(self, instance: Any, value: Any) -> Any:
        """Return the value as a tuple."""
        return super().coerce(instance, (value,) if isinstance(value, int) else value)


class TensorNode(nengo.Node):
    """A ``nengo.Node`` whose function is TensorFlow code, for the whole minibatch at once.

    The function is called as ``f(t, x)``, ``f(x)`` or ``f(t)``: ``t`` is the simulated time in
    seconds, a scalar tensor, and ``x`` what connections deliver, a tensor of shape
    ``(minibatch, *shape_in)``. It returns a tensor of shape ``(minibatch, *shape_out)``, of the
    simulation's floating-point type (a function of time alone may return ``(1, *shape_out)``). It
    is written into the compiled program: Python code in it runs while the program is being built,
    not in every step. What XLA cannot compile (``tf.py_function``, ``tf.print``,
    ``nengo_nb.print_op``, ...) runs between compiled parts, more slowly; ``sim.explain()`` names
    it.

    A Keras layer or model is called without the time. It keeps its own weights: a layer used twice
    shares them, and what training changes is changed in the layer. One without weights yet gets
    them when it is first used.

    A callable object may have two more methods. ``pre_build(shape_in, shape_out)`` is called when a
    simulator is built, outside of the loop over time; both shapes have the minibatch in front, and
    ``shape_in`` is ``(minibatch, 0)`` without input. This is the place to make ``tf.Variable``.
    ``post_build(sess, rng)`` is called once the object has been called: ``sess`` is None, for there
    are no sessions any more (a method ``post_build(rng)`` is called without it), and ``rng`` is a
    ``numpy.random.RandomState`` with the node's seed, which follows from the network's.

    Args:
        tensor_func: Function, callable object or Keras layer.
        shape_in: Shape of ``x``, minibatch aside, or a number; None for no input.
        shape_out: Shape of the result, minibatch aside, or a number. By default found out by
            calling the function with tensors that hold no numbers.
        pass_time: Whether the function is called with the time; a Keras layer never is.
        label: A name for the node.
        size_in: The same as ``shape_in`` for a vector.
        size_out: The same as ``shape_out`` for a vector.

    Raises:
        ValidationError: There is neither input nor time, or the function returns something
            unusable.
    """

    tensor_func: Any = TensorFuncParam("tensor_func")
    shape_in: Any = NodeShapeParam("shape_in", default=None, low=1, optional=True)
    shape_out: Any = NodeShapeParam("shape_out", default=None, low=1, optional=True)
    pass_time: Any = BoolParam("pass_time", default=True)

    def __init__(
        self,
        tensor_func: Callable[..., Any],
        shape_in: Shape | int | None = Default,
        shape_out: Shape | int | None = Default,
        pass_time: bool = Default,
        label: str | None = Default,
        size_in: int | None = None,
        size_out: int | None = None,
    ) -> None:
        # First of all: the errors below name the node.
        self.label = label
        self.tensor_func = tensor_func
        self.shape_in = self._shape("size_in", size_in, shape_in)
        self.shape_out = self._shape("size_out", size_out, shape_out)
        self.pass_time = False if isinstance(tensor_func, keras.layers.Layer) else pass_time
        if self.shape_in is None and not self.pass_time:
            raise ValidationError(
                f"{self} has neither an input (shape_in) nor the time (pass_time).", "shape_in"
            )
        function = self.function()
        function.check_arguments()
        if self.shape_out is None:
            self.shape_out = result_shape(function, _dtype())
        # With size_out given, Nengo does not call the output to find its size.
        super().__init__(
            Elsewhere(str(self)), size_of(self.shape_in), size_of(self.shape_out), self.label
        )

    def _shape(self, word: str, size: int | None, shape: Any) -> Any:
        """Return a shape that may have been given as a size."""
        if not size:
            return shape
        if shape is Default or shape is None or np.prod(shape) == size:
            return (size,) if shape is Default or shape is None else shape
        raise ValidationError(
            f"{self} has {word}={size}, which is not the size of shape {shape}.", word
        )

    def function(self) -> TensorFunction:
        """Return the node's function with its calling convention."""
        return TensorFunction(self.tensor_func, str(self), self.shape_in, self.pass_time)


class Elsewhere:
    """Output of a TensorNode in other simulators: calling it raises an error that says what
    to do.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, t: float, x: Any = None) -> None:
        """Raise.

        Raises:
            SimulationError: Always.
        """
        raise SimulationError(not_here(self.name))


@Builder.register(TensorNode)
def build_tensor_node(model: Model, node: TensorNode) -> None:
    """Give a TensorNode its signals and its operator."""
    sig_in = None if node.shape_in is None else Signal(shape=node.size_in, name=f"{node}.in")
    sig_out = Signal(shape=node.size_out, name=f"{node}.out")
    if sig_in is not None:
        # Connections add to the input, so it is zero at the start of each step.
        model.add_op(Reset(sig_in))
    time = model.time if node.pass_time else None
    model.add_op(SimTensorNode(node, time, sig_in, sig_out, model.seeds.get(node)))
    model.sig[node]["in"], model.sig[node]["out"] = sig_in, sig_out
    model.params[node] = None


def _dtype() -> str:
    """Return the floating-point type of the network being built."""
    return get_setting(nengo.Network.context[0], "dtype") if nengo.Network.context else "float32"
