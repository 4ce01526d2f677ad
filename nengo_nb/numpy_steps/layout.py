"""Order of signals in memory, such that groups of operators find theirs in a row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from nengo.builder import Operator, Signal

from .grouping import Group

Operand = Callable[[Operator], Signal]


def lay_out(groups: Sequence[Group], pooled: Collection[Signal]) -> list[Signal]:
    """Return pooled base signals in the order in which they stand in memory.

    Args:
        groups: The groups of a step.
        pooled: Base signals in the common memory.
    """
    order: dict[Signal, None] = {}
    for signal in _signals_in_rows(groups):
        if signal.base in pooled:
            order.setdefault(signal.base)
    order.update(dict.fromkeys(pooled))
    return list(order)


def _signals_in_rows(groups: Sequence[Group]) -> Iterator[Signal]:
    """Yield signals, operand by operand, of groups that gain most from theirs being in a row."""
    # States of neurons and filters are written in place, and cannot be gathered from elsewhere.
    for name in ("neurons", "filter", "dot", "copy", "product"):
        for group in groups:
            if group.kind is not None and group.kind.name == name:
                yield from _operands(name, group.ops)


def _operands(name: str, ops: Sequence[Operator]) -> Iterable[Signal]:
    """Yield the signals of each operand of operators of one kind, one operand after the other."""
    if name == "neurons":
        for state in ops[0].state:
            yield from (op.state[state] for op in ops)
        yield from (op.J for op in ops)
        yield from (op.output for op in ops)
    elif name == "filter":
        yield from (op.state["X"] for op in ops)
        yield from (op.output for op in ops)
        yield from (op.input for op in ops)
    elif name == "copy":
        yield from (op.dst for op in ops)
        yield from (op.src for op in ops)
    else:
        yield from (op.Y for op in ops)
        yield from (op.X for op in ops)
