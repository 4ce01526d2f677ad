"""The panel's messages: the same fields in Python and TypeScript."""

import pytest

from nengo_nb.jupyter.protocol import panel as m
from nengo_nb.jupyter.protocol.codec import read_message
from tests.jupyter.mirror import classes_of, in_python, in_typescript, version_of

THEIRS = "lab/panel/messages.ts"


@pytest.mark.parametrize("message", classes_of(m), ids=lambda each: each.__name__)
def test_a_message_has_the_same_fields_on_both_sides(message):
    theirs = in_typescript(THEIRS)[message.__name__]

    kind = theirs.pop("type", None)

    assert theirs == in_python(message)
    assert kind == (None if message is m.Row else f'"{message.__name__}"')


def test_both_sides_have_the_same_messages_and_version():
    assert in_typescript(THEIRS).keys() == {message.__name__ for message in classes_of(m)}
    assert version_of(THEIRS) == m.VERSION


def test_an_order_is_read_as_it_was_written():
    content = {"type": "Run", "page": "a", "number": 1, "name": "net", "seconds": None}

    assert read_message(content, m.INCOMING) == m.Run(page="a", number=1, name="net", seconds=None)
    with pytest.raises(ValueError, match="Run.seconds cannot be '1'"):
        read_message({**content, "seconds": "1"}, m.INCOMING)
