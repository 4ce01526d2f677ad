"""The notebook half is built in layers, and no file of the package imports itself through others.

Imports within functions count, and those for type checkers as well, so that no circle hides there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

import nengo_nb
from tests.test_structure import PACKAGE, SOURCES, name_of, type_checking_lines

JUPYTER = "nengo_nb.jupyter"

# What each room of the notebook half may import of it, besides itself. A word with a dot is one
# file of a room. Files at the top of the folder are rooms of their own.
BELOW = (
    "per_shell run_checks simulators suggestions labels probes protocol comms outputs comparison "
    "training live diagrams session cards actions"
)
LAYERS = {
    # The ground: what needs nothing of a notebook but names and checks.
    "per_shell": "",
    "run_checks": "",
    "simulators": "",
    "suggestions": "",
    "labels": "suggestions",
    "probes": "labels",
    "precompile": "",
    "import_ahead": "",
    "protocol": "",
    "comms": "per_shell protocol",
    "outputs": "comms protocol",
    "comparison": "outputs probes suggestions",
    "training": "outputs suggestions",
    "live": "comms labels outputs per_shell probes protocol simulators suggestions",
    # Diagrams follow live runs, of which they know that they start and change, and have plots and
    # sliders added to live views.
    "diagrams": (
        "comms live.listener live.offers live.runs live.view live.watching live.widget outputs "
        "per_shell protocol simulators"
    ),
    "session": "labels precompile suggestions",
    "cards": "diagrams labels outputs probes simulators",
    # What both magics and panel do with a session's networks, as these may not import each other.
    "actions": "comparison labels live outputs probes run_checks session training",
    "magics": BELOW,
    "panel": BELOW,
    "api": BELOW,
    # Wires the others; nobody imports it.
    "extension": f"{BELOW} import_ahead magics panel",
}

# A type of these rooms is named by a file that it is made with: their files have circles for type
# checkers alone, which cost nothing at run time.
FOR_TYPES = ("nengo_nb.convert", "nengo_nb.objects", "nengo_nb.simulator")


@dataclass(frozen=True)
class Import:
    """An import of a module of the package."""

    line: int
    target: str
    for_types: bool


def module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {module_of(path): path for path in SOURCES}


def imports(module: str) -> list[Import]:
    """All imports of modules of the package by one of them."""
    path = MODULES[module]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    typing_lines = type_checking_lines(path)
    found = []
    for node in ast.walk(tree):
        for_types = getattr(node, "lineno", 0) in typing_lines
        found += [Import(node.lineno, target, for_types) for target in targets(node, package)]
    return [one for one in found if one.target in MODULES and one.target != module]


def targets(node: ast.AST, package: str) -> Iterator[str]:
    """Modules that a statement imports, or ``import_module`` with a name that is written there."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            kept = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*kept, *([node.module] if node.module else [])])
        for alias in node.names:
            yield from homes(base, alias.name)
    elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
        yield from (argument.value for argument in node.args if isinstance(argument, ast.Constant))


def homes(base: str, name: str) -> Iterator[str]:
    """The module that ``from base import name`` brings; a public name comes from its own module."""
    if base == "nengo_nb" and name in nengo_nb._HOMES:
        base = nengo_nb._HOMES[name]
    yield f"{base}.{name}" if f"{base}.{name}" in MODULES else base


def circles(arrows: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The arrows that are left when files that nothing leads to, or from, are taken away."""
    left = {start: set(ends) for start, ends in arrows.items()}
    while True:
        reached = set().union(*left.values())
        loose = {start for start, ends in left.items() if not ends or start not in reached}
        if not loose:
            return left
        left = {start: ends - loose for start, ends in left.items() if start not in loose}


def room_of(module: str) -> str:
    return module.removeprefix(f"{JUPYTER}.").partition(".")[0]


def rooms_of(words: str) -> set[str]:
    """Rooms of the words of the table, some of which are files."""
    return {word.partition(".")[0] for word in words.split()}


def counted_targets(module: str) -> set[str]:
    """Modules that one of them imports, except for types where these may go in circles."""
    free = module.startswith(FOR_TYPES)
    return {found.target for found in imports(module) if not (free and found.for_types)}


@pytest.mark.parametrize(
    "module", [m for m in MODULES if m.startswith(f"{JUPYTER}.")], ids=lambda module: module
)
def test_a_room_of_the_notebook_half_imports_only_what_is_below_it(module):
    room = room_of(module)
    allowed = {room, *LAYERS[room].split()}

    crossings = [
        f"line {found.line}: {found.target}"
        for found in imports(module)
        if found.target.startswith(f"{JUPYTER}.")
        and not {room_of(found.target), found.target.removeprefix(f"{JUPYTER}.")} & allowed
    ]

    assert not crossings, f"{name_of(MODULES[module])} may not import {', '.join(crossings)}"


def test_the_layers_are_of_rooms_that_there_are_and_have_no_circle():
    rooms = {room_of(module) for module in MODULES if module.startswith(f"{JUPYTER}.")}
    arrows = {room: rooms_of(below) for room, below in LAYERS.items()}

    assert set(LAYERS) == rooms
    assert not circles(arrows)
    assert all("extension" not in below for below in arrows.values())


def test_no_file_imports_itself_through_others():
    arrows = {module: counted_targets(module) for module in MODULES}

    assert not circles(arrows)


@pytest.mark.parametrize(
    ("arrows", "left"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, set()),
        ({"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set()}, {"b", "c"}),
    ],
)
def test_a_circle_is_found(arrows, left):
    assert set(circles(arrows)) == left


@pytest.mark.parametrize(
    ("statement", "target"),
    [
        ("from .run import LiveRun", "nengo_nb.jupyter.live.run"),
        ("from ..session import registry", "nengo_nb.jupyter.session.registry"),
        ("def f():\n    from nengo_nb import Simulator", "nengo_nb.simulator"),
        ("import nengo_nb.quiet", "nengo_nb.quiet"),
        ("importlib.import_module('nengo_nb.quiet')", "nengo_nb.quiet"),
    ],
)
def test_an_import_is_found_wherever_it_stands(statement, target):
    found: list[str] = []
    for node in ast.walk(ast.parse(statement)):
        found += targets(node, "nengo_nb.jupyter.live")

    assert found == [target]
