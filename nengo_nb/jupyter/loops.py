"""Loops: which variables of a notebook only a loop has left."""

from __future__ import annotations

import ast


class LoopNames(set[str]):
    """The variables that a ``for`` in a cell gave their value, and nothing else since."""

    def read(self, source: str) -> None:
        """See what a cell assigns.

        Args:
            source: The cell, as Python.
        """
        try:
            tree = ast.parse(source)
        except SyntaxError:  # then it has assigned nothing
            return
        looping: list[ast.AST] = []
        for node in ast.walk(tree):
            if isinstance(node, ast.For | ast.AsyncFor):
                looping += ast.walk(node.target)
        by_loop = {id(node) for node in looping}
        stored = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        ]
        self -= {node.id for node in stored}
        others = {node.id for node in stored if id(node) not in by_loop}
        self |= {node.id for node in stored if id(node) in by_loop} - others
