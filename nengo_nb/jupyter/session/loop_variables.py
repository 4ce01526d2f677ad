"""Loop variables of a notebook, which still refer to the last item after a ``for``."""

from __future__ import annotations

import ast


class LoopNames(set[str]):
    """Names of variables that were last assigned as the target of a ``for``."""

    def read(self, source: str) -> None:
        """Update the names by the assignments of a cell.

        Args:
            source: Cell as Python, with its magics transformed.
        """
        try:
            tree = ast.parse(source)
        except SyntaxError:  # then it has assigned nothing
            return
        looping: list[ast.AST] = []
        for node in ast.walk(tree):
            if isinstance(node, ast.For | ast.AsyncFor):
                looping += ast.walk(node.target)
        # By identity of the node: the same name may be a loop's target and assigned elsewhere.
        by_loop = {id(node) for node in looping}
        stored = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        ]
        # First taken out, as any assignment of this cell replaces what a former cell's loop left.
        self -= {node.id for node in stored}
        others = {node.id for node in stored if id(node) not in by_loop}
        self |= {node.id for node in stored if id(node) in by_loop} - others
