"""Find what has to change in the syntax tree of a script."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from nengo_nb.replacements import SIMULATOR_ATTRIBUTES

from . import rules
from .names import NENGO_DL, Names, rooted
from .sources import Source

HOMES: Mapping[str, str] = vars(import_module("nengo_nb"))["_HOMES"]
"""Public names of the package, and where each comes from."""

WEIGHTS = ".weights.h5"

MOST_SHOWN = 90
"""Number of characters of a finding's text that are shown."""

OPTIMIZER = re.compile(r"(?:tensorflow\.|keras\.)+optimizers\.(?:legacy\.)?[A-Z]\w*$")
LAYER = re.compile(r"(?:tensorflow\.|keras\.)+layers\.[A-Z]\w*$")
CHECKPOINT = re.compile(r"(?:tensorflow\.|keras\.)+callbacks\.ModelCheckpoint$")


@dataclass(frozen=True, order=True)
class Finding:
    """A place of a script, and what has its place in one for nengo_nb.

    Args:
        line: Its line.
        column: Its column.
        text: The code there.
        replacement: What to write instead, or to do.
        needed: Whether it has to change, or works with a warning.
    """

    line: int
    column: int
    text: str
    replacement: str
    needed: bool = True


class Finder(ast.NodeVisitor):
    """Collects what has to change in one part of a script.

    Args:
        source: The part.
        names: Names of the whole script.
    """

    def __init__(self, source: Source, names: Names) -> None:
        self.source = source
        self.names = names
        self.findings: set[Finding] = set()

    def find(self) -> list[Finding]:
        """Return the findings in the order of their lines."""
        self.visit(self.source.tree)
        return sorted(self.findings)

    def add(self, node: ast.AST, replacement: str, needed: bool = True) -> None:
        """Keep a finding: the code of a node, and what has its place."""
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        code = ast.get_source_segment(self.source.text, node) or ast.unparse(node)
        text = " ".join(code.split())
        shown = text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 3]}..."
        self.findings.add(Finding(line, column, shown, replacement, needed))

    def visit_Import(self, node: ast.Import) -> None:
        """Check modules that are imported."""
        for alias in node.names:
            root, _, rest = alias.name.partition(".")
            if root == NENGO_DL:
                self.add(node, self._import(alias, rest))
            else:
                self._check_name(node, alias.name, root)

    def _import(self, alias: ast.alias, rest: str) -> str:
        if not rest or alias.asname is None:
            return f"import nengo_nb as {alias.asname or NENGO_DL}"
        if rest in HOMES:
            return f"from nengo_nb import {rest} as {alias.asname}"
        return _instead_of(rest, "nengo_nb") or "import nengo_nb"

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Check names that are imported."""
        module = node.module or ""
        if node.level or not module:
            return
        root, _, rest = module.partition(".")
        if root == NENGO_DL:
            self._from_nengo_dl(node, rest)
            return
        for alias in node.names:
            self._check_name(node, rooted(f"{module}.{alias.name}"), "nengo_nb")

    def _from_nengo_dl(self, node: ast.ImportFrom, module: str) -> None:
        """Say from where the names come, and which are there no more."""
        # ``nengo_nb.losses`` is a name and no module, so its names come from where that is.
        home = "nengo_nb"
        if module in HOMES:
            home = f"{HOMES[module]}.{module}"
        kept, gone = [], []
        for alias in node.names:
            there = alias.name in HOMES or alias.name == "__version__"
            if alias.name == "*" or home != "nengo_nb" or (module in rules.FLAT_MODULES and there):
                kept.append(ast.unparse(alias))
            else:
                full = f"{module}.{alias.name}".removeprefix(".")
                instead = _instead_of(full, "nengo_nb") or f"nengo_nb has no {full}"
                gone.append(f"{alias.name}: {instead}")
        imports = [f"from {home} import {', '.join(kept)}"] if kept else []
        self.add(node, "; ".join([*imports, *gone]))

    # -- names

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Check a name with dots, or an attribute of a simulator."""
        full = self.names.qualified(node)
        if full is not None:
            if not self._is_found_at_import(node):
                self._check_name(node, full, _first(node))
            return
        if self.names.is_simulator(node.value):
            if node.attr in SIMULATOR_ATTRIBUTES:
                self.add(node, SIMULATOR_ATTRIBUTES[node.attr].removesuffix("."))
            elif node.attr in rules.ACCEPTED_METHODS:
                self.add(node, rules.ACCEPTED_METHODS[node.attr], needed=False)
        self.generic_visit(node)

    def _is_found_at_import(self, node: ast.Attribute) -> bool:
        """Whether the import of the first name tells what has its place."""
        bound = self.names.imported.get(_first(node), "")
        return bound.startswith(f"{NENGO_DL}.") or _replacement(bound) is not None

    def _check_name(self, node: ast.AST, full: str, alias: str) -> None:
        root, _, rest = full.partition(".")
        is_ours = root == NENGO_DL and bool(rest)
        replacement = _instead_of(rest, alias) if is_ours else _replacement(full)
        if replacement is not None:
            self.add(node, replacement)
        elif rest == "tensor_layer" and root == NENGO_DL:
            self.add(node, f"{alias}.Layer(layer)(input)", needed=False)

    # -- calls

    def visit_Call(self, node: ast.Call) -> None:
        """Check the arguments of a call."""
        full = self.names.qualified(node.func) or ""
        if OPTIMIZER.match(full):
            self._check_arguments(node, rules.OPTIMIZER_ARGUMENTS)
            if full.endswith(".RMSprop"):
                self._check_epsilon(node)
        elif LAYER.match(full):
            self._check_arguments(node, rules.LAYER_ARGUMENTS)
        elif CHECKPOINT.match(full):
            self._check_checkpoint(node)
        elif full.startswith(f"{NENGO_DL}."):
            self._check_ours(node, full.rpartition(".")[2])
        if isinstance(node.func, ast.Attribute):
            self._check_method(node, node.func)
        self.generic_visit(node)

    def _check_epsilon(self, node: ast.Call) -> None:
        """Say by which epsilon RMSprop takes the steps that it took in Keras 2."""
        keywords = {keyword.arg: keyword.value for keyword in node.keywords}
        # With momentum Keras 2 adds it below the root as well; the third argument is that.
        if len(node.args) > 2 or "momentum" in keywords:
            return
        epsilon = keywords.get("epsilon")
        square = "1e-14" if epsilon is None else f"({ast.unparse(epsilon)}) ** 2"
        self.add(node, rules.RMSPROP_EPSILON.replace("{value}", square), needed=False)

    def _check_ours(self, node: ast.Call, name: str) -> None:
        """Check arguments of NengoDL's simulator, its methods and ``configure_settings``."""
        refused, accepted = rules.SIMULATOR_ARGUMENTS, rules.ACCEPTED_ARGUMENTS
        self._check_arguments(
            node, {arg: r for (owner, arg), r in refused.items() if owner == name}
        )
        self._check_arguments(
            node, {arg: r for (owner, arg), r in accepted.items() if owner == name}, needed=False
        )

    def _check_arguments(
        self, node: ast.Call, replacements: Mapping[str, str], needed: bool = True
    ) -> None:
        for keyword in node.keywords:
            replacement = None if keyword.arg is None else replacements.get(keyword.arg)
            if replacement is not None:
                value = ast.unparse(keyword.value)
                self.add(keyword, replacement.replace("{value}", value), needed)

    def _check_method(self, node: ast.Call, function: ast.Attribute) -> None:
        """Check a call of a method, of a simulator or of a Keras model."""
        method, path = function.attr, _text(node.args[0]) if node.args else None
        if self.names.is_simulator(function.value):
            self._check_ours(node, method)
            if method == "load_params":
                self.add(
                    node,
                    "nothing, if nengo_nb wrote the file; one of NengoDL's has no names for its "
                    "arrays and is refused",
                    needed=False,
                )
        if method in ("fit_generator", "evaluate_generator", "predict_generator"):
            self.add(function, f".{method.removesuffix('_generator')}")
        elif method in ("save_weights", "load_weights") and path is not None:
            # Keras still reads its old files, but writes new ones alone.
            read = (WEIGHTS, ".h5", ".hdf5", ".keras")
            if not path.endswith(WEIGHTS if method == "save_weights" else read):
                self.add(node, f"a path that ends with {WEIGHTS}")

    def _check_checkpoint(self, node: ast.Call) -> None:
        arguments = {keyword.arg: keyword.value for keyword in node.keywords}
        given = node.args[0] if node.args else arguments.get("filepath")
        path = None if given is None else _text(given)
        only = arguments.get("save_weights_only")
        weights = isinstance(only, ast.Constant) and bool(only.value)
        endings = (WEIGHTS,) if weights else (".keras", ".h5")
        if path is not None and not path.endswith(endings):
            self.add(node, f"a path that ends with {endings[0]}")


