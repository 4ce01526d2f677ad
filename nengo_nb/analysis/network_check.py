"""``check``: look for what is probably not as it was meant, before and during a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import nengo
import numpy as np
from nengo.builder import Model
from nengo.exceptions import ValidationError

from nengo_nb.simulator import Simulator
from nengo_nb.simulator.any_simulator import AnySimulator
from nengo_nb.simulator.params.parameters import object_names
from nengo_nb.simulator.run.dynamic_probes import make_probe

from .activity import Activity, check_activity, check_weights
from .decoding import check_decoders, is_decoded
from .health import Finding, Health
from .responses import check_responses

MOST_VALUES = 2**23
"""Largest number of values to record before they are added up."""


def check(
    network: nengo.Network | AnySimulator, seconds: float = 0.0, *, dt: float = 0.001
) -> Health:
    """Look for ensembles and connections that are probably not as they were meant.

    Without a run: neurons that fire at no value within the radius of their ensemble, at the highest
    possible rate, or at the same rate whatever it represents; and decoders with a large error.
    In a run: ensembles that are driven outside their radius, silent or saturated, and learned
    weights that grow without an end.

    Args:
        network: A network, which is built anew and stays as it is; or a simulator, of which the
            built parameters are looked at.
        seconds: Simulated seconds to run the network for, from its start, in a simulator of its
            own. Functions in Python are called as in any run.
        dt: Length of a step, in seconds.

    Returns:
        The findings; true if there are none.

    Raises:
        ValidationError: ``seconds`` is negative, or a simulator was given and is to run.

    Examples:
        >>> for finding in nengo_nb.check(net, seconds=1):
        ...     print(finding)
    """
    if not (np.isfinite(seconds) and seconds >= 0):
        raise ValidationError(f"must be a number of seconds from 0, not {seconds!r}", "seconds")
    if not isinstance(network, nengo.Network):
        if seconds:
            raise ValidationError(
                "a simulator is looked at as it is; give its network to have it run", "seconds"
            )
        model = network.model
        return _health(model, _of_model(model), 0.0)
    with Simulator(network, dt=dt, progress_bar=False) as sim:
        findings = list(_of_model(sim.model))
        if seconds:
            findings += _of_run(sim, round(seconds / dt))
        return _health(sim.model, findings, sim.time)


def _health(model: Model, findings: Iterator[Finding] | list[Finding], seconds: float) -> Health:
    decoded = sum(map(is_decoded, _connections(model)))
    return Health(tuple(findings), len(_ensembles(model)), decoded, seconds)


def _ensembles(model: Model) -> list[nengo.Ensemble]:
    return [ensemble for ensemble in model.toplevel.all_ensembles if ensemble in model.params]


def _connections(model: Model) -> list[nengo.Connection]:
    return [conn for conn in model.toplevel.all_connections if conn in model.params]


def _of_model(model: Model) -> Iterator[Finding]:
    """Yield findings about a built model."""
    names = object_names(model.toplevel)
    for ensemble in _ensembles(model):
        yield from check_responses(model, ensemble, names[ensemble])
    for conn in filter(is_decoded, _connections(model)):
        yield from check_decoders(model, conn, names[conn])


def _of_run(sim: Simulator, n_steps: int) -> Iterator[Finding]:
    """Run a network, and yield findings about what it did."""
    names = object_names(sim.model.toplevel)
    activities = [Activity(ensemble) for ensemble in _ensembles(sim.model)]
    inputs = [make_probe(activity.ensemble, "input") for activity in activities]
    outputs = {a: make_probe(a.ensemble.neurons) for a in activities if a.has_neurons}
    learned = [conn for conn in _connections(sim.model) if conn.learning_rule_type]
    sim.adopt(sim.prepare([*inputs, *outputs.values()]))
    first = _largest_weights(sim, learned)
    half = first
    width = sum(a.ensemble.size_in + a.ensemble.n_neurons for a in activities)
    longest = max(1, MOST_VALUES // max(1, width))
    for begin, end in _pieces(n_steps, longest):
        sim.run_steps(end - begin, progress_bar=False)
        for activity, of_input in zip(activities, inputs, strict=True):
            of_output = outputs.get(activity)
            silence = np.zeros((end - begin, 0))
            activity.add(sim.data[of_input], silence if of_output is None else sim.data[of_output])
        sim.clear_probes()
        if end == n_steps // 2:
            half = _largest_weights(sim, learned)
    last = _largest_weights(sim, learned)
    for activity in activities:
        yield from check_activity(activity, names[activity.ensemble], sim.dt)
    for conn, at_first, halfway, at_end in zip(learned, first, half, last, strict=True):
        yield from check_weights(conn, names[conn], at_first, halfway, at_end)


def _pieces(n_steps: int, longest: int) -> Iterator[tuple[int, int]]:
    """Yield spans of at most ``longest`` steps, of which one ends at half of them."""
    half = n_steps // 2
    for first, last in ((0, half), (half, n_steps)):
        for begin in range(first, last, longest):
            yield begin, min(begin + longest, last)


def _largest_weights(sim: Simulator, conns: Sequence[nengo.Connection]) -> list[float]:
    """Return the largest absolute weight of each connection, as it is now."""
    signals = [sim.model.sig[conn]["weights"] for conn in conns]
    return [float(np.abs(sim.signals[signal]).max(initial=0.0)) for signal in signals]
