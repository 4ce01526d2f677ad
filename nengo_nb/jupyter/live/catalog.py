"""Catalog of all sources of a network, by key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nengo_nb.jupyter.labels import paths_in

from .html_views import html_sources
from .signals import Source, own_sources
from .similarities import similarities

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator


def catalog(sim: Simulator) -> dict[str, Source]:
    """Return all sources of a network by key: those of probes first, similarities last."""
    network = sim.model.toplevel
    paths = paths_in(network)
    sources: dict[str, Source] = {}
    own = (*own_sources(sim, paths), *html_sources(network, paths))
    for source in (*own, *similarities(network, paths)):
        # Keys name sources in messages and in code, so equal names get a number.
        key, again = source.key, 2
        while key in sources:
            key, again = f"{source.key} ({again})", again + 1
        sources[key] = Source(**{**vars(source), "key": key})
    return sources
