"""Session of a notebook: one simulator per network, built when it is first needed.

It registers, finds and replaces simulators; :mod:`nengo_nb.jupyter.actions` runs and shows them. A
name belongs to the notebook, so it is looked up each time; if it refers to another network by then,
the simulator of the former one is closed and a new one is built.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import nengo
from IPython.core.error import UsageError

from nengo_nb.diagram import name_of
from nengo_nb.jupyter.labels import own_names, remember_names
from nengo_nb.jupyter.precompile import WarmUp
from nengo_nb.jupyter.suggestions import unknown

from .definition import Changes, define
from .entry import Entry, Options, build_simulator
from .loop_variables import LoopNames

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from nengo_nb.simulator import Simulator

BATCH = 32
"""Default number of examples in a minibatch, as in Keras."""


class Session:
    """Networks and simulators of one notebook, by name. Mistakes of a user raise ``UsageError``."""

    def __init__(self, shell: InteractiveShell, loops: LoopNames | None = None) -> None:
        self.shell = shell
        self.loops = LoopNames() if loops is None else loops
        self.warm_up = WarmUp()
        self._entries: dict[str, Entry] = {}
        # Reentrant, as training_simulator builds while it holds the lock. Where both
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

    def find_simulator_of(self, thing: Any) -> Simulator | None:
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
        why = ":"
        if changes:
            described = self._describe(entry.network, changes)
            why = f" has changed since its simulator was built ({described}):"
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

    def training_simulator(self, name: str, batch: int | None) -> Simulator:
        """Return the simulator of a network, with a minibatch size to train with.

        For another size than it has, a new simulator replaces it, with the learned parameters.

        Args:
            name: Name of the network.
            batch: Examples in a minibatch; by default as its simulator has, or ``BATCH``.
        """
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

    def keep_view(self, name: str, view: object) -> None:
        """Keep a live view as long as the simulator of its network."""
        self._entries[name].views.append(view)

    def forget_closed(self, name: str) -> None:
        """Drop the simulator of a network if it was closed, so that a new one can be built."""
        entry = self._entries.get(name)
        if entry is not None and entry.simulator is not None and entry.simulator.closed:
            entry.simulator = None

    def close(self) -> None:
        """Close all simulators."""
        for entry in list(self._entries.values()):
            entry.close()
        self._entries.clear()

    def options(self, name: str) -> Options:
        """Return the options of the simulator of the network that a name refers to now."""
        entry = self._entries.get(name)
        return (
            entry.options
            if entry is not None and entry.network is self.network(name)
            else Options()
        )
