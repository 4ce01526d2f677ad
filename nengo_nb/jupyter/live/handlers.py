"""Handlers of a viewer's requests, one for each class in ``Request`` of the live messages.

They run on any thread, so each queues an order or replaces a value, and never waits.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from nengo_nb.jupyter.protocol import live as m

from .layout_state import Scene
from .specs import LivePlot, LiveSlider


def answer(scene: Scene, message: m.Request) -> m.File | None:
    """Handle a message; return the file that it asks for, if it asks for one.

    Raises:
        ValueError: The request is not possible; one sentence for the viewer.
        LookupError: Something that it names does not exist; one sentence.
    """
    reply: m.File | None = ANSWERS[type(message)](scene, message)
    return reply


def _go(scene: Scene, order: Callable[[], None]) -> None:
    """Give an order to the run, and let the window follow the present again."""
    order()
    scene.end = None
    scene.run.changed()


def _look(scene: Scene, length: float, end: float | None) -> None:
    if not (np.isfinite(length) and length > 0):
        raise ValueError(f"a window is longer than zero seconds (got {length})")
    scene.length, scene.end = length, end
    # Every frame carries the window, so a mark is enough: the scene need not be sent again.
    scene.run.changed()


def _choose_item(scene: Scene, message: m.ChooseItem) -> None:
    if not 0 <= message.item < scene.items:
        raise ValueError(f"there are batch items 0 to {scene.items - 1}, not {message.item}")
    scene.item = message.item
    scene.changed()


def _grab(scene: Scene, message: m.Grab) -> None:
    scene.run.overrides.grab(message.name, message.values)
    scene.run.changed()


def _release(scene: Scene, message: m.Release) -> None:
    scene.run.overrides.release(message.name)
    scene.run.changed()


def _remove_sliders(scene: Scene, message: m.RemoveSliders) -> None:
    # A node without sliders would stay overridden with no way to release it.
    scene.run.overrides.release(message.name)
    scene.sliders = tuple(slider for slider in scene.sliders if slider.node != message.name)
    scene.changed()


def _remove_plot(scene: Scene, message: m.RemovePlot) -> None:
    # Raises a sentence if another page has removed it already.
    gone = scene.plot(message.plot)
    scene.plots = tuple(other for other in scene.plots if other.id != gone.id)
    scene.changed()


def _add_plot(scene: Scene, message: m.AddPlot) -> None:
    scene.add_plot(LivePlot(message.source, message.kind or None))


def _change_plot(scene: Scene, message: m.ChangePlot) -> None:
    plot = scene.plot(message.plot)
    sim = scene.run.sim
    history = None if sim is None else plot.history(sim, scene.item, scene.run.reached)
    # The history is only looked at where neurons are to be sorted by it.
    changed = plot.changed(message.kind, message.dims, message.synapse, message.ordered, history)
    # With the probe that the plot has by now: the
    # thread that prepares it may have set it meanwhile.
    scene.plots = tuple(
        replace(changed, probe=other.probe) if other.id == plot.id else other
        for other in scene.plots
    )
    scene.changed()


def _data(scene: Scene, message: m.WantData) -> m.File:
    """Return all recorded samples of a plot, unfiltered, as CSV with a time column in seconds."""
    plot = scene.plot(message.plot)
    history = plot.history(scene.run.require_simulator(), scene.item, scene.run.reached)
    if history is None or not len(history.values):
        raise ValueError("nothing was recorded yet")
    values = (
        history.values if plot.source.transform is None else history.values @ plot.source.transform
    )
    table = np.column_stack([history.times(0, len(values)), values[:, list(plot.dims)]])
    text = io.StringIO()
    # A comma in a label would make one column more in the header than in the table.
    names = ",".join(["time", *(label.replace(",", " ") for label in plot.labels)])
    np.savetxt(text, table, fmt="%.7g", delimiter=",", header=names, comments="")
    return m.File(name=f"{plot.source.key}.csv", text=text.getvalue())


ANSWERS: dict[type, Callable[[Scene, Any], m.File | None]] = {
    m.Play: lambda scene, _: _go(scene, scene.run.play),
    m.Pause: lambda scene, _: scene.run.pause(),
    m.Step: lambda scene, message: _go(scene, lambda: scene.run.step(message.steps)),
    m.RunTo: lambda scene, message: _go(scene, lambda: scene.run.run_to(message.time)),
    m.Speed: lambda scene, message: scene.run.set_speed(message.factor),
    m.Reset: lambda scene, _: _go(scene, scene.run.reset),
    m.GoBack: lambda scene, message: _go(scene, lambda: scene.run.go_back(message.time)),
    m.Grab: _grab,
    m.Release: _release,
    m.AddSliders: lambda scene, message: scene.add_sliders(LiveSlider(message.name)),
    m.RemoveSliders: _remove_sliders,
    m.Look: lambda scene, message: _look(scene, message.length, message.end),
    m.LookFor: lambda scene, message: _look(scene, message.length, scene.end),
    m.LookUntil: lambda scene, message: _look(scene, scene.length, message.end),
    m.ChooseItem: _choose_item,
    m.AddPlot: _add_plot,
    m.ChangePlot: _change_plot,
    m.RemovePlot: _remove_plot,
    m.WantData: _data,
    m.WantCode: lambda scene, _: m.File(name="code", text=scene.code()),
}
