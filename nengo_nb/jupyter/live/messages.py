"""Messages between kernel and browser; ``labextension/src/live/messages.ts`` has the same, field by
field.

Every message is a JSON object whose ``type`` is the name of a class here. Those that a browser
sends are checked when they are read, because whoever sends them may be another version of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nengo_nb.jupyter.page.wire import read_message, write_message

VERSION = 4
"""Of all messages here. A page with another one says so; so raise it with every change."""

# --- to the browser
# ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class SourceInfo:
    """Something that can be watched; ``costs`` says that the program is compiled again for it."""

    key: str
    name: str
    kinds: list[str]
    size: int
    costs: bool


@dataclass(frozen=True, kw_only=True)
class PlotInfo:
    """A plot; ``figure`` is Bokeh's JSON, and ``state`` says why there are no data, if
    there are none.
    """

    id: str
    source: str
    title: str
    kind: str
    kinds: list[str]
    labels: list[str]
    dims: list[int]
    colors: list[str]
    synapse: float
    ordered: bool
    state: str
    figure: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class SliderInfo:
    """The sliders of one node, one for each value it outputs."""

    name: str
    size: int
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Everything that is shown, sent whenever it changes."""

    version: int
    title: str
    plots: list[PlotInfo]
    sliders: list[SliderInfo]
    nodes: list[str]
    sources: list[SourceInfo]
    items: int
    item: int
    dt: float


@dataclass(frozen=True, kw_only=True)
class Part:
    """Where the numbers of one plot are in a frame's buffer: ``rows x columns`` float32
    from element ``offset``.
    """

    plot: str
    offset: int
    rows: int
    columns: int
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One moment of everything that is shown; times in seconds."""

    number: int
    time: float
    n_steps: int
    playing: bool
    compiling: bool
    speed: float | None
    ratio: float
    rate: float
    ended: str
    error: str
    begin: float
    end: float
    follows: bool
    length: float
    moments: list[float]
    held: list[str]
    values: list[list[float]]
    parts: list[Part]


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A sentence for whoever looks at the view: what they asked for is not possible."""

    text: str


@dataclass(frozen=True, kw_only=True)
class File:
    """Text to be kept: a plot's data, or the view as code."""

    name: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Closed:
    """The view was closed in the kernel, which goes on without it."""


# --- from the browser
# -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A view is on the page and wants everything."""

    view: str
    version: int


@dataclass(frozen=True, kw_only=True)
class Prefer:
    """What whoever looks has set: ``frames`` per second at most, and which ``plots`` a view
    shows that is new.
    """

    frames: float
    plots: str


@dataclass(frozen=True, kw_only=True)
class Ack:
    """A view has drawn a frame."""

    view: str
    number: int


@dataclass(frozen=True, kw_only=True)
class Play:
    """Run until told otherwise."""


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Stop after the chunk in flight."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """Take some steps."""

    steps: int


@dataclass(frozen=True, kw_only=True)
class RunTo:
    """Run to a simulated time."""

    time: float


@dataclass(frozen=True, kw_only=True)
class Speed:
    """Simulated seconds per second; null is as fast as possible."""

    factor: float | None


@dataclass(frozen=True, kw_only=True)
class Reset:
    """Back to before the first step."""


@dataclass(frozen=True, kw_only=True)
class GoBack:
    """Back to the last stored moment at or before a time, to go on from there."""

    time: float


@dataclass(frozen=True, kw_only=True)
class Grab:
    """Let a node output these values."""

    name: str
    values: list[float]


@dataclass(frozen=True, kw_only=True)
class Release:
    """Let a node output again what it outputs by itself."""

    name: str


@dataclass(frozen=True, kw_only=True)
class AddSliders:
    """Show the sliders of a node."""

    name: str


@dataclass(frozen=True, kw_only=True)
class RemoveSliders:
    """Take the sliders of a node away, and let go of it."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Look:
    """Show a window of time that ends at a time, or that ends now if that is null."""

    length: float
    end: float | None


@dataclass(frozen=True, kw_only=True)
class LookFor:
    """Show a window of this length, wherever it ends."""

    length: float


@dataclass(frozen=True, kw_only=True)
class LookUntil:
    """Show what comes before a time, or before now if that is null; as much as before."""

    end: float | None


@dataclass(frozen=True, kw_only=True)
class ChooseItem:
    """Show another item of the minibatch."""

    item: int


@dataclass(frozen=True, kw_only=True)
class AddPlot:
    """Draw something in one more plot."""

    source: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class ChangePlot:
    """Draw a plot in another way."""

    plot: str
    kind: str
    dims: list[int]
    synapse: float
    ordered: bool


@dataclass(frozen=True, kw_only=True)
class RemovePlot:
    """Take a plot away."""

    plot: str


@dataclass(frozen=True, kw_only=True)
class WantData:
    """Send all that was recorded for a plot, as CSV."""

    plot: str


@dataclass(frozen=True, kw_only=True)
class WantCode:
    """Send the view as Python code."""


@dataclass(frozen=True, kw_only=True)
class Hide:
    """A view is out of sight, or in sight again."""

    view: str
    hidden: bool


Outgoing = Scene | Frame | Notice | File | Closed
Incoming = (
    Ready | Prefer | Ack | Play | Pause | Step | RunTo | Speed | Reset | GoBack | Grab | Release | AddSliders
    | RemoveSliders | Look | LookFor | LookUntil | ChooseItem | AddPlot | ChangePlot | RemovePlot | WantData
    | WantCode | Hide
)  # fmt: skip
INCOMING: dict[str, type] = {kind.__name__: kind for kind in Incoming.__args__}


def write(message: Outgoing) -> dict[str, Any]:
    """A message as JSON."""
    return write_message(message)


def read(content: Any) -> Incoming:
    """A message of a browser.

    Raises:
        ValueError: It is none, or one of its fields is missing or of another type.
    """
    message: Incoming = read_message(content, INCOMING)
    return message
