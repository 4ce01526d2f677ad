"""Turns: one thread at a time changes a simulator. A live view runs it in the background,
cells in the foreground.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from nengo.exceptions import SimulationError

Method = TypeVar("Method", bound=Callable[..., Any])


def in_turn(method: Method) -> Method:
    """A method that waits until no other thread is in one of these methods of the same object.

    A Python function of the network that calls one of them would change what the step that called
    it is computed from, so it is refused.

    Raises:
        SimulationError: A function that the simulator calls has called the method.
    """

    @wraps(method)
    def wait_and_call(self: Any, *args: Any, **kwargs: Any) -> Any:
        with self._turn:
            if self._machine.calls.are_under_way:
                raise SimulationError(
                    f"{method.__name__} cannot be called from a Python function of the network: "
                    f"{self} is running."
                )
            return method(self, *args, **kwargs)

    return cast("Method", wait_and_call)
