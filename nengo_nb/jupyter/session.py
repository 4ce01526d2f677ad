"""The session: one simulator per network of the notebook, built when it is first needed.

A name belongs to the notebook. The session looks it up each time; if it now means another network,
the simulator of the old one is closed and a new one is built.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import nengo
from IPython.core.error import UsageError
from IPython.display import display

from nengo_nb.diagram import name_of

from .checks import check_content, check_steps
from .definition import Changes, define
from .held import Held, Options, build_simulator
from .loops import LoopNames
from .names import find_probes, own_names, remember_names
from .probes import first_dozen, recorded, trace_probes
from .warmup import WarmUp
from .words import unknown

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from nengo_nb.simulator import Simulator

    from .comparing.comparison import Comparison
    from .live.view import LiveView
    from .page.display import Plot


BATCH = 32
"""Examples in a minibatch where nobody says how many, as in Keras."""


class Session:
    """The networks and simulators of one notebook, by name.

    Everything that a person can get wrong raises ``UsageError`` with one sentence.
    """

    def __init__(self, shell: InteractiveShell, loops: LoopNames | None = None) -> None:
        self.shell = shell
        self.loops = LoopNames() if loops is None else loops
        self.returned: Simulator | None = None
        self.warm_up = WarmUp()
        self._held: dict[str, Held] = {}
        self._building = threading.RLock()

    def names(self, inner: bool = False) -> list[str]:
        """The names in the notebook that mean a network of its own, each network once.

        Args:
            inner: Whether all names are wanted that mean a network: also those of networks inside
                of others, of variables that a loop has left, and second names.
        """
        variables = list(self.shell.user_ns.items())
        named = {
            name: value
            for name, value in variables
            if isinstance(value, nengo.Network) and not name.startswith("_")
        }
        return list(named) if inner else own_names(named, self._preferred(named), self.loops)

    def _preferred(self, named: Mapping[str, nengo.Network]) -> set[str]:
        """Names by which networks were made or run, or that are their labels."""
        used = {name for name, held in self._held.items() if held.network is named.get(name)}
        return used | {name for name, network in named.items() if network.label == name}

    def network(self, name: str) -> nengo.Network:
        """The network that a name means now."""
        network = self.shell.user_ns.get(name)
        if not isinstance(network, nengo.Network):
            raise UsageError(unknown("network", name, self.names()))
        return network

    def hold(self, name: str, network: nengo.Network, options: Options) -> None:
        """Remember what a name means; if it meant another network, the simulator of that
        one is closed.
        """
        held = self._held.get(name)
        if held is not None and held.network is network:
            return
        if held is not None:
            held.close()
        self._held[name] = Held(network, options)

    def held_simulator(self, name: str) -> Simulator | None:
        """The simulator that was built for what a name means now, or None."""
        held = self._held.get(name)
        return held.simulator if held is not None and held.network is self.network(name) else None

    def simulator_of(self, thing: Any) -> Simulator | None:
        """The simulator in which an object was built, or None."""
        simulators = (held.simulator for held in self._held.values() if held.simulator is not None)
        return next((sim for sim in simulators if thing in sim.model.params), None)

    def simulator(
        self, name: str, progress_bar: Any = False, tell: Callable[[str], None] = print
    ) -> Simulator:
        """The simulator of a network as it is now, built if there is none; a closed one is an
        error.

        The panel builds in a thread of its own; whoever else wants the simulator meanwhile waits
        for it.

        Args:
            name: The network.
            progress_bar: Where to show how far the build is.
            tell: Says in a sentence that the network has changed, so that a new simulator was
                built.
        """
        with self._building:
            network = self.network(name)
            self.hold(name, network, self.options(name))
            held = self._held[name]
            if held.simulator is None:
                self.warm_up.end()
                held.definition = define(network)
                held.simulator = build_simulator(network, held.options, progress_bar)
                self._check_held(name, held)
            elif held.simulator.closed:
                raise UsageError(
                    f"the simulator of {name!r} was closed; '%nengo reset {name}' builds a new one"
                )
            elif changes := held.changes():
                tell(self._rebuild(name, held, held.simulator, changes, progress_bar))
            return held.simulator

    def has_changed(self, name: str) -> bool:
        """Whether a network has changed since its simulator was built, so that the next run
        builds a new one.
        """
        held = self._held.get(name)
        return held is not None and held.network is self.network(name) and bool(held.changes())

    def tell_changes(self, name: str) -> None:
        """Say that the network has changed, where the simulator that was built before is
        looked at.
        """
        held = self._held.get(name)
        if held is not None and (changes := held.changes()):
            words = self._describe(held.network, changes)
            print(
                f"{name!r} has changed since its simulator was built ({words}), which is shown "
                "here; the next run "
                "builds a new one"
            )

    def tell_live_changes(self) -> None:
        """Say once that a network has changed whose live view goes on with what it was."""
        for name, held in list(self._held.items()):
            if not held.views or held.simulator is None or held.simulator.closed:
                continue
            words = self._describe(held.network, held.changes())
            if words and words != held.told:
                print(
                    f"{name!r} has changed since its simulator was built ({words}), which its "
                    "live view goes on with; "
                    f"'%nengo live {name}' builds a new one"
                )
            held.told = words

    def expect_changes(self, name: str) -> None:
        """Take the network as it is now for what its simulator was built from, as that
        computes the same.
        """
        held = self._held[name]
        held.definition = define(held.network)

    def _rebuild(
        self,
        name: str,
        held: Held,
        old: Simulator,
        changes: Changes,
        progress_bar: Any,
        size: int | None = None,
    ) -> str:
        """Let a new simulator take the place of one that does not fit any more; returns
        what to say about it.
        """
        self.warm_up.end()
        had_views = bool(held.views)
        learned = held.replace_simulator(old, changes, progress_bar, size)
        self._check_held(name, held)
        variable = self._variable(old)
        why = (
            f" has changed since its simulator was built ({self._describe(held.network, changes)}):"
            if changes
            else ":"
        )
        size_words = f" with minibatches of {size}" if size else ""
        data = (
            f"; what was recorded stays in {variable!r}"
            if variable
            else "; what was recorded is gone"
        )
        views = (
            f"; its live view has ended, '%nengo live {name}' opens another" if had_views else ""
        )
        return (
            f"{name!r}{why} a new simulator{size_words} starts at t = "
            f"0{learned}{data if old.n_steps else ''}{views}"
        )

    def _variable(self, thing: Any) -> str | None:
        """The variable of the notebook that means something, if one does."""
        variables = list(self.shell.user_ns.items())
        return next(
            (name for name, value in variables if value is thing and not name.startswith("_")), None
        )

    def _describe(self, network: nengo.Network, changes: Changes) -> str:
        """Name what has changed in a network by labels, or else by what holds it."""
        remember_names(network, self.shell.user_ns)
        return changes.describe(name_of)

    def _check_held(self, name: str, held: Held) -> None:
        """Close what was built in another thread for a network that its name does not mean
        any more.
        """
        if self._held.get(name) is not held:
            held.close()
            raise UsageError(f"{name!r} came to mean something else while its simulator was built")

    def run(self, name: str, seconds: float, probes: Sequence[str] = ()) -> Simulator:
        """Run a network for some simulated seconds and show its plots, also if the run is
        interrupted.
        """
        from nengo_nb.progress import one_display

        from .page.progress import open_bar

        network = self.network(name)
        check_content(name, network)
        chosen = self._find(network, probes)
        dt = self.options(name).dt
        check_steps(seconds, dt)
        bar, sim = open_bar(dt), None
        try:
            with one_display(bar):
                sim = self.simulator(name, bar)
                sim.run(seconds, progress_bar=bar)
        finally:
            if sim is not None:
                self._show(name, sim, chosen, all_of_them=not probes)
        return sim

    def live(self, name: str) -> LiveView:
        """A live view of a network, one more if there are others."""
        from .live.view import LiveView

        check_content(name, self.network(name))
        try:
            view = LiveView(self.simulator(name))
        except (ValueError, LookupError) as error:
            raise UsageError(str(error.args[0])) from error
        self._held[name].views.append(view)
        return view

    def forget_gone(self) -> None:
        """Close the simulators of networks that no variable means any more."""
        alive = {
            id(value) for value in self.shell.user_ns.values() if isinstance(value, nengo.Network)
        }
        for name, held in list(self._held.items()):
            if id(held.network) not in alive:
                held.close()
                del self._held[name]

    def learner(self, name: str, batch: int | None) -> Simulator:
        """The simulator of a network, with minibatches to learn in.

        A simulator has minibatches of one size. Where another is asked for, a new simulator takes
        the place of the old one, at time zero, with what was learned; this is said.

        Args:
            name: The network.
            batch: Examples in a minibatch; by default those of its simulator, or else as many as
                Keras takes.
        """
        check_content(name, self.network(name))
        self.hold(name, self.network(name), self.options(name))
        held = self._held[name]
        size = batch or held.options.minibatch_size or BATCH
        with self._building:
            if held.simulator is None:
                held.options = replace(held.options, minibatch_size=size)
            elif size != held.options.minibatch_size and not held.simulator.closed:
                print(self._rebuild(name, held, held.simulator, held.changes(), True, size))
            return self.simulator(name, progress_bar=True)

    def step(self, name: str, n_steps: int = 1) -> Simulator:
        """Run a network for some time steps."""
        check_content(name, self.network(name))
        sim = self.simulator(name)
        sim.run_steps(n_steps, progress_bar=False)
        return sim

    def reset(self, name: str) -> Simulator:
        """Take a network back to time zero, with a new simulator if its own was closed."""
        self.forget_closed(name)
        sim = self.simulator(name)
        sim.reset(include_trainable=False)
        return sim

    def forget_closed(self, name: str) -> None:
        """Let go of the simulator of a network if it was closed, so that a new one can be built."""
        held = self._held.get(name)
        if held is not None and held.simulator is not None and held.simulator.closed:
            held.simulator = None

    def plot(self, name: str, probes: Sequence[str] = (), item: int = 0) -> Plot:
        """Plot what a network recorded at some probes, or at all of them."""
        from .page.display import plot_traces

        sim = self.held_simulator(name)
        chosen = self._find(self.network(name), probes)
        self.tell_changes(name)
        filled = [] if sim is None else recorded(sim, chosen)
        if sim is None or not filled:
            there = (
                "has recorded nothing yet"
                if sim is None or not probes
                else "has not recorded that yet"
            )
            raise UsageError(f"{name!r} {there}; '%nengo run {name} 1' runs it for one second")
        drawn, note = (filled, "") if probes else first_dozen(filled, f"%nengo plot {name} {{}}")
        try:
            return plot_traces(trace_probes(sim, drawn, item), note)
        except (IndexError, ValueError) as error:
            raise UsageError(str(error)) from error

    def compare(
        self, name: str, seconds: float, backends: Sequence[str], probes: Sequence[str]
    ) -> Comparison:
        """What several backends record, each with a simulator of its own."""
        from .comparing.compare import compare_backends

        network, dt = self.network(name), self.options(name).dt
        check_content(name, network)
        check_steps(seconds, dt)
        chosen = self._find(network, probes)
        try:
            return compare_backends(network, seconds, backends, chosen, dt)
        except (LookupError, ValueError) as error:
            raise UsageError(str(error.args[0])) from error

    def explain(self, name: str) -> str:
        """What the simulator of a network does in a time step, and why."""
        self.tell_changes(name)
        return (self.held_simulator(name) or self.simulator(name)).explain()

    def close(self) -> None:
        """Close all simulators."""
        for held in self._held.values():
            held.close()
        self._held.clear()
        self.returned = None

    def options(self, name: str) -> Options:
        """How the simulator of what a name means now is built."""
        held = self._held.get(name)
        return (
            held.options if held is not None and held.network is self.network(name) else Options()
        )

    def _find(self, network: nengo.Network, names: Sequence[str]) -> list[nengo.Probe]:
        """The probes with these names, or all."""
        try:
            return find_probes(network, names, self.shell.user_ns)
        except LookupError as error:
            raise UsageError(str(error.args[0])) from error

    def _show(
        self, name: str, sim: Simulator, probes: Sequence[nengo.Probe], *, all_of_them: bool
    ) -> None:
        """Show what was recorded, if anything was."""
        from .page.display import plot_traces

        filled: Sequence[nengo.Probe] = recorded(sim, probes)
        note = ""
        if all_of_them:
            filled, note = first_dozen(filled, f"%nengo plot {name} {{}}")
        if filled:
            display(plot_traces(trace_probes(sim, filled), note))
        elif not probes:
            print("No plots: the network has no probes. Add nengo.Probe(...) to it.")
