"""Names: what the things in a network are called."""

from __future__ import annotations

from typing import Any

import nengo


def name_of(thing: Any) -> str:
    """The label of an object, a slice of it or its neurons, or what kind of thing it is."""
    if isinstance(thing, nengo.base.ObjView):
        return f"{name_of(thing.obj)}{_slice(thing.slice)}"
    if isinstance(thing, nengo.ensemble.Neurons):
        return f"{name_of(thing.ensemble)}.neurons"
    if isinstance(thing, nengo.connection.LearningRule):
        return f"{name_of(thing.connection)}.learning_rule"
    if isinstance(thing, nengo.Probe) and thing.label is None:
        return f"probe of {name_of(thing.target)}"
    if isinstance(thing, nengo.Connection) and thing.label is None:
        return f"{name_of(thing.pre)} → {name_of(thing.post)}"
    label = getattr(thing, "label", None)
    return str(label) if label is not None else f"unnamed {type(thing).__name__}"


def _slice(index: Any) -> str:
    """A slice as it is written; Nengo keeps a single index as a slice of length one."""
    if not isinstance(index, slice):
        return f"[{index}]"
    if index.step is None and None not in (index.start, index.stop) and index.stop == index.start + 1:
        return f"[{index.start}]"
    parts = ["" if part is None else str(part) for part in (index.start, index.stop)]
    return f"[{':'.join(parts)}]" if index.step is None else f"[{':'.join(parts)}:{index.step}]"


def printable(text: str) -> str:
    """A text without what cannot be written down as XML or UTF-8: control characters and halves of characters."""
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)


def rule_of(connection: nengo.Connection) -> str:
    """The learning rules of a connection by their type: ``PES``, or ``PES + BCM``."""
    rules = connection.learning_rule_type
    several = rules.values() if isinstance(rules, dict) else rules if isinstance(rules, list) else [rules]
    return " + ".join(type(rule).__name__ for rule in several)
