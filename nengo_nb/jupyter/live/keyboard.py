"""``Keyboard``: keys of the computer's keyboard as an input of a network."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import nengo
import numpy as np
from nengo.params import TupleParam


class Keyboard(nengo.Process):
    """Input that has a value for each of some keys: 1 while it is held down, and else 0.

    The live view of a network with ``nengo.Node(nengo_nb.Keyboard(["ArrowLeft", "ArrowRight"]))``
    has an area that takes these keys while it has the focus. What is pressed counts from the next
    chunk of steps on. Elsewhere, in a script for instance, no key is held.

    Args:
        keys: Names of keys as browsers give them, such as ``"ArrowUp"``, ``"a"``, ``"A"``,
            ``"Enter"`` or ``" "``; the output has their order.

    Raises:
        ValueError: There is no key, or one is named twice or not by a text.
    """

    keys = TupleParam("keys", readonly=True)

    def __init__(self, keys: Sequence[str]) -> None:
        names = (keys,) if isinstance(keys, str) else tuple(keys)
        if not names or len(set(names)) < len(names):
            raise ValueError(f"a keyboard has some different keys (got {names})")
        if not all(isinstance(name, str) and name for name in names):
            raise ValueError(f"keys are named by texts such as 'ArrowUp' (got {names})")
        super().__init__(default_size_in=0, default_size_out=len(names))
        self.keys = names

    def make_step(
        self,
        shape_in: tuple[int, ...],
        shape_out: tuple[int, ...],
        dt: float,
        rng: np.random.RandomState,
        state: dict[str, np.ndarray] | None = None,
    ) -> Callable[[float], np.ndarray]:
        """Return the step outside of live views, where no key is held."""
        released = np.zeros(shape_out)

        def step(_time: float) -> np.ndarray:
            return released

        return step
