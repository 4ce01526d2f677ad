"""Workspace of one build: settings read once, a reused generator, and what connections share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from nengo.builder import Model, Operator, Signal
from nengo.rc import rc

from .sampling import Sampler
from .shared_systems import SharedSystems

FilterState = tuple[dict[str, np.ndarray], dict[str, Signal]]
"""Initial state of a filter by name, and the model's dictionary of the signals for it."""


class Workspace:
    """Everything that lasts from the beginning of a build to its end.

    Args:
        model: The model that is built into.
        find: Finds the function that builds objects of a class.

    Attributes:
        model: The model that is built into.
        float_dtype: Nengo's setting of that name, when the build began.
        systems: Activities and factors that several connections solve with.
        sample: Draws samples of distributions.
        filters: States of linear filters, by parameters and shapes.
        n_small_cached: Number of small ensembles' decoders that the cache was asked for.
    """

    def __init__(self, model: Model, find: Callable[[type], Callable[..., Any] | None]) -> None:
        self.model = model
        self.float_dtype: np.dtype[Any] = rc.float_dtype
        self.sample = Sampler()
        self.systems = SharedSystems()
        self.filters: dict[tuple[Any, ...], FilterState] = {}
        self.n_small_cached = 0
        self._find = find
        self._rng = np.random.RandomState(0)
        self._nengos: dict[type, bool] = {}
        fails_fast = rc["nengo.Simulator"].getboolean("fail_fast")
        plain = type(model).add_op is Model.add_op and "add_op" not in vars(model)
        self._only_appends = plain and not fails_fast

    def add_op(self, op: Operator) -> None:
        """Add an operator, as the model's method, which reads the setting of Nengo's each time."""
        if self._only_appends:
            self.model.operators.append(op)
        else:
            self.model.add_op(op)

    def seeded(self, seed: int) -> np.random.RandomState:
        """Return a generator with a seed: always the same object, so nobody may keep it.

        It gives the numbers of ``RandomState(seed)``, which takes 80 microseconds to make.
        """
        self._rng.seed(seed)
        return self._rng

    def zeros(self, shape: int | tuple[int, ...], name: str) -> Signal:
        """Return a signal of zeros, of Nengo's data type, which ``Signal`` reads anew each time."""
        return Signal(np.zeros(shape, self.float_dtype), name=name)

    def is_nengos(self, value: object) -> bool:
        """Whether a value's class is Nengo's own, and the function that builds it as well."""
        kind = type(value)
        known = self._nengos.get(kind)
        if known is None:
            function = self._find(kind)
            known = _is_of_nengo(kind) and (function is None or _is_of_nengo(function))
            self._nengos[kind] = known
        return known


def _is_of_nengo(value: Any) -> bool:
    return str(value.__module__).split(".")[0] == "nengo"
