"""Messages between kernel and panel; ``labextension/src/lab/panel/messages.ts`` has the
same, field by field.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

VERSION = 3
"""Of all messages here. A page with another one says so; so raise it with every change."""

# --- to the browser
# ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Row:
    """A network, or a simulator that a variable holds.

    Args:
        name: The variable.
        kind: ``network``, ``simulator``, or ``other`` for a simulator of Nengo's own.
        title: What is simulated, where the variable does not say it.
        neurons: Number of neurons.
        ensembles: Number of ensembles.
        probes: Number of probes.
        state: ``new``, ``building``, ``compiling``, ``running``, ``cell`` (a cell runs it),
            ``idle``, ``closed`` or ``error``.
        time: Simulated seconds.
        goal: The simulated time that it runs to, if to any, in seconds.
        dt: Length of a time step, in seconds.
        rate: Steps per second, as last measured.
        memory: Bytes of parameters and of what was recorded.
        error: What went wrong last, as a sentence.
        reason: Why it can only be watched, as a sentence; empty where it takes orders.
    """

    name: str
    kind: str
    title: str
    neurons: int
    ensembles: int
    probes: int
    state: str
    time: float
    goal: float | None
    dt: float
    rate: float | None
    memory: int
    error: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """All there is in a kernel, and which version of this package tells it."""

    version: int
    package: str
    rows: list[Row]


@dataclass(frozen=True, kw_only=True)
class Heard:
    """An order has arrived; what comes of it is told by reports."""

    page: str
    number: int


@dataclass(frozen=True, kw_only=True)
class Said:
    """A sentence for whoever gave an order."""

    page: str
    name: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a page asked to see, as a bundle that a notebook's output could hold.

    Args:
        page: Who asked.
        name: The variable.
        kind: ``live`` or ``diagram``.
        key: The same for the same thing to see.
        bundle: From MIME types to what they are for.
    """

    page: str
    name: str
    kind: str
    key: str
    bundle: dict[str, Any]


# --- to the kernel
# ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Hello:
    """A page is there: it is told all there is."""

    page: str
    version: int


@dataclass(frozen=True, kw_only=True)
class Run:
    """Run for some simulated seconds; None is until told otherwise."""

    page: str
    number: int
    name: str
    seconds: float | None


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Stop after the chunk in flight."""

    page: str
    number: int
    name: str


@dataclass(frozen=True, kw_only=True)
class Reset:
    """Go back to time zero."""

    page: str
    number: int
    name: str


@dataclass(frozen=True, kw_only=True)
class ShowLive:
    """Send the live view."""

    page: str
    number: int
    name: str


@dataclass(frozen=True, kw_only=True)
class ShowDiagram:
    """Send the diagram."""

    page: str
    number: int
    name: str


Outgoing = Report | Heard | Said | Shown
Order = Run | Pause | Reset | ShowLive | ShowDiagram
Incoming = Hello | Order
INCOMING: dict[str, type] = {kind.__name__: kind for kind in Incoming.__args__}
