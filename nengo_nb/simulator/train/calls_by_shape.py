"""Call a ``tf.function`` by looking up its traced program by tensor shapes and types alone.

TensorFlow compares the whole structure of the arguments at every call, which in a small network
takes a third of the time that a minibatch does.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from nengo_nb.engine.content_addressed import NamedProgram, TracedProgram, make_program
from nengo_nb.on_demand import tf

log = logging.getLogger(__name__)

PRIVATE = attrgetter(
    "inference_fn.call_flat",
    "function_type.bind",
    "function_type.unpack_inputs",
    "function_type.pack_output",
)
"""Parts of a ``ConcreteFunction`` that TensorFlow does not document."""


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
        self.is_direct = True
        """Whether traced programs are called past the comparison of structures."""

    def __call__(self, *arguments: Any) -> Any:
        """Call the program for these shapes, which is traced at the first such call."""
        if not self.is_direct:
            return self.function(*arguments)
        flat = tf.nest.flatten(arguments)
        # Shapes and types of the leaves decide, as the structure never changes; None is a leaf of
        # its own, so that leaving out sample weights gives another program.
        key = tuple(None if t is None else (*t.shape, t.dtype.as_datatype_enum) for t in flat)
        tensors = [tensor for tensor in flat if tensor is not None]
        if key not in self.programs:
            traced = self.function.get_concrete_function(*arguments)
            self.is_direct = takes_flat_tensors(traced)
            if not self.is_direct:
                return self.function(*arguments)
            _check_order(traced, arguments, tensors)
            self.programs[key] = traced, make_program(traced) if self.is_compiled else None
        traced, program = self.programs[key]
        if isinstance(program, NamedProgram):
            outputs = program(tensors)
        else:
            # TensorFlow appends what the function captured.
            outputs = traced.inference_fn.call_flat(*tensors, *traced.captured_inputs)
        return traced.function_type.pack_output(outputs)


def takes_flat_tensors(traced: Any) -> bool:
    """Whether this TensorFlow lets a ``ConcreteFunction`` be called past the comparison.

    The way in is private. A release without it costs nothing but time.
    """
    try:
        PRIVATE(traced)
    except AttributeError as error:
        log.info("structures of arguments are compared at every call: %s", error)
        return False
    return True


def _check_order(traced: Any, arguments: tuple[Any, ...], tensors: list[Any]) -> None:
    """Raise AssertionError unless TensorFlow flattens the arguments to these tensors.

    ``call_flat`` takes tensors in TensorFlow's order, and would mix them up in silence if ours were
    another.
    """
    bound = traced.function_type.bind(*arguments)
    expected = traced.function_type.unpack_inputs(bound)
    if len(expected) != len(tensors) or not all(
        a is b for a, b in zip(expected, tensors, strict=True)
    ):
        raise AssertionError("arguments are not flattened as TensorFlow flattens them")
