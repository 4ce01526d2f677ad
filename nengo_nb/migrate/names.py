"""Names of a script: what its imports and simulators are called."""

from __future__ import annotations

import ast
from collections.abc import Iterable

NENGO_DL = "nengo_dl"

ROOTS = {"nengo_nb": NENGO_DL}
"""A script whose import has been changed already is read as before."""

USUAL_NAMES = ("sim", "simulator")
"""Arguments of functions that are simulators in scripts for NengoDL."""


class Names:
    """Names that a script imports, and those of its simulators.

    Args:
        trees: The syntax trees of the script, or of the cells of a notebook.
    """

    def __init__(self, trees: Iterable[ast.Module]) -> None:
        self.imported: dict[str, str] = {}
        self.simulators: set[str] = set()
        nodes: list[ast.AST] = []
        for tree in trees:
            nodes += ast.walk(tree)
        # Imports first, as a call of ``Simulator`` is known by them.
        for node in nodes:
            self._import(node)
        for node in nodes:
            self._simulator(node)

    @property
    def uses_nengo_dl(self) -> bool:
        """Whether NengoDL, or nengo_nb, is imported anywhere."""
        return any(name.partition(".")[0] == NENGO_DL for name in self.imported.values())

    def qualified(self, node: ast.AST) -> str | None:
        """Return the full name that an expression such as ``tf.nn.relu`` stands for, or None."""
        if isinstance(node, ast.Name):
            return self.imported.get(node.id)
        if isinstance(node, ast.Attribute):
            owner = self.qualified(node.value)
            return None if owner is None else f"{owner}.{node.attr}"
        return None

    def is_simulator(self, node: ast.AST) -> bool:
        """Whether an expression is called like a simulator of NengoDL's."""
        return isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node) in self.simulators

    def _import(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                # ``import a.b`` binds ``a``, and ``import a.b as c`` binds ``a.b``.
                bound = alias.name if alias.asname else alias.name.partition(".")[0]
                self.imported[alias.asname or bound] = rooted(bound)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                full = rooted(f"{node.module}.{alias.name}")
                self.imported[alias.asname or alias.name] = full

    def _simulator(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign) and self._makes_simulator(node.value):
            self.simulators.update(ast.unparse(target) for target in node.targets)
        elif isinstance(node, ast.withitem) and self._makes_simulator(node.context_expr):
            if node.optional_vars is not None:
                self.simulators.add(ast.unparse(node.optional_vars))
        elif isinstance(node, ast.arg) and node.arg in USUAL_NAMES and self.uses_nengo_dl:
            self.simulators.add(node.arg)

    def _makes_simulator(self, node: ast.AST) -> bool:
        if not isinstance(node, ast.Call):
            return False
        name = self.qualified(node.func) or ""
        return name.startswith(f"{NENGO_DL}.") and name.endswith(".Simulator")


def rooted(name: str) -> str:
    """Return a full name below NengoDL's, if it is nengo_nb's."""
    root, dot, rest = name.partition(".")
    return f"{ROOTS.get(root, root)}{dot}{rest}"
