"""The door: the two comms of a kernel for panels. It opens with the extension; all else is
imported with a panel.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import comm

if TYPE_CHECKING:
    from nengo_nb.jupyter.session import Session

    from .desk import Desk

NEWS = "nengo_nb.panel.news"
ORDERS = "nengo_nb.panel.orders"


class Door:
    """Open from when it is made until it is closed.

    Args:
        find_session: Finds the session, which is made with the first panel.
    """

    def __init__(self, find_session: Callable[[], Session]) -> None:
        self._find_session = find_session
        self._desk: Desk | None = None
        self._orders: list[Any] = []
        self._manager = comm.get_comm_manager()
        self._manager.register_target(ORDERS, self._open)
        self.news = comm.create_comm(target_name=NEWS, primary=False)
        self._manager.register_comm(self.news)

    def close(self) -> None:
        """Take both comms away; pages are told."""
        self._manager.unregister_target(ORDERS, self._open)
        if self._desk is not None:
            self._desk.close()
        for each in (self.news, *self._orders):
            each.close()

    def _open(self, orders: Any, message: dict[str, Any]) -> None:
        """A page opens its comm; what it sends along is its first message."""
        if self._desk is None:
            from .desk import Desk

            self._desk = Desk(self._find_session(), self.news.send)
        desk = self._desk
        self._orders.append(orders)
        orders.on_msg(lambda message: desk.receive(message["content"].get("data")))
        orders.on_close(lambda _message: self._orders.remove(orders))
        desk.receive(message["content"].get("data"))
