"""Findings about a built network, as sentences for the cards of networks and simulators."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from nengo_nb.diagram import name_of

if TYPE_CHECKING:
    from nengo.builder import Model

    from nengo_nb.simulator.any_simulator import AnySimulator

MOST = 12
"""Findings that are told; a network of hundreds of ensembles may have hundreds."""

SECONDS = 0.25
"""Time that a card may take to look at a network, in seconds."""

MOST_VALUES = 2**21
"""Largest number of rates that are computed of one ensemble for a card."""

_known: weakref.WeakKeyDictionary[Model, tuple[str, ...]] = weakref.WeakKeyDictionary()


def find_in(sim: AnySimulator | None) -> tuple[str, ...]:
    """Return sentences on what is probably not as it was meant in what a simulator has built.

    A model is looked at once, and for a quarter of a second at most, after which its other objects
    are left out.

    Args:
        sim: The simulator; there are no findings without one, as nothing is built for a card.
    """
    if sim is None:
        return ()
    model = sim.model
    if model not in _known:
        _known[model] = _look(model)
    return _known[model]


def _look(model: Model) -> tuple[str, ...]:
    from nengo_nb.analysis import Budget, look_at

    network = model.toplevel
    things = (*network.all_ensembles, *network.all_connections)
    objects = ((thing, name_of(thing)) for thing in things)
    findings = look_at(objects, model, Budget(SECONDS, MOST_VALUES)).findings
    sentences = [
        f"{finding.name}, {finding.problem.value}: {finding.reason} {finding.remedy}"
        for finding in findings[:MOST]
    ]
    if len(findings) > MOST:
        sentences.append(f"{len(findings) - MOST} more: nengo_nb.check(...) has them all.")
    return tuple(sentences)
