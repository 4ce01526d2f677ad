"""Base class of this package's widgets, which receives the messages of every page."""

from __future__ import annotations

import logging
import reprlib
from typing import Any

import anywidget
import ipywidgets
import traitlets

log = logging.getLogger(__name__)


class Widget(anywidget.AnyWidget):
    """Widget that receives the messages of all pages, also after a page with subshells has gone.

    Its state belongs to the kernel: an update of it by a page, and anything else that is no
    message, is ignored.
    """

    @traitlets.observe("comm")
    def _hear_all(self, change: dict[str, Any]) -> None:
        hear_all(change["new"])

    def _handle_msg(self, msg: dict[str, Any]) -> None:
        """Handle a message. ipywidgets itself would let a page overwrite synchronized traits."""
        # Nothing is taken for granted: any page, of any
        # version or none of ours, may send anything.
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
    """Return arguments that give the only widget of its kind a fixed ``model_id``.

    Front ends save widgets in the notebook by ``model_id``, so that two runs of a notebook are
    saved alike.
    """
    return {"model_id": name, "layout": ipywidgets.Layout(model_id=f"{name}-layout")}


def hear_all(comm: Any) -> None:
    """Have messages of a comm handled on the subshell that their header names.

    ipykernel 7.4 hands a message to the subshell from which its comm was last written to. For what
    a thread writes that is the subshell of the message that the kernel got last, from any page. A
    page that goes away deletes its subshells, and from then on every message to the comm would be
    lost ("Unknown subshell_id"). Comms of other releases have no such method, and stay as they are.
    """
    if hasattr(comm, "_reply_subshell_for"):
        # Private, and replaced on this comm alone: those of other packages keep their routing.
        comm._reply_subshell_for = _as_sent


def _as_sent(_data: object, sent: str | None) -> str | None:
    """Return the subshell that a message's header names, None for the kernel's main shell."""
    return sent
