"""Picture of a live view, which a saved notebook keeps."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from nengo_nb.plots import draw_picture

from .layout_state import LayoutState

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator

MOST_DRAWN = 6
"""Number of plots in the picture."""


def encode_picture(state: LayoutState, sim: Simulator) -> str:
    """Return a PNG of a view in base64; empty where nothing can be drawn.

    It has the window that the view shows, as a whole run of minutes would be drawn as a block.
    """
    traces = state.traces(sim, MOST_DRAWN)
    return base64.b64encode(draw_picture(traces)).decode("ascii") if traces else ""
