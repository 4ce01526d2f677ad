"""Operator of a ``TensorNode``, and the trace of its function before anything runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from nengo.builder import Model, Operator, Signal
from nengo.exceptions import SimulationError, ValidationError

from nengo_nb.on_demand import keras, tf

from .tensor_function import Shape, Tensor, TensorFunction, not_here

if TYPE_CHECKING:
    from .tensor_node import TensorNode


@dataclass(frozen=True)
class Trace:
    """Result of tracing a tensor function, without running it.

    Args:
        dtype: Floating-point type of the simulation.
        refusal: Reason why XLA cannot compile it; None if it can.
        variables: The variables it reads or writes.
    """

    dtype: str
    refusal: str | None
    variables: tuple[tf.Variable, ...]

    @cached_property
    def weights(self) -> list[keras.Variable]:
        """The floating-point variables, as Keras variables."""
        return [_as_keras(variable) for variable in self.variables if variable.dtype.is_floating]


class SimTensorNode(Operator):
    """Sets its output to the result of a tensor function of time and input.

    Args:
        node: The ``TensorNode``.
        time: The signal of the simulated time; None if the function is not given it.
        x: The signal of the input, flat; None if there is none.
        output: The signal of the output, flat.
        seed: Seed of the generator that ``post_build`` is given.
    """

    def __init__(
        self,
        node: TensorNode,
        time: Signal | None,
        x: Signal | None,
        output: Signal,
        seed: int | None = None,
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
        """Reason why XLA cannot compile the function; None if it can, or before it is traced."""
        return None if self.trace is None else self.trace.refusal

    @property
    def weights(self) -> list[keras.Variable]:
        """The variables of the function, as Keras variables."""
        if self.function.layer is not None:
            return list(self.function.layer.weights)
        return [] if self.trace is None else self.trace.weights

    def make_batch_step(
        self, batch: int
    ) -> Callable[[float, Sequence[np.ndarray]], list[np.ndarray]]:
        """Return a step of all minibatch items at once that is not compiled.

        Args:
            batch: Number of minibatch items.

        Returns:
            ``step(time, inputs)``: the time in seconds, and what ``reads`` hold, each with a batch
                axis.
        """
        dtype, shape_in = (
            ("float32" if self.trace is None else self.trace.dtype),
            self.function.shape_in,
        )
        graph = _graph(self.function, batch, dtype, self.shape_out)

        def step(time: float, inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
            arguments: list[Tensor] = [] if self.time is None else [tf.constant(time, dtype)]
            if shape_in is not None:
                # reads are time and input, so the input is the last; its signal is flat.
                arguments.append(tf.constant(np.reshape(inputs[-1], (batch, *shape_in)), dtype))
            return [graph(*arguments).numpy().reshape(batch, -1)]

        return step

    def make_step(self, signals: Any, dt: float, rng: Any) -> Any:
        """Return a step that raises a ``SimulationError``: Nengo's own simulators cannot
        run TensorFlow code.
        """

        def step() -> None:
            raise SimulationError(not_here(self.function.name))

        return step

    def __getstate__(self) -> dict[str, Any]:
        # Graphs and their variables cannot be pickled; prepare traces again.
        return {**self.__dict__, "trace": None}


def tensor_operators(model: Model) -> list[SimTensorNode]:
    """Return the operators of all TensorNodes of a model."""
    return [op for op in model.operators if isinstance(op, SimTensorNode)]


def node_weights(model: Model) -> dict[TensorNode, list[keras.Variable]]:
    """Return the variables of each TensorNode of a prepared model; shared ones belong to
    the first.
    """
    seen: set[int] = set()
    weights_of = {}
    for op in tensor_operators(model):
        # By the TensorFlow variable: two Keras variables may wrap the same one.
        own = {id(w.value): w for w in op.weights}
        weights_of[op.node] = [w for key, w in own.items() if key not in seen]
        seen |= own.keys()
    return weights_of


def uncompiled(model: Model) -> list[SimTensorNode]:
    """Return the operators of a prepared model that XLA cannot compile; any of them rules
    out XLA in training.
    """
    return [op for op in tensor_operators(model) if op.refusal]


def prepare(model: Model, dtype: str, batch: int = 1) -> None:
    """Build all TensorNodes, outside of any loop: ``pre_build``, one call without numbers,
    ``post_build``.

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
    # An object that several nodes share is called by all of them before its post_build.
    for op in operators:
        op.function.finish(np.random.RandomState(op.seed))


def trace(function: TensorFunction, batch: int, dtype: str, shape_out: Shape | None) -> Trace:
    """Trace a function by calling it once with symbolic tensors.

    Whether XLA can compile it shows when it is lowered to HLO, which runs and compiles nothing.

    Raises:
        ValidationError: It fails, or returns what it may not.
    """
    specs = function.specs(batch, dtype)
    concrete = _graph(function, batch, dtype, shape_out)
    compiled = tf.function(concrete, jit_compile=True, autograph=False)
    try:
        # Lowering raises for an operation without an XLA kernel.
        compiled.experimental_get_compiler_ir(*specs)(stage="hlo")
    except Exception as error:  # whatever the reason, it cannot be compiled
        return Trace(dtype, _reason(error), concrete.variables)
    return Trace(dtype, None, concrete.variables)


def result_shape(function: TensorFunction, dtype: str) -> Shape:
    """Return the shape of a function's result, minibatch aside.

    Raises:
        ValidationError: It fails, or returns what it may not.
    """
    function.build(1, None)
    return tuple(_graph(function, 1, dtype, None).structured_outputs.shape[1:])


def _graph(function: TensorFunction, batch: int, dtype: str, shape_out: Shape | None) -> Any:
    """Return a function as a concrete TensorFlow function."""

    def call(*arguments: Tensor) -> Tensor:
        return function(arguments, batch, dtype, shape_out)

    try:
        return tf.function(call, autograph=False).get_concrete_function(
            *function.specs(batch, dtype)
        )
    except ValidationError:
        raise
    except Exception as error:
        raise function.error(_failure(error)) from error


def _failure(error: Exception) -> str:
    """Return the message for a function that fails."""
    if "singleton tf.Variables" in str(error):
        return (
            "makes new variables, such as those of a Keras layer, whenever it is called; make the "
            "layer once, outside "
            "of the function"
        )
    return f"failed: {type(error).__name__}: {error}"


def _reason(error: Exception) -> str:
    """Return the reason in XLA's error: the operation that it lacks, or the first line."""
    text = str(error)
    kernel = re.search(r"No registered '(\w+)' OpKernel", text)
    if kernel:
        return f"the TensorFlow operation {kernel.group(1)}"
    first = text.removeprefix("Failed getting HLO text: ").strip("'").splitlines() or [
        type(error).__name__
    ]
    return first[0][:200]


def _as_keras(variable: tf.Variable) -> keras.Variable:
    """Wrap a TensorFlow variable as a Keras variable that shares its value."""
    name = variable.name.split(":")[0].replace("/", "_")
    shared = keras.Variable(
        variable.numpy(), trainable=variable.trainable, dtype=variable.dtype.name, name=name
    )
    # Private in Keras: without it training would change a copy of the user's variable.
    shared._value = variable
    return shared
