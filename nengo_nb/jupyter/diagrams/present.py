"""Built parameters with what was learned since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from nengo_nb.simulator.any_simulator import AnySimulator


def present(thing: Any, sim: AnySimulator) -> Any:
    """Return the built parameters with what was learned since, of the first item of a minibatch."""
    built = sim.model.params[thing]
    if sim.closed:
        return built
    now = sim.data[thing]
    # A learned parameter has one axis more than the built one, as items learn each for itself.
    batched = {
        name: getattr(now, name)[0]
        for name in now._fields
        if np.ndim(getattr(now, name)) > np.ndim(getattr(built, name)) > 0
    }
    return now._replace(**batched)


class PresentData:
    """Stand-in for a simulator in Nengo's functions, which read nothing but ``sim.data[obj]``."""

    def __init__(self, sim: AnySimulator) -> None:
        self._sim = sim

    @property
    def data(self) -> PresentData:
        """Itself, as it is indexed by objects."""
        return self

    def __getitem__(self, thing: Any) -> Any:
        return present(thing, self._sim)
