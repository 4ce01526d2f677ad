"""Handlers of a viewer's requests, one for each class in ``Request`` of the live messages.

They run on any thread, so each queues an order or replaces a value, and never waits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from nengo_nb.jupyter.protocol import live as m
from nengo_nb.jupyter.protocol import runs as r
from nengo_nb.jupyter.protocol import steering
from nengo_nb.jupyter.protocol import sweep as s
from nengo_nb.jupyter.protocol.analysis import ChangeAnalysis
from nengo_nb.jupyter.protocol.plot_settings import (
    ChangeLimits,
    ChangeSound,
    DrawOver,
    HideLines,
)

from .csv_files import write_csv
from .kept_runs import KeptRuns
from .keyboards import hold_keys
from .layout_state import LayoutState
from .plot_looks import Looks, read_hidden, read_limits, read_sound
from .specs import LiveExpression, LivePlot, LiveSlider
from .sweep import spread
from .sweep_window import show_sweep

Reply = m.File | m.Code | steering.Checked
"""Answer to the page that has asked, or to all."""


def answer(state: LayoutState, message: m.Request) -> Reply | None:
    """Handle a message; return the answer that it asks for, if it asks for one.

    Raises:
        ValueError: The request is not possible; one sentence for the viewer.
        LookupError: Something that it names does not exist; one sentence.
    """
    reply: Reply | None = ANSWERS[type(message)](state, message)
    return reply


def _go(state: LayoutState, order: Callable[[], None]) -> None:
    """Give an order to the run, and let the window follow the present again."""
    order()
    state.end = None
    state.run.changed()


def _look(state: LayoutState, length: float, end: float | None) -> None:
    if not (np.isfinite(length) and length > 0):
        raise ValueError(f"a window is longer than zero seconds (got {length})")
    state.length, state.end = length, end
    # Every frame carries the window, so a mark is enough: the layout need not be sent again.
    state.run.changed()


def _choose_item(state: LayoutState, message: m.ChooseItem) -> None:
    if not 0 <= message.item < state.items:
        raise ValueError(f"there are batch items 0 to {state.items - 1}, not {message.item}")
    with state.change():
        state.item = message.item


def _grab(state: LayoutState, message: steering.Grab) -> None:
    state.run.overrides.grab(message.name, message.values)
    state.run.changed()


def _release(state: LayoutState, message: steering.Release) -> None:
    state.run.overrides.release(message.name)
    state.run.changed()


def _add_sliders(state: LayoutState, message: steering.AddSliders) -> None:
    state.add_sliders(LiveSlider(message.name))


def _remove_sliders(state: LayoutState, message: steering.RemoveSliders) -> None:
    # A node without sliders would stay overridden with no way to release it.
    state.run.overrides.release(message.name)
    with state.change():
        state.sliders = tuple(slider for slider in state.sliders if slider.node != message.name)


def _hold_keys(state: LayoutState, message: steering.HoldKeys) -> None:
    hold_keys(state.run.overrides, message.name, message.held)
    state.run.changed()


def _drive(state: LayoutState, message: steering.Drive) -> None:
    state.run.expressions.drive(message.name, message.text)
    state.run.changed()


def _check_expression(state: LayoutState, message: steering.CheckExpression) -> steering.Checked:
    error = state.run.expressions.check(message.name, message.text)
    return steering.Checked(name=message.name, text=message.text, error=error)


def _add_expression(state: LayoutState, message: steering.AddExpression) -> None:
    state.add_expression(LiveExpression(message.name))


def _remove_expression(state: LayoutState, message: steering.RemoveExpression) -> None:
    # As with sliders: nothing would be left to release it.
    state.run.overrides.release(message.name)
    with state.change():
        state.expressions = tuple(name for name in state.expressions if name != message.name)


def _remove_plot(state: LayoutState, message: m.RemovePlot) -> None:
    # Raises a sentence if another page has removed it already.
    gone = state.plot(message.plot)
    with state.change():
        state.plots = tuple(other for other in state.plots if other.id != gone.id)


def _add_plot(state: LayoutState, message: m.AddPlot) -> None:
    state.add_plot(LivePlot(message.source, message.kind or None))


def _change_plot(state: LayoutState, message: m.ChangePlot) -> None:
    plot = state.plot(message.plot)
    sort = plot.sort(state.run.require_simulator(), state.item, state.run.reached)
    changed = plot.changed(
        message.kind,
        message.dims,
        message.synapse,
        message.order,
        sort,
        message.pointers or None,
    )
    # With the probe that the plot has by now: the
    # thread that prepares it may have set it meanwhile.
    with state.change():
        state.plots = tuple(
            replace(changed, probe=other.probe, over=other.over) if other.id == plot.id else other
            for other in state.plots
        )


def _sweep(state: LayoutState, message: s.Sweep) -> None:
    values = spread(message.low, message.high, message.count)
    show_sweep(
        state, message.name, message.dimension, values, message.seconds, from_now=message.from_now
    )


def _change_run(state: LayoutState, change: Callable[[KeptRuns], None]) -> None:
    change(state.run.kept_runs)
    # All views of the run list them, and every frame has the list.
    state.run.changed()


def _change_analysis(state: LayoutState, message: ChangeAnalysis) -> None:
    changed = state.plot(message.plot).analysis.changed(
        state.sources, message.reference, message.marker, message.period
    )
    with state.change():
        state.plots = tuple(
            replace(plot, analysis=changed) if plot.id == message.plot else plot
            for plot in state.plots
        )


def _change_limits(state: LayoutState, message: ChangeLimits) -> None:
    limits = read_limits(message.limits)
    _change_looks(state, message.plot, lambda looks, _: replace(looks, limits=limits))


def _hide_lines(state: LayoutState, message: HideLines) -> None:
    _change_looks(
        state,
        message.plot,
        lambda looks, count: replace(looks, hidden=read_hidden(message.hidden, count)),
    )


def _change_sound(state: LayoutState, message: ChangeSound) -> None:
    sound = read_sound(message.sound, state.plot(message.plot).source.size)
    _change_looks(state, message.plot, lambda looks, _: replace(looks, sound=sound))


def _change_looks(state: LayoutState, plot_id: str, change: Callable[[Looks, int], Looks]) -> None:
    with state.change():
        plot = state.plot(plot_id)
        changed = plot.updated(plot_id, looks=change(plot.looks, len(plot.dims)))
        state.plots = tuple(changed if other is plot else other for other in state.plots)


ANSWERS: dict[type, Callable[[LayoutState, Any], Reply | None]] = {
    m.Play: lambda state, _: _go(state, state.run.play),
    m.Pause: lambda state, _: state.run.pause(),
    m.Step: lambda state, message: _go(state, lambda: state.run.step(message.steps)),
    m.RunTo: lambda state, message: _go(state, lambda: state.run.run_to(message.time)),
    m.Speed: lambda state, message: state.run.set_speed(message.factor),
    m.Reset: lambda state, _: _go(state, state.run.reset),
    m.GoBack: lambda state, message: _go(state, lambda: state.run.go_back(message.time)),
    steering.Grab: _grab,
    steering.Release: _release,
    steering.AddSliders: _add_sliders,
    steering.ChangeSliders: lambda state, message: state.change_sliders(
        message.name, message.low, message.high
    ),
    steering.RemoveSliders: _remove_sliders,
    steering.HoldKeys: _hold_keys,
    steering.Drive: _drive,
    steering.CheckExpression: _check_expression,
    steering.AddExpression: _add_expression,
    steering.RemoveExpression: _remove_expression,
    m.Look: lambda state, message: _look(state, message.length, message.end),
    m.LookFor: lambda state, message: _look(state, message.length, state.end),
    m.LookUntil: lambda state, message: _look(state, state.length, message.end),
    m.ChooseItem: _choose_item,
    m.AddPlot: _add_plot,
    m.ChangePlot: _change_plot,
    ChangeAnalysis: _change_analysis,
    m.RemovePlot: _remove_plot,
    DrawOver: lambda state, message: state.draw_over(message.plot, message.source or None),
    ChangeLimits: _change_limits,
    HideLines: _hide_lines,
    ChangeSound: _change_sound,
    m.WantData: lambda state, message: write_csv(state, message.plot),
    m.WantCode: lambda state, _: m.Code(text=state.code()),
    s.Sweep: _sweep,
    s.StopSweep: lambda state, _: state.run.stop_sweep(),
    r.ShowRun: lambda state, message: _change_run(
        state, lambda runs: runs.show(message.run, message.shown)
    ),
    r.NameRun: lambda state, message: _change_run(
        state, lambda runs: runs.rename(message.run, message.name)
    ),
    r.ForgetRun: lambda state, message: _change_run(state, lambda runs: runs.forget(message.run)),
}
