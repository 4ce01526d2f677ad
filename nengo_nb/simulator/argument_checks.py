"""Validate arguments: numbers of steps and of minibatch items, and those without effect."""

from __future__ import annotations

import warnings
from typing import Any

import nengo
import numpy as np
from nengo.builder import Model
from nengo.exceptions import NengoWarning, ValidationError

from .any_simulator import AnySimulator


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
    if type(n_steps) is int and n_steps > 0:  # nearly always, and ``sim.step()`` has no time
        return n_steps
    if isinstance(n_steps, int | np.integer) and not isinstance(n_steps, bool) and n_steps > 0:
        return int(n_steps)
    raise ValidationError(f"must be a positive integer (got {n_steps!r})", attr="n_steps")


def count_steps(time_in_seconds: float, sim: AnySimulator) -> int:
    """Return the number of steps of a length of time, with a warning if there is none.

    Args:
        time_in_seconds: The length of time.
        sim: The simulator that is to run.

    Raises:
        ValidationError: The time is negative or not a number.
    """
    if not np.isfinite(time_in_seconds) or time_in_seconds < 0:
        raise ValidationError(f"Must be positive (got {time_in_seconds:g})", attr="time_in_seconds")
    n_steps = round(float(time_in_seconds) / sim.dt) if sim.dt else 0
    if n_steps == 0:
        warnings.warn(
            f"{time_in_seconds} results in running for 0 timesteps. Simulator still at time "
            f"{sim.time}.",
            stacklevel=3,
        )
    return n_steps


def period_of(sample_every: float | None, dt: float | None, sim: object) -> float | None:
    """Return ``sample_every`` of ``Simulator.trange``, also under its deprecated name ``dt``.

    Raises:
        ValidationError: Both are given.
    """
    if dt is None:
        return sample_every
    if sample_every is not None:
        raise ValidationError("Cannot specify both `dt` and `sample_every`.", attr="dt", obj=sim)
    warnings.warn(
        "`dt` is deprecated. Use `sample_every` instead.", DeprecationWarning, stacklevel=3
    )
    return dt


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
