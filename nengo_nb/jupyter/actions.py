"""Actions on the networks of a session, by name: run, step, reset, live, plot, compare, train.

Both the magics and the panel take them, and neither may import the other: so they are a room below
both. Mistakes of a user raise ``UsageError``. :mod:`.api` has the functions for scripts, which hold
their simulators themselves and have no session.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import nengo
from IPython.core.error import UsageError
from IPython.display import display

from .labels import find_probes
from .probes import first_dozen, recorded, trace_probes
from .run_checks import check_content, check_steps
from .session.registry import Session

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator

    from .comparison.result import Comparison
    from .live.hooks import Hooks
    from .live.view import LiveView
    from .outputs.plot import Plot
    from .training.callback import ProgressCallback


def run(session: Session, name: str, seconds: float, probes: Sequence[str] = ()) -> Simulator:
    """Run a network for a length of time and show its plots, also after an interrupt."""
    from nengo_nb.progress import one_display

    from .outputs.progress import open_bar

    network = session.network(name)
    check_content(name, network)
    chosen = _find(session, network, probes)
    dt = session.options(name).dt
    check_steps(seconds, dt)
    bar, sim = open_bar(dt), None
    try:
        with one_display(bar):
            sim = session.simulator(name, bar)
            sim.run(seconds, progress_bar=bar)
    finally:
        # Also after an interrupt: what was recorded until then is shown.
        if sim is not None:
            _show(name, sim, chosen, all_of_them=not probes)
    return sim


def step(session: Session, name: str, n_steps: int = 1) -> Simulator:
    """Run a network for ``n_steps`` time steps."""
    check_content(name, session.network(name))
    sim = session.simulator(name)
    sim.run_steps(n_steps, progress_bar=False)
    return sim


def reset(session: Session, name: str) -> Simulator:
    """Take a network back to time zero, with a new simulator if its own was closed."""
    session.forget_closed(name)
    sim = session.simulator(name)
    sim.reset(include_trainable=False)
    return sim


def open_live_view(
    session: Session, name: str, history: float | None = None, hooks: Hooks | None = None
) -> LiveView:
    """Return a new live view of a network, which the session keeps as long as the simulator.

    Args:
        session: Session of the notebook.
        name: Name of the network.
        history: Memory that recorded samples may take, in 10**6 bytes; by default as it is.
        hooks: Functions that the run calls with the simulator; by default those there are.
    """
    from .live.view import LiveView

    check_content(name, session.network(name))
    try:
        view = LiveView(session.simulator(name), history_megabytes=history, hooks=hooks)
    except (ValueError, LookupError) as error:
        raise UsageError(str(error.args[0])) from error
    session.keep_view(name, view)
    return view


def open_empty_view(
    session: Session, part: nengo.Network, tell: Callable[[str], None]
) -> LiveView | None:
    """Return a new live view without plots and sliders, which is the output of no cell.

    Args:
        session: Session of the notebook.
        part: Network, or part of one; None is returned if no variable has it.
        tell: Is given the sentence that a new simulator was built, if it was.
    """
    from .live.view import LiveView

    for name in session.names():
        network = session.network(name)
        if part is not network and all(part is not inner for inner in network.all_networks):
            continue
        check_content(name, network)
        view = LiveView(session.simulator(name, tell=tell), (), (), is_output=False)
        session.keep_view(name, view)
        return view
    return None


def train(
    session: Session, name: str, batch: int | None, arguments: dict[str, Any]
) -> tuple[Simulator, ProgressCallback]:
    """Train a network with a display.

    Args:
        session: Session of the notebook.
        name: Name of the network.
        batch: Examples in a minibatch; by default as its simulator has.
        arguments: Arguments of ``fit_with_display``.

    Returns:
        The simulator and the callback, which knows whether an interrupt ended the training.
    """
    from .training.runner import fit_with_display

    check_content(name, session.network(name))
    sim = session.training_simulator(name, batch)
    return sim, fit_with_display(sim, name, **arguments)


def plot(session: Session, name: str, probes: Sequence[str] = (), item: int = 0) -> Plot:
    """Return a plot of some probes of a network, or of all."""
    from .outputs.plot import plot_traces

    sim = session.held_simulator(name)
    chosen = _find(session, session.network(name), probes)
    session.tell_changes(name)
    filled = [] if sim is None else recorded(sim, chosen)
    if sim is None or not filled:
        there = (
            "has recorded nothing yet" if sim is None or not probes else "has not recorded that yet"
        )
        raise UsageError(f"{name!r} {there}; '%nengo run {name} 1' runs it for one second")
    drawn, note = (filled, "") if probes else first_dozen(filled, f"%nengo plot {name} {{}}")
    try:
        return plot_traces(trace_probes(sim, drawn, item), note)
    except (IndexError, ValueError) as error:
        raise UsageError(str(error)) from error


def compare(
    session: Session, name: str, seconds: float, backends: Sequence[str], probes: Sequence[str]
) -> Comparison:
    """Run a network on several backends, each with a simulator of its own."""
    from .comparison.runner import compare_backends

    network, dt = session.network(name), session.options(name).dt
    check_content(name, network)
    check_steps(seconds, dt)
    chosen = _find(session, network, probes)
    try:
        return compare_backends(network, seconds, backends, chosen, dt)
    except (LookupError, ValueError) as error:
        raise UsageError(str(error.args[0])) from error


def explain(session: Session, name: str) -> str:
    """Return the explanation of a network's plan as text."""
    session.tell_changes(name)
    return (session.held_simulator(name) or session.simulator(name)).explain()


def _find(session: Session, network: nengo.Network, names: Sequence[str]) -> list[nengo.Probe]:
    """Return the probes with these names, or all."""
    try:
        return find_probes(network, names, session.shell.user_ns)
    except LookupError as error:
        raise UsageError(str(error.args[0])) from error


def _show(name: str, sim: Simulator, probes: Sequence[nengo.Probe], *, all_of_them: bool) -> None:
    """Display plots of what was recorded, if anything was."""
    from .outputs.plot import plot_traces

    filled: Sequence[nengo.Probe] = recorded(sim, probes)
    note = ""
    if all_of_them:
        filled, note = first_dozen(filled, f"%nengo plot {name} {{}}")
    if filled:
        display(plot_traces(trace_probes(sim, filled), note))
    elif not probes:
        print("No plots: the network has no probes. Add nengo.Probe(...) to it.")
