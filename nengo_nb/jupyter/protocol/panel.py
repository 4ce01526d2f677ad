"""Messages of JupyterLab's side panel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from .codec import kinds_of

EntryKind = Literal["network", "simulator", "other"]
EntryState = Literal["new", "building", "compiling", "running", "cell", "idle", "closed", "error"]
OutputKind = Literal["live", "diagram"]

# --- to the browser
# ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Row:
    """Entry of the panel: a variable with a network or a simulator.

    Args:
        name: Name of the variable.
        kind: Whether it is a network or a simulator, with ``other`` for a ``nengo.Simulator``.
        title: Label of the network, if it is not the variable's name.
        neurons: Number of neurons.
        ensembles: Number of ensembles.
        probes: Number of probes.
        state: State of the simulator; ``cell`` says that a cell runs it.
        time: Simulated time, in seconds.
        goal: Simulated time at which it pauses by itself, in seconds; None without one.
        dt: Length of a time step, in seconds.
        rate: Steps per second, as last measured.
        memory: Bytes of parameters and recorded samples.
        error: Last error, as a sentence.
        reason: Reason why it takes no orders, as a sentence; empty if it takes them.
    """

    name: str
    kind: EntryKind
    title: str
    neurons: int
    ensembles: int
    probes: int
    state: EntryState
    time: float
    goal: float | None
    dt: float
    rate: float | None
    memory: int
    error: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """All entries of a kernel, with the version of the messages and of this package."""

    version: int
    package: str
    rows: list[Row]


@dataclass(frozen=True, kw_only=True)
class Ack:
    """Acknowledge an order; its effect comes with reports."""

    page: str
    number: int


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Sentence for the page that gave an order: an error, or news about a rebuilt simulator."""

    page: str
    name: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Output:
    """Output that a page asked for, as the MIME bundle of a cell's output.

    Args:
        page: Page that asked.
        name: Name of the variable.
        kind: Whether it is the live view or the diagram.
        key: Identifies the output, so that a page shows it once.
        bundle: Data by MIME type.
    """

    page: str
    name: str
    kind: OutputKind
    key: str
    bundle: dict[str, Any]


# --- to the kernel
# ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Connect:
    """A page has opened its comm, and wants a report of everything."""

    page: str
    version: int


@dataclass(frozen=True, kw_only=True)
class Run:
    """Run for some simulated seconds, or until paused if that is None."""

    page: str
    number: int
    name: str
    seconds: float | None


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Pause after the chunk in flight."""

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
    """Request the live view."""

    page: str
    number: int
    name: str


@dataclass(frozen=True, kw_only=True)
class ShowDiagram:
    """Request the diagram."""

    page: str
    number: int
    name: str


ToBrowser = Report | Ack | Notice | Output
Order = Run | Pause | Reset | ShowLive | ShowDiagram
ToKernel = Connect | Order
TO_KERNEL = kinds_of(ToKernel)
