"""Calls of Python functions from within a compiled program.

A program that calls Python at every step would have to end there, and calling a program costs 85 us
or more. XLA's foreign function interface (``xla_ffi``) lets it call a function instead.

XLA calls from whichever of its threads comes to it. But Python's functions belong to the thread of
the run, as with Nengo: they may have opened windows or databases there, which know their thread. So
the program is called on a thread of its own, and the thread of the run answers; that takes two
changes of threads, and 20 us more.
"""

from __future__ import annotations

import ctypes
import itertools
import logging
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, get_ident
from typing import Any, NamedTuple

import numpy as np

from nengo_nb.on_demand import tf
from nengo_nb.plan.cost import Device

from .xla_ffi import find_interface

log = logging.getLogger(__name__)

Tensor = Any
Result = Any

TARGET = "nengo_nb_python"
"""Name of the handler in programs."""

THREE_NUMBERS = ctypes.c_int64 * 3

ELEMENTS = {"float32": "f32", "float64": "f64"}
"""Names of types in StableHLO."""


class Call(NamedTuple):
    """A call of Python by a program: where from, and where inputs and outputs are in memory."""

    part: int
    k: int
    inputs: int
    outputs: int


class Callbacks:
    """Answers the calls of one program.

    Args:
        answer: Gets the number of the part that is called, that of the step within the chunk, the
            inputs and the outputs to write, ``(batch, n)`` each, which are gone afterwards. Outputs
            are of float64, as Python's numbers are.
        sizes: For each part that is called, by its number, how many inputs and outputs it has.
        batch: Number of minibatch items.
        dtype: Type of the inputs.
        on_any_thread: Whether calls are answered on XLA's threads.
    """

    def __init__(
        self,
        answer: Callable[[int, int, np.ndarray, np.ndarray], None],
        sizes: dict[int, tuple[int, int]],
        batch: int,
        dtype: str,
        on_any_thread: bool,
    ) -> None:
        self.answer = answer
        self.sizes = sizes
        self.batch = batch
        self.dtype = dtype
        self.on_any_thread = on_any_thread
        self.thread: int | None = None
        """The thread of XLA's on which a call is being answered."""
        self.number = next(_numbers)
        self._parts = tuple(sizes)
        self._arrays: dict[tuple[int, int, str], np.ndarray] = {}
        self._due = 0
        self._failure: BaseException | None = None
        # Its thread is started by the first call, and ends with this object.
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="nengo_nb-program")
        self._hand_over: Callable[[Call], None] = self._respond

    def run(self, call: Callable[[], Result], count: int) -> Result:
        """Call a program of ``count`` steps, and answer its calls of Python.

        Raises:
            BaseException: An answer raised it.
        """
        self._due, self._failure = 0, None
        # Each call of a program has other buffers.
        self._arrays.clear()
        _running[self.number] = self
        try:
            result = self._run_here(call) if self.on_any_thread else self._run_aside(call)
        except tf.errors.OpError:
            if self._failure is None:
                raise
        finally:
            del _running[self.number]
            # It holds the frames of what raised it, and they hold much else.
            failure, self._failure = self._failure, None
        if failure is not None:
            raise failure
        if self._due != count * len(self._parts):
            # A second interrupt, which Python delivers anywhere, came between two answers.
            raise KeyboardInterrupt
        return result

    def _run_here(self, call: Callable[[], Result]) -> Result:
        """Call the program on this thread, and answer on those that call back."""
        # With what belongs to this thread and can be handed on, such as NumPy's handling of errors.
        context = copy_context()

        def hand_over(call: Call) -> None:
            self.thread = get_ident()
            context.run(self._respond, call)
            self.thread = None

        self._hand_over = hand_over
        return call()

    def _run_aside(self, call: Callable[[], Result]) -> Result:
        """Call the program on another thread, and answer here."""
        calls: SimpleQueue[Call | Future[Result]] = SimpleQueue()
        answered: SimpleQueue[None] = SimpleQueue()

        def hand_over(call: Call) -> None:
            calls.put(call)
            answered.get()

        self._hand_over = hand_over
        done = self._aside.submit(call)
        try:
            done.add_done_callback(calls.put)
            while isinstance(request := calls.get(), Call):
                self._respond(request)
                answered.put(None)
        # A second interrupt, which Python delivers anywhere.
        except BaseException as error:
            self._failure = error
            # The program may wait for an answer, and has to end before this thread may leave it.
            answered.put(None)
            done.exception()
            raise
        return done.result()

    def respond(self, call: Call) -> None:
        """Answer a call of the program.

        Raises:
            BaseException: What the answer raised; the program is to end.
        """
        if self._failure is None:
            self._hand_over(call)
        if self._failure is not None:
            raise self._failure

    def _respond(self, call: Call) -> None:
        """Answer a call on this thread, and remember an error."""
        try:
            part, k, inputs, outputs = call
            n_parts = len(self._parts)
            if (k, part) != (self._due // n_parts, self._parts[self._due % n_parts]):
                # An answer was cut short by a second interrupt.
                raise KeyboardInterrupt
            n_inputs, n_outputs = self.sizes[part]
            self.answer(
                part,
                k,
                self._array(inputs, n_inputs, self.dtype),
                self._array(outputs, n_outputs, "float64"),
            )
            self._due += 1
        except BaseException as error:
            self._failure = error

    def _array(self, address: int, size: int, dtype: str) -> np.ndarray:
        """Return the array at an address, ``(batch, size)``."""
        array = self._arrays.get((address, size, dtype))
        if array is None:
            array = _array_at(address, (self.batch, size), dtype)
            # A loop has few buffers, and calls back with the same ones.
            self._arrays[address, size, dtype] = array
        return array


_numbers = itertools.count(1)
_running: dict[int, Callbacks] = {}
_lock = Lock()
_registered: list[bool] = []


def can_call_python(device: Device) -> bool:
    """Whether programs for a device can call Python with this operating system, as far as was
    tried.
    """
    return device is Device.CPU and sys.platform == "linux"


def register() -> bool:
    """Make the handler known to XLA, once per process; return whether programs can call it."""
    with _lock:
        if not _registered:
            interface = find_interface(Path(tf.__file__).parent)
            _registered.append(
                interface is not None
                and _emitter() is not None
                and interface.register(TARGET, _respond)
            )
            if not _registered[0]:
                log.info("programs cannot call Python with this TensorFlow")
    return _registered[0]


def _emitter() -> Any:
    """Return TensorFlow's function that emits a module of StableHLO; None if it has moved."""
    try:
        # Private: TensorFlow has no public way to emit a call of the interface.
        from tensorflow.compiler.tf2xla.python.xla import call_module
    except ImportError:
        return None
    return call_module


def _respond(arguments: Sequence[int], results: Sequence[int]) -> None:
    """Answer a call of ``call_python``, whose arguments and results are at these addresses."""
    k, callbacks, part = THREE_NUMBERS.from_address(arguments[0])
    _running[callbacks].respond(Call(part, k, arguments[1], results[1]))
    ctypes.c_int64.from_address(results[0]).value = k


def call_python(
    order: Tensor, callbacks: Tensor, part: int, inputs: Tensor, n_outputs: int
) -> tuple[Tensor, Tensor]:
    """Emit a call of Python.

    Args:
        order: The number of the step within the chunk, ``(1,)``. As it is handed from call to call,
            they come in this order.
        callbacks: Number of the ``Callbacks`` that are to answer, ``(1,)``.
        part: Number of the part that is called.
        inputs: Its inputs, ``(batch, n_inputs)``.
        n_outputs: Number of outputs of each item.

    Returns:
        The number of the step once more, and the outputs, ``(batch, n_outputs)``, of float64.
    """
    element = ELEMENTS[inputs.dtype.name]
    batch, n_inputs = inputs.shape
    numbers = tf.concat([order, callbacks, tf.constant([part], order.dtype)], axis=0)
    given = f"tensor<3xi64>, tensor<{batch}x{n_inputs}x{element}>"
    made = f"tensor<1xi64>, tensor<{batch}x{n_outputs}xf64>"
    module = f"""
module @python {{
  func.func public @main(%numbers: tensor<3xi64>, %inputs: tensor<{batch}x{n_inputs}x{element}>)
      -> ({made}) {{
    %results:2 = stablehlo.custom_call @{TARGET}(%numbers, %inputs)
      {{api_version = 4 : i32, has_side_effect = true}} : ({given}) -> ({made})
    return %results#0, %results#1 : {made}
  }}
}}"""
    shapes = [(1,), (batch, n_outputs)]
    results = _emitter()(
        [numbers, inputs],
        version=9,
        module=module,
        Tout=[order.dtype, tf.float64],
        Sout=shapes,
        platforms=["CPU"],
    )
    for result, shape in zip(results, shapes, strict=True):
        result.set_shape(shape)
    return results[0], results[1]


def _array_at(address: int, shape: Sequence[int], dtype: str) -> np.ndarray:
    """View memory as an array."""
    kind, n_elements = np.dtype(dtype), int(np.prod(shape))
    if not n_elements:
        return np.empty(shape, kind)
    memory = (ctypes.c_char * (n_elements * kind.itemsize)).from_address(address)
    return np.frombuffer(memoryview(memory), kind).reshape(shape)
