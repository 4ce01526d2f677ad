"""Preferences of the viewer, which JupyterLab's settings hold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """Preferences for all live views.

    JupyterLab's extension leaves them on the page for widgets, which send them to the kernel.

    Args:
        version: Version of the messages of the extension; widgets of another one use the defaults.
        frame_rate: Largest number of frames per second.
        palette: Name of the palette of lines.
        default_plots: Plots of a new live view, by the name in the settings.
    """

    version: int
    frame_rate: float
    palette: str
    default_plots: str
