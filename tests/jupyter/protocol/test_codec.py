"""Messages are read as they were written, and nothing else is understood."""

from dataclasses import fields, is_dataclass
from itertools import chain

import pytest

from nengo_nb.jupyter.protocol import diagram, live, loader, panel, preferences
from nengo_nb.jupyter.protocol.codec import _field_types, _fits, read_message, write_message
from nengo_nb.jupyter.protocol.preferences import Preferences

MODULES = (diagram, live, loader, panel, preferences)


def classes_of(module):
    """The messages that a module declares."""
    own = [kind for kind in vars(module).values() if is_dataclass(kind)]
    return [kind for kind in own if kind.__module__ == module.__name__]


MESSAGES = [*chain.from_iterable(map(classes_of, MODULES))]
FROM_A_PAGE = [*chain.from_iterable(module.TO_KERNEL.values() for module in MODULES[:4])]


@pytest.mark.parametrize(
    ("message", "kinds"),
    [
        (live.Grab(name="wave", values=[1, None]), live.TO_KERNEL),
        (live.Look(length=2, end=None), live.TO_KERNEL),
        (live.Play(), live.TO_KERNEL),
        (
            Preferences(version=1, frame_rate=30, palette="", default_plots="none"),
            live.TO_KERNEL,
        ),
        (panel.Run(page="a", number=1, name="net", seconds=None), panel.TO_KERNEL),
        (loader.WantBokeh(), loader.TO_KERNEL),
        (
            diagram.InspectRequest(
                version=1, id=2, drawing="a", what="box", index=0, copy=0, dimension=0
            ),
            diagram.TO_KERNEL,
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_message_is_read_as_it_was_written(message, kinds):
    assert read_message(write_message(message), kinds) == message


def test_values_in_a_message_are_called_by_their_classes_too():
    chart = diagram.ImageChart(title="a", values=[[1.0, None]], rows="", columns="")

    content = write_message(diagram.InspectReply(id=1, facts=[("a", "b")], charts=[chart]))

    assert content == {
        "type": "InspectReply",
        "id": 1,
        "facts": [["a", "b"]],
        "charts": [
            {
                "type": "ImageChart",
                "title": "a",
                "values": [[1.0, None]],
                "rows": "",
                "columns": "",
            }
        ],
        "dimensions": 1,
        "note": "",
        "offers": [],
    }


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
        {"type": "Grab", "name": "wave", "values": ["1"]},
        {"type": "Grab", "name": "wave", "values": 1},
    ],
)
def test_anything_else_is_refused(content):
    with pytest.raises(ValueError):
        read_message(content, live.TO_KERNEL)


def test_a_field_of_another_type_is_named():
    content = write_message(panel.Run(page="a", number=1, name="net", seconds=None))

    with pytest.raises(ValueError, match=r"Run.seconds cannot be '1'"):
        read_message({**content, "seconds": "1"}, panel.TO_KERNEL)


@pytest.mark.parametrize("kind", FROM_A_PAGE, ids=lambda kind: kind.__qualname__)
def test_every_field_that_a_page_fills_can_be_checked(kind):
    assert not any(_fits(object(), wanted) for wanted in _field_types(kind).values())


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.__qualname__)
def test_a_message_is_frozen_and_made_with_the_names_of_its_fields(kind):
    """Two fields of one type cannot change places unseen."""
    assert kind.__dataclass_params__.frozen
    assert all(field.kw_only for field in fields(kind))
