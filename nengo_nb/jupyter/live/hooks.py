"""Hooks: functions of the user that a live run calls with the simulator, as NengoGUI does."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator

Hook = Callable[["Simulator"], object]


@dataclass(frozen=True)
class Hooks:
    """Hooks of a live run, each called with the simulator on the run's thread.

    Args:
        on_start: Called before the first step, and again before the first one after a reset.
        on_step: Called after every step. Steps are taken one at a time then.
        on_pause: Called at each pause after a step.
        on_continue: Called before the next step after a pause.
        on_close: Called once, when the run ends or other hooks take the place of these.

    Raises:
        ValueError: One is no function, or is asynchronous.
    """

    on_start: Hook | None = None
    on_step: Hook | None = None
    on_pause: Hook | None = None
    on_continue: Hook | None = None
    on_close: Hook | None = None

    def __post_init__(self) -> None:
        for name in HOOK_NAMES:
            _check(name, getattr(self, name))

    def __bool__(self) -> bool:
        return any(getattr(self, name) is not None for name in HOOK_NAMES)


HOOK_NAMES = tuple(field.name for field in fields(Hooks))


def _check(name: str, hook: Any) -> None:
    if hook is None:
        return
    if not callable(hook):
        raise ValueError(f"{name} is a function of the simulator (got {hook!r})")
    if inspect.iscoroutinefunction(hook):
        raise ValueError(
            f"{name} cannot be an async function: nothing is awaited between two steps; "
            "leave out 'async'"
        )
