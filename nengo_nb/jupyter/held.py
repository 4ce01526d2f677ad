"""What the session holds of a network: its simulator, and what that was built from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import nengo

from .definition import Changes, Definition, changes_between, define
from .rebuild import agrees, carry_learned, has_learned, model_with_seeds

if TYPE_CHECKING:
    from nengo.builder import Model

    from nengo_nb.simulator import Simulator

    from .live.view import LiveView


@dataclass(frozen=True)
class Options:
    """How the simulator of a network is built: time step in seconds, and number of copies
    if any.
    """

    dt: float = 0.001
    minibatch_size: int | None = None


@dataclass
class Held:
    """A network with the simulator that was built for it, if one was."""

    network: nengo.Network
    options: Options = Options()
    simulator: Simulator | None = None
    views: list[LiveView] = field(default_factory=list)
    definition: Definition | None = None
    """What the simulator was built from."""
    told: str = ""
    """Changes of the network that were told beside a live view of what it was."""

    def changes(self) -> Changes:
        """What has changed in the network since its simulator was built, if one was."""
        if self.simulator is None or self.definition is None:
            return Changes()
        now = define(self.network)
        changes = changes_between(self.definition, now)
        if changes and agrees(self.simulator, changes):
            self.definition = now
            return Changes()
        return changes

    def replace_simulator(
        self, old: Simulator, changes: Changes, progress_bar: Any, size: int | None
    ) -> str:
        """Build a new simulator with what the one there is had learned; until it is there, the old
        one stays.

        Args:
            old: The simulator there is.
            changes: What has changed in the network since the old one was built.
            progress_bar: Where to show how far the build is.
            size: Items of a minibatch; None for as many as there were.

        Returns:
            What became of what was learned, for the end of a sentence; empty where nothing was.
        """
        definition = define(self.network)
        options = replace(self.options, minibatch_size=size or self.options.minibatch_size)
        trained = has_learned(old)
        model = model_with_seeds(old, changes) if trained else None
        new = build_simulator(self.network, options, progress_bar, model)
        try:
            learned = carry_learned(old, new, changes).describe() if trained else ""
        except BaseException:
            new.close()
            raise
        self.close()
        self.simulator, self.definition, self.options = new, definition, options
        return learned

    def close(self) -> None:
        """Free what the simulator holds; its live views show that it is over."""
        self.views.clear()
        if self.simulator is not None:
            self.simulator.close()


def build_simulator(
    network: nengo.Network, options: Options, progress_bar: Any, model: Model | None = None
) -> Simulator:
    """A simulator for a network. Its class is imported when the first one is built, because
    it brings TensorFlow.
    """
    from nengo_nb import Simulator

    return Simulator(
        network,
        options.dt,
        model=model,
        minibatch_size=options.minibatch_size,
        progress_bar=progress_bar,
    )
