"""Programs of one part of a plan: traced and compiled when they are first called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from nengo_nb.on_demand import tf
from nengo_nb.tensorflow_log import start_xla

from .content_addressed import NamedProgram, TracedProgram, make_program
from .sources import Inputs

Tensor = Any


class Programs:
    """Programs by the function that emits them, and the inputs that they are for."""

    def __init__(self) -> None:
        self._programs: dict[tuple[Any, ...], NamedProgram | TracedProgram] = {}

    def call(
        self, function: Callable[..., Any], inputs: Inputs | None, tensors: Sequence[Tensor]
    ) -> list[Tensor]:
        """Call the program for these inputs, which is traced and compiled at its first call.

        The key stands for all shapes: ``tf.function``'s own look-up by shape costs ten times what
        the call does.

        Args:
            function: Emits the program, from the sources of ``inputs`` if there are any, and
                ``tensors``.
            inputs: The inputs, if their shapes may change.
            tensors: The arguments. Parameters and states have the same shapes at every call, so
                inputs alone tell programs apart.
        """
        key = self._key(function, inputs)
        if key not in self._programs:
            start_xla()
            specs = [tf.TensorSpec(t.shape, t.dtype) for t in tensors]
            compute = function if inputs is None else partial(function, inputs.sources)
            traced = tf.function(compute, jit_compile=True, autograph=False)
            self._programs[key] = make_program(traced.get_concrete_function(*specs))
        return self._programs[key](tensors)

    def has(self, function: Callable[..., Any], inputs: Inputs | None) -> bool:
        """Whether the program for these inputs was called before."""
        return self._key(function, inputs) in self._programs

    @staticmethod
    def _key(function: Callable[..., Any], inputs: Inputs | None) -> tuple[Any, ...]:
        return function.__name__, None if inputs is None else inputs.key
