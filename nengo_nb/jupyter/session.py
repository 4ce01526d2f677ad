"""Session of a notebook: one simulator per network, built when it is first needed.

A name belongs to the notebook, so it is looked up each time; if it refers to another network by
then, the simulator of the former one is closed and a new one is built.
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

from .labels import find_probes, own_names, remember_names
from .loop_variables import LoopNames
from .network_definition import Changes, define
from .precompile import WarmUp
from .probes import first_dozen, recorded, trace_probes
from .run_checks import check_content, check_steps
from .session_entry import Entry, Options, build_simulator
from .suggestions import unknown

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from nengo_nb.simulator import Simulator

    from .comparison.result import Comparison
    from .live.view import LiveView
    from .outputs.plot import Plot


BATCH = 32
"""Default number of examples in a minibatch, as in Keras."""


class Session:
    """Networks and simulators of one notebook, by name. Mistakes of a user raise ``UsageError``."""

    def __init__(self, shell: InteractiveShell, loops: LoopNames | None = None) -> None:
        self.shell = shell
        self.loops = LoopNames() if loops is None else loops
        self.returned: Simulator | None = None
        self.warm_up = WarmUp()
        self._entries: dict[str, Entry] = {}
        # Reentrant, as learner builds while it holds the lock. Where both
        # locks are taken, this one comes before that of a simulator.
        self._building = threading.RLock()

    def names(self, inner: bool = False) -> list[str]:
        """Return a name for each network that is not part of another.

        Args:
            inner: Whether to return all names that refer to networks.
        """
        # A copy, as panels call this on other threads while a cell may bind variables.
        variables = list(self.shell.user_ns.items())
        named = {
            name: value
            for name, value in variables
            if isinstance(value, nengo.Network) and not name.startswith("_")
        }
        return list(named) if inner else own_names(named, self._preferred(named), self.loops)

    def _preferred(self, named: Mapping[str, nengo.Network]) -> set[str]:
        """Return names by which networks were made or run, or that are their labels."""
        used = {name for name, entry in self._entries.items() if entry.network is named.get(name)}
        return used | {name for name, network in named.items() if network.label == name}

    def network(self, name: str) -> nengo.Network:
        """Return the network that a name refers to now."""
        network = self.shell.user_ns.get(name)
        if not isinstance(network, nengo.Network):
            raise UsageError(unknown("network", name, self.names()))
        return network

    def networks(self) -> dict[str, tuple[nengo.Network, Simulator | None]]:
        """Return each network with its simulator, if one was built, by name."""
        return {name: (self.network(name), self.held_simulator(name)) for name in self.names()}

    def register(self, name: str, network: nengo.Network, options: Options) -> None:
        """Register a network; close the simulator of another one of that name."""
        entry = self._entries.get(name)
        if entry is not None and entry.network is network:
            return
        if entry is not None:
            entry.close()
        self._entries[name] = Entry(network, options)

    def held_simulator(self, name: str) -> Simulator | None:
        """Return the simulator of the network that a name refers to now, or None."""
        entry = self._entries.get(name)
        return (
            entry.simulator if entry is not None and entry.network is self.network(name) else None
        )

    def simulator_of(self, thing: Any) -> Simulator | None:
        """Return the simulator in which an object was built, or None."""
        simulators = (
            entry.simulator for entry in list(self._entries.values()) if entry.simulator is not None
        )
        return next((sim for sim in simulators if thing in sim.model.params), None)

    def simulator(
        self, name: str, progress_bar: Any = False, tell: Callable[[str], None] = print
    ) -> Simulator:
        """Return the simulator of a network as it is now, built anew if it has changed.

        The panel builds in a thread of its own; other callers wait for it meanwhile.

        Args:
            name: Name of the network.
            progress_bar: Progress bar of the build.
            tell: Prints the sentence that the network has changed and a new simulator was built.

        Raises:
            UsageError: The simulator was closed, or the name refers to no network.
        """
        with self._building:
            network = self.network(name)
            self.register(name, network, self.options(name))
            entry = self._entries[name]
            if entry.simulator is None:
                # Building and compiling ahead would only compete for the processor.
                self.warm_up.end()
                entry.definition = define(network)
                entry.simulator = build_simulator(network, entry.options, progress_bar)
                # Networks are registered without this lock, so
                # that no cell waits for a build of another.
                self._check_entry(name, entry)
            elif entry.simulator.closed:
                raise UsageError(
                    f"the simulator of {name!r} was closed; '%nengo reset {name}' builds a new one"
                )
            elif changes := entry.changes():
                tell(self._rebuild(name, entry, entry.simulator, changes, progress_bar))
            return entry.simulator

    def has_changed(self, name: str) -> bool:
        """Whether a network has changed since its simulator was built."""
        entry = self._entries.get(name)
        return entry is not None and entry.network is self.network(name) and bool(entry.changes())

    def tell_changes(self, name: str) -> None:
        """Print that the network has changed since the simulator that is shown was built."""
        entry = self._entries.get(name)
        if entry is not None and (changes := entry.changes()):
            words = self._describe(entry.network, changes)
            print(
                f"{name!r} has changed since its simulator was built ({words}), which is shown "
                "here; the next run "
                "builds a new one"
            )

    def tell_live_changes(self) -> None:
        """Print once that a network has changed whose live view goes on with what it was."""
        for name, entry in list(self._entries.items()):
            if not entry.views or entry.simulator is None or entry.simulator.closed:
                continue
            words = self._describe(entry.network, entry.changes())
            if words and words != entry.told:
                print(
                    f"{name!r} has changed since its simulator was built ({words}), which its "
                    "live view goes on with; "
                    f"'%nengo live {name}' builds a new one"
                )
            # Empty after the changes were undone, so that the next ones are printed again.
            entry.told = words

    def expect_changes(self, name: str) -> None:
        """Set the network as it is now as the definition that its simulator was built from."""
        entry = self._entries[name]
        entry.definition = define(entry.network)

    def _rebuild(
        self,
        name: str,
        entry: Entry,
        old: Simulator,
        changes: Changes,
        progress_bar: Any,
        size: int | None = None,
    ) -> str:
        """Replace a simulator that does not fit any more; return a sentence about it."""
        self.warm_up.end()
        had_views = bool(entry.views)
        learned = entry.replace_simulator(old, changes, progress_bar, size)
        self._check_entry(name, entry)
        # Its data outlive the entry only if a variable of the user's refers to the old simulator.
        variable = self._variable(old)
        why = (
            f" has changed since its simulator was built ({self._describe(entry.network, changes)}):"
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
        """Return a variable of the notebook that refers to an object, or None."""
        variables = list(self.shell.user_ns.items())
        return next(
            (name for name, value in variables if value is thing and not name.startswith("_")), None
        )

    def _describe(self, network: nengo.Network, changes: Changes) -> str:
        """Return the changes of a network in words, with objects by label or by what holds them."""
        remember_names(network, self.shell.user_ns)
        return changes.describe(name_of)

    def _check_entry(self, name: str, entry: Entry) -> None:
        """Close a new simulator if its name came to refer to another network meanwhile."""
        if self._entries.get(name) is not entry:
            entry.close()
            raise UsageError(f"{name!r} came to mean something else while its simulator was built")

    def run(self, name: str, seconds: float, probes: Sequence[str] = ()) -> Simulator:
        """Run a network for a length of time and show its plots, also after an interrupt."""
        from nengo_nb.progress import one_display

        from .outputs.progress import open_bar

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
            # Also after an interrupt: what was recorded until then is shown.
            if sim is not None:
                self._show(name, sim, chosen, all_of_them=not probes)
        return sim

    def live(self, name: str) -> LiveView:
        """Return a new live view of a network."""
        from .live.view import LiveView

        check_content(name, self.network(name))
        try:
            view = LiveView(self.simulator(name))
        except (ValueError, LookupError) as error:
            raise UsageError(str(error.args[0])) from error
        self._entries[name].views.append(view)
        return view

    def close_orphans(self) -> None:
        """Close the simulators of networks that no variable refers to any more."""
        # Entries keep their networks, so that an id cannot be of another object by now.
        alive = {
            id(value)
            for value in list(self.shell.user_ns.values())
            if isinstance(value, nengo.Network)
        }
        for name, entry in list(self._entries.items()):
            if id(entry.network) not in alive:
                entry.close()
                del self._entries[name]

    def learner(self, name: str, batch: int | None) -> Simulator:
        """Return the simulator of a network, with a minibatch size to train with.

        For another size than it has, a new simulator replaces it, with the learned parameters.

        Args:
            name: Name of the network.
            batch: Examples in a minibatch; by default as its simulator has, or ``BATCH``.
        """
        check_content(name, self.network(name))
        self.register(name, self.network(name), self.options(name))
        entry = self._entries[name]
        size = batch or entry.options.minibatch_size or BATCH
        with self._building:
            if entry.simulator is None:
                entry.options = replace(entry.options, minibatch_size=size)
            # A closed simulator is not replaced here: simulator() below says what to do about it.
            elif size != entry.options.minibatch_size and not entry.simulator.closed:
                print(self._rebuild(name, entry, entry.simulator, entry.changes(), True, size))
            return self.simulator(name, progress_bar=True)

    def step(self, name: str, n_steps: int = 1) -> Simulator:
        """Run a network for ``n_steps`` time steps."""
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
        """Drop the simulator of a network if it was closed, so that a new one can be built."""
        entry = self._entries.get(name)
        if entry is not None and entry.simulator is not None and entry.simulator.closed:
            entry.simulator = None

    def plot(self, name: str, probes: Sequence[str] = (), item: int = 0) -> Plot:
        """Return a plot of some probes of a network, or of all."""
        from .outputs.plot import plot_traces

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
        """Run a network on several backends, each with a simulator of its own."""
        from .comparison.runner import compare_backends

        network, dt = self.network(name), self.options(name).dt
        check_content(name, network)
        check_steps(seconds, dt)
        chosen = self._find(network, probes)
        try:
            return compare_backends(network, seconds, backends, chosen, dt)
        except (LookupError, ValueError) as error:
            raise UsageError(str(error.args[0])) from error

    def explain(self, name: str) -> str:
        """Return the explanation of a network's plan as text."""
        self.tell_changes(name)
        return (self.held_simulator(name) or self.simulator(name)).explain()

    def close(self) -> None:
        """Close all simulators."""
        for entry in list(self._entries.values()):
            entry.close()
        self._entries.clear()
        self.returned = None

    def options(self, name: str) -> Options:
        """Return the options of the simulator of the network that a name refers to now."""
        entry = self._entries.get(name)
        return (
            entry.options
            if entry is not None and entry.network is self.network(name)
            else Options()
        )

    def _find(self, network: nengo.Network, names: Sequence[str]) -> list[nengo.Probe]:
        """Return the probes with these names, or all."""
        try:
            return find_probes(network, names, self.shell.user_ns)
        except LookupError as error:
            raise UsageError(str(error.args[0])) from error

    def _show(
        self, name: str, sim: Simulator, probes: Sequence[nengo.Probe], *, all_of_them: bool
    ) -> None:
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
