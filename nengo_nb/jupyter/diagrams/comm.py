"""Comm of all diagrams: one hidden widget per kernel, asked for details of their objects.

A drawing is named by a digest of its content, without the comm: a notebook that is run again is
saved as it was before. The page knows the kernel of the notebook that a drawing is in.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import logging
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import traitlets
from numpy.typing import NDArray

from nengo_nb.diagram import Diagram, to_json
from nengo_nb.jupyter.comms.assets import read_static
from nengo_nb.jupyter.comms.widget import Widget
from nengo_nb.jupyter.protocol import VERSION
from nengo_nb.jupyter.protocol.codec import read_message, sentence_of, write_message
from nengo_nb.jupyter.protocol.diagram import TO_KERNEL, Activity, InspectReply, InspectRequest

from .inspection import inspect_object

if TYPE_CHECKING:
    from nengo_nb.simulator.any_simulator import AnySimulator

log = logging.getLogger(__name__)

MOST_DRAWINGS = 200
"""Number of drawings that can be asked about; the oldest are dropped first."""

References = tuple[tuple[weakref.ref, ...], ...]


@dataclass(frozen=True)
class Drawing:
    """Objects behind the boxes and arrows of a diagram, by weak references."""

    boxes: References
    arrows: References

    @property
    def network(self) -> nengo.Network | None:
        """Network that is shown, or None if it is gone."""
        # The first box of a diagram is the network itself.
        return self.boxes[0][0]()

    def find(self, request: InspectRequest) -> Any:
        """Return the object that a request is about, or None if it is gone."""
        kinds = self.boxes if request.what == "box" else self.arrows
        # Indices come from a page: a negative one would count from the end.
        if not 0 <= request.index < len(kinds):
            return None
        copies = kinds[request.index]
        return copies[request.copy]() if 0 <= request.copy < len(copies) else None


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
        self._drawings: dict[str, Drawing] = {}
        self.on_msg(self._answer)

    def remember(self, diagram: Diagram) -> str:
        """Register a diagram; return its name on pages."""
        name = self._name(diagram)
        # Dictionaries keep the order of insertion: one that is shown again becomes the newest.
        self._drawings.pop(name, None)
        self._drawings[name] = Drawing(
            tuple(_references(box.objects) for box in diagram.boxes),
            tuple(_references(arrow.objects) for arrow in diagram.arrows),
        )
        while len(self._drawings) > MOST_DRAWINGS:
            del self._drawings[next(iter(self._drawings))]
        return name

    def _name(self, diagram: Diagram) -> str:
        """Return a digest of the content, numbered if another living network looks the same."""
        content = hashlib.sha256(json.dumps(to_json(diagram)).encode()).hexdigest()[:12]
        network = diagram.boxes[0].objects[0]
        names = (f"{content}/{number}" for number in itertools.count(1))
        return next(
            name
            for name in names
            if name not in self._drawings or self._drawings[name].network in (None, network)
        )

    def drawings_of(self, network: nengo.Network) -> list[str]:
        """Return the names of a network's drawings."""
        return [name for name, drawing in self._drawings.items() if drawing.network is network]

    def boxes_of(self, drawing: str) -> References:
        """Return the objects behind the boxes of a drawing."""
        return self._drawings[drawing].boxes

    def tell_activity(self, drawing: str, values: NDArray[np.float32]) -> None:
        """Send activity to a drawing, wherever it is shown: a value from 0 to 1 for each box."""
        self.send(
            write_message(Activity(drawing=drawing)),
            [np.ascontiguousarray(values, np.float32).tobytes()],
        )

    def answer(self, message: dict[str, Any]) -> InspectReply:
        """Return the reply to a message; a message that is not valid gets a sentence."""
        try:
            request = read_request(message)
        except ValueError as error:
            number = message.get("id")
            return InspectReply(
                id=number if isinstance(number, int) else 0, note=sentence_of(error)
            )
        drawing = self._drawings.get(request.drawing)
        thing = None if drawing is None else drawing.find(request)
        if thing is None:
            return InspectReply(
                id=request.id,
                note="This network is gone from the kernel: run the cell that makes it again.",
            )
        return inspect_object(request.id, thing, self._find_simulator(thing), request.dimension)

    def _answer(self, _widget: object, message: dict[str, Any], _buffers: list[bytes]) -> None:
        if message.get("type") == InspectRequest.__name__:
            self.send(write_message(self._try_to_answer(message)))

    def _try_to_answer(self, message: dict[str, Any]) -> InspectReply:
        """Return the reply to a message, also where making it fails."""
        try:
            return self.answer(message)
        except Exception as error:
            log.exception("a diagram's question could not be answered")
            # A page waits for a reply to each request.
            return InspectReply(id=message["id"], note=sentence_of(error))


class DiagramWidget(Widget):
    """Diagram as a widget, for front ends without the extension and for layouts."""

    _esm = read_static("diagram.js")
    saved = traitlets.Dict().tag(sync=True)


def read_request(message: dict[str, Any]) -> InspectRequest:
    """Return a message as a request.

    Raises:
        ValueError: It was made by another version, or it is not valid.
    """
    # Before its fields, which another version may have changed.
    if message.get("version") != VERSION:
        raise ValueError(
            "This page and the kernel have different versions of nengo_nb: reload the page."
        )
    request: InspectRequest = read_message(message, TO_KERNEL)
    return request


def _references(objects: Iterable[Any]) -> tuple[weakref.ref, ...]:
    return tuple(weakref.ref(thing) for thing in objects)
