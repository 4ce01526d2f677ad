"""Definition of a network: tokens of all that a simulator is built from, to find changes later.

Labels are no part of it, nor are defaults of ``config`` for objects to come, as neither changes
what runs. Arrays are compared by content, functions by identity: what a function computes may
change as it likes, since it is called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial, singledispatch
from hashlib import blake2b
from typing import Any
from weakref import WeakKeyDictionary

import nengo
import numpy as np
from nengo.base import NengoObject, ObjView
from nengo.connection import LearningRule
from nengo.ensemble import Neurons
from nengo.params import FrozenObject, iter_params

from nengo_nb.jupyter.labels import members

KINDS = (nengo.Ensemble, nengo.Node, nengo.Connection, nengo.Probe, nengo.Network)

MOST_NAMED = 3
"""Number of changes of a kind that a sentence names."""

_names: WeakKeyDictionary[type, tuple[str, ...]] = WeakKeyDictionary()

Token = Any
"""Stands for a value: two are equal if the same simulator is built from either."""


@dataclass(frozen=True)
class Definition:
    """All objects and networks in a network, with their attributes.

    Args:
        things: The objects, by ``id``. They are held, so that no other object can have the same
            one.
        attributes: A token for each attribute, by ``id``.
    """

    things: Mapping[int, Any]
    attributes: Mapping[int, Mapping[str, Token]]


@dataclass(frozen=True)
class Changes:
    """Differences between two definitions of a network.

    Args:
        added: Objects that are new.
        removed: Objects that are gone.
        changed: Names of changed attributes, by object.
    """

    added: tuple[Any, ...] = ()
    removed: tuple[Any, ...] = ()
    changed: Mapping[Any, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def describe(self, name_of: Callable[[Any], str]) -> str:
        """Name the changes in a few words, with names that tell objects apart."""
        words = [
            _listed("added", [f"{_kind(thing)} {name_of(thing)!r}" for thing in self.added]),
            _listed("removed", [f"{_kind(thing)} {name_of(thing)!r}" for thing in self.removed]),
            _listed(
                "changed",
                [
                    f"{', '.join(names)} of {_kind(thing)} {name_of(thing)!r}"
                    for thing, names in self.changed.items()
                ],
            ),
        ]
        return "; ".join(word for word in words if word)


def define(network: nengo.Network) -> Definition:
    """Return the present definition of a network. It costs some microseconds for each attribute."""
    things: dict[int, Any] = {id(network): network}
    things.update({id(member): member for member in members(network)})
    settings = _settings(things)
    shared: dict[int, tuple[Any, Token]] = {}
    attributes = {
        key: _attributes(thing, settings.get(key, {}), shared) for key, thing in things.items()
    }
    return Definition(things, attributes)


def changes_between(before: Definition, now: Definition) -> Changes:
    """Return the differences; both definitions are of the same network."""
    # Keys are ids, which are unique because each definition keeps its objects.
    common = before.things.keys() & now.things.keys()
    changed = {}
    for key, thing in now.things.items():
        if key in common:
            old, new = before.attributes[key], now.attributes[key]
            names = [
                name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)
            ]
            if names:
                changed[thing] = tuple(name.removesuffix("_info") for name in names)
    return Changes(
        tuple(thing for key, thing in now.things.items() if key not in common),
        tuple(thing for key, thing in before.things.items() if key not in common),
        changed,
    )


def same(value: Any, other: Any) -> bool:
    """Whether the same simulator is built from two values."""
    return bool(_token(value) == _token(other))


def _listed(what: str, things: list[str]) -> str:
    """Return the names of changed objects in words, empty for none."""
    if not things:
        return ""
    more = f" and {len(things) - MOST_NAMED} more" if len(things) > MOST_NAMED else ""
    return f"{what}: {', '.join(things[:MOST_NAMED])}{more}"


def _kind(thing: Any) -> str:
    """Return the word for an object; that of its base class in Nengo for a class of the user's."""
    return next(
        (kind.__name__.lower() for kind in KINDS if isinstance(thing, kind)), type(thing).__name__
    )


def _attributes(
    thing: Any, settings: Mapping[str, Token], shared: dict[int, tuple[Any, Token]]
) -> dict[str, Token]:
    """Return tokens for all attributes that a simulator is built from.

    Args:
        thing: Object or network.
        settings: Tokens of its settings in ``config``.
        shared: Values that objects have in common, such as distributions, with their tokens, by
            ``id``: of ten thousand objects most have the same ones.
    """
    if isinstance(thing, nengo.Network):
        return {"seed": thing.seed, **settings}
    tokens = dict(settings)
    for name in _parameters(type(thing)):
        value = getattr(thing, name)
        if not isinstance(value, FrozenObject):
            tokens[name] = _token(value)
            continue
        # The value is kept with its token, so that its id is not used again meanwhile.
        if id(value) not in shared:
            shared[id(value)] = value, _token(value)
        tokens[name] = shared[id(value)][1]
    return tokens


