"""Look at a built network that ends after a while, however large the network is."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import nengo
import numpy as np
from nengo.builder import Model

from .decoding import check_decoders, is_decoded
from .health import Finding, count
from .responses import check_responses


@dataclass(frozen=True)
class Budget:
    """Bounds of a check.

    Args:
        seconds: Time after which no further object is looked at.
        most_values: Largest number of rates of one ensemble that are computed at once: its
            neurons times its evaluation points.
    """

    seconds: float
    most_values: int


@dataclass(frozen=True)
class Look:
    """Outcome of a look at a built network.

    Args:
        findings: The findings.
        n_ensembles: Number of ensembles that were looked at.
        n_connections: Number of connections whose decoders were.
        n_left_out: Number of objects that would have taken too long.
    """

    findings: list[Finding]
    n_ensembles: int
    n_connections: int
    n_left_out: int

    @property
    def sentence(self) -> str:
        """Sentence that says what was looked at."""
        counts = f"{count(self.n_ensembles, 'ensemble')}, {count(self.n_connections, 'decoder')}"
        left_out = ""
        if self.n_left_out:
            left_out = (
                f" {count(self.n_left_out, 'object')} would have taken too long; "
                "nengo_nb.check(...) looks at all."
            )
        return f"Looked at {counts}, without a run.{left_out}"


def look_at(objects: Iterable[tuple[Any, str]], model: Model, budget: Budget) -> Look:
    """Look at built objects as far as a budget allows.

    Args:
        objects: Objects of a network with their names; ensembles and connections are looked at,
            once each.
        model: What was built from the network.
        budget: Bounds of the look.
    """
    end = time.perf_counter() + budget.seconds
    findings: list[Finding] = []
    seen: set[int] = set()
    n_ensembles = n_connections = n_left_out = 0
    for thing, name in objects:
        if id(thing) in seen or not _can_be_checked(thing, model):
            continue
        seen.add(id(thing))
        if time.perf_counter() > end or _values_of(thing, model) > budget.most_values:
            n_left_out += 1
        elif isinstance(thing, nengo.Ensemble):
            n_ensembles += 1
            findings += check_responses(model, thing, name)
        else:
            n_connections += 1
            findings += check_decoders(model, thing, name)
    return Look(findings, n_ensembles, n_connections, n_left_out)


def _can_be_checked(thing: Any, model: Model) -> bool:
    """Whether an object was built, and is one that is looked at."""
    if not isinstance(thing, nengo.Ensemble | nengo.Connection) or thing not in model.params:
        return False
    return isinstance(thing, nengo.Ensemble) or is_decoded(thing)


def _values_of(thing: nengo.Ensemble | nengo.Connection, model: Model) -> int:
    """Return the number of firing rates that a look at an object computes."""
    ensemble = thing if isinstance(thing, nengo.Ensemble) else thing.pre_obj
    points = model.params[thing].eval_points
    return int(ensemble.n_neurons) * (0 if points is None else len(np.asarray(points)))
