"""The session: one simulator per network of the notebook, built when it is first needed.

A name belongs to the notebook. The session looks it up each time; if it now means another network, the simulator
of the old one is closed and a new one is built.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import nengo
from IPython.core.error import UsageError
from IPython.display import display

from .names import find_probes
from .probes import first_dozen, recorded, trace_probes
from .warmup import WarmUp
from .words import unknown

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from .comparing.comparison import Comparison
    from .live.view import LiveView
    from .page.display import Plot


@dataclass(frozen=True)
class Options:
    """How the simulator of a network is built: time step in seconds, and number of copies if any."""

    dt: float = 0.001
    minibatch_size: int | None = None


@dataclass
class Held:
    """A network with the simulator that was built for it, if one was."""

    network: nengo.Network
    options: Options = Options()
    simulator: Any = None
    views: list[LiveView] = field(default_factory=list)

    def close(self) -> None:
        """Free what the simulator holds; its live views show that it is over."""
        self.views.clear()
        if self.simulator is not None:
            self.simulator.close()


def simulator_class() -> Any:
    """The simulator of this package, imported when the first one is built because it brings TensorFlow."""
    from nengo_nb import Simulator

    return Simulator


def build_simulator(network: nengo.Network, options: Options, progress_bar: Any) -> Any:
    """A simulator for a network; only a minibatch asks for more than Nengo's own simulator takes."""
    size = options.minibatch_size
    minibatch = {} if size is None else {"minibatch_size": size}
    return simulator_class()(network, dt=options.dt, progress_bar=progress_bar, **minibatch)


