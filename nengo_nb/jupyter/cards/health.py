"""Card of a network's health: what was looked at, and a sentence for each finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nengo_nb.diagram import name_of
from nengo_nb.jupyter.outputs.card import Card

if TYPE_CHECKING:
    from nengo_nb.analysis import Health

MOST_SENTENCES = 12
"""Findings that are told in full; a network of hundreds of ensembles may have hundreds."""


def make_health_card(health: Health) -> Card:
    """Return the card of a network's health."""
    count = len(health)
    found = "1 finding" if count == 1 else f"{count or 'no'} findings"
    facts = (("looked at", health.looked_at), ("found", found))
    sentences = [
        f"{name_of(finding.obj)}, {finding.problem.value}: {finding.reason} {finding.remedy}"
        for finding in health.findings[:MOST_SENTENCES]
    ]
    if count > MOST_SENTENCES:
        sentences.append(
            f"{count - MOST_SENTENCES} more: 'for finding in nengo_nb.check(...)' has them all."
        )
    return Card("Health", facts, tuple(sentences))
