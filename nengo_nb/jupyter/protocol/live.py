"""Messages of live views."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .analysis import AnalysisInfo, ChangeAnalysis
from .codec import kinds_of
from .html import Html
from .loader import BokehScript, WantBokeh
from .plot_settings import ChangeLimits, ChangeSound, DrawOver, HideLines, PlotSettings
from .preferences import Preferences
from .recording import Kept, WantPlayer
from .run_health import RunFindings
from .runs import ForgetRun, NameRun, RunInfo, RunPart, ShowRun
from .sound import Clicks
from .steering import (
    AddExpression,
    AddSliders,
    ChangeSliders,
    Checked,
    CheckExpression,
    Drive,
    Grab,
    HoldKeys,
    KeyboardInfo,
    PointerNodeInfo,
    Release,
    RemoveExpression,
    RemoveSliders,
)
from .sweep import StopSweep, Sweep, SweepInfo

# --- to the browser
# ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class SourceInfo:
    """Source of a plot; ``costs`` says that the program is compiled again to record it."""

    key: str
    name: str
    kinds: list[str]
    size: int
    costs: bool


@dataclass(frozen=True, kw_only=True)
class PlotInfo:
    """Plot, with Bokeh's JSON in ``figure``; ``state`` says why it has no data, if so, and
    ``neurons`` whether its values are those of neurons.

    A similarity to semantic pointers has the keys of their ``vocabulary``, and in ``pointers`` the
    expressions that were chosen; without any, ``labels`` are the keys that are drawn by default.
    ``drivers`` are names that ``AddExpression`` takes: of nodes that drive what is compared, or of
    the module, which gets an input for it; ``undriven`` says why there is none.
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
    order: str
    neurons: bool
    pointers: list[str]
    vocabulary: list[str]
    drivers: list[str]
    undriven: str
    analysis: AnalysisInfo
    state: str
    settings: PlotSettings
    figure: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class SliderInfo:
    """Sliders of one node, one for each value it outputs, from ``low`` to ``high``."""

    name: str
    size: int
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Layout:
    """State of a view without its data, sent whenever it changes.

    ``expressions`` are the names of nodes that have an entry for expressions.
    """

    version: int
    title: str
    plots: list[PlotInfo]
    sliders: list[SliderInfo]
    expressions: list[str]
    pointer_nodes: list[PointerNodeInfo]
    keyboards: list[KeyboardInfo]
    nodes: list[str]
    sources: list[SourceInfo]
    items: int
    item: int
    dt: float


@dataclass(frozen=True, kw_only=True)
class Part:
    """Location of a plot's float32 data from element ``offset``, and a ``note`` that sums up."""

    plot: str
    offset: int
    rows: int
    columns: int
    low: float
    high: float
    note: str
    runs: list[RunPart]


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Frame of a view; times are simulated seconds, ``rate`` is in steps per second.

    For the sliders of each node, ``values`` are where they stand, and ``held`` the indices of those
    that override the node; ``typed`` are the expressions that nodes with entries for them put out,
    empty where they put out their own values. Samples before ``kept`` were forgotten, so that they
    take no more than ``megabytes`` (null for all there is). ``traceback`` are the user's lines that
    led to ``error``. Kept ``runs`` are drawn until ``latest``; ``forgotten`` names lost ones.
    ``sweep`` is one that is under way.
    """

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
    traceback: str
    begin: float
    end: float
    follows: bool
    length: float
    moments: list[float]
    kept: float
    megabytes: float | None
    runs: list[RunInfo]
    latest: float
    forgotten: str
    sweep: SweepInfo | None
    held: list[list[int]]
    values: list[list[float]]
    typed: list[str]
    parts: list[Part]


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Sentence for the viewer, as a request was not possible."""

    text: str


@dataclass(frozen=True, kw_only=True)
class File:
    """Data of a plot to save, as CSV."""

    name: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Code:
    """The view as Python code, for the clipboard."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Closed:
    """The view was closed by the kernel."""


# --- from the browser
# -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A view is on a page and wants the whole state."""

    view: str
    version: int


@dataclass(frozen=True, kw_only=True)
class Ack:
    """Acknowledge a frame that a view has drawn."""

    view: str
    number: int


@dataclass(frozen=True, kw_only=True)
class Play:
    """Run until paused."""


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Pause after the chunk in flight."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """Take ``steps`` time steps."""

    steps: int


@dataclass(frozen=True, kw_only=True)
class RunTo:
    """Run to a simulated time, in seconds."""

    time: float


@dataclass(frozen=True, kw_only=True)
class Speed:
    """Set simulated seconds per second; null is as fast as possible."""

    factor: float | None


@dataclass(frozen=True, kw_only=True)
class Reset:
    """Go back to time zero."""


@dataclass(frozen=True, kw_only=True)
class GoBack:
    """Go back to the last checkpoint at or before a time, in seconds, to go on from there."""

    time: float


@dataclass(frozen=True, kw_only=True)
class Look:
    """Show a window of ``length`` seconds that ends at ``end``, null for the present."""

    length: float
    end: float | None


@dataclass(frozen=True, kw_only=True)
class LookFor:
    """Change the length of the window, in seconds, and leave its end."""

    length: float


@dataclass(frozen=True, kw_only=True)
class LookUntil:
    """Change the end of the window, null for the present, and leave its length."""

    end: float | None


@dataclass(frozen=True, kw_only=True)
class ChooseItem:
    """Show another item of the minibatch."""

    item: int


@dataclass(frozen=True, kw_only=True)
class AddPlot:
    """Add a plot of a source."""

    source: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class ChangePlot:
    """Change the settings of a plot; no ``dims`` or ``pointers`` are those by default."""

    plot: str
    kind: str
    dims: list[int]
    pointers: list[str]
    synapse: float
    order: str


@dataclass(frozen=True, kw_only=True)
class RemovePlot:
    """Remove a plot."""

    plot: str


@dataclass(frozen=True, kw_only=True)
class WantData:
    """Request all recorded samples of a plot, as CSV."""

    plot: str


@dataclass(frozen=True, kw_only=True)
class WantCode:
    """Request the view as Python code."""


@dataclass(frozen=True, kw_only=True)
class Hide:
    """The page's ``visibilitychange`` event of a view."""

    view: str
    hidden: bool


ToBrowser = (
    Layout
    | Frame
    | Notice
    | File
    | Code
    | Kept
    | Checked
    | Closed
    | BokehScript
    | Html
    | Clicks
    | RunFindings
)
Request = (
    Play | Pause | Step | RunTo | Speed | Reset | GoBack | Grab | Release | CheckExpression | Drive
    | AddExpression | RemoveExpression | AddSliders | ChangeSliders | RemoveSliders | Look | LookFor
    | LookUntil | ChooseItem | AddPlot | ChangePlot | ChangeAnalysis | RemovePlot | HoldKeys
    | DrawOver | ChangeLimits | HideLines | ChangeSound | WantData | WantCode | ShowRun | NameRun
    | ForgetRun | Sweep | StopSweep
)  # fmt: skip
"""Request of the viewer, with a handler in ``live/handlers.py``."""
ToKernel = Ready | Preferences | Ack | Hide | WantBokeh | WantPlayer | Request
TO_KERNEL = kinds_of(ToKernel)
