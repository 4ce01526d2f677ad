"""Journal of a Python operation: its results in steps that the simulation has not completed yet.

A chunk calls a function for all of its steps before it computes what comes after it. Where the
chunk ends early, by an error or an interrupt, some functions have been called for steps that are
still to come. Calling them again would count, draw or move a robot twice, so their results wait
here until the simulation gets there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any, cast

import numpy as np

from .python_ops import Arrays, FunctionStep, PythonStep, Result, Source, is_source
from .python_results import FLOATS

TOLERANCE = 1e-4
"""Relative difference allowed between the inputs of two computations of a step, which may
round differently.
"""


class ChunkCutError(Exception):
    """A chunk ends early.

    Args:
        count: Number of its steps that are complete.
        error: The error of the step after them; None if a stop was asked for.
    """

    def __init__(self, count: int, error: BaseException | None) -> None:
        super().__init__(count, error)
        self.count = count
        self.error = error


class Calls:
    """Context manager around Python calls of a simulation; ``are_under_way`` tells of them."""

    def __init__(self) -> None:
        self.are_under_way = False

    def __enter__(self) -> None:
        self.are_under_way = True

    def __exit__(self, *error: object) -> None:
        self.are_under_way = False


class Journal:
    """Python operation that is called once for each step, even if a chunk is computed again.

    Args:
        step: The operation, with its memory.
        name: Its name in errors.
        calls: The simulation's record of calls under way.
    """

    def __init__(self, step: PythonStep, name: str, calls: Calls) -> None:
        self.step = step
        self.name = name
        self.calls = calls
        self.is_source = is_source(step)
        self._begin = 1
        """Number of the step to which the first result belongs."""
        self._inputs: list[Arrays] = []
        self.results: list[Any] = []
        """Results by step, from ``_begin`` on: the checked result of a source or of a function
        that was called singly, the list of outputs of any other operation.
        """

    def start(self, first: int) -> None:
        """Begin a chunk at step ``first``; results from another step on are dropped."""
        if self._begin != first:
            self._begin = first
            self._inputs.clear()
            self.results.clear()

    def commit(self, count: int) -> None:
        """Drop the results of the first ``count`` steps, which the simulation has completed."""
        self._begin += count
        del self._inputs[:count], self.results[:count]

    def __call__(self, k: int, time: float, inputs: Arrays) -> Arrays:
        """Return the outputs of step ``k`` of the chunk; inputs and outputs ``(batch, *shape)``."""
        if self.is_source:
            result = self._result(k, time, inputs, lambda: self._called(time))
            return self.source.spread(result)
        result = self._result(k, time, inputs, lambda: self.step(time, inputs))
        return (
            result if isinstance(result, list) else cast("FunctionStep", self.step).spread(result)
        )

    def call_function(self, k: int, time: float, inputs: np.ndarray) -> Result | Arrays:
        """Return the output of a ``FunctionStep`` with an input at step ``k``, without a minibatch.

        Args:
            k: Number of the step in the chunk.
            time: Its time, in seconds.
            inputs: Its input, ``(1, size)``, to keep.

        Returns:
            An array or number that can be assigned to ``(1, size)``, or such a one in a list.
        """
        function = cast("FunctionStep", self.step)
        return cast(
            "Result | Arrays",
            self._result(k, time, [inputs], lambda: function.call_singly(time, inputs[0])),
        )

    def _result(self, k: int, time: float, inputs: Arrays, call: Callable[[], Any]) -> Any:
        """Return the result of step ``k`` of the chunk, by a call if it is not known.

        Args:
            k: Number of the step.
            time: Its time, in seconds.
            inputs: Its inputs, to keep.
            call: Returns the result.
        """
        results = self.results
        # The chunk is computed again, and what leads to this call is not what it was: the results
        # from here on belong to another course of the simulation.
        if not self.is_source and k < len(results) and not _are_alike(self._inputs[k], inputs):
            del self._inputs[k:], results[k:]
        if k == len(results):
            try:
                with self.calls:
                    result = call()
            except Exception as error:
                self.explain(error, k, time)
                raise
            results.append(result)
            if not self.is_source:
                self._inputs.append(inputs)
        return results[k]

    def call_singly(self, number: int, time: float, inputs: Arrays) -> Sequence[Result]:
        """Return the outputs of a step without a minibatch, which is to be committed by itself.

        Args:
            number: Number of the step.
            time: Its time, in seconds.
            inputs: Its inputs, ``(1, *shape)`` each.

        Returns:
            For each output an array or number that can be assigned to ``(1, *shape)``.
        """
        self.start(number)
        is_function = isinstance(self.step, FunctionStep)
        if self.results or not (self.is_source or is_function):
            return cast("Sequence[Result]", self(0, time, inputs))
        try:
            with self.calls:
                if self.is_source:
                    result = self._called(time)
                else:
                    result = cast("FunctionStep", self.step).call_singly(time, inputs[0][0])
                    self._inputs.append(inputs)
        except Exception as error:
            self.explain(error, 0, time)
            raise
        self.results.append(result)
        return [result]

    @property
    def source(self) -> Source:
        """The operation as a source, a function of time alone."""
        return cast("Source", self.step)

    def _called(self, time: float) -> Result:
        return self.source.checked(self.source.function(time))

    def collect(self, count: int) -> np.ndarray | None:
        """Return a source's first outputs, ``(count, batch or 1, size)``; None if it has none."""
        array = self.source.collect(self.results[:count])
        return None if array is None else array.reshape(*array.shape[:2], -1)

    def explain(self, error: Exception, k: int, time: float) -> None:
        """Add to an error which operation raised it, and at which time and step."""
        error.add_note(f"This happened in {self.name}, at {time:.6g} s (step {self._begin + k}).")

    def get_state(self) -> Any:
        """Return a copy of the operation's memory, and of the journal."""
        return self.step.get_state(), self._begin, list(self._inputs), list(self.results)

    def set_state(self, memory: Any) -> None:
        """Restore what ``get_state`` returned."""
        self.step.set_state(memory[0])
        self._begin = memory[1]
        # In place: ``call_sources`` holds these very lists while it runs a chunk.
        self._inputs[:], self.results[:] = memory[2], memory[3]


