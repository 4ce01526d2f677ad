"""Watching and steering from diagrams: a plot or a slider in a live view, opened if there is none.

A network may have to be built for it, so where no view is open a thread opens one.
"""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import nengo
from IPython.core.error import UsageError

from nengo_nb.jupyter.live.offers import Offer, make_offers
from nengo_nb.jupyter.protocol.codec import sentence_of
from nengo_nb.jupyter.protocol.diagram import (
    OfferInfo,
    ToBrowser,
    ViewPicture,
    WatchReply,
    WatchRequest,
)

from .drawings import GONE, Drawing, Drawings, Place

if TYPE_CHECKING:
    from nengo_nb.jupyter.live.widget import LiveWidget
    from nengo_nb.simulator import Simulator

log = logging.getLogger(__name__)


class OpenView(Protocol):
    """Opens an empty live view of what an object is a part of."""

    def __call__(
        self, thing: Any, network: nengo.Network, tell: Callable[[str], None], /
    ) -> LiveWidget:
        """Return the view's widget; an error says why there can be none."""


class Watching:
    """Requests of diagrams to watch or steer an object.

    Args:
        drawings: All drawings.
        open_view: Opens an empty live view.
        send: Sends a message to all pages, on any thread.
    """

    def __init__(
        self, drawings: Drawings, open_view: OpenView, send: Callable[[ToBrowser], None]
    ) -> None:
        self._drawings = drawings
        self._open_view = open_view
        self._send = send
        # A second click while a network is built waits for the view that the first one opens.
        self._opening = threading.Lock()
        self._opened: weakref.WeakSet[LiveWidget] = weakref.WeakSet()

    def begin(self, request: WatchRequest) -> WatchReply | None:
        """Carry out a request, or have a thread do so where a view has to be opened.

        Returns:
            The reply; None if a thread is going to send it.
        """
        from nengo_nb.jupyter.live.watching import find_view

        drawing = self._drawings.get(request.drawing)
        network = None if drawing is None else drawing.network
        thing = None if drawing is None else drawing.find(_place(request))
        if network is None or thing is None:
            return WatchReply(id=request.id, note=GONE)
        offers = [each for each in make_offers(thing, network) if each.key == request.offer]
        if not offers:
            return WatchReply(id=request.id, note="The network has changed: run its cell again.")
        view = find_view(thing, request.views)
        if view is not None:
            return _add(request, view, offers[0])
        work = (request, thing, network, offers[0])
        threading.Thread(
            target=self._open, args=work, name="nengo_nb-diagram-watch", daemon=True
        ).start()
        return None

    def _open(
        self, request: WatchRequest, thing: Any, network: nengo.Network, offer: Offer
    ) -> None:
        """Open a view, and reply. Nothing can be raised in a thread: the page gets a sentence."""
        from nengo_nb.jupyter.live.watching import find_view

        told: list[str] = []
        try:
            with self._opening:
                view = find_view(thing, request.views)
                if view is None:
                    self._close_ended()
                    view = self._open_view(thing, network, told.append)
                    self._opened.add(view)
                    self._keep_pictures(view)
            reply = _add(request, view, offer, " ".join(told))
        except Exception as error:
            log.debug("no live view could be opened", exc_info=True)
            # Whatever a user's functions raise while the network is built.
            is_told = isinstance(error, UsageError)
            text = str(error.args[0]) if is_told else sentence_of(error)
            reply = WatchReply(id=request.id, note=f"This cannot be watched: {text}.")
        self._send(reply)

    def _keep_pictures(self, view: LiveWidget) -> None:
        """Have diagrams keep a picture of a view whenever it pauses, as it is no cell's output."""
        # Weak, as the view holds what it calls.
        view_reference = weakref.ref(view)

        def keep_picture(sim: Simulator) -> None:
            paused = view_reference()
            if paused is not None:
                self._send(ViewPicture(view=paused.uid, png=paused.draw_picture(sim)))

        view.keep_picture = keep_picture

    def _close_ended(self) -> None:
        """Close views whose simulator is gone: they are the output of no cell that could."""
        for view in list(self._opened):
            if view.layout_state.run.ended:
                view.close()


def offers_in(drawing: Drawing, place: Place) -> list[OfferInfo]:
    """Return what a live view can show or set of the object at a place of a drawing."""
    network, thing = drawing.network, drawing.find(place)
    if network is None or thing is None:
        return []
    return [
        OfferInfo(key=offer.key, label=offer.label, about=offer.about)
        for offer in make_offers(thing, network)
    ]


def _place(request: WatchRequest) -> Place:
    return Place(request.what, request.index, request.copy)


def _add(request: WatchRequest, view: LiveWidget, offer: Offer, note: str = "") -> WatchReply:
    """Add what was asked for to a view; return the reply."""
    from nengo_nb.jupyter.live.watching import add_to_view

    try:
        added = add_to_view(view.layout_state, offer)
    except (ValueError, LookupError) as error:
        note = f"{sentence_of(error)}."
        return WatchReply(id=request.id, view=view.uid, note=note)
    return WatchReply(id=request.id, view=view.uid, plot=added.plot, node=added.node, note=note)
