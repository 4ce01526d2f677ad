"""Analysis: networks and recorded arrays in, values out. Notebooks show what it returns.

Of recorded arrays, all is NumPy alone: :mod:`.spike_trains` has the spikes that :mod:`.rates` and
:mod:`.intervals` take, and :mod:`.ordering` sorts neurons; :mod:`.spectra` takes signals, and
:mod:`.alignment` both. :mod:`.network_check` looks at networks.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .alignment import AlignedAverage, aligned_average, periodic_markers, psth
from .health import Finding, Health, Problem
from .histograms import Histogram
from .intervals import Intervals, cv, cv2, find_intervals, interval_histogram
from .ordering import order_by_activity, order_by_direction, order_by_rate
from .rates import firing_rates, population_rate, rate_histogram
from .spectra import CrossCorrelation, Spectrum, cross_correlation, power_spectrum
from .spike_trains import SpikeTrains, find_spikes

if TYPE_CHECKING:
    from .bounded_look import Budget, Look, look_at
    from .network_check import check

__all__ = [
    "AlignedAverage",
    "Budget",
    "CrossCorrelation",
    "Finding",
    "Health",
    "Histogram",
    "Intervals",
    "Look",
    "Problem",
    "Spectrum",
    "SpikeTrains",
    "aligned_average",
    "check",
    "cross_correlation",
    "cv",
    "cv2",
    "find_intervals",
    "find_spikes",
    "firing_rates",
    "interval_histogram",
    "look_at",
    "order_by_activity",
    "order_by_direction",
    "order_by_rate",
    "periodic_markers",
    "population_rate",
    "power_spectrum",
    "psth",
    "rate_histogram",
]


_OF_NETWORKS = {
    "Budget": "bounded_look",
    "Look": "bounded_look",
    "look_at": "bounded_look",
    "check": "network_check",
}
"""Modules of what looks at networks, by name."""


def __getattr__(name: str) -> Any:
    """Import what looks at networks when it is asked for: it needs Nengo, and arrays do not."""
    if name not in _OF_NETWORKS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_OF_NETWORKS[name]}", __name__), name)
