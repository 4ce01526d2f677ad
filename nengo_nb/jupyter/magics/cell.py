"""Execution of a cell's body inside a network, as IPython runs a cell.

``shell.run_cell`` would print the traceback of an error, but not stop Run All; ``exec`` alone would
lose the lines of source in tracebacks.
"""

from __future__ import annotations

import ast
import builtins
import inspect
from asyncio import CancelledError
from collections import ChainMap
from collections.abc import Coroutine, MutableMapping
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
from IPython.core.error import UsageError

from nengo_nb.jupyter.labels import label_members, members

from .errors import CellSyntaxError, last_line_of_cell, render_from_user_code, show_interrupt

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

ABSENT = object()

EMPTY_NETWORK = "write the network's ensembles, connections and probes below the first line"
EMPTY_TRAINING = "let it make x, {node: array}, and y, {probe: array}, below the first line"


async def run_in_network(
    shell: InteractiveShell, name: str, body: str, network: nengo.Network
) -> Any:
    """Run a cell's body inside a network and bind its name.

    The name refers to the new network while the body runs, so that the body can use it. If the body
    raises, the name is bound as before. Other variables stay as the body left them, as in any cell.

    Returns:
        The value of the last expression, unless it is a part of the network.
    """
    namespace = shell.user_ns
    before = namespace.get(name, ABSENT)
    # Asked before the name is bound.
    hidden = hidden_by(shell, name)
    try:
        with network:
            namespace[name] = network
            value = await _execute(shell, body, namespace, EMPTY_NETWORK)
    except BaseException as error:
        if before is ABSENT:
            namespace.pop(name, None)
        else:
            namespace[name] = before
        kept = "there is none" if before is ABSENT else f"{name!r} means what it meant before"
        _render(shell, error, body, f"the cell was stopped before its network was complete; {kept}")
        raise
    # Once more, as the body may have assigned something else to the name.
    namespace[name] = network
    label_members(network, namespace)
    if hidden is not None:
        print(f"Warning: {name!r} is a network now and hides {hidden}")
    return None if any(value is member for member in members(network)) else value


def hidden_by(shell: InteractiveShell, name: str) -> str | None:
    """Return a sentence about what a network of this name hides from later cells, or None."""
    value = shell.user_ns.get(name, ABSENT)
    if value is ABSENT or isinstance(value, nengo.Network):
        return (
            f"Python's own {name}; 'del {name}' gives it back" if hasattr(builtins, name) else None
        )
    if isinstance(value, ModuleType):
        return f"the module {value.__name__}; to get it back, import it under another name"
    if name in getattr(shell, "user_ns_hidden", ()):
        return f"IPython's own {name}; another name leaves it as it is"
    home = getattr(value, "__module__", None) or "__main__"
    if isinstance(value, type) or inspect.isroutine(value):
        return (
            None
            if home == "__main__"
            else f"what was imported from {home}; to get it back, import it again"
        )
    return None


class Left(ChainMap[str, Any]):
    """Namespace of a body that notes assignments, and makes them in the notebook as well."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        # The first mapping takes what is assigned; look-ups go on to the variables in the second.
        super().__init__({}, namespace)

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, value)
        self.maps[1][name] = value

    def __delitem__(self, name: str) -> None:
        self.maps[0].pop(name, None)
        del self.maps[1][name]


async def run_for_names(shell: InteractiveShell, name: str, body: str) -> dict[str, Any]:
    """Run a cell's body as any cell, and return the variables that it assigned, by name."""
    left = Left(shell.user_ns)
    try:
        await _execute(shell, body, left, EMPTY_TRAINING)
    except BaseException as error:
        _render(shell, error, body, f"the cell was stopped before {name!r} began to learn")
        raise
    return dict(left.maps[0])


def _render(shell: InteractiveShell, error: BaseException, body: str, sentence: str) -> None:
    """Have an error shown with the user's lines, and an interrupt as a line and a sentence."""
    if not isinstance(error, (KeyboardInterrupt, CancelledError)):
        render_from_user_code(shell, error)
        return
    # An empty first line stands for the magic's own line.
    number, lines = last_line_of_cell(shell, error), ["", *body.split("\n")]
    here = number is not None and number <= len(lines)
    show_interrupt(error, number, lines[number - 1].strip() if number and here else "", sentence)


