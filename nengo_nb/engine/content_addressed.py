"""Content-addressed programs: traced functions under a name made of the digest of their graph.

TensorFlow numbers functions in the order in which they are traced, and knows compiled programs by
these names. Named by their content instead, equal programs are compiled once: in a process, when a
cell is run again, and on disk (see ``nengo_nb.compiler``).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from .artifacts import RefusedArtifactError, compiled_once

if TYPE_CHECKING:
    from tensorflow.core.framework.attr_value_pb2 import AttrValue
    from tensorflow.core.framework.function_pb2 import FunctionDef

log = logging.getLogger(__name__)

Tensor = Any

_refused: set[str] = set()
"""Names of programs whose artifacts TensorFlow could not load."""


def make_program(traced: Any) -> NamedProgram | TracedProgram:
    """Make a program of a ``ConcreteFunction``, content-addressed if TensorFlow allows it.

    TensorFlow has no public way to register a function under a name. A release that moves the
    private one costs nothing but time: equal programs are then compiled again.
    """
    try:
        return NamedProgram(traced)
    except (ImportError, AttributeError) as error:
        log.info("programs are not known by their content with this TensorFlow: %s", error)
        return TracedProgram(traced)


def eager_context() -> Any:
    """Return TensorFlow's eager context, which registers and calls functions by their names."""
    # Private: there is no other way to call a function by its name. ``make_program`` catches the
    # error of a release that has moved it.
    from tensorflow.python.eager import context

    return context.context()


class TracedProgram:
    """Program under the name that TensorFlow gave it when it was traced."""

    def __init__(self, traced: Any) -> None:
        self._traced = traced

    def __call__(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        """Call the program."""
        return list(self._traced(*tensors))


class NamedProgram:
    """Program registered under a name made of its content.

    Args:
        traced: A ``ConcreteFunction``.
    """

    def __init__(self, traced: Any) -> None:
        self.captured = tuple(traced.captured_inputs)
        self.n_outputs = len(traced.outputs)
        self.context = eager_context()
        self._is_called = False
        self._functions = _renamed(traced)
        self.name = self._register()

    def __call__(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        """Call the program; the first call compiles it, or loads it from the compilation cache."""
        if self._is_called:
            return self._call(tensors)
        try:
            outputs = self._call_first(tensors)
        except RefusedArtifactError:
            # TensorFlow remembers under this name that the program has failed, and would never
            # compile it.
            _refused.add(self.name.decode())
            self.name = self._register()
            outputs = self._call_first(tensors)
        # The graphs are registered with TensorFlow by now; only a second name would need them.
        self._is_called, self._functions = True, []
        return outputs

    def _register(self) -> bytes:
        """Register the functions with TensorFlow, and return the name of the one that is called."""
        if self._functions[0].signature.name in _refused:
            names = {f.signature.name: f"{f.signature.name}_anew" for f in self._functions}
            for function in self._functions:
                _rename(function, names)
        for function in self._functions:
            # An equal program may have been registered before, by another simulator.
            if not self.context.has_function(function.signature.name):
                self.context.add_function_def(function)
        return bytes(self._functions[0].signature.name.encode())

    def _call_first(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        """Call the program with its artifacts from the compilation cache at hand."""
        with compiled_once(self.name.decode()):
            return self._call(tensors)

    def _call(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        """Call the function registered under this name."""
        return list(
            self.context.call_function(self.name, [*tensors, *self.captured], self.n_outputs)
        )


def _renamed(traced: Any) -> list[FunctionDef]:
    """Return copies of a function and all that it calls, itself first, named by their digest."""
    # The names that tracing gave are counters, so they become positions in a fixed order before the
    # digest is taken, and names of the digest after it.
    library = {f.signature.name: f for f in traced.graph.as_graph_def().library.function}
    library[traced.function_def.signature.name] = traced.function_def
    order = list(_reached(traced.function_def.signature.name, library))
    copies = [_copy(library[name]) for name in order]
    for copy in copies:
        _rename(copy, {name: str(i) for i, name in enumerate(order)})
        _rename_inputs(copy)
    digest = hashlib.sha256(
        b"".join(copy.SerializeToString(deterministic=True) for copy in copies)
    ).hexdigest()
    for copy in copies:
        _rename(copy, {str(i): f"nengo_nb_{digest[:24]}_{i}" for i in range(len(order))})
    return copies


def _copy(function: FunctionDef) -> FunctionDef:
    """Copy a definition; TensorFlow may still use the one it traced."""
    return type(function).FromString(function.SerializeToString())


def _reached(name: str, library: dict[str, FunctionDef]) -> dict[str, None]:
    """Return the names of a function and all that it calls, each once, breadth first."""
    # A dictionary keeps the order, on which the digest depends.
    seen: dict[str, None] = {}
    pending = [name]
    while pending:
        caller = pending.pop(0)
        if caller not in seen:
            seen[caller] = None
            pending.extend(
                called.func.name
                for called in _calls(library[caller])
                if called.func.name in library
            )
    return seen


def _calls(function: FunctionDef) -> Iterable[AttrValue]:
    """Yield the attributes of a function's nodes that name a function, in a fixed order."""
    for node in function.node_def:
        for key in sorted(node.attr):
            if node.attr[key].WhichOneof("value") == "func":
                yield node.attr[key]


def _rename(function: FunctionDef, names: dict[str, str]) -> None:
    """Rename a function and its calls, and drop attributes that depend on where it was traced."""
    function.signature.name = names[function.signature.name]
    for called in _calls(function):
        called.func.name = names.get(called.func.name, called.func.name)
    for node in function.node_def:
        node.ClearField("experimental_debug_info")
        # The counter of a custom gradient; no gradient is taken through a content-addressed
        # program.
        if "_gradient_op_type" in node.attr:
            del node.attr["_gradient_op_type"]


def _rename_inputs(function: FunctionDef) -> None:
    """Number the inputs of a function, as TensorFlow names some after a traced loop."""
    names = {
        argument.name: f"nengo_nb_input_{i}"
        for i, argument in enumerate(function.signature.input_arg)
    }
    for argument in function.signature.input_arg:
        argument.name = names[argument.name]
    for node in function.node_def:
        node.input[:] = [names.get(name, name) for name in node.input]
    for result, source in list(function.ret.items()):
        function.ret[result] = names.get(source, source)
