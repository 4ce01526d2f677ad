"""Comm of all diagrams: one hidden widget per kernel, asked about their objects."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import traitlets
from numpy.typing import NDArray

from nengo_nb.diagram import Diagram
from nengo_nb.jupyter.comms.assets import read_static
from nengo_nb.jupyter.comms.widget import Widget
from nengo_nb.jupyter.protocol import VERSION
from nengo_nb.jupyter.protocol.codec import read_message, sentence_of, write_message
from nengo_nb.jupyter.protocol.diagram import (
    TO_KERNEL,
    Activity,
    CheckRequest,
    Done,
    InspectReply,
    InspectRequest,
    ToBrowser,
    ToKernel,
    WatchReply,
    WatchRequest,
)

from .drawings import GONE, Drawings, Place, References
from .health import HealthChecks
from .inspection import inspect_object
from .watching import OpenView, Watching, offers_in

if TYPE_CHECKING:
    from nengo_nb.jupyter.live.widget import LiveWidget
    from nengo_nb.simulator.any_simulator import AnySimulator

log = logging.getLogger(__name__)

Reply = InspectReply | Done | WatchReply
"""Reply to a request of a diagram."""


class DiagramComm(Widget):
    """Widget that answers requests of diagrams. It is never displayed.

    Args:
        find_simulator: Returns a simulator that built an object of a network, or None.
        open_view: Opens an empty live view of what an object is a part of.
        **options: Arguments of the widget.
    """

    _esm = read_static("diagram.js")
    is_channel = traitlets.Bool(default_value=True).tag(sync=True)

    def __init__(
        self,
        find_simulator: Callable[[Any], AnySimulator | None],
        open_view: OpenView | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._find_simulator = find_simulator
        self._drawings = Drawings()
        self.health_checks = HealthChecks(self._drawings, find_simulator, self._tell)
        self._watching = Watching(self._drawings, open_view or _open_no_view, self._tell)
        self.on_msg(self._answer)

    def remember(self, diagram: Diagram) -> str:
        """Register a diagram; return its name on pages."""
        return self._drawings.remember(diagram)

    def drawings_of(self, network: nengo.Network) -> list[str]:
        """Return the names of a network's drawings."""
        return list(self._drawings.of(network))

    def boxes_of(self, drawing: str) -> References:
        """Return the objects behind the boxes of a drawing; none if it was dropped."""
        found = self._drawings.get(drawing)
        return () if found is None else found.boxes

    def tell_activity(self, drawing: str, values: NDArray[np.float32]) -> None:
        """Send activity to a drawing, wherever it is shown: a value from 0 to 1 for each box."""
        self.send(
            write_message(Activity(drawing=drawing)),
            [np.ascontiguousarray(values, np.float32).tobytes()],
        )

    def answer(self, message: dict[str, Any]) -> Reply | None:
        """Return the reply to a message; a message that is not valid gets a sentence.

        None if a thread is going to send the reply.
        """
        try:
            request = read_request(message)
        except ValueError as error:
            return _refuse(message, sentence_of(error))
        match request:
            case InspectRequest():
                return self._inspect(request)
            case CheckRequest():
                return self.health_checks.begin(request)
            case WatchRequest():
                return self._watching.begin(request)

    def _inspect(self, request: InspectRequest) -> InspectReply:
        drawing = self._drawings.get(request.drawing)
        place = Place(request.what, request.index, request.copy)
        thing = None if drawing is None else drawing.find(place)
        if drawing is None or thing is None:
            return InspectReply(id=request.id, note=GONE)
        sim = self._find_simulator(thing)
        reply = inspect_object(request.id, thing, sim, request.dimension)
        return replace(reply, offers=offers_in(drawing, place))

    def _tell(self, message: ToBrowser) -> None:
        self.send(write_message(message))

    def _answer(self, _widget: object, message: dict[str, Any], _buffers: list[bytes]) -> None:
        # By comparison and not by hash: what a page sends may be anything.
        if not any(message.get("type") == name for name in TO_KERNEL):
            return
        try:
            reply = self.answer(message)
        except Exception as error:
            log.exception("a diagram's question could not be answered")
            # A page waits for a reply to each request.
            reply = _refuse(message, sentence_of(error))
        if reply is not None:
            self._tell(reply)


class DiagramWidget(Widget):
    """Diagram as a widget, for front ends without the extension and for layouts."""

    _esm = read_static("diagram.js")
    saved = traitlets.Dict().tag(sync=True)
    # Boxes that a person has moved, and what is open, as the page writes it.
    arrangement = traitlets.Dict().tag(sync=True)


def read_request(message: dict[str, Any]) -> ToKernel:
    """Return a message as a request.

    Raises:
        ValueError: It was made by another version, or it is not valid.
    """
    # Before its fields, which another version may have changed.
    if message.get("version") != VERSION:
        raise ValueError(
            "This page and the kernel have different versions of nengo_nb: reload the page."
        )
    request: ToKernel = read_message(message, TO_KERNEL)
    return request


def _refuse(message: dict[str, Any], note: str) -> Reply:
    """Return the reply to a request that cannot be carried out."""
    number, kind = message.get("id"), message.get("type")
    number = number if isinstance(number, int) else 0
    if kind == CheckRequest.__name__:
        return Done(id=number, note=note)
    if kind == WatchRequest.__name__:
        return WatchReply(id=number, note=note)
    return InspectReply(id=number, note=note)


def _open_no_view(_thing: Any, _network: nengo.Network, _tell: Callable[[str], None]) -> LiveWidget:
    raise ValueError("there is no notebook that a live view could be opened in")
