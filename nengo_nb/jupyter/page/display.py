"""Display: a plot that draws itself wherever it is shown."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nengo_nb.plots import Trace, draw_picture
from nengo_nb.plots.picture import picture_size

FIGURE_TYPE = "application/vnd.nengo-nb.figure+json"

MOST_NAMES = 12
"""Labels of traces that the text of a plot names."""


@dataclass(frozen=True)
class Plot:
    """Traces on a page: interactive in a live notebook, a picture everywhere else.

    Args:
        traces: What is drawn, one panel each.
        note: A sentence about what is not.
    """

    traces: tuple[Trace, ...]
    note: str = ""

    def figure(self) -> Any:
        """The Bokeh figure, to change it or to show it elsewhere."""
        from nengo_nb.plots import draw_figure

        return draw_figure(self.traces)

    def picture(self) -> bytes:
        """The same as a PNG."""
        return draw_picture(self.traces)

    def __repr__(self) -> str:
        labels = [trace.label for trace in self.traces]
        more = f" and {len(labels) - MOST_NAMES} more" if len(labels) > MOST_NAMES else ""
        note = f"\n{self.note}" if self.note else ""
        return f"Plot of {', '.join(labels[:MOST_NAMES])}{more}{note}"

    def _repr_mimebundle_(self, **_options: object) -> tuple[dict[str, str], dict[str, Any]]:
        """HTML with both the figure and the picture, and the picture alone for what does
        not take HTML.
        """
        from .loader import bring_bokeh

        bring_bokeh()
        picture = base64.b64encode(self.picture()).decode("ascii")
        width, height = picture_size(self.traces)
        data = {
            "text/html": _page(self.figure(), picture, width, self),
            "image/png": picture,
            "text/plain": repr(self),
        }
        return data, {"image/png": {"width": width, "height": height}}


def _page(figure: Any, picture: str, width: int, plot: Plot) -> str:
    """The HTML of a plot: a picture, and the figure as inert JSON for the loader to draw."""
    from bokeh.embed import json_item

    item = json.dumps(json_item(figure), separators=(",", ":")).replace("<", "\\u003c")
    note = (
        f'<div class="mathjax_ignore tex2jax_ignore">{html.escape(plot.note)}</div>'
        if plot.note
        else ""
    )
    return (
        '<div class="nengo-nb-plot" style="background: white">'
        f'<script type="{FIGURE_TYPE}">{item}</script>'
        f'<img style="width: {width}px; max-width: 100%" alt="{html.escape(repr(plot))}" '
        f'src="data:image/png;base64,{picture}">'
        f"</div>{note}"
    )


def plot_traces(traces: Sequence[Trace], note: str = "") -> Plot:
    """A plot of some traces; there must be at least one."""
    if not traces:
        raise ValueError(
            "there is nothing to plot: add nengo.Probe(...) to the network, and run it"
        )
    return Plot(tuple(traces), note)
