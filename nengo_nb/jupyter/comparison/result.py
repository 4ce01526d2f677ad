"""Comparison of the samples of several backends, and where they first differ."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nengo_nb.jupyter.outputs.card import Card
from nengo_nb.jupyter.outputs.plot import Plot, plot_traces
from nengo_nb.jupyter.suggestions import unknown
from nengo_nb.plots import Kind, Trace
from nengo_nb.plots.palette import OKABE_ITO
from nengo_nb.plots.reduce import reduce_lines

ROUNDING = {"float32": 1e-3, "float64": 1e-9}
"""Tolerance relative to the largest value, by dtype; rounding errors grow a little along a run."""

MOST_PROBES = 6
"""Number of probes that are drawn by default; each has two plots or more."""

MOST_LINES = 4
"""Number of dimensions of a probe whose curves are overlaid."""


@dataclass(frozen=True)
class Divergence:
    """First sample in which two backends differ by more than rounding.

    Args:
        step: Number of the time step, from 1.
        time: Its time, in seconds.
        probe: Name of the probe.
        index: Index of the dimension or neuron.
        values: Values of the first and the other backend.
    """

    step: int
    time: float
    probe: str
    index: int
    values: tuple[float, float]


@dataclass(frozen=True)
class Compared:
    """Traces of one probe from all backends.

    Args:
        traces: A trace for each backend, over the same times.
        names: Names of the backends.
        dtype: Coarsest dtype among them: ``float32`` or ``float64``.
        dt: Length of a time step in seconds.
    """

    traces: tuple[Trace, ...]
    names: tuple[str, ...]
    dtype: str
    dt: float

    @property
    def tolerance(self) -> float:
        """Largest absolute difference that counts as rounding."""
        values = np.abs(self.traces[0].values)
        return ROUNDING[self.dtype] * float(np.nanmax(values, initial=0.0))

    def difference(self, other: int) -> NDArray[np.float64]:
        """Return a backend's samples minus those of the first one, ``(samples, size)``."""
        first, second = self.traces[0].values, self.traces[other].values
        return second.astype(np.float64) - first.astype(np.float64)

    def largest(self, other: int) -> float:
        """Return the largest absolute difference from the first backend; NaN is infinite."""
        difference = np.abs(self.difference(other))
        return float(np.max(np.where(np.isnan(difference), np.inf, difference), initial=0.0))

    def divergence(self, other: int) -> Divergence | None:
        """Return where a backend first differs from the first, or None; NaN equals NaN alone."""
        first, second = self.traces[0], self.traces[other]
        same = np.isnan(first.values) & np.isnan(second.values)
        # Negated, as comparisons with NaN are false: NaN against a number is beyond tolerance.
        beyond = ~same & ~(np.abs(self.difference(other)) <= self.tolerance)
        if not beyond.any():
            return None
        # argmax of booleans is the first True: the earliest sample, then its first dimension.
        sample = int(np.argmax(beyond.any(axis=1)))
        index = int(np.argmax(beyond[sample]))
        time = float(first.times[sample])
        values = float(first.values[sample, index]), float(second.values[sample, index])
        return Divergence(round(time / self.dt), time, first.label, index, values)

    def panels(self) -> Iterator[Trace]:
        """Yield panels of the overlaid curves, and of their differences from the first backend."""
        first = self.traces[0]
        # Rasters and images cannot be overlaid: one panel for each backend.
        if first.kind is not Kind.LINES:
            for name, trace in zip(self.names, self.traces, strict=True):
                yield Trace(
                    f"{name}: {trace.label}",
                    trace.times,
                    trace.values,
                    trace.kind,
                    trace.quantity,
                    trace.index,
                )
        else:
            yield self._curves(first.label, [trace.values for trace in self.traces], self.names)
        differences = [self.difference(other) for other in range(1, len(self.names))]
        names = tuple(f"{name} − {self.names[0]}" for name in self.names[1:])
        if first.kind is Kind.LINES:
            yield self._curves(f"{first.label}: difference", differences, names)
            return
        for name, difference in zip(names, differences, strict=True):
            label = f"{first.label}: {name}"
            # A raster draws values above zero, so that spikes missing in either are shown.
            shown = np.abs(difference) if first.kind is Kind.RASTER else difference
            yield Trace(label, first.times, shown, first.kind, first.quantity, first.index)

    def _curves(self, label: str, values: list[NDArray[Any]], names: tuple[str, ...]) -> Trace:
        """Return a panel with a curve for each backend and dimension, grouped by dimension."""
        first = self.traces[0]
        few = range(min(first.size, MOST_LINES))
        curves, titles, styles = [], [], []
        for dimension, (other, name) in itertools.product(few, enumerate(names)):
            curves.append(values[other][:, dimension])
            titles.append(f"{name} {dimension}" if first.size > 1 else name)
            styles.append(_style(dimension, other, len(names)))
        # Reduced together, so that all curves keep the same times.
        columns = np.stack(curves, axis=1)
        times, reduced = reduce_lines(Trace(label, first.times, columns, Kind.LINES))
        return Trace(
            label,
            times.astype(np.float64),
            reduced,
            Kind.CURVES,
            first.quantity,
            first.index,
            names=tuple(titles),
            styles=tuple(styles),
        )


