"""Locking: one thread at a time changes a simulator, which a live view runs in the background."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from nengo.exceptions import SimulationError

Method = TypeVar("Method", bound=Callable[..., Any])


def in_turn(method: Method) -> Method:
    """Decorate a method so that no two threads are in such methods of the same simulator at once.

    A Python function of the network that calls one of them is refused: it would change the state
    that its own step is computed from.

    Raises:
        SimulationError: A function that the simulator calls has called the method.
    """

    @wraps(method)
    def wait_and_call(self: Any, *args: Any, **kwargs: Any) -> Any:
        # An ``RLock``: one such method may call another in the same thread. It would let a Python
        # function in as well, which the running thread calls; so that is asked next.
        simulation = self._parts.simulation
        with simulation.turn:
            if simulation.runner.calls.are_under_way:
                raise SimulationError(
                    f"{method.__name__} cannot be called from a Python function of the network: "
                    f"{self} is running."
                )
            return method(self, *args, **kwargs)

    return cast("Method", wait_and_call)