def _cell_number(shell: InteractiveShell) -> int:
    """Return the number of the cell that runs, as tracebacks show it.

    IPython 7 counts on at the end of a cell, IPython 9 at its start.
    """
    result = shell.displayhook.exec_result
    number = None if result is None else result.execution_count
    # A magic that is called outside of a cell, or in one that history leaves out, has no number.
    return shell.execution_count if number is None else number


async def _execute(
    shell: InteractiveShell, body: str, namespace: MutableMapping[str, Any], empty: str
) -> Any:
    """Run source as IPython runs a cell, and return the value of the last expression.

    Line 1 is the magic's own, so that numbers of lines are those of the cell.

    Args:
        shell: The shell.
        body: Source of the body.
        namespace: Local variables; functions of the body see the notebook's variables as globals.
        empty: Advice if there is no source.
    """
    # Only if the notebook does not use these names for something else.
    for name, module in (("nengo", nengo), ("np", np)):
        shell.user_ns.setdefault(name, module)
    # Empty lines keep the numbers of lines: one for the
    # magic's line, and those that transform_cell strips.
    blank = len(body) - len(body.lstrip("\n"))
    source = "\n" * (1 + blank) + shell.transform_cell(body)
    # Registers the source for tracebacks under the name of this cell.
    file = shell.compile.cache(source, _cell_number(shell), body)
    try:
        tree = shell.transform_ast(shell.compile.ast_parse(source, filename=file))
        # The last expression is taken out and evaluated by itself, as IPython displays its value.
        last = ast.Expression(tree.body.pop().value) if tree.body and _is_expression(tree) else None
        codes = [_compile(shell, tree, file, "exec")] if tree.body else []
        if last is not None:
            codes.append(_compile(shell, last, file, "eval"))
    except SyntaxError as error:
        raise CellSyntaxError(shell, error) from None
    if not codes:
        raise UsageError(f"the cell is empty: {empty}")
    value = None
    for code in codes:
        # Running what was typed into a cell is what this room is for.
        value = eval(code, shell.user_global_ns, namespace)  # noqa: S307
        if _is_coroutine(code):
            # Code with a top-level await evaluates to a coroutine.
            value = await value
    return None if last is None else value


def _is_expression(tree: ast.Module) -> bool:
    """Whether a body ends with an expression."""
    return isinstance(tree.body[-1], ast.Expr)


def _compile(shell: InteractiveShell, tree: ast.AST, file: str, mode: str) -> CodeType:
    """Compile a tree as IPython compiles a cell, with top-level ``await`` if autoawait is on."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if getattr(shell, "autoawait", False) else 0
    with shell.compile.extra_flags(flags):
        code: CodeType = shell.compile(tree, file, mode)
    return code


def _is_coroutine(code: CodeType) -> bool:
    """Whether compiled code has a top-level ``await``."""
    return bool(code.co_flags & inspect.CO_COROUTINE)


def has_await(shell: InteractiveShell, body: str) -> bool:
    """Whether a body has a top-level ``await``, so that IPython has to await the magic."""
    if not getattr(shell, "autoawait", False) or not ("await" in body or "async" in body):
        return False
    try:
        return _is_coroutine(
            _compile(shell, ast.parse(shell.transform_cell(body)), "<body>", "exec")
        )
    except SyntaxError:  # which the cell itself shows
        return False


def awaited(shell: InteractiveShell, lines: list[str]) -> list[str]:
    """Put ``await`` before the call that IPython makes of a magic's cell, if its body needs it."""
    try:
        # The call has the body as a string literal: read as IPython wrote it, or left alone.
        (statement,) = ast.parse("".join(lines)).body
        body = ast.literal_eval(statement.value.args[2])  # type: ignore[attr-defined]
    except (SyntaxError, ValueError, AttributeError, IndexError):
        return lines
    return [f"await {lines[0]}", *lines[1:]] if has_await(shell, body) else lines


def run_to_end(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine that never suspends, and return its value."""
    try:
        # Without an event loop: the first send runs it to its end, which is a StopIteration.
        work.send(None)
    except StopIteration as stop:
        return stop.value
    raise RuntimeError("a body without await has to wait")
