"""Validate arguments: numbers of steps and of minibatch items, and those without effect."""

from __future__ import annotations

import warnings
from typing import Any

import nengo
import numpy as np
from nengo.builder import Model
from nengo.exceptions import NengoWarning, ValidationError


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


def warn_without_effect(
    unroll_simulation: int, network: nengo.Network | None, dt: float, model: Model | None
) -> None:
    """Warn of arguments of ``Simulator`` that have no effect."""
    if unroll_simulation != 1:
        sentence = "unroll_simulation has no effect: XLA needs no unrolling."
        warnings.warn(sentence, NengoWarning, stacklevel=3)
    if model is not None and network is not None and dt != model.dt:
        sentence = f"The model was made for dt={model.dt}; dt={dt} has no effect."
        warnings.warn(sentence, NengoWarning, stacklevel=3)
