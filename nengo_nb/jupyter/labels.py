"""Names of networks and objects after the variables that hold them, and probes by name."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import nengo
from IPython.core.getipython import get_ipython

from nengo_nb.diagram import name_of
from nengo_nb.diagram.names import call, clean

from .suggestions import as_python, unknown

THINGS = (nengo.Network, nengo.Ensemble, nengo.Node, nengo.Connection, nengo.Probe)

LONGEST, MOST = 10_000, 100_000
"""Largest length of a container that is searched, and number of containers."""

DEEPEST = 4
"""Depth of the search through containers: ``model.columns[2]['in'].probe`` is four deep."""

IPYTHONS = {"In", "Out", "exit", "quit", "get_ipython"}


def members(network: nengo.Network) -> Iterator[Any]:
    """Yield all networks and objects inside a network, at any depth."""
    yield from network.networks
    yield from network.objects[nengo.Ensemble]
    yield from network.objects[nengo.Node]
    yield from network.objects[nengo.Connection]
    yield from network.objects[nengo.Probe]
    for inner in network.networks:
        yield from members(inner)


def label_members(network: nengo.Network, namespace: Mapping[str, Any]) -> None:
    """Label unlabelled members of a network after what holds them: ``out``, ``layers[3]``."""
    names = names_in(namespace)
    for member in members(network):
        if member.label is None and id(member) in names:
            member.label = names[id(member)]


def remember_names(network: nengo.Network, namespace: Mapping[str, Any] | None = None) -> None:
    """Register display names of a network's members: what holds them, or else their place in it.

    The network itself is not changed.

    Args:
        network: The network.
        namespace: Variables to search; by default those of the notebook or the script.
    """
    names = names_in(variables() if namespace is None else namespace)
    call(network, names.get(id(network), ""))
    # The loop appends to the list that it goes through: a search level by level.
    waiting = [(network, "")]
    for parent, prefix in waiting:
        for kind in ("networks", "ensembles", "nodes"):
            for index, thing in enumerate(getattr(parent, kind)):
                place = f"{prefix}{kind}[{index}]"
                call(thing, names.get(id(thing), ""), place)
                if kind == "networks":
                    waiting.append((thing, f"{names.get(id(thing), place)}."))
        for thing in (*parent.connections, *parent.probes):
            call(thing, names.get(id(thing), ""))


def paths_in(network: nengo.Network) -> dict[int, str]:
    """Return the names of a network's members by ``id``, with those of the networks around them.

    What is called by its label has the name of its network before it, ``memory.state``, unless that
    is the whole one. What is called by what holds it, or by its place, is called from the whole
    network already.
    """
    paths: dict[int, str] = {}
    waiting = [(network, "")]
    # The loop appends to the list that it goes through, as above.
    for parent, prefix in waiting:
        for kind in ("networks", "ensembles", "nodes", "connections", "probes"):
            for thing in getattr(parent, kind):
                name = name_of(thing)
                # Labels that `label_members` has given are whole paths.
                is_whole = thing.label is None or name.startswith((f"{prefix}.", f"{prefix}["))
                path = name if is_whole or not prefix else f"{prefix}.{name}"
                # The first one stays: parts of nengo.spa are in two networks.
                paths.setdefault(id(thing), path)
                if kind == "networks":
                    waiting.append((thing, path))
    return paths


def variables() -> Mapping[str, Any]:
    """Return the variables of the notebook, or of the script that runs."""
    shell = get_ipython()
    return vars(sys.modules["__main__"]) if shell is None else shell.user_ns


@dataclass
class Search:
    """State of a breadth-first search through variables: names by ``id``, and the queue."""

    names: dict[int, str] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    waiting: deque[tuple[Any, str, int]] = field(default_factory=deque)

    def meet(self, value: Any, name: str, depth: int, inside: str) -> None:
        """Record the first name of an object, and queue a container to be searched.

        Args:
            value: Object, container, or anything else.
            name: Expression that gives it.
            depth: Number of containers around it.
            inside: Expression that gives it in the names of its items.
        """
        if isinstance(value, THINGS):
            self.names.setdefault(id(value), name)
        if (
            depth < DEEPEST
            and id(value) not in self.seen
            and len(self.seen) < MOST
            and holds(value)
        ):
            self.seen.add(id(value))
            self.waiting.append((value, inside, depth + 1))


def names_in(namespace: Mapping[str, Any]) -> dict[int, str]:
    """Return the names of networks and objects that variables hold, by ``id``.

    A variable comes first, and then the shortest way. An attribute of a whole network is called
    without the network's own name: ``probe`` and not ``model.probe``.
    """
    search = Search()
    named = {name: value for name, value in list(namespace.items()) if not name.startswith("_")}
    for name in IPYTHONS.union(_left_by_loops(named)):
        named.pop(name, None)
    # Attributes of a network that is no part of another are called without its name.
    inner: set[int] = set()
    for value in named.values():
        inner.update(map(id, _parts_of(value)))
    for name, value in named.items():
        is_whole = isinstance(value, nengo.Network) and id(value) not in inner
        search.meet(value, name, 0, "" if is_whole else name)
    # Breadth first, so that the shortest expression for an object comes first and is kept.
    while search.waiting:
        value, name, depth = search.waiting.popleft()
        for item, item_name in _items(value, name):
            search.meet(item, item_name, depth, item_name)
    return search.names


def _parts_of(value: Any) -> Iterable[Any]:
    return value.all_networks if isinstance(value, nengo.Network) else ()


def holds(value: Any) -> bool:
    """Whether a value is searched: a container, a network, or an object of a notebook's class."""
    if isinstance(value, (list, tuple, dict)):
        return len(value) <= LONGEST
    own = (
        type(value).__module__ == "__main__"
        and not isinstance(value, type)
        and hasattr(value, "__dict__")
    )
    return own or isinstance(value, (nengo.Network, SimpleNamespace))


