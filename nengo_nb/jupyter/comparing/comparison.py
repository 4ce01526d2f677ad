"""A comparison: what several backends recorded at the same probes, and where they first differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nengo_nb.jupyter.cards.card import Card
from nengo_nb.jupyter.page.display import Plot, plot_traces
from nengo_nb.jupyter.words import unknown
from nengo_nb.plots import Kind, Trace
from nengo_nb.plots.palette import OKABE_ITO
from nengo_nb.plots.reduce import reduce_lines

ROUNDING = {"float32": 1e-3, "float64": 1e-9}
"""What is taken as rounding, as a part of the largest value; small errors grow a little
along a run.
"""

MOST_PROBES = 6
"""Probes that are drawn if none are named; each has two plots or more."""

MOST_LINES = 4
"""Dimensions of a probe of which the curves are overlaid."""


@dataclass(frozen=True)
class Divergence:
    """Where two backends first differ by more than rounding.

    Args:
        step: The time step, counted from one.
        time: Its time in seconds.
        probe: The probe's name.
        index: Which of its dimensions or neurons.
        values: What the two recorded there.
    """

    step: int
    time: float
    probe: str
    index: int
    values: tuple[float, float]


@dataclass(frozen=True)
class Compared:
    """What the backends recorded at one probe.

    Args:
        traces: One trace for each backend, over the same times.
        names: The backends.
        dtype: The coarsest type of numbers among them: ``float32`` or ``float64``.
        dt: Length of a time step in seconds.
    """

    traces: tuple[Trace, ...]
    names: tuple[str, ...]
    dtype: str
    dt: float

    @property
    def tolerance(self) -> float:
        """The largest difference that is taken as rounding."""
        values = np.abs(self.traces[0].values)
        return ROUNDING[self.dtype] * float(np.nanmax(values, initial=0.0))

    def difference(self, other: int) -> NDArray[np.float64]:
        """What one backend recorded minus what the first one did, ``(steps, size)``."""
        first, second = self.traces[0].values, self.traces[other].values
        return second.astype(np.float64) - first.astype(np.float64)

    def largest(self, other: int) -> float:
        """The largest difference of a backend from the first one."""
        difference = np.abs(self.difference(other))
        return float(np.max(np.where(np.isnan(difference), np.inf, difference), initial=0.0))

    def divergence(self, other: int) -> Divergence | None:
        """Where a backend first differs from the first one; values that are no numbers
        differ from all others.
        """
        first, second = self.traces[0], self.traces[other]
        same = np.isnan(first.values) & np.isnan(second.values)
        beyond = ~same & ~(np.abs(self.difference(other)) <= self.tolerance)
        if not beyond.any():
            return None
        sample = int(np.argmax(beyond.any(axis=1)))
        index = int(np.argmax(beyond[sample]))
        time = float(first.times[sample])
        found = float(first.values[sample, index]), float(second.values[sample, index])
        return Divergence(round(time / self.dt), time, first.label, index, found)

    def panels(self) -> Iterator[Trace]:
        """The curves over each other, and their difference from those of the first backend."""
        first = self.traces[0]
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
            shown = np.abs(difference) if first.kind is Kind.RASTER else difference
            yield Trace(label, first.times, shown, first.kind, first.quantity, first.index)

    def _curves(self, label: str, values: list[NDArray[Any]], names: tuple[str, ...]) -> Trace:
        """One curve for each backend and dimension, those of one dimension next to each other."""
        first = self.traces[0]
        few = range(min(first.size, MOST_LINES))
        columns = np.stack([array[:, i] for i in few for array in values], axis=1)
        several = first.size > 1
        titles = tuple(f"{name} {i}" if several else name for i in few for name in names)
        styles = tuple(_style(i, other, len(names)) for i in few for other in range(len(names)))
        times, reduced = reduce_lines(Trace(label, first.times, columns, Kind.LINES))
        return Trace(
            label,
            times.astype(np.float64),
            reduced,
            Kind.CURVES,
            first.quantity,
            first.index,
            names=titles,
            styles=styles,
        )


def _style(dimension: int, other: int, backends: int) -> int:
    """A colour of its own for every curve, and dashes for all but the first backend, so
    that what is below is seen.
    """
    color = (dimension * backends + other) % len(OKABE_ITO)
    return color + len(OKABE_ITO) * min(other, 2)


@dataclass(frozen=True)
class Comparison:
    """What several backends made of one network.

    Args:
        network: The network's label.
        names: The backends; the others are compared with the first one.
        seconds: For each backend how long it ran on the clock.
        dtypes: For each backend the numbers it computes with.
        probes: What was recorded.
        spiking: Whether any of the neurons spike.
    """

    network: str
    names: tuple[str, ...]
    seconds: tuple[float, ...]
    dtypes: tuple[str, ...]
    probes: tuple[Compared, ...]
    spiking: bool

    def first(self, name: str) -> Divergence | None:
        """Where a backend first differs from the first one, or None if it never does."""
        other = self.names.index(name)
        found = [compared.divergence(other) for compared in self.probes] if other else []
        return min(
            (one for one in found if one is not None), key=lambda one: one.step, default=None
        )

    def card(self) -> Card:
        """How long each took, and how the others differ from the first one."""
        facts = [
            (name, f"{seconds:.2f} s on the clock with compiling, {dtype}")
            for name, seconds, dtype in zip(self.names, self.seconds, self.dtypes, strict=True)
        ]
        facts += [(f"{name} − {self.names[0]}", self._sentence(name)) for name in self.names[1:]]
        split = any(self.first(name) for name in self.names[1:])
        notes = [ROUNDED] if split and self.spiking and "float32" in self.dtypes else []
        return Card(f"Comparison of {self.network}", tuple(facts), tuple(notes))

    def plot(self, *probes: str) -> Plot:
        """The curves over each other and the differences, probe by probe.

        Args:
            probes: The names of probes; by default the first of them.

        Raises:
            LookupError: There is no probe of such a name.
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
        """How a backend differs from the first one."""
        other, found = self.names.index(name), self.first(name)
        largest = max(compared.largest(other) for compared in self.probes)
        if found is None:
            return f"equal but for rounding in every step; the largest difference is {largest:.2g}"
        a, b = found.values
        return (
            f"first differs in step {found.step} ({found.time:g} s), in {found.probe} "
            f"[{found.index}]: {b:.6g} and not "
            f"{a:.6g}; the largest difference is {largest:.2g}"
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
