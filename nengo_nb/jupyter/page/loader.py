"""The loader: one widget per kernel that brings BokehJS to the page and draws the figures there."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import bokeh
import traitlets
from IPython.core.getipython import get_ipython

from .static_files import read_static
from .widget import Widget, the_only

BOKEH_JS = Path("server", "static", "js", "bokeh.min.js")
"""The file itself, where there is one: the code that Bokeh would put into a page of its own
sets the level of a log.
"""


class BokehLoader(Widget):
    """Sends the kernel's own BokehJS to a page that asks for it. It has no view and is
    never displayed.
    """

    _esm = read_static("loader.js")
    version = traitlets.Unicode(bokeh.__version__).tag(sync=True)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.on_msg(self._answer)

    def _answer(self, _widget: object, message: dict[str, Any], _buffers: list[bytes]) -> None:
        if message.get("type") == "want-bokeh":
            self.send({"type": "bokeh"}, [bokeh_js()])


def bokeh_js() -> bytes:
    """Return the source of BokehJS that belongs to the installed Bokeh: its file, or
    wherever Bokeh has it now.
    """
    file = Path(bokeh.__file__).parent / BOKEH_JS
    if file.is_file():
        return file.read_bytes()
    from bokeh.resources import Resources

    return "\n".join(Resources(mode="inline", components=["bokeh"]).js_raw).encode()


@cache
def bring_bokeh() -> BokehLoader | None:
    """Open the loader once, if this process is a notebook's kernel."""
    return (
        BokehLoader(**the_only("nengo-nb-bokeh-loader"))
        if hasattr(get_ipython(), "kernel")
        else None
    )
