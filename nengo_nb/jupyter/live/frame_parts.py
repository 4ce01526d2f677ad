"""Parts of a frame: the data of all plots in one buffer, from caches of the frame before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from nengo_nb.jupyter.protocol import live as m
from nengo_nb.jupyter.protocol.runs import RunPart

from .held import Held
from .kept_runs import KeptRun, histories_of
from .plot import Plot
from .plot_kinds import PLOT_KINDS
from .reached import Reached
from .render import Cache, Drawn, Window, empty
from .still_lines import StillCache

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator


class FrameBuffer:
    """Buffer of float32 numbers that grows by one drawing after the other."""

    def __init__(self) -> None:
        self._arrays: list[np.ndarray] = []
        self._length = 0

    def add(self, drawn: Drawn) -> int:
        """Add the numbers of a drawing; return the number of elements before them."""
        begin = self._length
        self._arrays.append(np.ascontiguousarray(drawn.array, np.float32).reshape(-1))
        self._length += drawn.array.size
        return begin

    def bytes(self) -> bytes:
        """Return all numbers."""
        return b"".join(array.tobytes() for array in self._arrays)


class FrameRenderer:
    """Renders the plots of a view, frame by frame. Used by one thread at a time."""

    def __init__(self) -> None:
        # By plot, kind and item of the minibatch.
        self._caches: dict[tuple[str, str, int], tuple[Cache, Held]] = {}
        # And by kept run.
        self._still: dict[tuple[str, str, int, str], StillCache] = {}

    def render(
        self,
        plots: Sequence[Plot],
        sim: Simulator | None,
        item: int,
        reached: Reached,
        window: Window,
        *,
        moves: bool,
        runs: Sequence[KeptRun],
    ) -> tuple[list[m.Part], bytes]:
        """Return the parts of a frame, and the buffer that they are in.

        Args:
            plots: The plots.
            sim: The simulator; None if it is gone.
            item: Item of the minibatch.
            reached: State of the simulation that is drawn.
            window: Window of time.
            moves: Whether another frame comes soon.
            runs: Kept runs to draw under the present one.
        """
        # Caches of what is no longer shown go, and with them what they hold.
        shown = {(plot.id, plot.kind, item) for plot in plots}
        self._caches = {key: cache for key, cache in self._caches.items() if key in shown}
        ids = {run.id for run in runs}
        self._still = {
            key: cache for key, cache in self._still.items() if key[:3] in shown and key[3] in ids
        }
        buffer, parts = FrameBuffer(), []
        for plot in plots:
            present = (
                empty() if sim is None else self._draw(plot, sim, item, reached, window, moves)
            )
            others = self._draw_runs(plot, item, window, runs)
            drawn, *under = PLOT_KINDS[plot.kind].join([present, *others.values()])
            rows, columns = drawn.array.shape
            parts.append(
                m.Part(
                    plot=plot.id,
                    offset=buffer.add(drawn),
                    rows=rows,
                    columns=columns,
                    low=drawn.low,
                    high=drawn.high,
                    note=drawn.note,
                    runs=[
                        _write_run(run_id, each, buffer)
                        for run_id, each in zip(others, under, strict=True)
                    ],
                )
            )
        return parts, buffer.bytes()

    def _draw(
        self,
        plot: Plot,
        sim: Simulator,
        item: int,
        reached: Reached,
        window: Window,
        moves: bool,
    ) -> Drawn:
        """Render a plot; without data if the simulation has just gone back in time."""
        cache, held = self._caches.setdefault((plot.id, plot.kind, item), (Cache(), Held()))
        kind = PLOT_KINDS[plot.kind]

        def make() -> Drawn:
            return plot.draw(sim, item, reached, window, cache)

        try:
            if not kind.is_analysis:
                return make()
            return held.draw((plot, reached.branch), window, kind.is_timed, moves, make)
        # The run may reset, or forget samples, between the state that
        # was taken and this look at it: the next frame has it right.
        except (IndexError, KeyError):
            return empty()

    def _draw_runs(
        self, plot: Plot, item: int, window: Window, runs: Sequence[KeptRun]
    ) -> dict[str, Drawn]:
        """Render the kept runs that have samples of a plot, by id."""
        render = PLOT_KINDS[plot.kind].render_kept
        if render is None or not (runs and plot.dims):
            return {}
        style, drawn = plot.style, {}
        for run, history in histories_of(runs, plot.probe, item):
            cache = self._still.setdefault((plot.id, plot.kind, item, run.id), StillCache())
            drawn[run.id] = render(history, window, style, cache)
        return drawn


def _write_run(run_id: str, drawn: Drawn, buffer: FrameBuffer) -> RunPart:
    rows, columns = drawn.array.shape
    return RunPart(run=run_id, offset=buffer.add(drawn), rows=rows, columns=columns)
