"""Differentiable scan over time, with all tensors kept for the gradient or some recomputed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nengo_nb.on_demand import tf

from .lowering import NUMBER, Emitter

Tensor = Any
Tensors = tuple[Any, ...]


class Scan:
    """Differentiable scan of a segment, one step after the other.

    Args:
        emitter: Emits one step.
        dtype: ``"float32"`` or ``"float64"``.
        recompute_every: See ``Forward``.
    """

    def __init__(self, emitter: Emitter, dtype: str, recompute_every: int | None = None) -> None:
        self.emitter = emitter
        self.dtype = dtype
        self.recompute_every = recompute_every
        self.width = sum(gather.size for gather in emitter.segment.outputs)
        self.moved_at = [i for i, _ in emitter.segment.next_states]

    def __call__(
        self,
        numbers: Tensor,
        vectors: Tensor,
        parameters: Sequence[Tensor],
        states: Sequence[Tensor],
    ) -> tuple[Tensor, Tensors]:
        """Take as many steps as there are vectors.

        Args:
            numbers: The number of each step, ``(steps,)``.
            vectors: The inputs at each step, ``(steps, batch, n_inputs)``.
            parameters: The parameters of the segment.
            states: The states before the first step.

        Returns:
            The outputs at each step, ``(steps, batch, n_outputs)``, and the states behind the last
            step.
        """
        steps, every = vectors.shape[0], self.recompute_every
        if steps == 1:
            outputs, after = self._step(numbers[0], vectors[0], parameters, states)
            return outputs[tf.newaxis], after
        if every is None or every >= steps:
            return self._loop(numbers, vectors, parameters, states)
        return self._in_windows(every, numbers, vectors, parameters, states)

    def _step(
        self, number: Tensor, vector: Tensor, parameters: Sequence[Tensor], states: Sequence[Tensor]
    ) -> tuple[Tensor, Tensors]:
        """Emit one step, and return its outputs and all states behind it."""
        outputs, moved = self.emitter.step(number, vector, parameters, states)
        after = list(states)
        for at, tensor in zip(self.moved_at, moved, strict=True):
            after[at] = tensor
        return outputs, tuple(after)

    def _loop(
        self,
        numbers: Tensor,
        vectors: Tensor,
        parameters: Sequence[Tensor],
        states: Sequence[Tensor],
    ) -> tuple[Tensor, Tensors]:
        """Loop whose gradient keeps the intermediate tensors of each step."""

        def step(i: Tensor, given: Tensor, states: Tensors) -> tuple[Tensor, Tensors]:
            return self._step(numbers[i], given, parameters, states)

        return iterate(step, vectors, tuple(states), (vectors.shape[1], self.width), self.dtype)

    def _in_windows(
        self,
        every: int,
        numbers: Tensor,
        vectors: Tensor,
        parameters: Sequence[Tensor],
        states: Sequence[Tensor],
    ) -> tuple[Tensor, Tensors]:
        """Loop over windows of ``every`` steps, of which only the states before each are kept."""
        steps, batch, width = vectors.shape
        n_windows = steps // every
        whole = n_windows * every
        # Parameters are arguments of a window, and not captured
        # by it: a custom gradient only reaches its arguments.
        window = recomputed(lambda *tensors: self._window(len(parameters), *tensors))

        def step(i: Tensor, given: Tensor, states: Tensors) -> tuple[Tensor, Tensors]:
            outputs, *after = window(
                numbers[0] + tf.cast(i * every, NUMBER), given, *parameters, *states
            )
            return outputs, tuple(after)

        windows = tf.reshape(vectors[:whole], (n_windows, every, batch, width))
        outputs, after = iterate(
            step, windows, tuple(states), (every, batch, self.width), self.dtype
        )
        stacked = tf.reshape(outputs, (whole, batch, self.width))
        if whole == steps:
            return stacked, after
        # The steps that are left over are one shorter window.
        last, *at_end = window(numbers[whole], vectors[whole:], *parameters, *after)
        return tf.concat([stacked, last], axis=0), tuple(at_end)

    def _window(self, n_parameters: int, first: Tensor, vectors: Tensor, *rest: Tensor) -> Tensors:
        numbers = first + tf.range(vectors.shape[0], dtype=NUMBER)
        outputs, after = self._loop(numbers, vectors, rest[:n_parameters], rest[n_parameters:])
        return (outputs, *after)


def iterate(
    step: Callable[[Tensor, Tensor, Tensors], tuple[Tensor, Tensors]],
    given: Tensor,
    states: Tensors,
    shape: tuple[int, ...],
    dtype: str,
) -> tuple[Tensor, Tensors]:
    """Scan over the first axis of a tensor, by ``tf.while_loop``.

    Args:
        step: Function from the index of a turn, its element of ``given``, and the states, to
            outputs and new states.
        given: The tensor to scan.
        states: The states before the first turn.
        shape: Shape of the outputs of a turn.
        dtype: Type of the outputs.

    Returns:
        The outputs of all turns, stacked, and the states behind the last turn.
    """
    turns = given.shape[0]
    record = tf.TensorArray(dtype, size=turns, element_shape=shape)
    source = tf.TensorArray(dtype, size=turns, element_shape=given.shape[1:]).unstack(given)

    def body(i: Tensor, record: Any, states: Tensors) -> tuple[Tensor, Any, Tensors]:
        outputs, after = step(i, source.read(i), states)
        return i + 1, record.write(i, outputs), after

    # XLA differentiates a loop only where the largest number of turns is static.
    _, record, after = tf.while_loop(
        lambda i, *_: i < turns, body, (tf.constant(0), record, states), maximum_iterations=turns
    )
    return record.stack(), tuple(after)


def recomputed(function: Callable[..., Tensors]) -> Callable[..., Tensors]:
    """Apply gradient checkpointing: only the arguments of a function are kept for its gradient.

    No gradient passes the first argument, which is the number of a step.
    """

    @tf.custom_gradient
    def forward(*arguments: Tensor) -> tuple[Tensors, Callable[..., Any]]:
        def gradient(*upstream: Tensor, variables: Sequence[Any] | None = None) -> Any:
            # TensorFlow passes ``variables`` only where the function reads some, such as the
            # weights of a Keras layer, and then wants their gradients as well.
            own = list(variables or ())
            with tf.GradientTape() as tape:
                tape.watch(arguments[1:])
                results = function(*arguments)
            gradients = tape.gradient(
                results,
                [*arguments[1:], *own],
                output_gradients=upstream,
                unconnected_gradients=tf.UnconnectedGradients.ZERO,
            )
            n = len(arguments) - 1
            inputs = [None, *gradients[:n]]
            return (inputs, gradients[n:]) if variables is not None else inputs

        return function(*arguments), gradient

    return forward
