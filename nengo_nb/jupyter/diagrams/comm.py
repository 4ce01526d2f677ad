"""Comm of all diagrams: one hidden widget per kernel, asked about their objects."""

from __future__ import annotations

import logging
from collections.abc import Callable
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
)

from .drawings import GONE, Drawings, Place, References
from .health import HealthChecks
from .inspection import inspect_object

if TYPE_CHECKING:
    from nengo_nb.simulator.any_simulator import AnySimulator

log = logging.getLogger(__name__)


class DiagramComm(Widget):
    """Widget that answers requests of diagrams. It is never displayed.

    Args:
        find_simulator: Returns a simulator that built an object of a network, or None.
        **options: Arguments of the widget.
    """

    _esm = read_static("diagram.js")
    is_channel = traitlets.Bool(default_value=True).tag(sync=True)

    def __init__(
        self, find_simulator: Callable[[Any], AnySimulator | None], **options: Any
    ) -> None:
        super().__init__(**options)
        self._find_simulator = find_simulator
        self._drawings = Drawings()
        self.health_checks = HealthChecks(self._drawings, find_simulator, self._tell)
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

    def answer(self, message: dict[str, Any]) -> InspectReply | Done | None:
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

    def _inspect(self, request: InspectRequest) -> InspectReply:
        drawing = self._drawings.get(request.drawing)
        place = Place(request.what, request.index, request.copy)
        thing = None if drawing is None else drawing.find(place)
        if thing is None:
            return InspectReply(id=request.id, note=GONE)
        return inspect_object(request.id, thing, self._find_simulator(thing), request.dimension)

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


def _refuse(message: dict[str, Any], note: str) -> InspectReply | Done:
    """Return the reply to a request that cannot be carried out."""
    number = message.get("id")
    reply = Done if message.get("type") == CheckRequest.__name__ else InspectReply
    return reply(id=number if isinstance(number, int) else 0, note=note)
