"""Messages: the same fields in Python and TypeScript, and nothing else is understood."""

from dataclasses import fields

import pytest

from nengo_nb.jupyter.diagrams import inspection
from nengo_nb.jupyter.protocol import live as m
from nengo_nb.jupyter.protocol import panel
from tests.jupyter.mirror import classes_of, in_python, in_typescript, version_of

THEIRS = "live/messages.ts"


@pytest.mark.parametrize("message", classes_of(m), ids=lambda each: each.__name__)
def test_a_message_has_the_same_fields_on_both_sides(message):
    theirs = in_typescript(THEIRS)[message.__name__]

    kind = theirs.pop("type", None)

    assert theirs == in_python(message)
    is_message = message in (*m.INCOMING.values(), m.Scene, m.Frame, m.Notice, m.File, m.Closed)
    assert kind == (f'"{message.__name__}"' if is_message else None)


def test_both_sides_have_the_same_messages_and_version():
    assert in_typescript(THEIRS).keys() == {message.__name__ for message in classes_of(m)}
    assert version_of(THEIRS) == m.VERSION


def test_a_message_is_read_as_it_was_written():
    assert m.read({"type": "Grab", "name": "wave", "values": [1, 0.5]}) == m.Grab(
        name="wave", values=[1, 0.5]
    )
    assert m.read({"type": "Look", "length": 2, "end": None}) == m.Look(length=2, end=None)


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


@pytest.mark.parametrize("module", [m, panel, inspection], ids=["live", "panel", "diagram"])
def test_a_message_is_made_with_the_names_of_its_fields(module):
    """Two fields of one type cannot change places unseen."""
    messages = classes_of(module)

    assert messages
    assert all(field.kw_only for message in messages for field in fields(message))
