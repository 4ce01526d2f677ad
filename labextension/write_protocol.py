"""Writer of the messages' types in TypeScript: ``src/protocol``.

Run it as ``poe protocol`` after every change of a message in ``nengo_nb.jupyter.protocol``; a test
compares its text with the files. Every dataclass becomes an interface whose ``type`` is its name,
and every union or ``Literal`` with a name becomes a type with that name.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import pkgutil
import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType, NoneType, UnionType
from typing import Any, Literal, TypeGuard, Union, get_args, get_origin, get_type_hints

from nengo_nb.jupyter import protocol
from nengo_nb.jupyter.protocol import VERSION

MODULES = tuple(
    import_module(f"{protocol.__name__}.{module.name}")
    for module in pkgutil.iter_modules(protocol.__path__)
    if module.name != "codec"  # which reads and writes messages, and has none
)
FOLDER = Path(__file__).parent / "src" / "protocol"
WIDTH = 100
"""Largest number of characters of a line, as ``package.json`` tells Prettier."""

SCALARS = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    NoneType: "null",
    Any: "unknown",
}


def typescript() -> dict[str, str]:
    """Return the text of each generated file, by its name."""
    version = f"{_heading('Version of all messages')}\nexport const VERSION = {VERSION};\n"
    return {"version.ts": version} | {
        f"{_short_name(module)}.ts": _write_module(module) for module in MODULES
    }


def _short_name(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


def _is_message(value: Any) -> TypeGuard[type]:
    return isinstance(value, type) and is_dataclass(value)


def _heading(sentence: str) -> str:
    return f"/** {sentence}. */\n\n// Written by write_protocol.py: change it in Python.\n"


def _write_module(module: ModuleType) -> str:
    sentence = (module.__doc__ or "").splitlines()[0].rstrip(".")
    writer = _Writer(module)
    declarations = list(writer.declarations())
    parts = [_heading(sentence), *writer.imports(), *declarations]
    return "\n".join(parts)


class _Writer:
    """Writer of one module, which notes the types of other modules that it names."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._foreign: dict[str, set[str]] = {}
        self._aliases = {
            name: value
            for name, value in vars(module).items()
            if isinstance(value, UnionType)
            or get_origin(value) is Literal
            or (_is_message(value) and value.__name__ != name)
        }
        self._docs = _attribute_docs(module)

    def declarations(self) -> Iterator[str]:
        """Yield the interfaces and the named types, in the order of the module."""
        for name, value in vars(self._module).items():
            if name in self._aliases:
                yield self._alias(name, value)
            elif _is_message(value) and value.__module__ == self._module.__name__:
                yield self._interface(value)

    def imports(self) -> Iterator[str]:
        """Yield the block of imports, if there is anything to import."""
        lines = [
            _import_line(module, sorted(names)) for module, names in sorted(self._foreign.items())
        ]
        if lines:
            yield "".join(lines)

    def _interface(self, kind: type) -> str:
        summary, described = _split_docstring(inspect.getdoc(kind) or "")
        lines = [_comment(summary, ""), f"export interface {kind.__name__} {{\n"]
        lines.append(f'  type: "{kind.__name__}";\n')
        types = get_type_hints(kind)
        for field in fields(kind):
            if field.name in described:
                lines.append(_comment(described[field.name], "  "))
            lines.append(f"  {field.name}: {self._type(types[field.name])};\n")
        return "".join([*lines, "}\n"])

    def _alias(self, name: str, value: Any) -> str:
        members = [self._member(member) for member in get_args(value) or (value,)]
        comment = _comment(self._docs[name], "") if name in self._docs else ""
        union = " | ".join(members)
        line = f"export type {name} = {union};\n"
        if len(line) - 1 > WIDTH:
            line = f"export type {name} =\n  {union};\n"
        if max(map(len, line.splitlines())) > WIDTH:
            line = f"export type {name} =\n" + "\n".join(f"  | {member}" for member in members)
            line += ";\n"
        return comment + line

    def _type(self, kind: Any) -> str:
        """Return a type in TypeScript, by its name where the module has one for it."""
        for name, value in self._aliases.items():
            if value == kind and not _is_message(value):
                return name
        arguments = get_args(kind)
        match get_origin(kind):
            case None:
                return self._member(kind)
            case origin if origin in (Union, UnionType, Literal):
                return " | ".join(self._member(member) for member in arguments)
            case origin if origin is list:
                item = self._type(arguments[0])
                return f"({item})[]" if " | " in item and item[-1] != "]" else f"{item}[]"
            case origin if origin is tuple:
                return f"[{', '.join(self._type(item) for item in arguments)}]"
            case origin if origin is dict:
                return f"Record<{', '.join(self._type(item) for item in arguments)}>"
        raise TypeError(f"no message may have a field of type {kind}: TypeScript's is not known")

    def _member(self, kind: Any) -> str:
        if isinstance(kind, str):
            return f'"{kind}"'
        if _is_message(kind):
            module = kind.__module__.rpartition(".")[2]
            if kind.__module__ != self._module.__name__:
                self._foreign.setdefault(module, set()).add(kind.__name__)
            return kind.__name__
        return SCALARS[kind] if kind in SCALARS else self._type(kind)


def _import_line(module: str, names: Sequence[str]) -> str:
    """Return an import, on several lines where one is too long, as Prettier writes it."""
    line = f'import type {{ {", ".join(names)} }} from "./{module}";\n'
    if len(line) - 1 <= WIDTH:
        return line
    listed = "".join(f"  {name},\n" for name in names)
    return f'import type {{\n{listed}}} from "./{module}";\n'


def _attribute_docs(module: ModuleType) -> dict[str, str]:
    """Return the docstrings below assignments of a module, by the name that is assigned."""
    body = ast.parse(inspect.getsource(module)).body
    docs: dict[str, str] = {}
    for statement, following in itertools.pairwise(body):
        match statement, following:
            case ast.Assign(targets=[ast.Name(id=name)]), ast.Expr(value=ast.Constant(value=text)):
                docs[name] = str(text)
    return docs


def _import(names: list[str], module: str) -> str:
    """Return the import of types of another module, as Prettier breaks its line."""
    line = f'import type {{ {", ".join(names)} }} from "./{module}";\n'
    if len(line) - 1 <= WIDTH:
        return line
    listed = "".join(f"  {name},\n" for name in names)
    return f'import type {{\n{listed}}} from "./{module}";\n'


def _split_docstring(text: str) -> tuple[str, dict[str, str]]:
    """Return the text before ``Args:``, and the description of each field behind it."""
    summary, _, arguments = text.partition("\nArgs:\n")
    described: dict[str, str] = {}
    name = ""
    for line in arguments.splitlines():
        start = re.match(r"    (\w+): (.*)", line)
        if start:
            name = start[1]
            described[name] = start[2]
        elif name:
            described[name] += f" {line.strip()}"
    return summary, described


def _comment(text: str, indent: str) -> str:
    words = " ".join(re.sub(r"\bNone\b", "null", text.replace("``", "`")).split())
    line = f"{indent}/** {words} */\n"
    if len(line) - 1 <= WIDTH:
        return line
    lines, width = [""], WIDTH - len(indent) - 3
    for word in words.split():
        if len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] += f" {word}"
    return "".join([f"{indent}/**\n", *(f"{indent} *{each}\n" for each in lines), f"{indent} */\n"])


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file, content in typescript().items():
        (FOLDER / file).write_text(content, encoding="utf-8")
