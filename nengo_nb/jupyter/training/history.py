"""History of a training, by batch and by epoch, in bounded memory, as traces to draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from nengo_nb.plots import Kind, Trace

MOST_POINTS = 1000
"""Largest number of batches that are kept: about as many as the figure has pixels across."""

VALIDATION = "val_"

Logs = Mapping[str, float]


class TrainingHistory:
    """Loss and metrics of a training.

    Batches are thinned: once there are too many points, every second one is dropped, and from then
    on only every second batch is kept, and so on. Epochs are all kept.
    """

    def __init__(self) -> None:
        self.stride = 1
        self.batches: list[tuple[float, Logs]] = []
        self.epochs: list[tuple[float, Logs]] = []

    def add_batch(self, number: int, place: float, logs: Logs) -> None:
        """Keep the logs of a batch, if its number is a multiple of the stride.

        Args:
            number: Number of batches before it, in all epochs.
            place: Epochs done, with the fraction of the present one.
            logs: Means over the epoch so far, by name, as Keras reports them.
        """
        if number % self.stride:
            return
        self.batches.append((place, logs))
        if len(self.batches) > MOST_POINTS:
            # Kept are multiples of the stride: every second one is a multiple of twice the stride.
            self.batches = self.batches[::2]
            self.stride *= 2

    def add_epoch(self, place: float, logs: Logs) -> None:
        """Keep the logs of an epoch, validation included."""
        self.epochs.append((place, logs))

    def traces(self) -> list[Trace]:
        """Return one panel for all losses, and one for each metric with its validation."""
        reported: dict[str, float] = {}
        for _, logs in (*self.batches, *self.epochs):
            reported.update(logs)
        panels: dict[str, list[str]] = {"loss": []}  # comes first
        for name in reported:
            base = name.removeprefix(VALIDATION)
            panels.setdefault("loss" if base.endswith("loss") else base, []).append(name)
        return [self._trace(panel, names) for panel, names in panels.items() if names]

    def _trace(self, panel: str, names: Iterable[str]) -> Trace:
        """Return one panel: a curve by epoch for each name, and by batch for those of training."""
        names = list(names)
        running = [name for name in names if _reports(self.batches, name)]
        whole = [name for name in names if _reports(self.epochs, name)]
        places = np.array([place for place, _ in (*self.batches, *self.epochs)], dtype=np.float64)
        columns = [_column(self.batches, name, len(self.epochs), before=0) for name in running]
        columns += [_column(self.epochs, name, 0, before=len(self.batches)) for name in whole]
        # All curves share one axis of places, batches first and then epochs; where a curve
        # has no point it is NaN. Stable, so that an epoch comes after its last batch.
        order = np.argsort(places, kind="stable")
        return Trace(
            panel,
            places[order],
            np.stack(columns, axis=1)[order],
            Kind.CURVES,
            quantity="mean over an epoch",
            index="curve",
            axis="epoch",
            names=(*(f"{name} so far" for name in running), *whole),
        )


def _reports(points: Iterable[tuple[float, Logs]], name: str) -> bool:
    """Whether the logs of any point have a name."""
    return any(name in logs for _, logs in points)


def _column(points: Iterable[tuple[float, Logs]], name: str, after: int, before: int) -> np.ndarray:
    """Return the values of a name, with NaN for points of the other kind before and after."""
    values = [logs.get(name, np.nan) for _, logs in points]
    return np.array([np.nan] * before + values + [np.nan] * after, dtype=np.float64)
