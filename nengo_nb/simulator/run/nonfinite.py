"""Detect NaN and infinite values in the records and states of a run.

Each chunk costs a sum over its records and states. Only where that is not finite does a search
begin for the object and the step.
"""

from __future__ import annotations

import math
import sys
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from nengo.builder import Model, Signal

from nengo_nb.engine.executor import Chunk, Executor, States
from nengo_nb.engine.floating_types import narrow
from nengo_nb.engine.journal import Journal
from nengo_nb.errors import NonFiniteError, NonFiniteWarning
from nengo_nb.settings import get_setting

from .nonfinite_origin import Culprit, Search

PAUSE = 0.01
"""Seconds between two checks of chunks that can be computed again. A check takes some 20
microseconds, and a chunk of a small network 500, so that checking each would cost 4 %."""

PACKAGE = str(Path(__file__).parents[2])


class FiniteCheck:
    """Checks a run for NaN, chunk after chunk, and warns once of a simulation that stays wrong.

    Args:
        model: The built model.
        executor: The executor of the run.
    """

    def __init__(self, model: Model, executor: Executor) -> None:
        self.executor = executor
        self.search = Search(model, executor)
        self.dt = model.dt
        network = model.toplevel
        self.is_error = network is not None and get_setting(network, "non_finite") == "error"
        self.has_warned = False
        # Without Python and feeds a chunk is a function of the states before it, so a search can go
        # back.
        self._is_pure = not executor.plan.python_parts
        self._feedable = tuple(executor.plan.graph.feedable.values())
        self._good: tuple[States, int] = ((), 0)
        self._recorded: list[np.ndarray] = []
        self._looked = 0.0

    def start(self, states: States, n_steps: int) -> None:
        """Begin a run.

        Args:
            states: The states before it.
            n_steps: Number of steps taken before it.
        """
        self._good = states, n_steps
        self._recorded.clear()

    def add(self, states: States, first: int, chunk: Chunk, python: Mapping[int, Journal]) -> None:
        """Check a chunk; one that can be computed again is checked together with others.

        Args:
            states: The states before it.
            first: Number of its first step.
            chunk: Its results.
            python: The steps of its Python operations.

        Raises:
            NonFiniteError: A number is NaN or infinite, and the settings ask for an error.

        Warns:
            NonFiniteWarning: The same, and they do not.
        """
        dtype = self.executor.dtype
        # A feed has a row for each step, an unfed node one row for all.
        replays = self._is_pure and not any(
            len(chunk.values.get(v, ())) > 1 for v in self._feedable
        )
        self._recorded.extend(chunk.records.values())
        if replays and time.perf_counter() - self._looked < PAUSE:
            return
        recorded, self._recorded = self._recorded, []
        # Values of Python are float64: finite there, they may overflow in float32.
        wide = [narrow(array, dtype) for array in chunk.values.values() if array.dtype != dtype]
        if _are_finite([*recorded, *wide]) and self._carries_finite(chunk.states):
            self._is_fine(chunk.states, first + chunk.count - 1)
        # One warning for a simulation that stays wrong; it may warn again once it was fine in
        # between.
        elif self.is_error or not self.has_warned:
            alone = [(states, first, chunk)]
            self._tell(self._replay(first + chunk.count - 1) if replays else alone, python)

    def tell_signal(self, signal: Signal, array: np.ndarray, number: int) -> None:
        """Report a signal that is not finite after a step in NumPy, as ``add`` does.

        Args:
            signal: The signal.
            array: Its value.
            number: Number of the step.

        Raises:
            NonFiniteError: As ``add``.

        Warns:
            NonFiniteWarning: As ``add``.
        """
        if self.is_error or not self.has_warned:
            flat = array.reshape(-1)
            bad = flat[~np.isfinite(narrow(flat, self.executor.dtype))]
            culprit = Culprit(0, 0, self.search.owner(signal), float(bad[0]))
            self._report(culprit, number)

    def finish(self, states: States, n_steps: int) -> None:
        """Check the states at the end of a run.

        Args:
            states: These states.
            n_steps: Number of steps taken.

        Raises:
            NonFiniteError: As ``add``.

        Warns:
            NonFiniteWarning: As ``add``.
        """
        # Nothing has been computed since the last check.
        if self._good[1] == n_steps or (self.has_warned and not self.is_error):
            return
        if _are_finite(self._recorded) and self._carries_finite(states):
            self._is_fine(states, n_steps)
        elif self._is_pure:
            self._tell(self._replay(n_steps), {})

    def _is_fine(self, states: States, n_steps: int) -> None:
        self.has_warned = False
        self._good = states, n_steps
        self._looked = time.perf_counter()

    def _carries_finite(self, states: States) -> bool:
        return _are_finite([_view(state) for state in chain.from_iterable(states)])

    def _replay(self, until: int) -> Iterator[tuple[States, int, Chunk]]:
        """Recompute the chunks since the last check: states before, first step, and chunk."""
        states, done = self._good
        while done < until:
            count = min(self.executor.capacity, until - done)
            chunk = self.executor.run(states, done + 1, count, {}, {})
            yield states, done + 1, chunk
            states, done = chunk.states, done + count

    def _tell(
        self, chunks: Iterable[tuple[States, int, Chunk]], python: Mapping[int, Journal]
    ) -> None:
        """Warn of the first object that is not finite, or of none if only a sum overflowed."""
        for states, first, chunk in chunks:
            culprit = self.search.first(states, first, chunk, python)
            if culprit is None:
                continue
            self._report(culprit, first)
            return

    def _report(self, culprit: Culprit, first: int) -> None:
        message = self._message(culprit, first)
        if self.is_error:
            raise NonFiniteError(message)
        self.has_warned = True
        warnings.warn(message, NonFiniteWarning, stacklevel=user_level())

    def _message(self, culprit: Culprit, first: int) -> str:
        """Return the sentence of the warning or error."""
        dtype = self.executor.dtype
        step = first + culprit.step
        when = f"step {step} (t = {step * self.dt:.9g} s)"
        since = f"from {when} on" if culprit.is_exact else f"since {when} or a little before"
        constant = next(self.search.constants(), None)
        if constant is None:
            source = (
                f"{culprit.name} holds {culprit.number:g} {since}, which is no number of {dtype}."
            )
        else:
            source = (
                f"{constant.name} was built with {constant.number:g}, which is no number of "
                f"{dtype}, and "
                f"{culprit.name} holds {narrow(np.array(culprit.number), dtype):g} {since}."
            )
        larger = (
            "" if dtype == "float64" else 'configure_settings(dtype="float64") reaches to 1e308. '
        )
        return (
            f"{source} What depends on it is wrong as well. {larger}A loop may be unstable, or a "
            "learning rate too "
            'large; configure_settings(non_finite="error") ends a run there.'
        )


def _are_finite(arrays: Sequence[np.ndarray]) -> bool:
    """Whether the sum of each array is finite; takes a third of the time of ``np.isfinite``."""
    with np.errstate(over="ignore", invalid="ignore"):
        # NaN survives a sum, and so does infinity, unless opposite ones make NaN of it.
        return all(math.isfinite(np.add.reduce(array, axis=None)) for array in arrays)


def _view(state: Any) -> np.ndarray:
    """Return a state as an array, without a copy if it is in the memory of the CPU."""
    if isinstance(state, np.ndarray):
        return state
    return np.asarray(memoryview(state)) if state.device.endswith("CPU:0") else state.numpy()


def user_level() -> int:
    """Return the ``stacklevel`` of the user's frame, for ``warnings.warn`` in the caller."""
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame, level = frame.f_back, level + 1
    return level
