"""Locking: one thread at a time changes a simulator, which a live view runs in the background."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from threading import get_ident
from typing import TYPE_CHECKING, Any, TypeVar, cast

from nengo.exceptions import SimulationError

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator

Method = TypeVar("Method", bound=Callable[..., Any])


def in_turn(method: Method) -> Method:
    """Decorate a method so that no two threads are in such methods of the same simulator at once.

    A Python function of the network, or a hook, that calls one of them is refused: it would change
    the state that its own step is computed from, or that its caller goes on from.

    Raises:
        SimulationError: A function that the simulator calls has called the method.
    """

    @wraps(method)
    def wait_and_call(self: Any, *args: Any, **kwargs: Any) -> Any:
        # An ``RLock``: one such method may call another in the same thread. It would let a Python
        # function in as well, which the running thread calls; so that is asked next.
        simulation = self._parts.simulation
        # On a thread of XLA's such a function would wait for the turn of the run that waits for it.
        if simulation.runner.executor.answers_on(get_ident()):
            raise _refused(method.__name__, "a Python function of the network", self)
        with simulation.turn:
            caller = simulation.hook
            if simulation.runner.calls.are_under_way:
                caller = "a Python function of the network"
            if caller:
                raise _refused(method.__name__, caller, self)
            return method(self, *args, **kwargs)

    return cast("Method", wait_and_call)


def _refused(method: str, caller: str, simulator: Simulator) -> SimulationError:
    """Make the error of a method that the simulator's own run has called."""
    return SimulationError(f"{method} cannot be called from {caller}: {simulator} is running.")


def call_hook(self: Any, hook: Callable[[Simulator], object], name: str) -> None:
    """Call a function of the user between two steps; no other thread takes one meanwhile.

    Methods that change the simulator are refused to the function, as to those of the network.

    Args:
        self: The simulator.
        hook: Function of the simulator.
        name: Name of the hook, for errors, to which it is added with time and step.
    """
    simulation = self._parts.simulation
    with simulation.turn:
        simulation.hook = f"the hook {name}"
        try:
            hook(self)
        except BaseException as error:
            error.add_note(
                f"This happened in the hook {name}, at {self.time:.6g} s (step {self.n_steps})."
            )
            raise
        finally:
            simulation.hook = ""


def step_and_call(
    self: Any, hook: Callable[[Simulator], object], name: str, data: Mapping[Any, Any]
) -> None:
    """Take one step and call a hook after it, in one turn: no cell takes a step in between.

    Args:
        self: The simulator.
        hook: Function of the simulator.
        name: Name of the hook.
        data: Data of the step, as in ``run_steps``.
    """
    with self._parts.simulation.turn:
        self.run_steps(1, data=data, progress_bar=False)
        self.call_hook(hook, name)
