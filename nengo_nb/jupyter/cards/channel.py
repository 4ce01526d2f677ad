"""The channel: one widget per kernel over which every diagram on a page asks what came of its boxes
and arrows.

A drawing is called by what it shows, and the channel is no part of its name: a notebook that is run
again is saved as it was before. The page knows which kernel is behind the notebook that a drawing
stands in.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import logging
import weakref
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import traitlets
from IPython.core.getipython import get_ipython
from numpy.typing import NDArray

from nengo_nb.diagram import Diagram, to_json
from nengo_nb.diagram.saved import VERSION
from nengo_nb.jupyter.page.static_files import read_static
from nengo_nb.jupyter.page.widget import Widget, the_only
from nengo_nb.jupyter.page.wire import sentence_of

from .looking import ActivityMessage, LookReply, LookRequest, look_at

if TYPE_CHECKING:
    from nengo_nb.simulator.any_simulator import AnySimulator

log = logging.getLogger(__name__)

MOST_DRAWINGS = 200
"""Drawings that can be asked about; the oldest are forgotten first."""

References = tuple[tuple[weakref.ref, ...], ...]


@dataclass(frozen=True)
class Drawing:
    """What the boxes and arrows of a diagram stand for. It keeps no network alive."""

    boxes: References
    arrows: References

    @property
    def network(self) -> nengo.Network | None:
        """The network that is shown, or None if it is gone."""
        return self.boxes[0][0]()

    def find(self, request: LookRequest) -> Any:
        """The object that is asked about, or None if it is gone."""
        kinds = self.boxes if request.what == "box" else self.arrows
        if not 0 <= request.index < len(kinds):
            return None
        copies = kinds[request.index]
        return copies[request.copy]() if 0 <= request.copy < len(copies) else None


class Channel(Widget):
    """Answers diagrams. It is never displayed, and finds simulators when it is asked."""

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
        """Remember what a diagram shows; returns what it is called on the page."""
        name = self._name(diagram)
        self._drawings.pop(name, None)
        self._drawings[name] = Drawing(
            tuple(_references(box.objects) for box in diagram.boxes),
            tuple(_references(arrow.objects) for arrow in diagram.arrows),
        )
        while len(self._drawings) > MOST_DRAWINGS:
            del self._drawings[next(iter(self._drawings))]
        return name

    def _name(self, diagram: Diagram) -> str:
        """A name from what is shown, with a number where another network that lives looks
        the same.
        """
        content = hashlib.sha256(json.dumps(to_json(diagram)).encode()).hexdigest()[:12]
        network = diagram.boxes[0].objects[0]
        names = (f"{content}/{number}" for number in itertools.count(1))
        return next(
            name
            for name in names
            if name not in self._drawings or self._drawings[name].network in (None, network)
        )

    def drawings_of(self, network: nengo.Network) -> list[str]:
        """What the drawings of a network are called."""
        return [name for name, drawing in self._drawings.items() if drawing.network is network]

    def boxes_of(self, drawing: str) -> References:
        """What the boxes of a drawing stand for."""
        return self._drawings[drawing].boxes

    def tell_activity(self, drawing: str, values: NDArray[np.float32]) -> None:
        """Let the boxes of a drawing glow, wherever it is shown: a value from 0 to 1 for
        each box.
        """
        self.send(
            asdict(ActivityMessage(drawing=drawing)),
            [np.ascontiguousarray(values, np.float32).tobytes()],
        )

    def answer(self, message: dict[str, Any]) -> LookReply:
        """The answer to a message; what makes no sense is answered with a sentence, too."""
        request = read_request(message)
        if isinstance(request, str):
            number = message.get("id")
            return LookReply(id=number if isinstance(number, int) else 0, note=request)
        drawing = self._drawings.get(request.drawing)
        thing = None if drawing is None else drawing.find(request)
        if thing is None:
            return LookReply(
                id=request.id,
                note="This network is gone from the kernel: run the cell that makes it again.",
            )
        return look_at(request.id, thing, self._find_simulator(thing))

    def _answer(self, _widget: object, message: dict[str, Any], _buffers: list[bytes]) -> None:
        if message.get("type") == "look":
            self.send(asdict(self._try_to_answer(message)))

    def _try_to_answer(self, message: dict[str, Any]) -> LookReply:
        """The answer to a message, also where finding it fails."""
        try:
            return self.answer(message)
        except Exception as error:
            log.exception("a diagram's question could not be answered")
            return LookReply(id=message["id"], note=sentence_of(error))


class DiagramWidget(Widget):
    """One diagram as a widget, for where there is no JupyterLab extension, and for layouts
    of ipywidgets.
    """

    _esm = read_static("diagram.js")
    saved = traitlets.Dict().tag(sync=True)


def read_request(message: dict[str, Any]) -> LookRequest | str:
    """A message as a request, or what is wrong with it."""
    if message.get("version") != VERSION:
        return "This page and the kernel have different versions of nengo_nb: reload the page."
    wanted = {item.name for item in fields(LookRequest)}
    if set(message) != wanted or message["what"] not in ("box", "arrow"):
        return "The page asked for something that the kernel does not know."
    numbers = all(type(message[name]) is int for name in ("id", "index", "copy"))
    if not (numbers and isinstance(message["drawing"], str)):
        return "The page asked for something that the kernel does not know."
    return LookRequest(**message)


def _references(objects: Iterable[Any]) -> tuple[weakref.ref, ...]:
    return tuple(weakref.ref(thing) for thing in objects)


@cache
def open_channel() -> Channel | None:
    """The channel of this process, opened once, if the process is a notebook's kernel."""
    shell = get_ipython()
    if not hasattr(shell, "kernel"):
        return None
    return Channel(
        lambda thing: _built(shell.user_ns.values(), thing), **the_only("nengo-nb-diagram-channel")
    )


def _built(values: Iterable[Any], thing: Any) -> AnySimulator | None:
    """A simulator in which an object was built: one that a variable holds, or the one of
    ``%nengo``.
    """
    from nengo_nb.jupyter.extension import session_of

    session = session_of(get_ipython())
    found = None if session is None else session.simulator_of(thing)
    for value in list(values) if found is None else []:
        params = getattr(getattr(value, "model", None), "params", None)
        if isinstance(params, dict) and hasattr(value, "trange") and thing in params:
            return value
    return found
