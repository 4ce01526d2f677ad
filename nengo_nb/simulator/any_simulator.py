"""The part of a simulator's interface that every backend of Nengo shares."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np
from nengo.builder import Model


class AnySimulator(Protocol):
    """A simulator of any backend: ``nengo.Simulator``, ``nengo_nb.Simulator`` or one of another
    package.

    It is for annotations, where plots, cards and comparisons use the interface of Nengo's own
    simulator and no more. Only ``nengo_nb.Simulator`` can be watched live, trained and profiled.
    """

    @property
    def data(self) -> Mapping[Any, Any]:
        """Samples by probe, and built parameters by object."""

    @property
    def model(self) -> Model:
        """The built model."""

    @property
    def dt(self) -> float:
        """Length of a time step, in seconds."""

    @property
    def n_steps(self) -> int:
        """Number of steps taken so far."""

    @property
    def time(self) -> float:
        """Simulated time so far, in seconds."""

    @property
    def closed(self) -> bool:
        """Whether the simulator has been closed."""

    def run(self, time_in_seconds: float, *, progress_bar: Any = None) -> None:
        """Simulate for a length of time."""

    def trange(self, *, sample_every: float | None = None) -> np.ndarray:
        """The times of the recorded samples, in seconds."""

    def close(self) -> None:
        """Free the resources that running needs."""

    def __enter__(self) -> Self:
        """The simulator, which is closed at the end of the block."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