def _first(node: ast.Attribute) -> str:
    """Return the first name of a name with dots."""
    owner: ast.AST = node
    while isinstance(owner, ast.Attribute):
        owner = owner.value
    return owner.id if isinstance(owner, ast.Name) else ""


def _text(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _longest(name: str, table: Mapping[str, str]) -> str | None:
    """Return the entry of a name, or of the longest one that it is in."""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        entry = table.get(".".join(parts[:count]))
        if entry is not None:
            return entry.replace(".*", "".join(f".{part}" for part in parts[count:]))
    return None


def _replacement(full: str) -> str | None:
    """Return what has the place of a name of TensorFlow or Keras; None if it is there."""
    root, _, rest = full.partition(".")
    if root == "keras":
        return _longest(rest, {**rules.KERAS, **rules.KERAS_ALONE})
    if root != "tensorflow":
        return None
    if rest.startswith("keras."):
        return _longest(rest.removeprefix("keras."), rules.KERAS)
    if rest.startswith("compat.v1."):
        old = rest.removeprefix("compat.v1.")
        # Losses and optimizers have replacements one by one, other names of ``train`` together.
        return (
            None
            if old.startswith("logging.")
            else _longest(old, {**rules.COMPAT_V1, **rules.TENSORFLOW})
        )
    return _longest(rest, rules.TENSORFLOW)


def _instead_of(name: str, alias: str) -> str | None:
    """Return what has the place of a name below ``nengo_dl``; None if it is there."""
    if name.partition(".")[0] in HOMES or name.startswith("__"):
        return None
    module, _, member = name.partition(".")
    if module in rules.FLAT_MODULES and member.partition(".")[0] in HOMES:
        return f"{alias}.{member}"
    entry = _longest(name, rules.NENGO_DL)
    if entry is not None:
        return entry.format(alias=alias)
    # The module alone, as in ``nengo_dl.neurons``, of which each name is told.
    if module in rules.FLAT_MODULES and not member:
        return f"{alias}, which has its names"
    return f"leave it out: nengo_nb has no {name}"