def _style(dimension: int, other: int, backends: int) -> int:
    """Return a line style: its own colour, and dashes for all but the first backend."""
    color = (dimension * backends + other) % len(OKABE_ITO)
    # Dashed curves are drawn over the solid one, which shows in their gaps. Styles
    # beyond the length of the palette are its colours with the next pattern of dashes.
    return color + len(OKABE_ITO) * min(other, 2)


@dataclass(frozen=True)
class Comparison:
    """Results of one network on several backends.

    Args:
        network: Label of the network.
        names: Names of the backends; the others are compared with the first one.
        seconds: Wall time of each backend, in seconds.
        dtypes: dtype of each backend.
        probes: Traces of each probe.
        spiking: Whether any of the neurons spike.
    """

    network: str
    names: tuple[str, ...]
    seconds: tuple[float, ...]
    dtypes: tuple[str, ...]
    probes: tuple[Compared, ...]
    spiking: bool

    def first(self, name: str) -> Divergence | None:
        """Return where a backend first differs from the first one at any probe, or None."""
        other = self.names.index(name)
        divergences = [compared.divergence(other) for compared in self.probes] if other else []
        return min(
            (one for one in divergences if one is not None), key=lambda one: one.step, default=None
        )

    def card(self) -> Card:
        """Return the card: wall time of each backend, and differences from the first one."""
        facts = [
            (name, f"{seconds:.2f} s on the clock with compiling, {dtype}")
            for name, seconds, dtype in zip(self.names, self.seconds, self.dtypes, strict=True)
        ]
        facts += [(f"{name} − {self.names[0]}", self._sentence(name)) for name in self.names[1:]]
        split = any(self.first(name) for name in self.names[1:])
        notes = [ROUNDED] if split and self.spiking and "float32" in self.dtypes else []
        return Card(f"Comparison of {self.network}", tuple(facts), tuple(notes))

    def plot(self, *probes: str) -> Plot:
        """Return a plot of curves and differences, probe by probe.

        Args:
            probes: Names of probes; by default the first ``MOST_PROBES``.

        Raises:
            LookupError: There is no probe of that name.
        """
        names = [compared.traces[0].label for compared in self.probes]
        for probe in probes:
            if probe not in names:
                raise LookupError(unknown("probe", probe, names))
        chosen = [
            compared for compared, name in zip(self.probes, names, strict=True) if name in probes
        ]
        note = ""
        if not probes:
            chosen = list(self.probes[:MOST_PROBES])
            if len(names) > MOST_PROBES:
                note = (
                    f"These are the first {MOST_PROBES} of {len(names)} probes. A comparison that "
                    "has a name shows "
                    f"others: comparison.plot({names[MOST_PROBES]!r})"
                )
        panels: list[Trace] = []
        for compared in chosen:
            panels += compared.panels()
        return plot_traces(panels, note)

    def _sentence(self, name: str) -> str:
        """Return a sentence about how a backend differs from the first one."""
        other, divergence = self.names.index(name), self.first(name)
        largest = max(compared.largest(other) for compared in self.probes)
        if divergence is None:
            return f"equal but for rounding in every step; the largest difference is {largest:.2g}"
        a, b = divergence.values
        return (
            f"first differs in step {divergence.step} ({divergence.time:g} s), in "
            f"{divergence.probe} [{divergence.index}]: {b:.6g} and not {a:.6g}; the largest "
            f"difference is {largest:.2g}"
        )

    def __repr__(self) -> str:
        return repr(self.card())

    def _repr_mimebundle_(self, **options: object) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = self.plot()._repr_mimebundle_(**options)
        return {
            **data,
            "text/html": self.card().page() + data["text/html"],
            "text/plain": repr(self),
        }, metadata


ROUNDED = (
    "In float32 a network of spiking neurons is the same step by step only until rounding moves "
    "the first spike; from "
    'there on it is another, equally good, sample. nengo_nb.configure_settings(dtype="float64") '
    "inside the network "
    "compares without rounding."
)
