"""Cards: what a network, an object in it or a simulator is, in a few lines, as HTML and as text."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np

from nengo_nb.plots import sparkline

from .names import name_of
from .probes import recorded, trace_probes

if TYPE_CHECKING:
    from .session import Session

BORDER = "var(--jp-border-color2, rgba(128, 128, 128, 0.4))"
FAINT = "var(--jp-ui-font-color2, rgba(128, 128, 128, 1))"
WARNING = "var(--jp-warn-color0, #b45309)"


@dataclass(frozen=True)
class Card:
    """A title, facts, and what to look out for. All of it is text; only drawings are markup, and made here.

    Args:
        title: What the thing is, with its name.
        facts: Pairs of a word and what it is.
        warnings: Sentences about what is probably not meant.
        drawings: Pairs of a word and an SVG drawing.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...] = ()
    drawings: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        facts = [f"  {word}: {fact}" for word, fact in self.facts]
        return "\n".join([self.title, *facts, *(f"  note: {warning}" for warning in self.warnings)])

    def _repr_mimebundle_(self, **_options: object) -> dict[str, str]:
        return {"text/html": self.page(), "text/plain": repr(self)}

    def page(self) -> str:
        """The card as HTML, in the colours of the notebook's theme."""
        rows = [_row(word, html.escape(fact)) for word, fact in self.facts]
        rows += [_row(word, drawing) for word, drawing in self.drawings]
        notes = [f'<div style="color: {WARNING}">{html.escape(warning)}</div>' for warning in self.warnings]
        return (
            '<div class="nengo-nb-card mathjax_ignore tex2jax_ignore" '
            f'style="border: 1px solid {BORDER}; border-radius: 4px; '
            f'padding: 6px 12px; width: fit-content; max-width: 100%"><b>{html.escape(self.title)}</b>'
            f'<table style="margin: 4px 0; border: none">{"".join(rows)}</table>{"".join(notes)}</div>'
        )


def _row(word: str, cell: str) -> str:
    """One line of a card; the word is text, the cell is markup."""
    style = "text-align: left; padding: 1px 12px 1px 0; background: none"
    return (
        f'<tr style="background: none"><td style="{style}; color: {FAINT}">{html.escape(word)}</td>'
        f'<td style="{style}">{cell}</td></tr>'
    )


def card_of(thing: Any) -> Card:
    """The card of a network, an object in it, or a simulator.

    Raises:
        TypeError: There is no card for such a thing.
    """
    for kind, make in CARDS.items():
        if isinstance(thing, kind):
            return make(thing)
    if hasattr(thing, "trange") and hasattr(thing, "model"):
        return simulator_card(thing)
    raise TypeError(
        f"there is no card for {type(thing).__name__}: it is no network, object of one, or simulator"
    )


def network_card(network: nengo.Network) -> Card:
    """Counts, seed, and what is probably missing."""
    ensembles, nodes = len(network.all_ensembles), len(network.all_nodes)
    facts = (
        ("neurons", f"{network.n_neurons} in {_count(ensembles, 'ensemble')}"),
        ("nodes", str(nodes)),
        ("connections", str(len(network.all_connections))),
        ("probes", ", ".join(name_of(probe) for probe in network.all_probes) or "none"),
        ("seed", "none: every build differs" if network.seed is None else str(network.seed)),
    )
    return Card(f"Network {network.label or ''}".rstrip(), facts, _network_warnings(network))


def _network_warnings(network: nengo.Network) -> tuple[str, ...]:
    """Sentences about what a person who made this network may have forgotten."""
    if not network.all_objects:
        return ("This network is empty.",)
    ends = [
        end for connection in network.all_connections for end in (connection.pre_obj, connection.post_obj)
    ]
    connected = {id(end.ensemble if isinstance(end, nengo.ensemble.Neurons) else end) for end in ends}
    lonely = [name_of(ensemble) for ensemble in network.all_ensembles if id(ensemble) not in connected]
    warnings = (
        [f"Not connected to anything: {', '.join(lonely[:5])}{' …' if lonely[5:] else ''}."] if lonely else []
    )
    if not network.all_probes:
        warnings.append("There are no probes, so a run records nothing: add nengo.Probe(...).")
    return tuple(warnings)


