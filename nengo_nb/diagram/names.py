"""Names of the objects in a network, for display.

An object is named by its label; one without a label by the variable or attribute that holds it, as
far as :func:`call` was told, which a notebook does for its variables. The network itself is never
changed.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import nengo

LONGEST = 120
"""Longest name in characters; a longer label is cut wherever it is shown."""

# Weak keys: a name must not keep a network alive.
_holders: WeakKeyDictionary[Any, str] = WeakKeyDictionary()
_places: WeakKeyDictionary[Any, str] = WeakKeyDictionary()


def call(thing: Any, holder: str = "", place: str = "") -> None:
    """Set the name of an object without a label; a second call replaces it.

    Args:
        thing: A network, an ensemble, a node, a connection or a probe.
        holder: Variable, or item of a list, that holds it: ``layers[3]``.
        place: Place in its network, used where nothing holds it: ``ensembles[3]``.
    """
    if holder:
        _holders[thing] = clean(holder)
    if place:
        _places[thing] = place


def label_of(thing: Any) -> str:
    """Return the label of an object, or else its holder, or else an empty string."""
    label = getattr(thing, "label", None)
    if label is None:
        return _holders.get(thing, "")
    return clean(str(label))


def name_of(thing: Any) -> str:
    """Return a name for an object, a view of it, its neurons or its rule: label, holder, place or
    type.
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
    """Format a slice as it is written; Nengo keeps a single index as a slice of length one."""
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
    """Return a label as one line of printable characters, of at most ``LONGEST``."""
    if len(label) <= LONGEST and label.isprintable() and label.isascii() and "  " not in label:
        return label.strip()  # almost every label, and there may be ten thousands
    # Cut before it is cleaned, as a label may be of any length.
    line = " ".join(printable(label[: 4 * LONGEST]).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def printable(text: str) -> str:
    """Replace what XML or UTF-8 cannot represent, control characters and lone surrogates, by
    spaces.
    """
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)


def rule_of(connection: nengo.Connection) -> str:
    """Return the types of a connection's learning rules: ``PES``, or ``PES + BCM``."""
    rules = connection.learning_rule_type
    if isinstance(rules, dict):
        rules = list(rules.values())
    several = rules if isinstance(rules, list) else [rules]
    return " + ".join(type(rule).__name__ for rule in several)
