"""Card: a few facts about an object as HTML and as text, and for a network its diagram."""

from __future__ import annotations

import base64
import html
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nengo_nb.diagram import Diagram, activity_of, to_json
from nengo_nb.diagram.saved import MIME_TYPE

if TYPE_CHECKING:
    from nengo_nb.jupyter.diagrams.comm import DiagramWidget

BORDER = "var(--jp-border-color2, rgba(128, 128, 128, 0.4))"
FAINT = "var(--jp-ui-font-color2, rgba(128, 128, 128, 1))"
WARNING = "var(--jp-warn-color0, #b45309)"


@dataclass(frozen=True)
class Card:
    """Title, facts and warnings of an object.

    All of it is text and is escaped; only drawings are markup, made by this package.

    Args:
        title: Kind of object, with its name.
        facts: Pairs of a word and a fact.
        warnings: Sentences about likely mistakes.
        drawings: Pairs of a word and an SVG drawing.
        table: Preformatted lines below the facts.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...] = ()
    drawings: tuple[tuple[str, str], ...] = ()
    table: str = ""

    def __repr__(self) -> str:
        facts = [f"  {word}: {fact}" for word, fact in self.facts]
        notes = [f"  note: {warning}" for warning in self.warnings]
        return "\n".join([self.title, *facts, *([self.table] if self.table else []), *notes])

    def _repr_mimebundle_(self, **_options: object) -> dict[str, Any]:
        return {"text/html": self.page(), "text/plain": repr(self)}

    def page(self) -> str:
        """Return the card as HTML, in the colours of the notebook's theme."""
        # Labels come from anywhere: what is not escaped
        # could run as a script in a trusted notebook.
        rows = [_row(word, html.escape(fact)) for word, fact in self.facts]
        rows += [_row(word, drawing) for word, drawing in self.drawings]
        notes = [
            f'<div style="color: {WARNING}">{html.escape(warning)}</div>'
            for warning in self.warnings
        ]
        return (
            '<div class="nengo-nb-card mathjax_ignore tex2jax_ignore" '
            f'style="border: 1px solid {BORDER}; border-radius: 4px; '
            "padding: 6px 12px; width: fit-content; max-width: "
            f'100%"><b>{html.escape(self.title)}</b>'
            '<table style="margin: 4px 0; border: '
            f'none">{"".join(rows)}</table>{self.below()}{"".join(notes)}</div>'
        )

    def below(self) -> str:
        """Return the part below the facts, as HTML."""
        return (
            f'<pre style="overflow-x: auto">{html.escape(self.table)}</pre>' if self.table else ""
        )


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
        from nengo_nb.jupyter.diagrams.comm import open_channel

        channel = open_channel()
        return "" if channel is None else channel.remember(self.diagram)

    def saved(self) -> dict[str, Any]:
        """Return the JSON that a browser draws."""
        return {
            **to_json(self.diagram),
            "drawing": self.drawing,
            "title": self.title,
            "facts": [list(fact) for fact in self.facts],
            "warnings": list(self.warnings),
            "opened": sorted(self.opened),
        }

    def widget(self) -> DiagramWidget:
        """Return the diagram as a widget, for front ends without the extension and for layouts."""
        from nengo_nb.jupyter.diagrams.comm import DiagramWidget

        return DiagramWidget(saved=self.saved())

    def show_activity(self, activity: Mapping[Any, float]) -> None:
        """Let boxes glow, wherever this card is shown; a box shows its most active object.

        Args:
            activity: Values from 0 to 1 by ensemble or node; all others do not glow.
        """
        from nengo_nb.jupyter.diagrams.comm import open_channel

        channel = open_channel()
        if channel is not None and self.drawing:
            channel.tell_activity(self.drawing, activity_of(self.diagram, activity))

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


def _row(word: str, cell: str) -> str:
    """Return one row of a card; ``word`` is text, ``cell`` is markup."""
    style = "text-align: left; padding: 1px 12px 1px 0; background: none"
    return (
        f'<tr style="background: none"><td style="{style}; color: {FAINT}">{html.escape(word)}</td>'
        f'<td style="{style}">{cell}</td></tr>'
    )
