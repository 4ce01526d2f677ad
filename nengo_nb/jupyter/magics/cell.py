"""The cell: running a body of Python inside a network, and showing errors as if no magic were there."""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import nengo
from IPython.core.error import UsageError
from nengo.exceptions import NengoException

from nengo_nb.jupyter.names import label_members, members

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

HERE = str(Path(__file__).parents[1])
ABSENT = object()

EMPTY_NETWORK = "write the network's ensembles, connections and probes below the first line"
EMPTY_TRAINING = "let it make x, {node: array}, and y, {probe: array}, below the first line"


class CellSyntaxError(Exception):
    """The body of a cell is not Python.

    It is no ``SyntaxError``, because IPython shows those with every frame down to the parser when a magic raises
    them. It is shown as the ``SyntaxError`` of an ordinary cell is.
    """

    def __init__(self, shell: InteractiveShell, error: SyntaxError) -> None:
        super().__init__(str(error))
        self._shell, self._error = shell, error

    def _render_traceback_(self) -> list[str]:
        lines: list[str] = self._shell.SyntaxTB.structured_traceback(type(self._error), self._error, [])
        return lines


def run_in_network(shell: InteractiveShell, name: str, body: str, network: nengo.Network) -> Any:
    """Run a cell's body inside a network and bind its name.

    The name means the new network while the body runs, so that the body can use it. If the body raises, the
    name means again what it meant before. Other variables stay as the body left them, as in any cell.

    Returns:
        The value of the last expression, unless it is a part of the network.
    """
    namespace = shell.user_ns
    before = namespace.get(name, ABSENT)
    try:
        with network:
            namespace[name] = network
            value = _execute(shell, body, namespace, EMPTY_NETWORK)
    except BaseException as error:
        if before is ABSENT:
            namespace.pop(name, None)
        else:
            namespace[name] = before
        render_from_user_code(shell, error)
        raise
    namespace[name] = network
    label_members(network, namespace)
    return None if any(value is member for member in members(network)) else value


class Left(ChainMap[str, Any]):
    """The notebook's variables, in which it is seen what a body assigns. All of it reaches the notebook, too."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        super().__init__({}, namespace)

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, value)
        self.maps[1][name] = value

    def __delitem__(self, name: str) -> None:
        self.maps[0].pop(name, None)
        del self.maps[1][name]


def run_for_names(shell: InteractiveShell, body: str) -> dict[str, Any]:
    """Run a cell's body as any cell, and return what it assigned, by name."""
    left = Left(shell.user_ns)
    try:
        _execute(shell, body, left, EMPTY_TRAINING)
    except BaseException as error:
        render_from_user_code(shell, error)
        raise
    return dict(left.maps[0])


def _execute(shell: InteractiveShell, body: str, namespace: MutableMapping[str, Any], empty: str) -> Any:
    """Run source as IPython runs a cell, with line 1 for the magic, and return the last expression's value.

    Args:
        shell: The shell.
        body: The source.
        namespace: Where it assigns; functions in it see the notebook's variables.
        empty: What to say if there is no source.
    """
    blank = len(body) - len(body.lstrip("\n"))
    source = "\n" * (1 + blank) + shell.transform_cell(body)
    file = shell.compile.cache(source, shell.execution_count - 1, body)
    try:
        tree = shell.transform_ast(shell.compile.ast_parse(source, filename=file))
    except SyntaxError as error:
        raise CellSyntaxError(shell, error) from None
    if not tree.body:
        raise UsageError(f"the cell is empty: {empty}")
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    # Running what was typed into a cell is what this room is for.
    exec(shell.compile(tree, file, "exec"), shell.user_global_ns, namespace)  # noqa: S102
    if last is None:
        return None
    return eval(shell.compile(ast.Expression(last.value), file, "eval"), shell.user_global_ns, namespace)  # noqa: S307


def render_from_user_code(shell: InteractiveShell, error: BaseException) -> None:
    """Let IPython show an error from the user's first line on, and that line once.

    An error that Nengo or this package raised on purpose, with no line of the user's on the way, is its sentence
    alone. Any other is shown from the first frame outside this room. IPython asks an exception for
    ``_render_traceback_`` before it renders one itself; type and value of the exception stay what they are.
    """
    if isinstance(error, (UsageError, CellSyntaxError)):
        return
    frames = list(_frames(error.__traceback__))
    cells = [trace for trace in frames if shell.compile.format_code_name(_file(trace)) is not None]
    outside = [trace for trace in frames if not _file(trace).startswith(HERE)]
    trace = next(iter(cells or outside), None)
    sentence_only = not cells and isinstance(error, NengoException)

    def render() -> list[str]:
        if sentence_only:
            return list(shell.InteractiveTB.get_exception_only(type(error), error))
        return list(shell.InteractiveTB.structured_traceback(type(error), error, trace, tb_offset=0))

    error._render_traceback_ = render  # type: ignore[attr-defined]


def _frames(trace: TracebackType | None) -> Iterator[TracebackType]:
    """The entries of a traceback, outermost first."""
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _file(trace: TracebackType) -> str:
    """The file, or the name IPython gave to the cell, that an entry of a traceback is in."""
    return trace.tb_frame.f_code.co_filename


@contextmanager
def one_line_interrupt(name: str, advice: str) -> Iterator[None]:
    """Show an interrupt as one line, without the frames of the simulator; it still stops Run All."""
    try:
        yield
    except KeyboardInterrupt as stop:
        line = f"KeyboardInterrupt: {name!r} was stopped; {advice}"
        stop._render_traceback_ = lambda: [line]  # type: ignore[attr-defined]
        raise
