"""Orders in which the neurons of a plot can be, and how they are sorted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nengo_nb.analysis.ordering import order_by_activity, order_by_direction, order_by_rate

from .history import History
from .signals import Source

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator

INDEX = "index"
"""Name of the order by the index of neurons, or as they were chosen."""

MOST_SAMPLES = 2000
"""Number of the newest samples that neurons are sorted by."""

MOST_BINS = 100
"""Number of bins of these by which neurons fire together: enough for an order, soon decomposed."""


@dataclass(frozen=True)
class Activity:
    """Basis on which neurons are sorted.

    Args:
        encoders: Encoders, ``(n_neurons, dimensions)``.
        intercepts: Intercepts, ``(n_neurons,)``.
        values: Newest samples, ``(samples, n_neurons)``; None where there are none.
    """

    encoders: np.ndarray
    intercepts: np.ndarray
    values: np.ndarray | None

    def recorded(self) -> np.ndarray:
        """Return the newest samples.

        Raises:
            ValueError: There are none.
        """
        if self.values is None or not len(self.values):
            raise ValueError(
                "neurons can be sorted by what they did once that was recorded: run the network "
                "first, or sort them by preferred direction"
            )
        return self.values


@dataclass(frozen=True)
class RowOrder:
    """Order of neurons.

    Args:
        label: Name in the menu of a plot.
        sort: Returns the order of neurons, ``(n_neurons,)``.
    """

    label: str
    sort: Callable[[Activity], np.ndarray]


def _by_index(activity: Activity) -> np.ndarray:
    return np.arange(len(activity.encoders))


def _by_direction(activity: Activity) -> np.ndarray:
    return order_by_direction(activity.encoders, activity.intercepts)


def _by_rate(activity: Activity) -> np.ndarray:
    return order_by_rate(activity.recorded().mean(axis=0))


def _by_activity(activity: Activity) -> np.ndarray:
    values = activity.recorded()
    length = max(len(values) // MOST_BINS, 1)
    whole = values[: len(values) // length * length]
    return order_by_activity(whole.reshape(-1, length, values.shape[1]).mean(axis=1))


ROW_ORDERS = {
    INDEX: RowOrder("by index", _by_index),
    "direction": RowOrder("by preferred direction", _by_direction),
    "rate": RowOrder("by firing rate", _by_rate),
    "activity": RowOrder("by common activity", _by_activity),
}
"""All orders by name; ``labextension/write_tables.py`` writes them for the browser."""


def check_order(order: str, source: Source) -> None:
    """Check that the values of a source can be in an order.

    Raises:
        ValueError: There is no such order, or there are no neurons.
    """
    if order not in ROW_ORDERS:
        raise ValueError(f"there is no order {order!r}; there are {', '.join(ROW_ORDERS)}")
    if order != INDEX and source.ensemble is None:
        raise ValueError(f"{source.key} has no neurons that could be sorted")


def sort_rows(
    order: str,
    dims: tuple[int, ...],
    source: Source,
    sim: Simulator,
    history: History | None,
) -> tuple[int, ...]:
    """Return drawn values in another order.

    They are sorted once, by what was recorded until now: rows that change places while one looks at
    them could not be read.

    Args:
        order: Name of the order.
        dims: Indices of the values.
        source: Source of the values.
        sim: The simulator.
        history: All recorded samples; None where nothing records them yet.

    Raises:
        ValueError: There is no such order, or nothing was recorded to sort them by.
    """
    check_order(order, source)
    built = sim.data[source.ensemble]
    neurons = np.asarray(source.members)[list(dims)]
    values = None if history is None else history.values[-MOST_SAMPLES:, list(dims)]
    activity = Activity(built.encoders[neurons], built.intercepts[neurons], values)
    return tuple(dims[i] for i in ROW_ORDERS[order].sort(activity))
