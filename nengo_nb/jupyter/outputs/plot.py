"""Plot of recorded traces as a cell's output: interactive where scripts run, else a PNG."""

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
"""Number of labels that the text of a plot names."""


@dataclass(frozen=True)
class Plot:
    """Plot of traces: interactive in a live notebook, a PNG everywhere else.

    Args:
        traces: Traces to draw, one panel each.
        note: Sentence about traces that are left out.
    """

    traces: tuple[Trace, ...]
    note: str = ""

    def figure(self) -> Any:
        """Return the Bokeh figure, to change it or to show it elsewhere."""
        from nengo_nb.plots import draw_figure

        return draw_figure(self.traces)

    def picture(self) -> bytes:
        """Return the plot as a PNG."""
        return draw_picture(self.traces)

    def __repr__(self) -> str:
        labels = [trace.label for trace in self.traces]
        more = f" and {len(labels) - MOST_NAMES} more" if len(labels) > MOST_NAMES else ""
        note = f"\n{self.note}" if self.note else ""
        return f"Plot of {', '.join(labels[:MOST_NAMES])}{more}{note}"

    def _repr_mimebundle_(self, **_options: object) -> tuple[dict[str, str], dict[str, Any]]:
        """Return HTML with figure and PNG, and the PNG alone for front ends that show no HTML."""
        from nengo_nb.jupyter.comms.bokeh_loader import bring_bokeh

        # Opened with the first plot: a kernel without plots needs no loader.
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
    """Return the HTML of a plot: a PNG, and the figure as inert JSON for the loader to draw."""
    from bokeh.embed import json_item

    # An HTML parser ends a script at "</script", also within a string of JSON.
    item = json.dumps(json_item(figure), separators=(",", ":")).replace("<", "\\u003c")
    # The classes keep MathJax from typesetting dollars and backslashes of labels.
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
    """Return a plot of some traces.

    Raises:
        ValueError: There is none.
    """
    if not traces:
        raise ValueError(
            "there is nothing to plot: add nengo.Probe(...) to the network, and run it"
        )
    return Plot(tuple(traces), note)
