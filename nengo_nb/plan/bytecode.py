"""Names in the bytecode of a Python function: globals, cells, attributes and imports."""

from __future__ import annotations

import dis
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType

_GLOBAL_LOADS = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS")
_ATTRIBUTE_LOADS = ("LOAD_ATTR", "LOAD_METHOD", "LOAD_SUPER_ATTR", "IMPORT_FROM")


@dataclass(frozen=True)
class CodeNames:
    """Names that a code object and all code nested in it mention.

    Args:
        globals_read: Names looked up in the module, or among the builtins.
        globals_written: Names that a ``global`` statement lets it rebind.
        cells_written: Names that it rebinds although they may belong to an enclosing function.
        attributes: Names of attributes that are read, or imported from a module.
        stored: Names of attributes that are set or deleted, on whatever object.
        owners: Names ``o`` of globals and cells in statements like ``o.x = 1``.
        stores_far: Whether an attribute is set on something that may be a class or a module without
            being named, as in ``package.module.x = 1`` or ``type(self).x = 1``.
        imports: Modules imported inside the code.
    """

    globals_read: frozenset[str] = frozenset()
    globals_written: frozenset[str] = frozenset()
    cells_written: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    stored: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()
    stores_far: bool = False
    imports: frozenset[str] = frozenset()

    def __or__(self, other: CodeNames) -> CodeNames:
        return CodeNames(*(a | b for a, b in zip(_values(self), _values(other), strict=True)))


def _values(names: CodeNames) -> tuple:
    return tuple(vars(names).values())


@lru_cache(maxsize=1024)
def names_in(code: CodeType) -> CodeNames:
    """Return the names that ``code`` and functions and classes defined inside it mention."""
    names = _names_in_one(code)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names |= names_in(constant)
    return names


def _names_in_one(code: CodeType) -> CodeNames:
    """Return the names that one code object mentions, without nested code."""
    instructions = [i for i in dis.get_instructions(code) if i.opname != "EXTENDED_ARG"]

    def arguments(*opnames: str) -> frozenset[str]:
        return frozenset(str(i.argval) for i in instructions if i.opname in opnames)

    globals_read = arguments(*_GLOBAL_LOADS)
    attributes = arguments(*_ATTRIBUTE_LOADS)
    # The name may be any string constant of the function.
    if "getattr" in globals_read:
        attributes |= {text for text in code.co_consts if isinstance(text, str)}
    receivers = [
        _receiver(instructions, at)
        for at in range(len(instructions))
        if _is_store(instructions[at])
    ]
    # With ``type`` or ``__class__`` at hand, any attribute that is set may be one of a class.
    handles_classes = "type" in globals_read or "__class__" in attributes
    return CodeNames(
        globals_read=globals_read,
        globals_written=arguments("STORE_GLOBAL", "DELETE_GLOBAL"),
        cells_written=arguments("STORE_DEREF", "DELETE_DEREF"),
        attributes=attributes,
        stored=arguments("STORE_ATTR", "DELETE_ATTR"),
        owners=frozenset(name for name, _ in receivers if name is not None),
        stores_far=any(far for _, far in receivers) or bool(receivers and handles_classes),
        imports=arguments("IMPORT_NAME"),
    )


def _is_store(instruction: dis.Instruction) -> bool:
    return instruction.opname in ("STORE_ATTR", "DELETE_ATTR")


def _receiver(instructions: Sequence[dis.Instruction], at: int) -> tuple[str | None, bool]:
    """Return the global or cell whose attribute ``at`` stores, and whether it is further away.

    A plain assignment ends ``LOAD receiver, STORE_ATTR x``. An augmented one, ``receiver.x += 1``,
    begins ``LOAD receiver, COPY, LOAD_ATTR x`` and ends ``SWAP, STORE_ATTR x``.
    """
    load = at - 1
    if instructions[load].opname == "SWAP":
        load = _augmented_receiver(instructions, at)
    base = load
    # Back over a chain like ``package.module.x = 1``, to the name it starts with.
    while base > 0 and instructions[base].opname in ("LOAD_ATTR", "LOAD_METHOD"):
        base -= 1
    if instructions[base].opname not in (*_GLOBAL_LOADS, "LOAD_DEREF", "LOAD_CLASSDEREF"):
        return None, False
    return (str(instructions[base].argval), False) if base == load else (None, True)


def _augmented_receiver(instructions: Sequence[dis.Instruction], at: int) -> int:
    """Find the instruction that loads the receiver of an augmented assignment."""
    for index in range(at - 1, 1, -1):
        # The nearest read of the same attribute behind a copy of the receiver began this statement.
        is_read = instructions[index].opname in ("LOAD_ATTR", "LOAD_METHOD")
        same = instructions[index].argval == instructions[at].argval
        if is_read and same and instructions[index - 1].opname == "COPY":
            return index - 2
    return at - 1
