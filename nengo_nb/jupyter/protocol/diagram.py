"""Messages of diagrams, all on one comm per kernel."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .codec import kinds_of

SubjectKind = Literal["box", "arrow"]

# --- to the browser
# ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class LineChart:
    """Line chart over a shared axis, with a gap where a value is null.

    Args:
        title: Title of the chart.
        x: Values along the shared axis.
        lines: Values of each line.
        names: Name of each line; none if there are too many to tell apart.
        dashed: Indices of the lines that are drawn dashed.
        x_label: Label of the shared axis.
        y_label: Label of the axis of values.
    """

    title: str
    x: list[float]
    lines: list[list[float | None]]
    names: list[str]
    dashed: list[int]
    x_label: str
    y_label: str


@dataclass(frozen=True, kw_only=True)
class ImageChart:
    """Matrix as an image; ``rows`` and ``columns`` say what these are."""

    title: str
    values: list[list[float | None]]
    rows: str
    columns: str


Chart = LineChart | ImageChart


@dataclass(frozen=True, kw_only=True)
class OfferInfo:
    """Offer to watch or to steer an object in a live view.

    Args:
        key: Name of the offer in a request.
        label: Text of its button.
        about: Sentence on what it does.
    """

    key: str
    label: str
    about: str


@dataclass(frozen=True, kw_only=True)
class InspectReply:
    """Facts and charts of a built object.

    Args:
        id: Number of the request.
        facts: Terms with their descriptions.
        charts: Charts of the object.
        dimensions: Number of dimensions of which one can be chosen to draw charts along it.
        note: Note about what is not available, and what would make it so.
        offers: Offers to watch or steer the object; none of a network that is gone.
    """

    id: int
    facts: list[tuple[str, str]] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    dimensions: int = 1
    note: str = ""
    offers: list[OfferInfo] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Activity:
    """Activity of a drawing's boxes from 0 to 1; the buffer has a float32 for each box."""

    drawing: str


@dataclass(frozen=True, kw_only=True)
class FindingInfo:
    """Finding about an object of a drawing.

    Args:
        what: Whether it is a box or an arrow.
        index: Index of the box or arrow in the drawing.
        copy: Number of the object among those that share the box or arrow, from zero.
        name: Name of the object.
        problem: Kind of the problem.
        reason: Sentence that says what was found.
        remedy: Sentence that says what helps.
    """

    what: SubjectKind
    index: int
    copy: int
    name: str
    problem: str
    reason: str
    remedy: str


@dataclass(frozen=True, kw_only=True)
class Health:
    """Findings about the network of a drawing, sent to all pages that show it.

    Args:
        drawing: Name of the drawing.
        findings: The findings, in the order of the drawing.
        more: Number of findings that are not among them.
        looked_at: Sentence that says what was looked at, and what was left out.
    """

    drawing: str
    findings: list[FindingInfo]
    more: int
    looked_at: str


@dataclass(frozen=True, kw_only=True)
class Done:
    """Reply to a request that was carried out, or whose note says why it was not.

    Args:
        id: Number of the request.
        note: Sentence for the page; empty where there is nothing to say.
    """

    id: int
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class WatchReply:
    """Reply to a request to watch or steer an object.

    Args:
        id: Number of the request.
        view: Name of the live view that shows it; empty if none does.
        plot: Name of its plot in that view; empty if the object is steered.
        node: Name of the node that is steered there; empty if the object is watched.
        note: Sentence for the page; empty where there is nothing to say.
    """

    id: int
    view: str = ""
    plot: str = ""
    node: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ViewPicture:
    """Picture of a live view that a diagram has opened, sent whenever its simulation pauses.

    Args:
        view: Name of the live view.
        png: The picture in base64; empty where nothing can be drawn.
    """

    view: str
    png: str


# --- from the browser
# -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class InspectRequest:
    """Request details of a box or an arrow.

    Args:
        version: Version of the page's messages.
        id: Number of the request, which the reply repeats.
        drawing: Name of the drawing.
        what: Whether a box or an arrow is inspected.
        index: Index of the box or arrow in the drawing.
        copy: Number of the object among those that share the box or arrow, from zero.
        dimension: Dimension of the represented value along which charts are drawn, from zero.
    """

    version: int
    id: int
    drawing: str
    what: SubjectKind
    index: int
    copy: int
    dimension: int


@dataclass(frozen=True, kw_only=True)
class CheckRequest:
    """Request to look for what is probably not as it was meant in a drawing's network.

    Args:
        version: Version of the page's messages.
        id: Number of the request, which the reply repeats.
        drawing: Name of the drawing.
        asked: Whether a person has asked. Otherwise, as where a page shows the drawing, only a
            network that has a simulator is looked at, and not for long.
        seconds: Simulated seconds to run the network for, in a simulator of its own; 0 for a
            look at the built network alone.
    """

    version: int
    id: int
    drawing: str
    asked: bool
    seconds: float


@dataclass(frozen=True, kw_only=True)
class WatchRequest:
    """Request to watch or steer an object in a live view, which is opened if there is none.

    Args:
        version: Version of the page's messages.
        id: Number of the request, which the reply repeats.
        drawing: Name of the drawing.
        what: Whether it is a box or an arrow.
        index: Index of the box or arrow in the drawing.
        copy: Number of the object among those that share the box or arrow, from zero.
        offer: Key of the offer.
        views: Names of the live views that can be seen on the page, in their order.
    """

    version: int
    id: int
    drawing: str
    what: SubjectKind
    index: int
    copy: int
    offer: str
    views: list[str]


ToBrowser = InspectReply | Done | WatchReply | Activity | Health | ViewPicture
ToKernel = InspectRequest | CheckRequest | WatchRequest
TO_KERNEL = kinds_of(ToKernel)
