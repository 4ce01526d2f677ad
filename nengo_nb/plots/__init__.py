"""Plots: arrays in, a Bokeh figure or a PNG out. This room knows neither Nengo nor TensorFlow nor
notebooks.

A :class:`Trace` holds recorded data; :mod:`.reduce` downsamples it to the resolution of a screen;
:func:`draw_figure` and :func:`draw_picture` draw the same reduced data, one for a live page and one
for every place without BokehJS.

The picture is drawn with Pillow, which Bokeh already depends on: Matplotlib would add four packages
and half a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .picture import draw_picture
from .sparkline import sparkline
from .trace import Kind, Trace, make_trace
from .vector import draw_vector

if TYPE_CHECKING:
    from .figure import draw_figure

__all__ = ["Kind", "Trace", "draw_figure", "draw_picture", "draw_vector", "make_trace", "sparkline"]


def __getattr__(name: str) -> object:
    """Load :func:`draw_figure` on first use, because importing Bokeh takes more than half a
    second.
    """
    if name != "draw_figure":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .figure import draw_figure

    return draw_figure