def _parameters(kind: type) -> tuple[str, ...]:
    """Return the names of a class's parameters but for the label, searched once per class."""
    if kind not in _names:
        _names[kind] = tuple(name for name in iter_params(kind) if name != "label")
    return _names[kind]


def _settings(things: Mapping[int, Any]) -> dict[int, dict[str, Token]]:
    """Return settings in ``config`` but for defaults of new objects, by ``id`` of the owner."""
    tokens: dict[int, dict[str, Token]] = {}
    for network in [thing for thing in things.values() if isinstance(thing, nengo.Network)]:
        for key in list(network.config.params):
            # config is keyed by class or by object; what
            # it says of a class belongs to the network.
            target = network if isinstance(key, type) or id(key) not in things else key
            prefix = (
                f"{key.__name__}." if isinstance(key, type) and issubclass(key, NengoObject) else ""
            )
            tokens.setdefault(id(target), {}).update(
                {
                    f"{prefix}{name}": _token(value)
                    for name, value in _set_values(network.config, key)
                }
            )
    return tokens


def _set_values(config: nengo.Config, key: Any) -> Iterator[tuple[str, Any]]:
    """Yield names and values that were set, but for those that Nengo gives to new objects."""
    params = config[key]
    if not isinstance(key, type):
        names = config[type(key)].extra_params
    elif issubclass(key, NengoObject):
        names = params.extra_params
    else:
        names = params.params
    for name in names:
        if name in params:
            yield name, getattr(params, name)


@singledispatch
def _token(value: Any) -> Token:
    """Return the token of a value: by content where it is known how, else by identity."""
    if hasattr(value, "tocoo"):  # a sparse matrix of SciPy's
        matrix = value.tocoo()
        arrays = (np.array(array) for array in (matrix.row, matrix.col, matrix.data))
        return type(value), value.shape, *map(_Array, arrays)
    return _Same(value)


@_token.register(int)
@_token.register(str)
@_token.register(bytes)
@_token.register(type(None))
def _plain(value: Any) -> Token:
    return type(value), value


@_token.register(float)
def _number(value: float) -> Token:
    return float, repr(value)  # where NaN is the same as NaN


@_token.register(np.ndarray)
@_token.register(np.generic)
def _array(value: Any) -> Token:
    return _Array(np.asarray(value))


@_token.register(list)
@_token.register(tuple)
def _sequence(value: Any) -> Token:
    return type(value), tuple(map(_token, value))


@_token.register(dict)
def _mapping(value: dict[Any, Any]) -> Token:
    return dict, tuple((_token(key), _token(item)) for key, item in value.items())


@_token.register(slice)
def _slice(value: slice) -> Token:
    return slice, value.start, value.stop, value.step


@_token.register(partial)
def _partial(value: partial[Any]) -> Token:
    return partial, _token(value.func), _token(value.args), _token(value.keywords)


@_token.register(ObjView)
def _view(value: ObjView) -> Token:
    return ObjView, _token(value.obj), _token(value.slice)


@_token.register(Neurons)
def _neurons(value: Neurons) -> Token:
    return Neurons, _Same(value.ensemble)


@_token.register(LearningRule)
def _rule(value: LearningRule) -> Token:
    return LearningRule, _Same(value.connection), _token(value.learning_rule_type)


@_token.register(FrozenObject)
def _frozen(value: FrozenObject) -> Token:
    """Return the token of a distribution, a process, a neuron type and the like.

    Those of Nengo and this package have nothing but parameters. A class of the user's may have
    other state, which may even change while it runs, so that only the same object is equal.
    """
    kind = type(value)
    own = None if kind.__module__.startswith(("nengo.", "nengo_nb.")) else _Same(value)
    return kind, own, tuple(_token(getattr(value, name)) for name in _parameters(kind))


class _Same:
    """Token that is equal for the same object, which it keeps, so that the ``id`` stays valid."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)


class _Array:
    """Token that is equal for arrays of the same dtype, shape and content.

    A read-only array, as Nengo makes of some, is kept, and needs no digest as long as it is the
    same object; of any other the digest is taken at once, as its content may change.
    """

    def __init__(self, array: np.ndarray) -> None:
        # A read-only view may still change through the array that it is a view of.
        fixed = not array.flags.writeable and array.base is None
        self.array = array if fixed else None
        self.key = None if fixed else _digest(array)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Array):
            return False
        if self.array is not None and self.array is other.array:
            return True
        return self._content() == other._content()

    def __hash__(self) -> int:
        return hash(self._content())

    def _content(self) -> Token:
        if self.key is None:
            self.key = _digest(self.array)
        return self.key


def _digest(array: Any) -> Token:
    """Return dtype, shape and a digest of the content."""
    # The bytes of an array of objects are addresses: compare what they refer to instead.
    if array.dtype.hasobject:
        return array.dtype.str, array.shape, _token(array.tolist())
    return array.dtype.str, array.shape, blake2b(np.ascontiguousarray(array).tobytes()).digest()
