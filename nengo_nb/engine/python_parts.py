"""Calls of the Python parts of a stage over a chunk, whose program asks for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nengo_nb.plan.graph import Operation
from nengo_nb.plan.program import PythonPart

from .chunk_values import side_by_side
from .journal import ChunkCutError, Journal
from .python_ops import FunctionStep
from .python_stage import HostLoop


@dataclass(frozen=True)
class FunctionCall:
    """A Python function whose input and output are columns of those of its part.

    Args:
        journal: The function's journal.
        reads: The columns of its input.
        writes: The columns of its output; None where nothing reads it.
    """

    journal: Journal
    reads: slice
    writes: slice | None


class PythonParts:
    """Python parts of a stage over one chunk.

    Args:
        host: Steps the stage where its program cannot ask.
        stop: Asked between steps that call Python; True ends the chunk there.
    """

    def __init__(self, host: HostLoop, stop: Callable[[], bool]) -> None:
        self.host = host
        self.stop = stop
        self.times = host.histories.times().tolist()
        self.n_known = host.count_known()
        self.parts = {
            p: part for p, part in enumerate(host.stage.parts) if isinstance(part, PythonPart)
        }
        self.first = next(iter(self.parts))
        self.reads = {p: side_by_side(host.graph, part.inputs) for p, part in self.parts.items()}
        self.writes = {p: side_by_side(host.graph, part.gives) for p, part in self.parts.items()}
        self.simple = {p: self._as_functions(p, part) for p, part in self.parts.items()}

    def call(self, p: int, k: int, inputs: np.ndarray, outputs: np.ndarray) -> None:
        """Call the operations of part ``p`` at step ``k`` of the chunk.

        Args:
            p: Number of the part.
            k: Number of the step.
            inputs: What the part reads, ``(batch, n)``, to keep.
            outputs: Written to: what it hands on, ``(batch, n)``.

        Raises:
            ChunkCutError: A stop was asked for, or an operation failed.
        """
        # As in ``HostLoop``.
        if p == self.first and k and k >= self.n_known and self.stop():
            raise ChunkCutError(k, None)
        functions = self.simple[p]
        try:
            if functions is None:
                self._call_any(p, k, inputs, outputs)
                return
            time = self.times[k]
            for called in functions:
                result = called.journal.call_function(k, time, inputs[:, called.reads])
                if called.writes is not None:
                    outputs[:, called.writes] = result
        # KeyboardInterrupt too: the steps before are whole, and the executor keeps them.
        except BaseException as error:
            raise ChunkCutError(k, error) from None

    def _call_any(self, p: int, k: int, inputs: np.ndarray, outputs: np.ndarray) -> None:
        """Call operations of any kind, of which some may read what others give."""
        now = {value: inputs[:, columns] for value, columns in self.reads[p].items()}
        self.host.run_python(self.parts[p], k, self.times[k], now)
        for value, columns in self.writes[p].items():
            outputs[:, columns] = now[value]

    def _as_functions(self, p: int, part: PythonPart) -> list[FunctionCall] | None:
        """Return the operations of a part in the form that is called quickest; None if one of them
        has no such form.
        """
        calls = [self._as_function(p, operation) for operation in part.operations]
        whole = [call for call in calls if call is not None]
        return whole if len(whole) == len(calls) else None

    def _as_function(self, p: int, operation: Operation) -> FunctionCall | None:
        """Return an operation as a function of some of the inputs of its part, if it is one."""
        histories, journal = self.host.histories, self.host.python[operation.index]
        step = journal.step
        if not isinstance(step, FunctionStep) or step.input_dtype is None or histories.batch > 1:
            return None
        if any(v in histories.arrays or v in histories.partial for v in operation.outputs):
            return None
        (ref,), columns = operation.inputs, self.reads[p]
        if len(ref.pieces) != 1 or len(operation.input_shapes[0]) != 1:
            return None
        (piece,) = ref.pieces
        if piece.step != 1 or piece.value not in columns:
            return None
        begin = columns[piece.value].start + piece.start
        # A function has one output, or none.
        writes = None
        for value in operation.outputs:
            writes = self.writes[p].get(value)
        return FunctionCall(journal, slice(begin, begin + piece.length), writes)
