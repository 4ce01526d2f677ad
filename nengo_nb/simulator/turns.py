"""Turns: one thread at a time changes a simulator. A live view runs it in the background, cells in the foreground."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

Method = TypeVar("Method", bound=Callable[..., Any])


def in_turn(method: Method) -> Method:
    """A method that waits until no other thread is in one of these methods of the same object."""

    @wraps(method)
    def wait_and_call(self: Any, *args: Any, **kwargs: Any) -> Any:
        with self._turn:
            return method(self, *args, **kwargs)

    return cast("Method", wait_and_call)
