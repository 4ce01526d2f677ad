"""Facts about the objects of a network: pairs of a word and a short text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import nengo
import numpy as np
from nengo.builder import Model

from .names import name_of, printable

Facts = tuple[tuple[str, str], ...]


def facts_of(thing: Any) -> Facts:
    """Return the facts about an ensemble, neurons, a node, a connection or a probe.

    Raises:
        TypeError: It is none of these.
    """
    for kind, tell in TELLERS.items():
        if isinstance(thing, kind):
            return tuple((word, printable(fact)) for word, fact in tell(thing))
    raise TypeError(f"nothing is known about {type(thing).__name__}: it is no object of a network")


def built_facts(thing: Any, model: Model) -> Iterator[tuple[str, str]]:
    """Yield facts of an ensemble or a connection that are known once it is built.

    Args:
        thing: Object of a network.
        model: What was built from the network; an object that is not in it has no such facts.
    """
    if thing not in model.params:
        return
    built = model.params[thing]
    if isinstance(thing, nengo.Ensemble):
        rates = np.asarray(built.max_rates)
        yield "built", f"max rates {rates.min():.0f} to {rates.max():.0f} Hz"
    errors = (getattr(built, "solver_info", None) or {}).get("rmses")
    if errors is not None:
        yield "solver error", f"{np.mean(errors):.3g} (root mean square)"


def _ensemble(ensemble: nengo.Ensemble) -> Facts:
    """List size, dimensions and the parameters of the tuning curves."""
    return (
        ("neurons", f"{ensemble.n_neurons} × {ensemble.neuron_type}"),
        ("dimensions", str(ensemble.dimensions)),
        ("radius", str(ensemble.radius)),
        ("max rates (Hz)", short(ensemble.max_rates)),
        ("intercepts", short(ensemble.intercepts)),
        ("seed", short(ensemble.seed)),
    )


def _neurons(neurons: nengo.ensemble.Neurons) -> Facts:
    """List number, type and probeable signals of neurons."""
    return (
        ("neurons", f"{neurons.size_in} × {neurons.ensemble.neuron_type}"),
        ("probeable", ", ".join(neurons.probeable)),
    )


def _node(node: nengo.Node) -> Facts:
    """List sizes and the source of the output."""
    return (
        ("output", "passes its input on" if node.output is None else _function(node.output)),
        ("size in", str(node.size_in)),
        ("size out", str(node.size_out)),
    )


def _connection(connection: nengo.Connection) -> Facts:
    """List both ends, function, transform, synapse and learning rule."""
    return (
        ("from", f"{name_of(connection.pre)} ({count(connection.size_in, 'dimension')})"),
        ("to", f"{name_of(connection.post)} ({count(connection.size_out, 'dimension')})"),
        ("function", _function(connection.function)),
        ("transform", _transform(connection.transform)),
        ("synapse", short(connection.synapse)),
        ("learning rule", short(connection.learning_rule_type)),
    )


def _probe(probe: nengo.Probe) -> Facts:
    """List the recorded signal, its size, interval and synapse."""
    return (
        ("records", f"{probe.attr} of {name_of(probe.target)}"),
        ("size", str(probe.size_in)),
        ("every", "time step" if probe.sample_every is None else f"{probe.sample_every:g} s"),
        ("synapse", short(probe.synapse)),
    )


def count(number: int, noun: str) -> str:
    """Format a number with its noun."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def short(value: Any) -> str:
    """Format a value in at most 80 characters."""
    text = f"array of shape {value.shape}" if isinstance(value, np.ndarray) else str(value)
    return text if len(text) <= 80 else text[:79] + "…"


def _function(output: Any) -> str:
    """Format a function by its name, anything else as it prints."""
    name = getattr(output, "__name__", None)
    if name == "<lambda>":
        return "a lambda"
    return short(output) if name is None else f"{name}()"


def _transform(transform: Any) -> str:
    """Format a factor by its value, a matrix by its size."""
    if isinstance(transform, nengo.transforms.NoTransform):
        return "none"
    init = getattr(transform, "init", None)
    if isinstance(init, np.ndarray) and init.ndim == 0:
        return f"× {init:g}"
    return f"{type(transform).__name__}, {transform.size_out} × {transform.size_in}"


TELLERS: dict[type, Callable[[Any], Facts]] = {
    nengo.Ensemble: _ensemble,
    nengo.ensemble.Neurons: _neurons,
    nengo.Node: _node,
    nengo.Connection: _connection,
    nengo.Probe: _probe,
}
