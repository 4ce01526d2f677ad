"""Loader of BokehJS: a hidden widget, which sends it to pages and draws their figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bokeh
import traitlets
from IPython.core.getipython import get_ipython

from nengo_nb.jupyter.per_shell import per_shell
from nengo_nb.jupyter.protocol.codec import write_message
from nengo_nb.jupyter.protocol.loader import BokehScript, WantBokeh

from .assets import read_static
from .widget import Widget, the_only

BOKEH_JS = Path("server", "static", "js", "bokeh.min.js")
"""File of BokehJS in Bokeh's package; its inline code, the fallback, also sets a log level."""


class BokehLoader(Widget):
    """Widget that sends the kernel's BokehJS to pages that ask for it. It is never displayed."""

    _esm = read_static("loader.js")
    # A page may have BokehJS already, from the extension or another
    # widget: only the version of the kernel's Bokeh can read its figures.
    version = traitlets.Unicode(bokeh.__version__).tag(sync=True)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.on_msg(self._answer)

    def _answer(self, _widget: object, message: dict[str, Any], _buffers: list[bytes]) -> None:
        if message.get("type") == WantBokeh.__name__:
            self.send(write_message(BokehScript()), [bokeh_js()])


def bokeh_js() -> bytes:
    """Return the source of BokehJS of the installed Bokeh, as a file or by its resources."""
    file = Path(bokeh.__file__).parent / BOKEH_JS
    if file.is_file():
        return file.read_bytes()
    from bokeh.resources import Resources

    return "\n".join(Resources(mode="inline", components=["bokeh"]).js_raw).encode()


@per_shell
def bring_bokeh() -> BokehLoader | None:
    """Return the loader of this notebook, opened once; None outside of a notebook's kernel."""
    return (
        BokehLoader(**the_only("nengo-nb-bokeh-loader"))
        if hasattr(get_ipython(), "kernel")
        else None
    )
