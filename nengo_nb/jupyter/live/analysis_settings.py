"""Settings of a plot that is an analysis: what it is correlated with, and its markers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import nengo
import numpy as np

from nengo_nb.jupyter.protocol.analysis import AnalysisInfo

from .history import History, read_history
from .reached import Reached
from .signals import Source, find_source
from .specs import LivePlot

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator

NO_REFERENCE = (
    "There is no probe to correlate this with: add one of the input, such as nengo.Probe(node)."
)

LEAST_PERIOD = 0.001
"""Shortest time between two markers, in seconds."""

PERIOD = 1.0
"""Time between two markers by default, in seconds."""


@dataclass(frozen=True)
class Analysis:
    """Settings of an analysis.

    Args:
        references: Keys of the probes that values can be correlated with, those of nodes first.
        reference: Probe that they are correlated with; None where there is none.
        marker: Time of the first marker, in seconds.
        period: Time between two markers in seconds; zero for the first one alone.
    """

    references: tuple[str, ...] = ()
    reference: Source | None = None
    marker: float = 0.0
    period: float = PERIOD

    def info(self) -> AnalysisInfo:
        """Return the settings as a message."""
        return AnalysisInfo(
            reference="" if self.reference is None else self.reference.key,
            references=list(self.references),
            marker=self.marker,
            period=self.period,
        )

    def history(self, sim: Simulator, item: int, reached: Reached) -> History | None:
        """Return what the reference has recorded; None without one."""
        probe = None if self.reference is None else self.reference.target
        if probe is None or probe not in reached.recorded:
            return None
        return read_history(sim, probe, item, reached.n_steps, reached.recorded[probe])

    def changed(
        self, sources: Mapping[str, Source], reference: str, marker: float, period: float
    ) -> Analysis:
        """Return other settings.

        Args:
            sources: All sources by key.
            reference: Key of a reference; empty for the present one.
            marker: Time of the first marker, in seconds.
            period: Time between two of them in seconds; zero for one alone.

        Raises:
            ValueError: There is no such reference, or a time is not possible.
        """
        if reference and reference not in self.references:
            raise ValueError(
                f"{reference} is no probe of values to correlate with; there are "
                f"{', '.join(self.references) or 'none'}"
            )
        if not (np.isfinite(marker) and marker >= 0):
            raise ValueError(f"a marker is at zero seconds or later (got {marker})")
        # Otherwise there would be more markers than memory.
        if not (period == 0 or LEAST_PERIOD <= period < np.inf):
            raise ValueError(f"a period is zero, or {LEAST_PERIOD} s or longer (got {period})")
        chosen = sources[reference] if reference else self.reference
        return replace(self, reference=chosen, marker=marker, period=period)

    def declare(self, spec: LivePlot) -> LivePlot:
        """Return a declaration with the settings that its kind of plot has."""
        if spec.kind == "correlation" and self.reference is not None:
            return replace(spec, reference=self.reference.key)
        if spec.kind == "aligned":
            return replace(spec, marker=self.marker, period=self.period)
        return spec


def make_analysis(sources: Mapping[str, Source], drawn: Source, spec: LivePlot) -> Analysis:
    """Return the settings that a declaration asks for, and else the default ones.

    Args:
        sources: All sources by key.
        drawn: Source of the plot.
        spec: The declaration.

    Raises:
        LookupError: There is no such reference.
        ValueError: It is no probe of values, or a time is not possible.
    """
    possible = [source for source in sources.values() if _can_be_reference(source, drawn)]
    possible.sort(key=lambda source: not isinstance(source.target.target, nengo.Node))
    default = Analysis(tuple(source.key for source in possible), possible[0] if possible else None)
    key = "" if spec.reference is None else find_source(sources, spec.reference).key
    marker = default.marker if spec.marker is None else spec.marker
    period = default.period if spec.period is None else spec.period
    return default.changed(sources, key, marker, period)


def _can_be_reference(source: Source, drawn: Source) -> bool:
    """Whether a source is a probe that records values at every step."""
    probe = source.target
    if not isinstance(probe, nengo.Probe) or source.key == drawn.key:
        return False
    return probe.sample_every is None and not source.spikes
