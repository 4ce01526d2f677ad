"""Linear systems of decoders that several connections from an ensemble solve."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain

import nengo
import numpy as np
from nengo.builder import Model

MOST_BYTES = 2**27
"""Bytes that are kept for later connections; more than these are computed again."""

Array = np.ndarray
Settings = tuple[float, bool | None]
"""Regularization of a solver, and the setting ``transpose`` of its factorization."""


@dataclass(frozen=True, eq=False)
class System:
    """Activities at evaluation points, and the factor of their regularized Gram matrix.

    Args:
        activities: ``A``, ``(n_points, n_neurons)``, in Hz.
        factor: Cholesky factor of ``A.T @ A`` or ``A @ A.T``, plus the regularization, as
            ``scipy.linalg.cho_factor`` returns it.
        transposed: Whether the latter, for fewer points than neurons.
    """

    activities: Array
    factor: tuple[Array, bool]
    transposed: bool

    @property
    def nbytes(self) -> int:
        """Number of bytes that it holds."""
        return self.activities.nbytes + self.factor[0].nbytes


class SharedSystems:
    """Systems that another connection of the same build is going to solve with.

    Holds what is expected to be used again until that has been used, and no more than
    ``MOST_BYTES``.
    """

    def __init__(self) -> None:
        self._expected: Counter[nengo.Ensemble] | None = None
        self._systems: dict[nengo.Ensemble, dict[Settings, System]] = {}
        self._nbytes = 0

    def take(self, ensemble: nengo.Ensemble, settings: Settings) -> System | None:
        """Return the system of an earlier connection, or None.

        Args:
            ensemble: The presynaptic ensemble, at whose own evaluation points it is solved.
            settings: Settings of the solver.
        """
        return self._systems.get(ensemble, {}).get(settings)

    def used(
        self, model: Model, ensemble: nengo.Ensemble, settings: Settings, system: System
    ) -> None:
        """Keep a system that a connection has solved with, if another one is expected to."""
        if self._expected is None:
            self._expected = Counter(_decoded(model.toplevel))
        self._expected[ensemble] -= 1
        if self._expected[ensemble] <= 0:
            done = self._systems.pop(ensemble, {})
            self._nbytes -= sum(kept.nbytes for kept in done.values())
            return
        systems = self._systems.setdefault(ensemble, {})
        if settings not in systems and self._nbytes + system.nbytes <= MOST_BYTES:
            systems[settings] = system
            self._nbytes += system.nbytes


def _decoded(network: nengo.Network | None) -> list[nengo.Ensemble]:
    """Return the ensembles that are decoded at their own points, once for each time."""
    if network is None:
        return []
    connections = (c.pre_obj for c in network.all_connections if c.eval_points is None)
    probes = (p.obj for p in network.all_probes if p.attr == "decoded_output")
    return [o for o in chain(connections, probes) if isinstance(o, nengo.Ensemble)]
