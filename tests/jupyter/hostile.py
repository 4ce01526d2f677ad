"""Messages that no page of ours sends."""

from __future__ import annotations

import logging
from dataclasses import fields

import hypothesis
from hypothesis import strategies as st

FIRM = hypothesis.settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=list(hypothesis.HealthCheck),
    database=None,
)


def nested(depth):
    value = 0.0
    for _ in range(depth):
        value = [value]
    return value


NUMBERS = [
    0,
    -1,
    2**31,
    -(2**63),
    10**400,
    1e-320,
    -1e-320,
    1e308,
    -1e308,
    float("nan"),
    float("inf"),
    -0.0,
]
HOSTILE = [
    *NUMBERS,
    None,
    True,
    "",
    "nobody",
    "\x00\ud800",
    "x" * 100_000,
    "<script>alert(1)</script>",
    [],
    {},
    [None],
    [NUMBERS],
    NUMBERS,
    nested(800),
    {"type": "Play"},
    b"bytes",
]


def values(*sensible):
    """Hostile values, with sensible ones among them so that more is reached."""
    return st.sampled_from([*HOSTILE, *sensible, *sensible, *sensible])


def message_of(kinds, *sensible):
    """Messages of all kinds with wrong, missing and superfluous fields, and what is no
    message at all.
    """
    of_kinds = []
    for name, kind in kinds.items():
        optional = {field.name: values(*sensible) for field in fields(kind)} | {"more": values()}
        optional.pop("type", None)
        of_kinds.append(st.fixed_dictionaries({"type": st.just(name)}, optional=optional))
    return st.one_of(*of_kinds, st.fixed_dictionaries({"type": values()}), values())


def unexpected(caplog):
    """Return the errors that handlers logged; a message that they ignore or refuse is none."""
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
