"""Names: what the things in a network are called.

A thing is called by its label. One without a label is called by what holds it, if somebody who
knows that has told
:func:`call`: a notebook knows its variables. The network itself is never changed.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import nengo

LONGEST = 120
"""Characters of a name; a longer label is cut, wherever it is shown."""

_holders: WeakKeyDictionary[Any, str] = WeakKeyDictionary()
_places: WeakKeyDictionary[Any, str] = WeakKeyDictionary()


def call(thing: Any, holder: str = "", place: str = "") -> None:
    """Tell what a thing is called if it has no label, anew each time.

    Args:
        thing: A network, an ensemble, a node, a connection or a probe.
        holder: The variable, or the item of a list, that holds it: ``layers[3]``.
        place: Where it is in its network, for what nothing holds: ``ensembles[3]``.
    """
    if holder:
        _holders[thing] = clean(holder)
    if place:
        _places[thing] = place


def label_of(thing: Any) -> str:
    """The label of a thing, or what holds it; an empty text if there is neither."""
    label = getattr(thing, "label", None)
    if label is None:
        return _holders.get(thing, "")
    return clean(str(label))


def name_of(thing: Any) -> str:
    """The label of an object, a slice of it or its neurons, or where or what kind of thing
    it is.
    """
    if isinstance(thing, nengo.base.ObjView):
        return f"{name_of(thing.obj)}{_slice(thing.slice)}"
    if isinstance(thing, nengo.ensemble.Neurons):
        return f"{name_of(thing.ensemble)}.neurons"
    if isinstance(thing, nengo.connection.LearningRule):
        return f"{name_of(thing.connection)}.learning_rule"
    label = label_of(thing)
    if isinstance(thing, nengo.Probe) and not label:
        return f"probe of {name_of(thing.target)}"
    if isinstance(thing, nengo.Connection) and not label:
        return f"{name_of(thing.pre)} → {name_of(thing.post)}"
    return label or _places.get(thing, f"unnamed {type(thing).__name__}")


def _slice(index: Any) -> str:
    """A slice as it is written; Nengo keeps a single index as a slice of length one."""
    if not isinstance(index, slice):
        return f"[{index}]"
    if (
        index.step is None
        and None not in (index.start, index.stop)
        and index.stop == index.start + 1
    ):
        return f"[{index.start}]"
    parts = ["" if part is None else str(part) for part in (index.start, index.stop)]
    return f"[{':'.join(parts)}]" if index.step is None else f"[{':'.join(parts)}:{index.step}]"


def clean(label: str) -> str:
    """A label as one line of what can be written down, and not longer than anybody would read."""
    if len(label) <= LONGEST and label.isprintable() and label.isascii() and "  " not in label:
        return label.strip()  # almost every label, and there may be ten thousands
    line = " ".join(printable(label[: 4 * LONGEST]).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def printable(text: str) -> str:
    """A text without what cannot be written down as XML or UTF-8: control characters and
    halves of characters.
    """
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)


def rule_of(connection: nengo.Connection) -> str:
    """The learning rules of a connection by their type: ``PES``, or ``PES + BCM``."""
    rules = connection.learning_rule_type
    if isinstance(rules, dict):
        rules = list(rules.values())
    several = rules if isinstance(rules, list) else [rules]
    return " + ".join(type(rule).__name__ for rule in several)
