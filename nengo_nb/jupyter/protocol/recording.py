"""Recorded runs as a player on a page reads them, and the request for one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class LinesPanel:
    """Lines over time: ``points`` times from ``offset`` on, then the values of one line after the
    other. Without ``limits`` the axis holds all values. Lines of positions in ``hidden`` are
    switched off.
    """

    title: str
    note: str
    labels: list[str]
    quantity: str
    points: int
    offset: int
    stacked: bool
    hidden: list[int]
    limits: list[float]


@dataclass(frozen=True, kw_only=True)
class SpikesPanel:
    """Spikes, whose marks are ``step`` rows high.

    ``trains`` are, as base64, for each row the number of its spikes, then the steps of ``dt``
    seconds between them, the first from the begin on. Numbers have seven bits in a byte, the
    lowest first, and the highest bit where more follow.
    """

    title: str
    note: str
    labels: list[str]
    dt: float
    trains: str
    step: int


@dataclass(frozen=True, kw_only=True)
class PathData:
    """Path: ``points`` times from ``offset`` on, then its first and its second coordinates."""

    name: str
    points: int
    offset: int


@dataclass(frozen=True, kw_only=True)
class PathsPanel:
    """Paths of one value over another; ``labels`` are those of the axes."""

    title: str
    note: str
    labels: list[str]
    paths: list[PathData]
    limits: list[float]


@dataclass(frozen=True, kw_only=True)
class ImagesPanel:
    """Images: ``images`` times from ``offset`` on, then the images, row by row from the top."""

    title: str
    note: str
    quantity: str
    images: int
    rows: int
    columns: int
    offset: int
    low: float
    high: float
    grey: bool


@dataclass(frozen=True, kw_only=True)
class CloudsPanel:
    """Similarities of pointers: ``times`` times from ``offset`` on, then all values of each."""

    title: str
    note: str
    labels: list[str]
    times: int
    offset: int


PanelData = LinesPanel | SpikesPanel | PathsPanel | ImagesPanel | CloudsPanel


@dataclass(frozen=True, kw_only=True)
class RecordingData:
    """Recorded run from ``begin`` to ``end`` in simulated seconds.

    ``numbers`` are float32 numbers in little-endian order as base64; times among them count from
    ``begin``. ``notes`` say what is left out.
    """

    title: str
    begin: float
    end: float
    panels: list[PanelData]
    notes: list[str]
    numbers: str


# --- about players, to the browser
# -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Sentence for the viewer on what was kept in the notebook."""

    text: str


# --- from the browser
# -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class WantPlayer:
    """Request what was recorded as a player: a file to save, or else kept in the view's output."""

    as_file: bool
