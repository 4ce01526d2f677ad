"""Names: which of them mean networks, giving them to what has none, and finding probes by them."""

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

from .words import as_python, unknown

THINGS = (nengo.Network, nengo.Ensemble, nengo.Node, nengo.Connection, nengo.Probe)

LONGEST, MOST = 10_000, 100_000
"""Items of a container that is looked into, and of all that are: a notebook holds more than
networks.
"""

DEEPEST = 4
"""How many containers are looked into to find a thing: ``model.columns[2]['in'].probe`` is
four deep.
"""

IPYTHONS = {"In", "Out", "exit", "quit", "get_ipython"}


def members(network: nengo.Network) -> Iterator[Any]:
    """All networks and objects inside a network, at any depth, in the order of their making."""
    yield from network.networks
    yield from network.objects[nengo.Ensemble]
    yield from network.objects[nengo.Node]
    yield from network.objects[nengo.Connection]
    yield from network.objects[nengo.Probe]
    for inner in network.networks:
        yield from members(inner)


def label_members(network: nengo.Network, namespace: Mapping[str, Any]) -> None:
    """Give everything in a network that has no label the name of what holds it: ``out``,
    ``layers[3]``.
    """
    names = names_in(namespace)
    for member in members(network):
        if member.label is None and id(member) in names:
            member.label = names[id(member)]


def remember_names(network: nengo.Network, namespace: Mapping[str, Any] | None = None) -> None:
    """Let everything in a network be called by what holds it, or else by its place; its labels stay
    as they are.

    Args:
        network: The network.
        namespace: The variables that are looked at: by default the notebook's, or those of the
            script.
    """
    names = names_in(variables() if namespace is None else namespace)
    call(network, names.get(id(network), ""))
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


def variables() -> Mapping[str, Any]:
    """The variables of the notebook, or of the script that runs."""
    shell = get_ipython()
    return vars(sys.modules["__main__"]) if shell is None else shell.user_ns


@dataclass
class Search:
    """What was found in some variables so far: names by the identity of what has them, and
    what is still to be seen.
    """

    names: dict[int, str] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    waiting: deque[tuple[Any, str, int]] = field(default_factory=deque)

    def meet(self, value: Any, name: str, depth: int, inside: str) -> None:
        """Note the name of a thing, the first one that it has, and look into it later.

        Args:
            value: A thing, a container, or anything else.
            name: How it is written.
            depth: How many containers are around it.
            inside: How it is written in the names of what it holds.
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
    """What some variables call the networks and objects that they hold, by identity.

    A variable comes first, and then the shortest way. An attribute of a whole network is called
    without the network's own name: ``probe`` and not ``model.probe``.
    """
    search = Search()
    held = {name: value for name, value in list(namespace.items()) if not name.startswith("_")}
    for name in IPYTHONS.union(_left_by_loops(held)):
        held.pop(name, None)
    inner = {id(part) for value in held.values() for part in _parts_of(value)}
    for name, value in held.items():
        is_whole = isinstance(value, nengo.Network) and id(value) not in inner
        search.meet(value, name, 0, "" if is_whole else name)
    while search.waiting:
        value, name, depth = search.waiting.popleft()
        for item, item_name in _items(value, name):
            search.meet(item, item_name, depth, item_name)
    return search.names


def _parts_of(value: Any) -> Iterable[Any]:
    return value.all_networks if isinstance(value, nengo.Network) else ()


def holds(value: Any) -> bool:
    """Whether a value may hold things of a network: a container, a network, or an object of
    a class of the notebook.
    """
    if isinstance(value, (list, tuple, dict)):
        return len(value) <= LONGEST
    own = (
        type(value).__module__ == "__main__"
        and not isinstance(value, type)
        and hasattr(value, "__dict__")
    )
    return own or isinstance(value, (nengo.Network, SimpleNamespace))


def _items(value: Any, name: str) -> Iterator[tuple[Any, str]]:
    """What a container holds, with how it is written."""
    if isinstance(value, dict):
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
    """Variables that mean the last item of a list of which no variable means another: what
    a loop has left behind.
    """
    variables_of: dict[int, list[str]] = {}
    for name, value in held.items():
        if isinstance(value, THINGS):
            variables_of.setdefault(id(value), []).append(name)
    for value in held.values():
        if not isinstance(value, (list, tuple, dict)) or not 1 < len(value) <= LONGEST:
            continue
        *others, last = value.values() if isinstance(value, dict) else value
        if not any(id(other) in variables_of for other in others):
            yield from variables_of.get(id(last), ())


def find_probes(
    network: nengo.Network, names: Iterable[str], namespace: Mapping[str, Any]
) -> list[nengo.Probe]:
    """The probes with these names, as labels or else as what holds them; all probes if there are no
    names.

    Raises:
        LookupError: One sentence that names the probes that there are.
    """
    probes = list(network.all_probes)
    remember_names(network, namespace)
    found = []
    for name in names:
        matching = [
            probe for probe in probes if name_of(probe) in (clean(name), clean(as_python(name)))
        ]
        variable = namespace.get(as_python(name))
        if not matching and any(variable is probe for probe in probes):
            matching = [variable]
        if not matching:
            raise LookupError(unknown("probe", name, [name_of(probe) for probe in probes]))
        found += matching
    return found or probes


def own_names(
    named: Mapping[str, nengo.Network], preferred: Collection[str], loops: Collection[str]
) -> list[str]:
    """The names of networks of their own, each network once.

    Args:
        named: All variables that mean a network.
        preferred: Those that are rather its name than another that means the same network.
        loops: Those that a loop has left.
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
