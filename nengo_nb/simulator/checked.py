"""Validate arguments that are numbers of steps or of minibatch items."""

from __future__ import annotations

from typing import Any

import numpy as np
from nengo.exceptions import ValidationError


def checked_size(name: str, value: int | None) -> int | None:
    """Return a positive integer or None as it is.

    Raises:
        ValidationError: The value is something else.
    """
    if value is None or (isinstance(value, int | np.integer) and value >= 1):
        return value
    raise ValidationError(f"must be a positive integer (got {value!r})", attr=name)


def checked_steps(n_steps: Any) -> int:
    """Return a positive number of steps as an ``int``.

    Raises:
        ValidationError: The value is something else; a bool counts as that.
    """
    if isinstance(n_steps, int | np.integer) and not isinstance(n_steps, bool) and n_steps > 0:
        return int(n_steps)
    raise ValidationError(f"must be a positive integer (got {n_steps!r})", attr="n_steps")