def ensemble_card(ensemble: nengo.Ensemble) -> Card:
    """Size, neurons and what they encode."""
    facts = (
        ("neurons", f"{ensemble.n_neurons} × {ensemble.neuron_type}"),
        ("dimensions", str(ensemble.dimensions)),
        ("radius", str(ensemble.radius)),
        ("max rates (Hz)", _short(ensemble.max_rates)),
        ("intercepts", _short(ensemble.intercepts)),
        ("seed", _short(ensemble.seed)),
    )
    return Card(f"Ensemble {name_of(ensemble)}", facts)


def neurons_card(neurons: nengo.ensemble.Neurons) -> Card:
    """How many neurons of which type."""
    facts = (
        ("neurons", f"{neurons.size_in} × {neurons.ensemble.neuron_type}"),
        ("probeable", ", ".join(neurons.probeable)),
    )
    return Card(f"Neurons {name_of(neurons)}", facts)


def node_card(node: nengo.Node) -> Card:
    """Sizes and where the output comes from."""
    facts = (
        ("output", _function(node.output)),
        ("size in", str(node.size_in)),
        ("size out", str(node.size_out)),
    )
    return Card(f"Node {name_of(node)}", facts)


def connection_card(connection: nengo.Connection) -> Card:
    """From where to where, what is computed on the way and how it is filtered."""
    facts = (
        ("from", f"{name_of(connection.pre)} ({_count(connection.size_in, 'dimension')})"),
        ("to", f"{name_of(connection.post)} ({_count(connection.size_out, 'dimension')})"),
        ("function", _function(connection.function)),
        ("transform", _short(connection.transform)),
        ("synapse", _short(connection.synapse)),
        ("learning rule", _short(connection.learning_rule_type)),
    )
    return Card(f"Connection {name_of(connection)}", facts)


def probe_card(probe: nengo.Probe) -> Card:
    """What is recorded and how often."""
    every = "time step" if probe.sample_every is None else f"{probe.sample_every:g} s"
    facts = (
        ("records", f"{probe.attr} of {name_of(probe.target)}"),
        ("size", str(probe.size_in)),
        ("every", every),
        ("synapse", _short(probe.synapse)),
    )
    return Card(f"Probe {name_of(probe)}", facts)


def simulator_card(sim: Any) -> Card:
    """Where a simulation is, what it consists of and what it recorded."""
    network = sim.model.toplevel
    facts = [
        ("time", f"{sim.time:.3f} s ({_count(sim.n_steps, 'step')} of {sim.dt:g} s)"),
        ("neurons", str(network.n_neurons)),
        *_measured(sim),
        *([("state", "closed")] if sim.closed else []),
    ]
    filled = recorded(sim, network.all_probes)
    drawings = tuple((trace.label, sparkline(trace)) for trace in trace_probes(sim, filled[:8]))
    title = f"Simulator of {network.label or 'an unnamed network'}"
    return Card(title, tuple(facts), (), drawings)


def _measured(sim: Any) -> Iterator[tuple[str, str]]:
    """What only this package's simulators tell: their speed, size and minibatch."""
    speed = getattr(sim, "steps_per_second", None)
    if speed is not None:
        yield "speed", f"{speed:.0f} steps per second, {speed * sim.dt:.3g}× real time"
    if hasattr(sim, "parameter_count"):
        yield "parameters", f"{sim.parameter_count:,}"
    if getattr(sim, "minibatch_size", None) is not None:
        yield "minibatch", _count(sim.minibatch_size, "item")


def list_card(session: Session) -> Card:
    """The networks of a notebook and how far each was simulated."""
    facts = []
    for name in session.names():
        sim = session.held_simulator(name)
        neurons = _count(session.network(name).n_neurons, "neuron")
        facts.append((name, f"{neurons}, {'not run yet' if sim is None else f'{sim.time:.3f} s simulated'}"))
    return Card("Networks", tuple(facts), () if facts else ("There are none yet: a %%nengo cell makes one.",))


def _count(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _short(value: Any) -> str:
    """A value in at most 80 characters."""
    text = f"array of shape {value.shape}" if isinstance(value, np.ndarray) else str(value)
    return text if len(text) <= 80 else text[:79] + "…"


def _function(output: Any) -> str:
    """A function by its name, anything else as it prints."""
    return f"{output.__name__}()" if hasattr(output, "__name__") else _short(output)


CARDS: dict[type, Callable[[Any], Card]] = {
    nengo.Network: network_card,
    nengo.Ensemble: ensemble_card,
    nengo.ensemble.Neurons: neurons_card,
    nengo.Node: node_card,
    nengo.Connection: connection_card,
    nengo.Probe: probe_card,
}
