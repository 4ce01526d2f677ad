"""The journal of a Python operation: what it returned in steps that the simulation has not completed yet.

A chunk calls a function for all of its steps before it computes what comes after it. Where the chunk ends early, by an
error or an interrupt, some functions have been called for steps that are still to come. Calling them again would
count, draw or move a robot twice, so what they returned waits here until the simulation gets there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any, cast

import numpy as np

from .python import Arrays, PythonStep, Result, Source, is_source
from .results import FLOATS

TOLERANCE = 1e-4
"""By how much of the largest one inputs may differ between two computations of a step, which may round differently."""


class ChunkCutError(Exception):
    """A chunk ends early.

    Args:
        count: How many of its steps are whole.
        error: What happened in the step after them; None if they were asked to end.
    """

    def __init__(self, count: int, error: BaseException | None) -> None:
        super().__init__(count, error)
        self.count = count
        self.error = error


class Calls:
    """Says whether a Python function of a simulation is being called: it is, while this is entered."""

    def __init__(self) -> None:
        self.are_under_way = False

    def __enter__(self) -> None:
        self.are_under_way = True

    def __exit__(self, *error: object) -> None:
        self.are_under_way = False


class Journal:
    """A Python operation that is called once for each step, whatever becomes of the chunk the step is in.

    Args:
        step: The operation, with its memory.
        name: What to call it in errors.
        calls: Those of the simulation.
    """

    def __init__(self, step: PythonStep, name: str, calls: Calls) -> None:
        self.step = step
        self.name = name
        self.calls = calls
        self.is_source = is_source(step)
        self._begin = 1
        """Number of the step to which the first of the results belongs."""
        self._inputs: list[Arrays] = []
        self.results: list[Any] = []
        """Of a source, its checked result at each step; of others, the outputs."""

    def start(self, first: int) -> None:
        """Begin a chunk: results of other steps than those from ``first`` on are of no use any more."""
        if self._begin != first:
            self._begin = first
            self._inputs.clear()
            self.results.clear()

    def commit(self, count: int) -> None:
        """The first ``count`` steps are completed; their results are not needed any more."""
        self._begin += count
        del self._inputs[:count], self.results[:count]

    def __call__(self, k: int, time: float, inputs: Arrays) -> Arrays:
        """Outputs ``(batch, *shape)`` of the step with index ``k`` in the chunk, from inputs ``(batch, *shape)``."""
        if not self.is_source and k < len(self.results) and not _are_alike(self._inputs[k], inputs):
            del self._inputs[k:], self.results[k:]
        if k == len(self.results):
            try:
                with self.calls:
                    result = self._called(time) if self.is_source else self.step(time, inputs)
            except Exception as error:
                self.explain(error, k, time)
                raise
            self.results.append(result)
            if not self.is_source:
                self._inputs.append(inputs)
        return self.source.spread(self.results[k]) if self.is_source else self.results[k]

    @property
    def source(self) -> Source:
        """The operation, as one that needs nothing but the time."""
        return cast("Source", self.step)

    def _called(self, time: float) -> Result:
        return self.source.checked(self.source.function(time))

    def collect(self, count: int) -> np.ndarray | None:
        """Of a source, what it returned at the first steps, ``(count, batch or 1, size)``; None if it has no output."""
        array = self.source.collect(self.results[:count])
        return None if array is None else array.reshape(*array.shape[:2], -1)

    def explain(self, error: Exception, k: int, time: float) -> None:
        """Tell whoever reads an error where it happened."""
        error.add_note(f"This happened in {self.name}, at {time:.6g} s (step {self._begin + k}).")

    def remember(self) -> Any:
        """A copy of the operation's memory, and of the journal."""
        return self.step.remember(), self._begin, list(self._inputs), list(self.results)

    def restore(self, memory: Any) -> None:
        """Go back to what ``remember`` returned."""
        self.step.restore(memory[0])
        self._begin = memory[1]
        # In place, as whoever runs a chunk holds these lists.
        self._inputs[:], self.results[:] = memory[2], memory[3]


def call_sources(
    journals: Sequence[Journal], times: Sequence[float], stop: Callable[[], bool] | None = None
) -> None:
    """Call functions of time alone, at each step in turn, until the journals hold what they return at all these times.

    Args:
        journals: The functions.
        times: The simulated time of each step of the chunk, in seconds.
        stop: Asked between steps; True ends the chunk there.

    Raises:
        ChunkCutError: A stop was asked for, or a function failed.
    """
    if not journals:
        return
    every = [(j.source.function, j.source.checked, j.results) for j in journals]
    known, ragged = min(len(j.results) for j in journals), max(len(j.results) for j in journals)
    with journals[0].calls:
        for k in range(known, len(times)):
            if k and stop is not None and stop():
                raise ChunkCutError(k, None)
            time = times[k]
            called = every if k >= ragged else [source for source in every if len(source[2]) == k]
            try:
                for function, checked, results in called:
                    result = function(time)
                    # As in ``checked``, but most nodes return a number, and a call takes longer than this.
                    is_number = type(result) in FLOATS and isfinite(result)
                    results.append(result if is_number else checked(result))
            except BaseException as error:
                failed = next(journal for journal in journals if len(journal.results) == k)
                if isinstance(error, Exception):
                    failed.explain(error, k, time)
                raise ChunkCutError(k, error) from None


def _are_alike(known: Arrays, inputs: Arrays) -> bool:
    """Whether inputs are those with which an operation was called, but for rounding."""
    for a, b in zip(known, inputs, strict=True):
        largest = max(np.abs(a).max(initial=0), np.abs(b).max(initial=0))
        if np.abs(a - b).max(initial=0) > TOLERANCE * largest:
            return False
    return True
