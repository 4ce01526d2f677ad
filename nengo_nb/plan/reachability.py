"""Reachability search: whether a Python function can reach an object, such as its simulator.

The walk is that of ``effects.py``, but nearest objects come first, and it ends at the first of
those looked for. An object may be bound to a global of the function long after the function was
planned, so this is asked before each run.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from .effects import LIMIT, _Walk


@dataclass(frozen=True)
class Found:
    """Result of a search.

    Args:
        is_reached: Whether one of the objects can be reached; None where that cannot be known.
        attributes: The names of attributes in the code on the way there.
    """

    is_reached: bool | None
    attributes: frozenset[str] = frozenset()


def can_reach(functions: Iterable[Callable[..., Any]], targets: Collection[object]) -> Found:
    """Whether calls of some functions can touch one of some objects.

    Args:
        functions: The functions of nodes, connections and processes.
        targets: The objects; for an array, also those that share its memory.
    """
    wanted = {id(target) for target in targets}
    unclear = False
    for function in functions:
        search = _Search(wanted)
        if search.finds(function):
            return Found(True, frozenset(search.names.attributes))
        unclear |= search.everything
    return Found(None if unclear else False)


class _Search(_Walk):
    """Walk that looks for objects, by ``id``."""

    def __init__(self, wanted: Collection[int]) -> None:
        super().__init__()
        self.wanted = wanted
        self.found = False

    def finds(self, root: object) -> bool:
        """Whether one of the objects is reached."""
        self.push([root])
        while not self.found and (
            self.todo or self.follow_modules() or self.follow_nengo_objects()
        ):
            # From the front: breadth first, as what a function
            # works with is near, and the walk ends there.
            self.visit(self.todo.pop(0))
            if len(self.seen) > LIMIT:
                self.everything = True
                break
        return self.found

    def push(self, objects: Iterable[object]) -> None:
        objects = list(objects)
        self.found |= any(id(item) in self.wanted for item in objects)
        if not self.found:
            super().push(objects)

    def visit_array(self, array: Any) -> None:
        """Look for an array, and for those whose memory it views."""
        base = array
        while base is not None and not self.found:
            self.found = id(base) in self.wanted
            base = getattr(base, "base", None)
        if not self.found:
            super().visit_array(array)
