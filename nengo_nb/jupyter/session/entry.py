"""Entry of the session: a network with its simulator, and the definition that was built."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import nengo

from .definition import Changes, Definition, changes_between, define
from .rebuild import agrees, carry_learned, has_learned, model_with_seeds

if TYPE_CHECKING:
    from nengo.builder import Model

    from nengo_nb.simulator import Simulator


@dataclass(frozen=True)
class Options:
    """Arguments of a simulator: ``dt`` in seconds, and the number of minibatch items, if any."""

    dt: float = 0.001
    minibatch_size: int | None = None


@dataclass
class Entry:
    """Network with the simulator that was built for it, if one was."""

    network: nengo.Network
    options: Options = Options()
    simulator: Simulator | None = None
    views: list[object] = field(default_factory=list)
    """Live views, which are kept as long as the simulator."""
    definition: Definition | None = None
    """Definition of the network as the simulator was built from it."""
    told: str = ""
    """Changes that were last printed beside a live view of the network as it was."""

    def changes(self) -> Changes:
        """Return the changes of the network since its simulator was built, if one was."""
        if self.simulator is None or self.definition is None:
            return Changes()
        now = define(self.network)
        changes = changes_between(self.definition, now)
        # Parameters that freeze_params wrote into the network are what the
        # simulator computes with already: no reason to build another one.
        if changes and agrees(self.simulator, changes):
            self.definition = now
            return Changes()
        return changes

    def replace_simulator(
        self, old: Simulator, changes: Changes, progress_bar: Any, size: int | None
    ) -> str:
        """Build a new simulator with the learned parameters of the old one, which stays until then.

        Args:
            old: The present simulator.
            changes: Changes of the network since it was built.
            progress_bar: Progress bar of the build.
            size: Number of minibatch items; None for as many as before.

        Returns:
            What became of learned parameters, as the end of a sentence; empty if there were none.
        """
        # Before the build: a change meanwhile then counts as one that the simulator lacks.
        definition = define(self.network)
        options = replace(self.options, minibatch_size=size or self.options.minibatch_size)
        trained = has_learned(old)
        model = model_with_seeds(old, changes) if trained else None
        new = build_simulator(self.network, options, progress_bar, model)
        try:
            learned = carry_learned(old, new, changes).describe() if trained else ""
        # An interrupt while parameters are carried over leaves the old simulator as it was.
        except BaseException:
            new.close()
            raise
        self.close()
        self.simulator, self.definition, self.options = new, definition, options
        return learned

    def close(self) -> None:
        """Close the simulator; its live views show that it has ended."""
        self.views.clear()
        if self.simulator is not None:
            self.simulator.close()


def build_simulator(
    network: nengo.Network, options: Options, progress_bar: Any, model: Model | None = None
) -> Simulator:
    """Build a simulator. Its class is imported with the first one, because it brings TensorFlow."""
    from nengo_nb import Simulator

    return Simulator(
        network,
        options.dt,
        model=model,
        minibatch_size=options.minibatch_size,
        progress_bar=progress_bar,
    )
