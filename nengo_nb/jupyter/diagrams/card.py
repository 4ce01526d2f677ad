"""Card of a network with its diagram, as a picture and as JSON that a page draws."""

from __future__ import annotations

import base64
import html
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nengo_nb.diagram import Diagram, activity_of, to_json
from nengo_nb.diagram.saved import MIME_TYPE
from nengo_nb.jupyter.outputs.card import Card

from .notebook import notebook_diagrams

if TYPE_CHECKING:
    from .comm import DiagramWidget

NOTHING = Diagram((), ())


@dataclass(frozen=True, repr=False)
class DiagramCard(Card):
    """Card of a network with its diagram: as a static SVG, and as JSON that the extension draws.

    The SVG is in an ``<img>``, which is all that a notebook that is not trusted leaves of it.

    Args:
        diagram: Boxes and arrows.
        opened: Indices of the boxes that are open at first.
        drawn: SVG with these boxes open; empty if it could not be drawn.
    """

    diagram: Diagram = NOTHING
    opened: Collection[int] = ()
    drawn: str = ""

    def _repr_mimebundle_(self, **_options: object) -> dict[str, Any]:
        if not self.drawn:
            return super()._repr_mimebundle_()
        return {
            **super()._repr_mimebundle_(),
            "image/svg+xml": self.picture(),
            MIME_TYPE: self.saved(),
        }

    @cached_property
    def drawing(self) -> str:
        """Name of this drawing on pages; empty where there is no kernel to ask about it."""
        comm = notebook_diagrams().comm
        return "" if comm is None else comm.remember(self.diagram)

    def saved(self) -> dict[str, Any]:
        """Return the JSON that a browser draws."""
        return {
            **to_json(self.diagram),
            "drawing": self.drawing,
            "title": self.title,
            "facts": [list(fact) for fact in self.facts],
            "warnings": list(self.warnings),
            "findings": list(self.findings),
            "opened": sorted(self.opened),
        }

    def widget(self) -> DiagramWidget:
        """Return the diagram as a widget, for front ends without the extension and for layouts."""
        from .comm import DiagramWidget

        return DiagramWidget(saved=self.saved())

    def show_activity(self, activity: Mapping[Any, float]) -> None:
        """Let boxes glow, wherever this card is shown; a box shows its most active object.

        Args:
            activity: Values from 0 to 1 by ensemble or node; all others do not glow.
        """
        comm = notebook_diagrams().comm
        if comm is not None and self.drawing:
            comm.tell_activity(self.drawing, activity_of(self.diagram, activity))

    def picture(self) -> str:
        """Return the diagram as SVG."""
        return self.drawn

    def below(self) -> str:
        """Return the SVG as an ``<img>``, or the table if there is no SVG."""
        if not self.drawn:
            return super().below()
        picture = base64.b64encode(self.picture().encode()).decode("ascii")
        title = html.escape(f"Diagram of {self.title}")
        return (
            f'<img class="nengo-nb-diagram" style="max-width: 100%; height: auto" alt="{title}" '
            f'src="data:image/svg+xml;base64,{picture}">'
        )
