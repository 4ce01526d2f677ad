"""Checks of what a person asks to run, each of which raises one sentence."""

from __future__ import annotations

import nengo
from IPython.core.error import UsageError


def check_content(name: str, network: nengo.Network) -> None:
    """Refuse a network in which nothing would happen."""
    if not (network.all_ensembles or network.all_nodes):
        raise UsageError(
            f"{name!r} has nothing to simulate: add a nengo.Node or a nengo.Ensemble to it"
        )


def check_steps(seconds: float, dt: float) -> None:
    """Check that some seconds are a whole number of time steps."""
    n_steps = round(seconds / dt)
    if abs(n_steps * dt - seconds) > 1e-6 * dt * max(n_steps, 1):
        near = max(n_steps, 1) * dt
        raise UsageError(
            f"{seconds:g} s is not a whole number of time steps of {dt:g} s; {near:g} s is one"
        )
