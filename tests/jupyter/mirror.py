"""The mirror: what a file of TypeScript interfaces says of messages, beside what Python says."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from types import ModuleType
from typing import Any

SOURCES = Path(__file__).parents[2] / "labextension" / "src"
TYPES = {
    "str": "string", "int": "number", "float": "number", "bool": "boolean", "float | None": "number | null",
    "list[str]": "string[]", "list[int]": "number[]", "list[float]": "number[]", "list[list[float]]": "number[][]",
    "dict[str, Any]": "object",
}  # fmt: skip


def classes_of(module: ModuleType) -> list[Any]:
    """The messages of a module, and what they are made of."""
    return [each for each in vars(module).values() if dataclasses.is_dataclass(each)]


def in_typescript(path: str) -> dict[str, dict[str, str]]:
    """Every interface of a file with its fields and their types."""
    source = (SOURCES / path).read_text(encoding="utf-8")
    found = re.findall(r"export interface (\w+) \{\n(.*?)\n\}", source, re.DOTALL)
    return {
        name: dict(re.findall(r"^  (\w+): ([^;]+);", body, re.MULTILINE)) for name, body in found
    }


def in_python(message: Any) -> dict[str, str]:
    """The fields of a class as TypeScript would have them."""
    fields = {each.name: str(each.type) for each in dataclasses.fields(message)}
    return {
        name: TYPES.get(kind) or f"{kind.removeprefix('list[').rstrip(']')}[]"
        for name, kind in fields.items()
    }


def version_of(path: str) -> int:
    """The version of the messages of a file."""
    return int(re.search(r"VERSION = (\d+);", (SOURCES / path).read_text(encoding="utf-8"))[1])