class Session:
    """The networks and simulators of one notebook, by name.

    Everything that a person can get wrong raises ``UsageError`` with one sentence.
    """

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self.returned: Any = None
        self.warm_up = WarmUp()
        self._held: dict[str, Held] = {}
        self._building = threading.RLock()

    def names(self) -> list[str]:
        """The names in the notebook that mean a network."""
        variables = list(self.shell.user_ns.items())
        return [
            name for name, value in variables if isinstance(value, nengo.Network) and not name.startswith("_")
        ]

    def network(self, name: str) -> nengo.Network:
        """The network that a name means now."""
        network = self.shell.user_ns.get(name)
        if not isinstance(network, nengo.Network):
            raise UsageError(unknown("network", name, self.names()))
        return network

    def hold(self, name: str, network: nengo.Network, options: Options) -> None:
        """Remember what a name means; if it meant another network, the simulator of that one is closed."""
        held = self._held.get(name)
        if held is not None and held.network is network:
            return
        if held is not None:
            held.close()
        self._held[name] = Held(network, options)

    def held_simulator(self, name: str) -> Any:
        """The simulator that was built for what a name means now, or None."""
        held = self._held.get(name)
        return held.simulator if held is not None and held.network is self.network(name) else None

    def simulator_of(self, thing: Any) -> Any:
        """The simulator in which an object was built, or None."""
        simulators = (held.simulator for held in self._held.values() if held.simulator is not None)
        return next((sim for sim in simulators if thing in sim.model.params), None)

    def simulator(self, name: str, progress_bar: Any = False) -> Any:
        """The simulator of a network, built if there is none; a closed one is an error.

        The panel builds in a thread of its own; whoever else wants the simulator meanwhile waits for it.
        """
        with self._building:
            network = self.network(name)
            self.hold(name, network, self.options(name))
            held = self._held[name]
            if held.simulator is None:
                self.warm_up.end()
                held.simulator = build_simulator(network, held.options, progress_bar)
                self._check_held(name, held)
            elif held.simulator.closed:
                raise UsageError(
                    f"the simulator of {name!r} was closed; '%nengo reset {name}' builds a new one"
                )
            return held.simulator

    def _check_held(self, name: str, held: Held) -> None:
        """Close what was built in another thread for a network that its name does not mean any more."""
        if self._held.get(name) is not held:
            held.close()
            raise UsageError(f"{name!r} came to mean something else while its simulator was built")

    def run(self, name: str, seconds: float, probes: Sequence[str] = ()) -> Any:
        """Run a network for some simulated seconds and show its plots, also if the run is interrupted."""
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
        alive = {id(value) for value in self.shell.user_ns.values() if isinstance(value, nengo.Network)}
        for name, held in list(self._held.items()):
            if id(held.network) not in alive:
                held.close()
                del self._held[name]

    def learner(self, name: str, batch: int | None) -> Any:
        """The simulator of a network, with minibatches to learn in.

        A simulator has minibatches of one size. Where another is asked for, a new simulator takes the place of the
        old one, at time zero, with what was learned; this is said.

        Args:
            name: The network.
            batch: Examples in a minibatch; by default those of its simulator, or else as many as Keras takes.
        """
        from .teaching.takeover import BATCH, check_seed, has_learned, take_over

        check_content(name, self.network(name))
        self.hold(name, self.network(name), self.options(name))
        held = self._held[name]
        size = batch or held.options.minibatch_size or BATCH
        if size == held.options.minibatch_size or (held.simulator is not None and held.simulator.closed):
            held.options = replace(held.options, minibatch_size=size)
            return self.simulator(name, progress_bar=True)
        old, options = held.simulator, replace(held.options, minibatch_size=size)
        learned = has_learned(old)
        if learned:
            check_seed(name, held.network, held.options.minibatch_size, size)
        new = build_simulator(held.network, options, progress_bar=True)
        if learned:
            take_over(old, new)
        if old is not None:
            old.close()
            kept = "; it has what the old one had learned" if learned else ""
            print(f"{name!r} has a new simulator, with minibatches of {size}, at time zero{kept}")
        held.simulator, held.options = new, options
        return new

    def step(self, name: str, n_steps: int = 1) -> Any:
        """Run a network for some time steps."""
        check_content(name, self.network(name))
        sim = self.simulator(name)
        sim.run_steps(n_steps, progress_bar=False)
        return sim

    def reset(self, name: str) -> Any:
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
        if sim is None or not recorded(sim, chosen):
            raise UsageError(
                f"{name!r} has recorded nothing yet; '%nengo run {name} 1' runs it for one second"
            )
        drawn, note = (chosen, "") if probes else first_dozen(chosen, f"%nengo plot {name} {{}}")
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

    def explain(self, name: str) -> Any:
        """What the simulator of a network does in a time step, and why."""
        return self.simulator(name).explain()

    def close(self) -> None:
        """Close all simulators."""
        for held in self._held.values():
            held.close()
        self._held.clear()
        self.returned = None

    def options(self, name: str) -> Options:
        """How the simulator of what a name means now is built."""
        held = self._held.get(name)
        return held.options if held is not None and held.network is self.network(name) else Options()

    def _find(self, network: nengo.Network, names: Sequence[str]) -> list[nengo.Probe]:
        """The probes with these names, or all."""
        try:
            return find_probes(network, names, self.shell.user_ns)
        except LookupError as error:
            raise UsageError(str(error.args[0])) from error

    def _show(self, name: str, sim: Any, probes: Sequence[nengo.Probe], *, all_of_them: bool) -> None:
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


def check_content(name: str, network: nengo.Network) -> None:
    """Refuse a network in which nothing would happen."""
    if not (network.all_ensembles or network.all_nodes):
        raise UsageError(f"{name!r} has nothing to simulate: add a nengo.Node or a nengo.Ensemble to it")


def check_steps(seconds: float, dt: float) -> None:
    """Check that some seconds are a whole number of time steps."""
    n_steps = round(seconds / dt)
    if abs(n_steps * dt - seconds) > 1e-6 * dt * max(n_steps, 1):
        near = max(n_steps, 1) * dt
        raise UsageError(f"{seconds:g} s is not a whole number of time steps of {dt:g} s; {near:g} s is one")