def _items(value: Any, name: str) -> Iterator[tuple[Any, str]]:
    """Yield the items of a container with their expressions."""
    if isinstance(value, dict):
        # Copies, here and below: a thread of the user's may change the container.
        for key, item in list(value.items()):
            if isinstance(key, (str, int, float, tuple)):
                yield item, f"{name}[{key!r}]"
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield item, f"{name}[{index}]"
    else:
        for attribute, item in list(vars(value).items()):
            if not attribute.startswith("_"):
                yield item, f"{name}.{attribute}" if name else attribute


def _left_by_loops(held: Mapping[str, Any]) -> Iterator[str]:
    """Yield variables that refer to the last item of a list alone: those that a loop has left."""
    variables_of: dict[int, list[str]] = {}
    for name, value in held.items():
        if isinstance(value, THINGS):
            variables_of.setdefault(id(value), []).append(name)
    for value in held.values():
        if not isinstance(value, (list, tuple, dict)) or not 1 < len(value) <= LONGEST:
            continue
        # After ``for layer in layers`` the name layer is that of the last one
        # by chance; ``a, b = pair`` names the others as well, and means it.
        *others, last = value.values() if isinstance(value, dict) else value
        if not any(id(other) in variables_of for other in others):
            yield from variables_of.get(id(last), ())


def find_probes(
    network: nengo.Network, names: Iterable[str], namespace: Mapping[str, Any]
) -> list[nengo.Probe]:
    """Return the probes with these names, by label or else by what holds them; all without names.

    Raises:
        LookupError: One sentence that names the probes that there are.
    """
    probes = list(network.all_probes)
    remember_names(network, namespace)
    chosen = []
    for name in names:
        matching = [
            probe for probe in probes if name_of(probe) in (clean(name), clean(as_python(name)))
        ]
        variable = namespace.get(as_python(name))
        if not matching and any(variable is probe for probe in probes):
            matching = [variable]
        if not matching:
            raise LookupError(unknown("probe", name, [name_of(probe) for probe in probes]))
        chosen += matching
    return chosen or probes


def own_names(
    named: Mapping[str, nengo.Network], preferred: Collection[str], loops: Collection[str]
) -> list[str]:
    """Return one name for each network that is not part of another.

    Args:
        named: Networks by the variables that refer to them.
        preferred: Names that are preferred among those of the same network.
        loops: Names that a loop has left.
    """
    inner: set[int] = set()
    for network in named.values():
        inner.update(map(id, network.all_networks))
    chosen: dict[int, str] = {}
    for name, network in named.items():
        if id(network) in inner or name in loops:
            continue
        if id(network) not in chosen or (
            name in preferred and chosen[id(network)] not in preferred
        ):
            chosen[id(network)] = name
    return [name for name, network in named.items() if chosen.get(id(network)) == name]
