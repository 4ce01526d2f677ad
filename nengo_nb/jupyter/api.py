"""Functions behind the magics, for scripts as well: run, train, plot, compare, live and show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import nengo

    from nengo_nb.simulator import Simulator
    from nengo_nb.simulator.any_simulator import AnySimulator

    from .comparison.result import Comparison
    from .live.hooks import Hook
    from .live.view import LiveView
    from .outputs.card import Card
    from .outputs.plot import Plot


def plot(sim: AnySimulator, *probes: nengo.Probe | str, item: int = 0) -> Plot:
    """Plot the recorded samples of probes.

    Args:
        sim: The simulator, after a run.
        probes: Probes or their names; by default all, or the first dozen of many.
        item: Item of the minibatch, from zero.

    Returns:
        A plot that shows itself as the last expression of a cell, or with ``display``.

    Raises:
        LookupError: A name fits no probe.
        ValueError: There is no probe, or nothing was recorded.
    """
    # Imported here and not above: import nengo_nb must bring neither Bokeh nor TensorFlow.
    from nengo_nb.diagram import name_of

    from .outputs.plot import plot_traces
    from .probes import first_dozen, trace_probes

    chosen, note = _chosen(sim.model.toplevel, probes), ""
    # A probe that was added after the build has no key in sim.data.
    # One that was asked for is an error; of all probes it is left out.
    missing = [probe for probe in chosen if probe not in sim.data]
    if missing and probes:
        raise ValueError(
            f"{name_of(missing[0])!r} was added after this simulator was built, which records "
            "nothing of it; a new "
            "simulator does"
        )
    chosen = [probe for probe in chosen if probe in sim.data]
    if not probes:
        chosen, note = first_dozen(chosen, "nengo_nb.plot(sim, {})")
    return plot_traces(trace_probes(sim, chosen, item), note)


def live(
    sim: Simulator,
    plots: Sequence[Any] | None = None,
    sliders: Sequence[Any] | None = None,
    history_megabytes: float | None = None,
    *,
    on_start: Hook | None = None,
    on_step: Hook | None = None,
    on_pause: Hook | None = None,
    on_continue: Hook | None = None,
    on_close: Hook | None = None,
) -> LiveView:
    """Show a live view of a simulator, which runs in the background; the call returns at once.

    Args:
        sim: The simulator. Other cells may use it meanwhile: calls that change it take turns.
        plots: Plots to draw: probes, ensembles, neurons, nodes, learning connections, their names,
            or ``LivePlot``; by default all probes.
        sliders: Sliders to show: nodes, their names or ``LiveSlider``, and ``LiveExpression`` for
            entries of semantic pointers; by default those of the input nodes.
        history_megabytes: Memory that the samples of all probes may take while it runs live, in
            10**6 bytes, with those of kept runs; beyond it the oldest run is forgotten, and then
            the oldest samples, which the view says. By default 256, or what another view has set;
            infinity keeps all.
        on_start: Function that is called with the simulator before the first step, and again before
            the first one after a reset. Hooks are called on the thread of the run until the view is
            closed; they take the place of those of another view of the simulator. An error pauses
            the run and is shown with its lines; running, resetting and closing are refused there.
        on_step: Likewise, called after every step, with time and samples of that very step; steps
            are taken one at a time then.
        on_pause: Likewise, called at each pause after a step.
        on_continue: Likewise, called before the next step after a pause.
        on_close: Likewise, called once: when the view or the simulator is closed, or when another
            view is given hooks.

    Returns:
        A view that shows itself as the last expression of a cell, or with ``display``.

    Raises:
        LookupError: No object of the network has such a name.
        ValueError: A plot, slider, history or hook cannot be like that, or the simulator is closed.
        TypeError: It is not a ``nengo_nb.Simulator``.
    """
    from .live.hooks import Hooks
    from .live.view import LiveView

    hooks = Hooks(on_start, on_step, on_pause, on_continue, on_close)
    return LiveView(sim, plots, sliders, history_megabytes, hooks)


def run(
    network: nengo.Network, seconds: float, dt: float = 0.001, minibatch_size: int | None = None
) -> Simulator:
    """Build a simulator for a network, run it with a progress bar, and return it.

    Args:
        network: The network.
        seconds: Simulated time, in seconds.
        dt: Length of a time step, in seconds.
        minibatch_size: Number of copies to simulate side by side; by default one, without a batch
            axis.

    Returns:
        The simulator, ready for :func:`plot`.
    """
    from nengo_nb.progress import one_display

    from .outputs.progress import open_bar
    from .session.entry import Options, build_simulator

    bar = open_bar(dt)
    with one_display(bar):
        sim = build_simulator(network, Options(dt, minibatch_size), bar)
        sim.run(seconds, progress_bar=bar)
    return sim


def train(
    network: nengo.Network | Simulator,
    x: Any,
    y: Any,
    *,
    epochs: int,
    batch: int | None = None,
    optimizer: Any = "RMSprop",
    loss: Any = "mse",
    metrics: Any = None,
    loss_weights: Any = None,
    **arguments: Any,
) -> Simulator:
    """Train a network with a live display: curves in a notebook, else a line of text.

    An interrupt ends the training and not the program: the simulator is returned with the weights
    of the last whole minibatch, and the line says so.

    Args:
        network: A network, for which a simulator is built, or a simulator, which goes on from what
            it has learned.
        x: For each input node, examples ``(examples, n_steps, size)``.
        y: For each probe, its targets, likewise.
        epochs: Number of passes over all examples.
        batch: Number of examples in a minibatch, 32 by default; a simulator keeps its own.
        optimizer: A Keras optimizer, or its name, perhaps with arguments: ``"RMSprop(1e-3)"``.
        loss: A loss for all probes or for each, likewise.
        metrics: Metrics for all probes or for each, as ``sim.compile`` takes them.
        loss_weights: Weight of each of several losses, likewise.
        **arguments: As for ``sim.fit``: ``validation_split``, ``validation_data``, ``callbacks``,
            ``shuffle``, ...

    Returns:
        The simulator; ``sim.keras_model.history`` is the Keras ``History`` of the training.

    Raises:
        ValueError: There is no optimizer or loss of that name, or the simulator has minibatches of
            another size.
    """
    import nengo

    from nengo_nb.diagram import name_of

    from .session.entry import Options, build_simulator
    from .session.registry import BATCH
    from .training.runner import fit_with_display, read_loss, read_optimizer

    # Read before the simulator is built, so that a wrong name costs no time.
    chosen, measured = read_optimizer(optimizer), read_loss(loss)
    if isinstance(network, nengo.Network):
        sim = build_simulator(network, Options(minibatch_size=batch or BATCH), progress_bar=True)
    else:
        sim = network
        if batch not in (None, sim.minibatch_size or 1):
            raise ValueError(
                f"the simulator has minibatches of {sim.minibatch_size or 1}, so batch cannot be "
                f"{batch}"
            )
    name = name_of(sim.model.toplevel)
    how = {"optimizer": chosen, "loss": measured, "metrics": metrics, "loss_weights": loss_weights}
    fit_with_display(sim, name, x, y, epochs=epochs, **how, **arguments)
    return sim


def compare(
    network: nengo.Network,
    seconds: float,
    backends: Sequence[str] = ("nengo", "nb"),
    probes: Sequence[nengo.Probe | str] = (),
    dt: float = 0.001,
) -> Comparison:
    """Run a network on several backends, and compare their recorded samples.

    Args:
        network: The network. It needs a seed, for else every backend builds another network.
        seconds: Simulated time, in seconds.
        backends: Names of entry points ``nengo.backends``; ``nengo`` is Nengo's own simulator. The
            others are compared with the first one.
        probes: Probes or their labels; by default all.
        dt: Length of a time step, in seconds.

    Returns:
        A comparison that shows itself: the curves over each other, their difference, and the first
        step in which they differ by more than rounding.

    Raises:
        LookupError: There is no such backend or probe, or fewer than two backends are named.
        ValueError: The network has no seed or no probe, or a backend cannot run it.
    """
    from .comparison.runner import compare_backends

    return compare_backends(network, seconds, backends, _chosen(network, probes), dt)


def _chosen(network: nengo.Network, probes: Sequence[nengo.Probe | str]) -> Sequence[nengo.Probe]:
    """Return probes, of which some may be names; all probes of the network if there are none."""
    from .labels import find_probes, remember_names, variables

    remember_names(network)
    chosen: list[nengo.Probe] = []
    for probe in probes:
        chosen += find_probes(network, [probe], variables()) if isinstance(probe, str) else [probe]
    return chosen or list(network.all_probes)


def show(thing: Any, sim: AnySimulator | None = None, depth: int = 1) -> Card:
    """Return the card of a network, an object in it, a simulator or its plan: a few facts about it.

    A network shows its diagram. Where JupyterLab runs with this package it can be opened, searched
    and zoomed; everywhere else it is a picture.

    Args:
        thing: Object to show.
        sim: Simulator that built it, for facts of the build such as the error of a solver.
        depth: Number of levels that the diagram of a network shows; 1 is the top level.

    Raises:
        TypeError: There is no card for such an object.
        ValueError: The depth is below 1.
    """
    from .cards.dispatch import make_card

    if depth < 1:
        raise ValueError(f"a diagram is open to a depth of at least 1, and {depth} was given")
    return make_card(thing, sim, depth)
