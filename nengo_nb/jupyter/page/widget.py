"""The widget that hears every page: what this package's widgets have in common."""

from __future__ import annotations

import logging
import reprlib
from typing import Any

import anywidget
import ipywidgets
import traitlets

log = logging.getLogger(__name__)


class Widget(anywidget.AnyWidget):
    """A widget that gets every message of every page, whichever pages have gone.

    Its state is the kernel's alone: a page that would change it, or sends what is no message, is
    not heard.
    """

    @traitlets.observe("comm")
    def _hear_all(self, change: dict[str, Any]) -> None:
        hear_all(change["new"])

    def _handle_msg(self, msg: dict[str, Any]) -> None:
        """Take what the comm brings; ipywidgets would let a page overwrite all that is
        synchronized.
        """
        data = msg.get("content", {}).get("data")
        method = data.get("method") if isinstance(data, dict) else None
        content = data.get("content") if isinstance(data, dict) else None
        if method == "request_state":
            self.send_state()
        elif method == "custom" and isinstance(content, dict):
            self._handle_custom_msg(content, msg.get("buffers") or [])
        else:
            log.warning(
                "%s ignores a message of a page: %s", type(self).__name__, reprlib.repr(data)
            )


def the_only(name: str) -> dict[str, Any]:
    """What gives a widget of which a kernel has one a name of its own, where others get a random
    one.

    Front ends save the models of widgets in the notebook by their names; so two runs are saved
    alike.
    """
    return {"model_id": name, "layout": ipywidgets.Layout(model_id=f"{name}-layout")}


def hear_all(comm: Any) -> None:
    """Let messages come the way that the page sends them.

    ipykernel 7.4 hands a message to the subshell from which its comm was last written to. For what
    a thread writes that is the one of the message that the kernel got last, from anybody. A page
    that goes away deletes its subshells, and from then on every message to the comm would be lost
    ("Unknown subshell_id"). The comms of other releases have no such method, and stay as they are.
    """
    if hasattr(comm, "_reply_subshell_for"):
        comm._reply_subshell_for = _as_sent


def _as_sent(_data: object, sent: str | None) -> str | None:
    """The subshell that a message names, None for the kernel's main shell."""
    return sent
