"""Activity of a network in a run: what its ensembles get, how its neurons fire, what it learns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import nengo
import numpy as np

from .health import Finding, Problem
from .responses import MANY, NEAR_LIMIT, highest_rate

OUTSIDE = 1.1
"""Length of an input in radii from which it is outside: decoders are good a little beyond."""

FAR = 100.0
"""Length of an input in radii from which a larger radius is not what helps."""

OFTEN = 0.05
"""Share of the steps that an ensemble has to be outside its radius to be worth a finding."""

GROWTH, GROWTH_FROM_FIRST = 10.0, 1000.0
"""Factors by which learned weights grow in the second half of a run where they do not settle, and
in all of it.
"""


@dataclass(eq=False)
class Activity:
    """Sums over the steps of a run for one ensemble.

    Args:
        ensemble: The ensemble.
        n_steps: Number of steps so far.
        n_outside: Number of those in which its input was outside its radius.
        largest: Largest length of its input.
        output: Sum of its neurons' outputs, ``(n_neurons,)``.
    """

    ensemble: nengo.Ensemble
    n_steps: int = 0
    n_outside: int = 0
    largest: float = 0.0
    output: np.ndarray = field(default_factory=lambda: np.zeros(()))

    @property
    def has_neurons(self) -> bool:
        """Whether it has neurons that fire: in direct mode there are none."""
        return not isinstance(self.ensemble.neuron_type, nengo.Direct)

    def add(self, inputs: np.ndarray, outputs: np.ndarray) -> None:
        """Add steps.

        Args:
            inputs: Input of the ensemble, ``(steps, dimensions)``.
            outputs: Output of its neurons, ``(steps, n_neurons)``; of none in direct mode.
        """
        lengths = np.linalg.norm(inputs, axis=1)
        self.n_steps += len(lengths)
        self.n_outside += int((lengths > OUTSIDE * self.ensemble.radius).sum())
        self.largest = max(self.largest, float(lengths.max(initial=0.0)))
        self.output = self.output + np.abs(outputs).sum(axis=0)


def check_activity(activity: Activity, name: str, dt: float) -> Iterator[Finding]:
    """Yield findings about an ensemble that ran.

    Args:
        activity: What it did.
        name: Its name.
        dt: Length of a step, in seconds.
    """
    yield from check_input(activity, name)
    if activity.has_neurons:
        yield from check_output(activity, name, dt)


def check_input(activity: Activity, name: str, subject: str = "input") -> Iterator[Finding]:
    """Yield a finding if an ensemble is driven outside its radius.

    Args:
        activity: What it did.
        name: Its name.
        subject: What of it was recorded as its input.
    """
    ensemble = activity.ensemble
    outside = activity.n_outside / activity.n_steps
    if outside >= OFTEN:
        remedy = f"Set radius={activity.largest:.2g}, or scale what is connected to it."
        if not activity.largest < FAR * ensemble.radius:
            remedy = "Look at what is connected to it: no ensemble represents such values well."
        yield Finding(
            ensemble,
            name,
            Problem.OUTSIDE_RADIUS,
            outside,
            f"Its {subject} is outside its radius of {ensemble.radius:g} in {outside:.0%} of the "
            f"steps, up to a length of {activity.largest:.3g}.",
            remedy,
        )


def check_output(activity: Activity, name: str, dt: float) -> Iterator[Finding]:
    """Yield findings about how the neurons of an ensemble fired.

    Args:
        activity: What it did.
        name: Its name.
        dt: Length of a step, in seconds.
    """
    ensemble, seconds = activity.ensemble, activity.n_steps * dt
    rates = activity.output / activity.n_steps
    if not rates.any():
        yield Finding(
            ensemble,
            name,
            Problem.SILENT,
            1.0,
            f"None of its {len(rates)} neurons fired in {seconds:g} s.",
            "Look at what is connected to it, and at its intercepts.",
        )
    saturated = rates >= NEAR_LIMIT * highest_rate(ensemble)
    if (share := float(saturated.mean())) >= MANY:
        yield Finding(
            ensemble,
            name,
            Problem.SATURATED,
            share,
            f"{saturated.sum()} of {len(rates)} neurons fired at nearly the highest possible rate, "
            f"{highest_rate(ensemble):.0f} Hz, on average over {seconds:g} s.",
            "Scale down what is connected to its neurons, or lower max_rates.",
        )


def check_weights(
    conn: nengo.Connection,
    name: str,
    first: float,
    half: float,
    last: float,
    moment: str = "at its end",
) -> Iterator[Finding]:
    """Yield a finding if learned weights grow without an end.

    Args:
        conn: A connection that learns.
        name: Its name.
        first: Largest absolute weight before the run.
        half: That after half of the run.
        last: That at its end; may be infinite or NaN.
        moment: When that was, in words.
    """
    # Weights that begin at zero grow by any factor in the first half.
    limit = GROWTH * max(first, half) if first == 0 else GROWTH_FROM_FIRST * first
    if np.isfinite(last) and last <= min(limit, GROWTH * max(first, half)):
        return
    factor = last / max(first, half, np.finfo(float).tiny)
    yield Finding(
        conn,
        name,
        Problem.GROWING_WEIGHTS,
        float(factor),
        f"Its largest learned weight was {first:.3g} at first, {half:.3g} after half of the run, "
        f"and {last:.3g} {moment}.",
        "Lower the learning rate, or use a rule that bounds its weights, such as Oja.",
    )
