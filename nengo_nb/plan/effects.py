"""Reachability analysis: the mutable objects and variables that a call may read or change.

The walk starts at the function and follows everything a call could touch: closure cells, the
globals its bytecode names, defaults, attributes, ``self``, containers, classes. It errs on one side
only. Something may be reported that no call ever touches; what it cannot see through (``exec``,
very large graphs) is reported as reaching everything. Code of numpy, scipy, nengo and a few pure
modules is trusted to keep no state of its own, except for numpy's global random generator.
"""

from __future__ import annotations

import enum
import functools
import gc
import sys
import types
import weakref
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from nengo.base import NengoObject
from nengo.network import Network
from nengo.params import FrozenObject, Parameter, iter_params

from .bytecode import CodeNames, names_in
from .trusted import (
    PURE_PACKAGES,
    builtins,
    contents,
    is_atom,
    is_behaviour,
    is_compiled_function,
    is_frozen,
    is_library,
    is_stdlib,
    numpy_generator,
    package,
)

LIMIT = 10_000
"""Objects visited before the walk gives up and reports that everything is reached."""

WORLD: Hashable = "the outside world"
RANDOM: Hashable = "numpy's global random generator"

_TRANSPARENT = (
    *(tuple, frozenset, property, classmethod, staticmethod, enum.Enum),
    *(types.CellType, types.MethodType, types.MappingProxyType),
    *(functools.partialmethod, functools.cached_property),
)
_WORLD_MODULES = frozenset(
    "os posix nt sys io _io logging pathlib subprocess socket shutil tempfile".split()
)
_WORLD_BUILTINS = frozenset({"print", "input", "open", "breakpoint"})
_BLIND_BUILTINS = frozenset(
    "exec eval compile globals locals vars setattr delattr __import__".split()
)
_BLIND_ATTRIBUTES = frozenset(
    {"__dict__", "__globals__", "__closure__", "cell_contents", "f_globals", "f_locals"}
)
_DRAWING_ATTRIBUTES = frozenset({"random", "sample", "rvs", "get_samples", "run_steps", "apply"})
_NETWORK_LISTS = frozenset(
    "_config _objects _ensembles _nodes _connections _networks _probes".split()
)
_DRAWING_PACKAGES = frozenset({"numpy", "scipy", "nengo"})


@dataclass(frozen=True)
class Reach:
    """The state that calls of a function may read or change.

    Args:
        shared: Mutable objects, and tokens for the outside world; reading them counts as much as
            writing.
        read: Variables whose binding is read.
        written: Variables that may be bound anew.
        everything: The function may change anything at all.
        alive: The objects visited, held so that an ``id`` stays unique while several reaches are
            compared.
    """

    shared: frozenset[Hashable]
    read: frozenset[Hashable]
    written: frozenset[Hashable]
    everything: bool
    alive: tuple[object, ...] = field(repr=False)


def reach(function: Callable[..., Any]) -> Reach:
    """Return all mutable state that a call of ``function`` may touch."""
    walk = _Walk()
    walk.run(function)
    return Reach(
        shared=frozenset(walk.shared),
        read=frozenset(walk.read),
        written=frozenset(walk.written),
        everything=walk.everything,
        alive=tuple(walk.seen.values()),
    )


