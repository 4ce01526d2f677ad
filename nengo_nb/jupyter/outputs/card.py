"""Card: a few facts about an object as HTML and as text."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

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
        findings: Sentences on what is probably not as it was meant, behind a badge that counts
            them.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...] = ()
    drawings: tuple[tuple[str, str], ...] = ()
    table: str = ""
    findings: tuple[str, ...] = ()

    def __repr__(self) -> str:
        facts = [f"  {word}: {fact}" for word, fact in self.facts]
        notes = [f"  note: {warning}" for warning in self.warnings]
        notes += [f"  finding: {finding}" for finding in self.findings]
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
            f'none">{"".join(rows)}</table>{self.below()}{"".join(notes)}{_badge(self.findings)}'
            "</div>"
        )

    def below(self) -> str:
        """Return the part below the facts, as HTML."""
        return (
            f'<pre style="overflow-x: auto">{html.escape(self.table)}</pre>' if self.table else ""
        )


def _badge(findings: tuple[str, ...]) -> str:
    """Return the number of findings, which a click opens and which tells them under the pointer."""
    if not findings:
        return ""
    entries = "".join(f"<li>{html.escape(finding)}</li>" for finding in findings)
    # Elements that an untrusted notebook keeps, and no script.
    return (
        f'<details class="nengo-nb-findings" style="color: {WARNING}">'
        f'<summary title="{html.escape(" ".join(findings))}" style="cursor: pointer">'
        f"{counted(findings)}</summary>"
        f'<ul style="margin: 4px 0">{entries}</ul></details>'
    )


def counted(findings: tuple[str, ...]) -> str:
    """Return the number of findings in words."""
    return "1 finding" if len(findings) == 1 else f"{len(findings)} findings"


def _row(word: str, cell: str) -> str:
    """Return one row of a card; ``word`` is text, ``cell`` is markup."""
    style = "text-align: left; padding: 1px 12px 1px 0; background: none"
    return (
        f'<tr style="background: none"><td style="{style}; color: {FAINT}">{html.escape(word)}</td>'
        f'<td style="{style}">{cell}</td></tr>'
    )
