"""Validate arguments: numbers of steps and of minibatch items, and those without effect."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import nengo
import numpy as np
from nengo.builder import Model
from nengo.exceptions import NengoWarning, ValidationError

from .any_simulator import AnySimulator
from .run.nonfinite import user_level

KERAS_2_QUEUE = ("max_queue_size", "workers", "use_multiprocessing")
"""Arguments of Keras 2 that Keras 3 has in ``keras.utils.PyDataset`` alone."""


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


def drop_without_effect(arguments: Mapping[str, Any], batch: int) -> dict[str, Any]:
    """Return arguments of ``fit`` and its kin without those that have no effect, which it tells.

    Args:
        arguments: Those that were given.
        batch: Number of minibatch items of the simulation.
    """
    size = arguments.get("batch_size")
    if size is not None and size != batch:
        warnings.warn(
            f"batch_size={size} has no effect: minibatches have the {batch} items that the "
            "simulator was made for, by its minibatch_size.",
            NengoWarning,
            stacklevel=user_level(),
        )
    old = [name for name in KERAS_2_QUEUE if name in arguments]
    if old:
        warnings.warn(
            f"{', '.join(old)} belong to Keras 2 and have no effect; Keras 3 has them in "
            "keras.utils.PyDataset, which may be given as x.",
            NengoWarning,
            stacklevel=user_level(),
        )
    dropped = ("batch_size", *KERAS_2_QUEUE)
    return {name: value for name, value in arguments.items() if name not in dropped}


def refuse_unknown(arguments: Mapping[str, Any], method: str) -> None:
    """Refuse arguments of ``predict`` but ``verbose``, as it shows nothing, and empty callbacks.

    Raises:
        TypeError: There is another one, as for any function.
        ValidationError: Callbacks were given.
    """
    for name, value in arguments.items():
        if name == "callbacks" and value:
            raise ValidationError(
                f"{method} calls no callbacks; sim.evaluate and sim.fit do", attr=name
            )
        if name not in ("verbose", "callbacks"):
            raise TypeError(f"{method}() got an unexpected keyword argument {name!r}")