def call_sources(
    journals: Sequence[Journal], times: Sequence[float], stop: Callable[[], bool] | None = None
) -> None:
    """Call functions of time alone, all of them at each step, until journals hold all results.

    Args:
        journals: The functions' journals.
        times: The simulated time of each step of the chunk, in seconds.
        stop: Asked between steps; True ends the chunk there.

    Raises:
        ChunkCutError: A stop was asked for, or a function failed.
    """
    if not journals:
        return
    # Looked up once: these calls are the loop of a network whose nodes run in Python.
    sources = [(j.source.function, j.source.checked, j.results) for j in journals]
    # After a failure some functions have been called for one step more than others, so between the
    # two counts only those are called that have no result there.
    complete, ragged = min(len(j.results) for j in journals), max(len(j.results) for j in journals)
    with journals[0].calls:
        for k in range(complete, len(times)):
            # Not before the first step, so that every call advances.
            if k and stop is not None and stop():
                raise ChunkCutError(k, None)
            time = times[k]
            called = (
                sources if k >= ragged else [source for source in sources if len(source[2]) == k]
            )
            try:
                for function, checked, results in called:
                    result = function(time)
                    # As in ``checked``, but most nodes return a number, and a call takes longer
                    # than this.
                    is_number = type(result) in FLOATS and isfinite(result)
                    results.append(result if is_number else checked(result))
            except BaseException as error:
                # Each function before the one that failed has added its result of this step.
                failed = next(journal for journal in journals if len(journal.results) == k)
                if isinstance(error, Exception):
                    failed.explain(error, k, time)
                raise ChunkCutError(k, error) from None


def _are_alike(known: Arrays, inputs: Arrays) -> bool:
    """Whether inputs equal, up to rounding, those with which an operation was called.

    NaN equals NaN, and what is infinite makes no other difference small.
    """
    for a, b in zip(known, inputs, strict=True):
        largest = max(np.abs(x[np.isfinite(x)]).max(initial=0) for x in (a, b))
        if not np.allclose(a, b, rtol=0, atol=TOLERANCE * largest, equal_nan=True):
            return False
    return True