class _Walk:
    """Walk over the graph of objects; ``run`` fills the sets."""

    def __init__(self) -> None:
        self.shared: set[Hashable] = set()
        self.read: set[Hashable] = set()
        self.written: set[Hashable] = set()
        self.everything = False
        self.may_draw = False
        self.seen: dict[int, object] = {}
        self.todo: list[object] = []
        self.names = CodeNames()
        self.modules: list[types.ModuleType] = []
        self.classes: list[type] = []
        self.held_classes: list[type] = []
        self.nengo_objects: list[NengoObject | Network] = []
        self.looked_up: set[tuple[int, str]] = set()

    def run(self, root: object) -> None:
        self.push([root])
        # A fixed point: code that was just reached may mention attributes of modules and networks
        # that were reached before, and these are looked up whenever nothing else is left to visit.
        while self.todo or self.follow_modules() or self.follow_nengo_objects():
            self.visit(self.todo.pop())
            if len(self.seen) > LIMIT:
                self.everything = True
            if self.everything:
                return
        self.mark_written_namespaces()

    def push(self, objects: Iterable[object]) -> None:
        for item in objects:
            # ``seen`` holds the object itself: an ``id`` is unique only while its object lives.
            if not is_atom(item) and id(item) not in self.seen:
                self.seen[id(item)] = item
                self.todo.append(item)

    def visit(self, item: Any) -> None:
        # The most derived type first, as an entry for a base class would miss what a subclass adds.
        for base in type(item).__mro__:
            if base in _VISITS:
                _VISITS[base](self, item)
                return
        self.visit_instance(item)

    def visit_instance(self, item: object) -> None:
        """Visit a value of any other type: it can change, and so can what it holds."""
        if is_compiled_function(item):
            self.visit_compiled(str(item.__module__), item)
            return
        if not is_frozen(item):
            self.shared.add(RANDOM if item is numpy_generator() else id(item))
        self.visit_contents(item)

    def visit_contents(self, item: object) -> None:
        """Visit a value that cannot change itself, but may hold something that can."""
        self.follow_class(type(item))
        # By the garbage collector, which sees what an object holds without running its properties.
        # The instance's own dictionary stands for the instance, and only its values are followed.
        for child in gc.get_referents(item):
            if type(child) is dict and type(item).__dictoffset__ and child is vars(item):
                self.push(child.values())
            elif child is not type(item):
                self.push([child])

    def visit_compiled(self, module: str, item: object) -> None:
        """Visit a function written in C: trusted packages keep no state, others may."""
        if module.startswith("numpy.random"):
            self.shared.add(RANDOM)
        elif package(module) not in PURE_PACKAGES:
            self.shared.add(WORLD if module in _WORLD_MODULES else package(module))
            self.push(gc.get_referents(item))

    def visit_builtin(self, item: types.BuiltinFunctionType) -> None:
        """Visit a built-in function or method."""
        # Of a bound method, such as ``append`` of a list, the list; of a function, its module.
        owner = item.__self__
        if owner is not None and not isinstance(owner, types.ModuleType):
            self.push([owner])
        elif item.__name__ in _WORLD_BUILTINS:
            self.shared.add(WORLD)
        elif item.__module__ == "builtins":
            self.everything |= item.__name__ in _BLIND_BUILTINS
        else:
            self.visit_compiled(item.__module__ or "", item)

    def visit_function(self, function: types.FunctionType) -> None:
        """Visit a function: its attributes and defaults, and its code unless that is trusted."""
        self.read.add(("attributes of", id(function)))
        attributes = vars(function)
        # A function with attributes is itself a mutable
        # object; ``functools.wraps`` alone makes none.
        if attributes.keys() - {"__wrapped__"}:
            self.shared.add(id(attributes))
        self.push(attributes.values())
        self.push(function.__defaults__ or ())
        self.push((function.__kwdefaults__ or {}).values())
        module = str(function.__globals__.get("__name__", ""))
        if is_library(module, function.__globals__.get("__file__")):
            self.visit_compiled(module, ())
            self.push(contents(cell) for cell in function.__closure__ or ())
        else:
            self.follow_code(function)

    def follow_code(self, function: types.FunctionType) -> None:
        """Follow all that the body of a function names."""
        names = names_in(function.__code__)
        self.names |= names
        self.everything |= not names.attributes.isdisjoint(_BLIND_ATTRIBUTES)
        cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
        for name, cell in cells.items():
            # The variable and the object it holds are different
            # state: two functions may share one without the other.
            self.bind(("cell", id(cell)), name in names.cells_written)
            self.seen.setdefault(id(cell), cell)
            self.follow_named(contents(cell), owner=name in names.owners)
        variables = function.__globals__
        for name in names.globals_read | names.globals_written:
            # Builtins that the module does not shadow are no variables of the module.
            if name in variables or name not in builtins(variables):
                self.bind(("global", id(variables), name), name in names.globals_written)
                self.read.add(("attributes of", id(variables)))
            value = variables.get(name, builtins(variables).get(name))
            self.follow_named(value, owner=name in names.owners)
        self.follow_imports(names.imports)

    def bind(self, variable: Hashable, written: bool) -> None:
        self.read.add(variable)
        if written:
            self.written.add(variable)

    def follow_named(self, value: object, owner: bool) -> None:
        """Follow a value that code refers to by name; ``owner`` if an attribute of it is set."""
        if isinstance(value, type):
            self.follow_class(value)
        else:
            self.push([value])
        if owner:
            namespace = vars(value) if isinstance(value, types.ModuleType) else value
            self.written.add(("attributes of", id(namespace)))

    def follow_imports(self, names: Iterable[str]) -> None:
        for name in names:
            modules = [sys.modules[n] for n in (name, package(name)) if n in sys.modules]
            self.push(modules)
            self.everything |= not modules and package(name) not in PURE_PACKAGES

    def visit_module(self, module: types.ModuleType) -> None:
        """Visit a module; its attributes are looked up later, by the names that code mentions."""
        self.read.add(("attributes of", id(vars(module))))
        self.may_draw |= package(module.__name__) in _DRAWING_PACKAGES
        if module.__name__ in _WORLD_MODULES:
            self.shared.add(WORLD)
        elif module.__name__.startswith(("numpy.random", "scipy.stats")):
            self.shared.add(RANDOM)
        elif package(module.__name__) not in PURE_PACKAGES:
            self.modules.append(module)

    def follow_modules(self) -> bool:
        """Look up in every module reached the attributes that code reached so far mentions."""
        if self.may_draw and not self.names.attributes.isdisjoint(_DRAWING_ATTRIBUTES):
            self.shared.add(RANDOM)
        for module in self.modules:
            if is_library(module.__name__, getattr(module, "__file__", None)):
                self.shared.add(package(module.__name__))
            for name in self.names.attributes & vars(module).keys():
                self.read.add(("global", id(vars(module)), name))
                self.follow_named(vars(module)[name], owner=False)
        return bool(self.todo)

    def visit_class(self, item: type) -> None:
        """Visit a class held as a value: it may be given new attributes through any name."""
        self.held_classes.append(item)
        self.follow_class(item)

    def follow_class(self, item: type) -> None:
        """Follow all that an instance of a class finds on its class."""
        for base in (*item.__mro__, type(item)):
            origin = sys.modules.get(base.__module__)
            if base in self.classes or is_stdlib(base.__module__):
                continue
            if is_library(base.__module__, getattr(origin, "__file__", None)):
                self.visit_compiled(base.__module__, ())
                continue
            self.classes.append(base)
            self.read.add(("attributes of", id(base)))
            self.push(value for name, value in vars(base).items() if is_behaviour(name, value))

    def mark_written_namespaces(self) -> None:
        """Note the classes and modules that are given attributes by code that was reached."""
        stored, far = self.names.stored, self.names.stores_far
        for item in self.classes:
            if far or stored & vars(item).keys() or (stored and item in self.held_classes):
                self.written.add(("attributes of", id(item)))
        for module in self.modules:
            if far or stored & vars(module).keys():
                self.written.add(("attributes of", id(vars(module))))

    def visit_array(self, array: np.ndarray) -> None:
        """Visit an array: views of one memory are one object; a read-only owner is immutable."""
        base: Any = array
        writeable = array.flags.writeable
        # A read-only view changes with a writeable base, and with one that is no array.
        while isinstance(base, np.ndarray) and base.base is not None:
            base = base.base
            writeable |= base.flags.writeable if isinstance(base, np.ndarray) else True
        if isinstance(base, memoryview):
            base = base.obj
        if writeable:
            self.seen.setdefault(id(base), base)
            self.shared.add(id(base))
        if array.dtype.hasobject:
            self.push(array.ravel().tolist())

    def visit_partial(self, item: functools.partial) -> None:
        self.push([item.func, *item.args, *item.keywords.values(), *vars(item).values()])

    def visit_frozen(self, item: FrozenObject) -> None:
        """Visit a distribution, process or neuron type: its parameters are fixed."""
        self.may_draw = True
        self.follow_class(type(item))
        self.push(value for name, value in vars(item).items() if name != "_paramdict")
        self.push(getattr(item, name) for name in iter_params(type(item)))

    def visit_parameter(self, item: Parameter) -> None:
        """Do nothing: the descriptor of a parameter holds no state of instances."""

    def visit_nengo_object(self, item: NengoObject | Network) -> None:
        """Visit a network or an object in one: what a user's subclass or code added to it."""
        self.shared.add(id(item))
        self.follow_class(type(item))
        self.nengo_objects.append(item)
        self.push(value for name, value in vars(item).items() if name not in _NETWORK_LISTS)

    def follow_nengo_objects(self) -> bool:
        """Look up those of Nengo's attributes in networks that code reached so far mentions.

        To walk through all of them would make every function that knows its network reach the whole
        of it.
        """
        by_any_name = "getattr" in self.names.globals_read
        for item in self.nengo_objects:
            # ``getattr`` with a computed name may read any of them.
            public_names = frozenset(name for name in dir(type(item)) if not name.startswith("_"))
            for name in public_names if by_any_name else public_names & self.names.attributes:
                if (id(item), name) not in self.looked_up:
                    self.looked_up.add((id(item), name))
                    self.push([getattr(item, name, None)])
        return bool(self.todo)

    def visit_reference(self, item: weakref.ref) -> None:
        self.push([item()])

    def visit_proxy(self, item: object) -> None:
        """Give up: a weak proxy does not tell which object it stands for."""
        self.everything = True


_VISITS: dict[type, Callable[[_Walk, Any], None]] = {
    **dict.fromkeys(_TRANSPARENT, _Walk.visit_contents),
    **dict.fromkeys((NengoObject, Network), _Walk.visit_nengo_object),
    **dict.fromkeys((weakref.ProxyType, weakref.CallableProxyType), _Walk.visit_proxy),
    FrozenObject: _Walk.visit_frozen,
    Parameter: _Walk.visit_parameter,
    functools.partial: _Walk.visit_partial,
    types.FunctionType: _Walk.visit_function,
    types.BuiltinFunctionType: _Walk.visit_builtin,
    types.MethodWrapperType: _Walk.visit_contents,
    types.ModuleType: _Walk.visit_module,
    type: _Walk.visit_class,
    np.ndarray: _Walk.visit_array,
    weakref.ref: _Walk.visit_reference,
}
