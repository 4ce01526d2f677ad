"""Sounds of a live view: the spikes since the last frame, of rasters that are heard."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nengo_nb.jupyter.protocol.sound import Clicks

from .layout_state import LayoutState
from .plot import Plot
from .plot_looks import ALL

MOST_CLICKS = 50
"""Largest number of clicks of one frame: more are a noise whose rate nobody hears."""

MOST_SAMPLES = 1000
"""Number of the newest samples that are searched, where many steps were taken since a frame."""


@dataclass(frozen=True)
class Heard:
    """State of a run up to which a raster was heard."""

    branch: int
    time: float


class SpikeSounds:
    """Finds the spikes that no frame has brought yet. Used by the thread that sends frames."""

    def __init__(self) -> None:
        self._heard: dict[str, Heard] = {}

    def changes(self, layout: LayoutState) -> list[Clicks]:
        """Return the spikes since the last call, of each plot that is heard.

        Args:
            layout: The view.
        """
        plots = [plot for plot in layout.plots if plot.looks.sound_of(plot.kind)]
        if not plots:
            self._heard = {}
            return []
        reached = layout.run.reached
        now = Heard(reached.branch, reached.n_steps * layout.run.dt)
        heard, self._heard = self._heard, {plot.id: now for plot in plots}
        found = []
        for plot in plots:
            last = heard.get(plot.id)
            # Nothing of the past is heard: neither on switching it on nor on going back.
            if last is not None and last.branch == now.branch and last.time < now.time:
                times = _spike_times(plot, layout, last.time)
                found.append(Clicks(plot=plot.id, begin=last.time, end=now.time, times=times))
        return found


def _spike_times(plot: Plot, layout: LayoutState, begin: float) -> list[float]:
    """Return the times after one at which neurons that are heard spike, in seconds."""
    sim = layout.run.sim
    if sim is None:
        return []
    try:
        history = plot.history(sim, layout.item, layout.run.reached)
    # The run may go back meanwhile: the next frame has it right.
    except (IndexError, KeyError):
        return []
    if history is None:
        return []
    total = len(history.values)
    part = history.between(begin, history.last * history.dt)
    part = slice(max(part.start, total - MOST_SAMPLES), part.stop)
    sound = plot.looks.sound_of(plot.kind)
    dims = list(plot.dims) if sound == ALL else [int(sound)]
    times = history.times(part.start, part.stop)
    spiked = (history.values[part][:, dims] > 0).any(axis=1) & (times > begin + history.dt / 2)
    found = times[spiked]
    # Evenly chosen, so that they do not end before the others.
    chosen = np.linspace(0, len(found) - 1, min(len(found), MOST_CLICKS)).astype(np.int64)
    return [float(time) for time in found[chosen]]
