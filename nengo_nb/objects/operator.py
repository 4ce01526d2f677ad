"""The operator a ``TensorNode`` is built into, and what is found out about it before anything runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf
from nengo.builder import Model, Operator, Signal
from nengo.exceptions import SimulationError, ValidationError

from .tensor_function import Shape, Tensor, TensorFunction, not_here

if TYPE_CHECKING:
    from .tensor_node import TensorNode


@dataclass(frozen=True)
class Trace:
    """A tensor function, looked at without running it.

    Args:
        dtype: Floating-point type of the simulation.
        refusal: Why XLA cannot compile it; None if it can.
        variables: The variables it reads or writes.
    """

    dtype: str
    refusal: str | None
    variables: tuple[tf.Variable, ...]

    @cached_property
    def weights(self) -> list[keras.Variable]:
        """The variables that hold real numbers, as Keras has them."""
        return [_as_keras(variable) for variable in self.variables if variable.dtype.is_floating]


class SimTensorNode(Operator):
    """Sets its output to what a tensor function makes of time and input.

    Args:
        node: The ``TensorNode``.
        time: The signal of the simulated time; None if the function is not given it.
        x: The signal of the input, flat; None if there is none.
        output: The signal of the output, flat.
        seed: Seed of the generator that ``post_build`` is given.
    """

    def __init__(
        self, node: TensorNode, time: Signal | None, x: Signal | None, output: Signal, seed: int | None = None
    ) -> None:
        super().__init__(tag=str(node))
        self.node = node
        self.function = node.function()
        self.shape_out = node.shape_out
        self.time = time
        self.seed = seed
        self.trace: Trace | None = None
        self.sets = [output]
        self.incs: list[Signal] = []
        self.reads = [signal for signal in (time, x) if signal is not None]
        self.updates: list[Signal] = []

    @property
    def output(self) -> Signal:
        """The signal of the output."""
        return self.sets[0]

    @property
    def fn(self) -> Callable[..., Any]:
        """The user's function, under the name it has in Nengo's operators."""
        return self.function.func

    @property
    def refusal(self) -> str | None:
        """Why XLA cannot compile the function; None if it can, or nobody looked yet."""
        return None if self.trace is None else self.trace.refusal

    @property
    def weights(self) -> list[keras.Variable]:
        """The variables of the function, as Keras has them."""
        if self.function.layer is not None:
            return list(self.function.layer.weights)
        return [] if self.trace is None else self.trace.weights

    def make_batch_step(self, batch: int) -> Callable[[float, Sequence[np.ndarray]], list[np.ndarray]]:
        """A step of all minibatch items at once that is not compiled.

        Args:
            batch: Number of minibatch items.

        Returns:
            ``step(time, inputs)``: the time in seconds, and what ``reads`` hold, each with a batch axis.
        """
        dtype, shape_in = ("float32" if self.trace is None else self.trace.dtype), self.function.shape_in
        graph = _graph(self.function, batch, dtype, self.shape_out)

        def step(time: float, inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
            arguments: list[Tensor] = [] if self.time is None else [tf.constant(time, dtype)]
            if shape_in is not None:
                arguments.append(tf.constant(np.reshape(inputs[-1], (batch, *shape_in)), dtype))
            return [graph(*arguments).numpy().reshape(batch, -1)]

        return step

    def make_step(self, signals: Any, dt: float, rng: Any) -> Any:
        """A step that raises a ``SimulationError``: Nengo's own simulators cannot run TensorFlow code."""

        def step() -> None:
            raise SimulationError(not_here(self.function.name))

        return step

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "trace": None}


def tensor_operators(model: Model) -> list[SimTensorNode]:
    """The operators of all TensorNodes of a model."""
    return [op for op in model.operators if isinstance(op, SimTensorNode)]


def node_weights(model: Model) -> dict[TensorNode, list[keras.Variable]]:
    """The variables of each TensorNode of a prepared model; those that nodes share belong to the first of them."""
    seen: set[int] = set()
    found = {}
    for op in tensor_operators(model):
        own = {id(w.value): w for w in op.weights}
        found[op.node] = [w for key, w in own.items() if key not in seen]
        seen |= own.keys()
    return found


def uncompiled(model: Model) -> list[SimTensorNode]:
    """The operators of a prepared model that XLA cannot compile; with one of them, training cannot use XLA."""
    return [op for op in tensor_operators(model) if op.refusal]


def prepare(model: Model, dtype: str, batch: int = 1) -> None:
    """Build all TensorNodes, outside of any loop: ``pre_build``, one call without numbers, ``post_build``.

    Args:
        model: The built model.
        dtype: Floating-point type of the simulation.
        batch: Number of minibatch items.

    Raises:
        ValidationError: A function fails, or returns what it may not.
    """
    operators = tensor_operators(model)
    for op in operators:
        op.function.build(batch, op.shape_out)
        op.trace = trace(op.function, batch, dtype, op.shape_out)
    for op in operators:
        op.function.finish(np.random.RandomState(op.seed))


def trace(function: TensorFunction, batch: int, dtype: str, shape_out: Shape | None) -> Trace:
    """Look at a function by calling it once with tensors that hold no numbers.

    What XLA makes of it is found out by asking for its intermediate language, which runs and compiles nothing.

    Raises:
        ValidationError: It fails, or returns what it may not.
    """
    specs = function.specs(batch, dtype)
    concrete = _graph(function, batch, dtype, shape_out)
    compiled = tf.function(concrete, jit_compile=True, autograph=False)
    try:
        compiled.experimental_get_compiler_ir(*specs)(stage="hlo")
    except Exception as error:  # whatever the reason, it cannot be compiled
        return Trace(dtype, _reason(error), concrete.variables)
    return Trace(dtype, None, concrete.variables)


def result_shape(function: TensorFunction, dtype: str) -> Shape:
    """The shape of a function's result, minibatch aside.

    Raises:
        ValidationError: It fails, or returns what it may not.
    """
    function.build(1, None)
    return tuple(_graph(function, 1, dtype, None).structured_outputs.shape[1:])


def _graph(function: TensorFunction, batch: int, dtype: str, shape_out: Shape | None) -> Any:
    """A function as a TensorFlow graph."""

    def call(*arguments: Tensor) -> Tensor:
        return function(arguments, batch, dtype, shape_out)

    try:
        return tf.function(call, autograph=False).get_concrete_function(*function.specs(batch, dtype))
    except ValidationError:
        raise
    except Exception as error:
        raise function.error(_failure(error)) from error


def _failure(error: Exception) -> str:
    """What to tell of a function that fails."""
    if "singleton tf.Variables" in str(error):
        return (
            "makes new variables, such as those of a Keras layer, whenever it is called; make the layer once, outside "
            "of the function"
        )
    return f"failed: {type(error).__name__}: {error}"


def _reason(error: Exception) -> str:
    """What of a function XLA cannot compile."""
    text = str(error)
    kernel = re.search(r"No registered '(\w+)' OpKernel", text)
    if kernel:
        return f"the TensorFlow operation {kernel.group(1)}"
    first = text.removeprefix("Failed getting HLO text: ").strip("'").splitlines() or [type(error).__name__]
    return first[0][:200]


def _as_keras(variable: tf.Variable) -> keras.Variable:
    """A Keras variable that keeps its value in a TensorFlow variable."""
    name = variable.name.split(":")[0].replace("/", "_")
    found = keras.Variable(
        variable.numpy(), trainable=variable.trainable, dtype=variable.dtype.name, name=name
    )
    found._value = variable
    return found
