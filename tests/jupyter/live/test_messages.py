"""Messages: the same fields in Python and TypeScript, and nothing else is understood."""

import dataclasses
import re
from pathlib import Path

import pytest

from nengo_nb.jupyter.live import messages as m

SOURCE = (Path(__file__).parents[3] / "labextension" / "src" / "live" / "messages.ts").read_text(
    encoding="utf-8"
)
TYPES = {
    "str": "string", "int": "number", "float": "number", "bool": "boolean", "float | None": "number | null",
    "list[str]": "string[]", "list[int]": "number[]", "list[float]": "number[]", "list[list[float]]": "number[][]",
    "dict[str, Any]": "object",
}  # fmt: skip
CLASSES = [each for each in vars(m).values() if dataclasses.is_dataclass(each)]


def in_typescript():
    """Every interface with its fields and their types."""
    found = re.findall(r"export interface (\w+) \{\n(.*?)\}", SOURCE, re.DOTALL)
    return {name: dict(re.findall(r"(\w+): ([^;]+);", body)) for name, body in found}


def in_python(message):
    """The fields of a class as TypeScript would have them."""
    fields = {each.name: str(each.type) for each in dataclasses.fields(message)}
    return {
        name: TYPES.get(kind) or f"{kind.removeprefix('list[').rstrip(']')}[]"
        for name, kind in fields.items()
    }


@pytest.mark.parametrize("message", CLASSES, ids=lambda each: each.__name__)
def test_a_message_has_the_same_fields_on_both_sides(message):
    theirs = in_typescript()[message.__name__]

    kind = theirs.pop("type", None)

    assert theirs == in_python(message)
    is_message = message in (*m.INCOMING.values(), m.Scene, m.Frame, m.Notice, m.File)
    assert kind == (f'"{message.__name__}"' if is_message else None)


def test_both_sides_have_the_same_messages_and_version():
    assert in_typescript().keys() == {message.__name__ for message in CLASSES}
    assert f"VERSION = {m.VERSION};" in SOURCE


def test_a_message_is_read_as_it_was_written():
    assert m.read({"type": "Grab", "name": "wave", "values": [1, 0.5]}) == m.Grab("wave", [1, 0.5])
    assert m.read({"type": "Look", "length": 2, "end": None}) == m.Look(2, None)


@pytest.mark.parametrize(
    "content",
    [
        None,
        "Play",
        {},
        {"type": "Frame"},
        {"type": "Explode"},
        {"type": "Step"},
        {"type": "Step", "steps": "1"},
        {"type": "Step", "steps": True},
        {"type": "Grab", "name": "wave", "values": [None]},
        {"type": "Grab", "name": "wave", "values": 1},
    ],
)
def test_anything_else_is_refused(content):
    with pytest.raises(ValueError):
        m.read(content)
