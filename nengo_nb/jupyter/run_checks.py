"""Checks of a request to run, each of which raises ``UsageError`` with one sentence."""

from __future__ import annotations

import nengo
from IPython.core.error import UsageError


def check_content(name: str, network: nengo.Network) -> None:
    """Check that a network has anything to simulate."""
    if not (network.all_ensembles or network.all_nodes):
        raise UsageError(
            f"{name!r} has nothing to simulate: add a nengo.Node or a nengo.Ensemble to it"
        )


def check_steps(seconds: float, dt: float) -> None:
    """Check that a length of time is a whole number of time steps."""
    n_steps = round(seconds / dt)
    # Relative to the length, as the rounding error of n_steps * dt grows with it.
    if abs(n_steps * dt - seconds) > 1e-6 * dt * max(n_steps, 1):
        near = max(n_steps, 1) * dt
        raise UsageError(
            f"{seconds:g} s is not a whole number of time steps of {dt:g} s; {near:g} s is one"
        )
