"""Values of which there is one for each IPython shell, such as its extension and its diagrams.

They are attributes of the shell, and so end with it even where they refer to it. Those of lower
rooms cannot be attributes of the extension, because ``nengo_nb.show`` and ``nengo_nb.live`` work
where it was never loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from IPython.core.getipython import get_ipython

ATTRIBUTE = "_nengo_nb"

Value = TypeVar("Value")

_of_script: dict[Any, Any] = {}


def get_values(shell: object | None) -> dict[Any, Any]:
    """Return the values of a shell, by what makes them; without a shell, those of the script."""
    if shell is None:
        return _of_script
    values: dict[Any, Any] = vars(shell).setdefault(ATTRIBUTE, {})
    return values


def per_shell(make: Callable[[], Value]) -> Callable[[], Value]:
    """Return a function that makes a value once for each shell, and once where there is none.

    Args:
        make: Makes the value when the running shell asks for it first.
    """

    @wraps(make)
    def get() -> Value:
        values = get_values(get_ipython())
        if make not in values:
            values[make] = make()
        value: Value = values[make]
        return value

    return get
