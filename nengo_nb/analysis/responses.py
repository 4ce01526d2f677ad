"""Responses of ensembles over the values that they are meant to represent."""

from __future__ import annotations

from collections.abc import Iterator

import nengo
import numpy as np
from nengo.builder import Model
from nengo.builder.ensemble import get_activities

from .health import Finding, Problem

MOST_POINTS = 1000
"""Largest number of evaluation points at which the rates of neurons are looked at."""

MANY = 0.5
"""Share of an ensemble's neurons from which they are worth a finding."""

NEAR_LIMIT = 0.9
"""Share of the highest possible rate, ``1 / tau_ref``, from which a neuron is saturated."""

FLAT = 0.01
"""Range of a neuron's rates, relative to the highest, below which it says nothing of its input."""


def check_responses(model: Model, ensemble: nengo.Ensemble, name: str) -> Iterator[Finding]:
    """Yield findings about the tuning curves of a built ensemble.

    Args:
        model: The built model.
        ensemble: An ensemble of it.
        name: Its name.
    """
    if isinstance(ensemble.neuron_type, nengo.Direct):
        return
    built = model.params[ensemble]
    rates = get_activities(built, ensemble, _thinned(built.eval_points))
    # Neurons such as Tanh have negative outputs, too.
    highest, spread = np.abs(rates).max(axis=0), np.ptp(rates, axis=0)
    silent = highest == 0
    if (share := float(silent.mean())) >= MANY:
        yield Finding(
            ensemble,
            name,
            Problem.SILENT,
            share,
            f"{silent.sum()} of {len(silent)} neurons fire at no value within its radius of "
            f"{ensemble.radius:g}.",
            _remedy_of_silence(ensemble),
        )
    limit = highest_rate(ensemble)
    saturated = highest >= NEAR_LIMIT * limit
    if (share := float(saturated.mean())) >= MANY:
        yield Finding(
            ensemble,
            name,
            Problem.SATURATED,
            share,
            f"{saturated.sum()} of {len(saturated)} neurons come within a tenth of the highest "
            f"possible rate, {limit:.0f} Hz.",
            "Lower max_rates (or gain), or shorten tau_ref.",
        )
    flat = ~silent & (spread < FLAT * highest)
    if (share := float(flat.mean())) >= MANY:
        yield Finding(
            ensemble,
            name,
            Problem.UNRESPONSIVE,
            share,
            f"{flat.sum()} of {len(flat)} neurons fire at the same rate whatever it represents.",
            "Raise gain against bias, or choose intercepts within (-1, 1).",
        )


def _thinned(points: np.ndarray) -> np.ndarray:
    """Return evenly chosen rows of evaluation points."""
    return points[:: -(-len(points) // MOST_POINTS)]


def highest_rate(ensemble: nengo.Ensemble) -> float:
    """Return the output that a refractory period allows a neuron at most, in Hz times its
    amplitude; infinite without one.
    """
    neurons = ensemble.neuron_type
    tau_ref = getattr(neurons, "tau_ref", 0.0)
    return getattr(neurons, "amplitude", 1.0) / tau_ref if tau_ref else np.inf


def _remedy_of_silence(ensemble: nengo.Ensemble) -> str:
    if ensemble.dimensions > 2:
        # Points in many dimensions are nearly at right angles to any one encoder.
        return (
            "In many dimensions few values come near an encoder: choose lower intercepts, such as "
            f"nengo.dists.CosineSimilarity({ensemble.dimensions} + 2)."
        )
    return "Choose lower intercepts, or a bias that lets neurons fire."
