"""Comms of a kernel for panels, open from ``%load_ext`` on; the rest comes with a panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import comm

if TYPE_CHECKING:
    from nengo_nb.jupyter.session.registry import Session

    from .controller import Controller

NEWS = "nengo_nb.panel.news"
ORDERS = "nengo_nb.panel.orders"


class PanelComms:
    """Owner of both comms, from its creation until ``close``.

    Args:
        find_session: Returns the session, which is made with the first panel.
    """

    def __init__(self, find_session: Callable[[], Session]) -> None:
        self._find_session = find_session
        self._controller: Controller | None = None
        self._orders: list[Any] = []
        self._manager = comm.get_comm_manager()
        self._manager.register_target(ORDERS, self._open)
        # primary=False: no comm_open is sent, which only pages that are there
        # already would get. Registered by hand, so that comm_info_request lists it.
        self.news = comm.create_comm(target_name=NEWS, primary=False)
        self._manager.register_comm(self.news)

    def close(self) -> None:
        """Close both comms; pages get a ``comm_close``."""
        self._manager.unregister_target(ORDERS, self._open)
        if self._controller is not None:
            self._controller.close()
        for opened in (self.news, *self._orders):
            opened.close()

    def _open(self, orders: Any, message: dict[str, Any]) -> None:
        """Handle a page's ``comm_open``, whose data are its first message."""
        if self._controller is None:
            from .controller import Controller

            self._controller = Controller(self._find_session(), self.news.send)
        controller = self._controller
        self._orders.append(orders)
        # Nothing is ever sent on this comm: ipykernel 7.4 hands messages to the shell that
        # last wrote to a comm, and one written to from a cell would wait for the cell's end.
        orders.on_msg(lambda message: controller.receive(message["content"].get("data")))
        orders.on_close(lambda _message: self._orders.remove(orders))
        controller.receive(message["content"].get("data"))
