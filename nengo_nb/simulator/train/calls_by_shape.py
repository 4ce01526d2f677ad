"""Call a ``tf.function`` by looking up its traced program by tensor shapes and types alone.

TensorFlow compares the whole structure of the arguments at every call, which in a small network
takes a third of the time that a minibatch does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from nengo_nb.engine.content_addressed import NamedProgram, TracedProgram, make_program


class ByShapes:
    """A traced function of nested tensors and None, always in the same structure.

    Args:
        function: The function to trace.
        jit_compile: Whether XLA compiles it.
    """

    def __init__(self, function: Callable[..., Any], jit_compile: bool) -> None:
        self.function = tf.function(function, jit_compile=jit_compile, autograph=False)
        self.is_compiled = jit_compile
        self.programs: dict[Any, tuple[Any, NamedProgram | TracedProgram | None]] = {}

    def __call__(self, *arguments: Any) -> Any:
        """Call the program for these shapes, which is traced at the first such call."""
        flat = tf.nest.flatten(arguments)
        # Shapes and types of the leaves decide, as the structure never changes; None is a leaf of
        # its own, so that leaving out sample weights gives another program.
        key = tuple(None if t is None else (*t.shape, t.dtype.as_datatype_enum) for t in flat)
        if key not in self.programs:
            traced = self._program(arguments, flat)
            self.programs[key] = traced, make_program(traced) if self.is_compiled else None
        traced, program = self.programs[key]
        tensors = [tensor for tensor in flat if tensor is not None]
        if isinstance(program, NamedProgram):
            outputs = program(tensors)
        else:
            # A private way in, past the comparison of structures; TensorFlow appends what the
            # function captured.
            outputs = traced.inference_fn.call_flat(*tensors, *traced.captured_inputs)
        return traced.function_type.pack_output(outputs)

    def _program(self, arguments: tuple[Any, ...], flat: list[Any]) -> Any:
        """Trace the program for these shapes."""
        program = self.function.get_concrete_function(*arguments)
        bound = program.function_type.bind(*arguments)
        expected = program.function_type.unpack_inputs(bound)
        tensors = [tensor for tensor in flat if tensor is not None]
        # ``call_flat`` takes tensors in TensorFlow's order and would mix them up in silence if ours
        # were another.
        if len(expected) != len(tensors) or not all(
            a is b for a, b in zip(expected, tensors, strict=True)
        ):
            raise AssertionError("arguments are not flattened as TensorFlow flattens them")
        return program
