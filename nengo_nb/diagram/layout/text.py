"""Text metrics without a font: estimated widths of names, and the sizes of boxes around them."""

from __future__ import annotations

from nengo_nb.diagram.parts import Box, BoxKind

LONGEST, SHORTEST = 28, 12
"""Longest name in characters, in a box and below a dot."""

NARROW, WIDE = "fijlrt.,:;'|!()[] 1", "mwMWGOQ@%ABCDEHKNRUVXY&_…"
BODY, HEADER, DOT, FAN = 46.0, 26.0, 12.0, 6.0
"""Height of a box, height of an open box's title, size of a dot, offset of a stack's last card."""


def width_of(text: str, size: float) -> float:
    """Estimate the width of a text in a bold sans-serif font of that size, rather too large than
    too small.
    """
    # Whole numbers are summed, so that Python and TypeScript come to the same width.
    return sum(_units_of(letter) for letter in text) * size / 100


def _units_of(letter: str) -> int:
    """Estimate the width of a letter, in hundredths of the font size."""
    if letter in NARROW:
        return 38
    if letter in WIDE:
        return 80
    return 100 if ord(letter) > 0x2E7F else 64  # from there on are ideographs


def name_in(box: Box) -> str:
    """Return the name that a box shows."""
    name = box.label or ("" if box.kind in (BoxKind.PASSTHROUGH, BoxKind.RULE) else box.kind.value)
    longest = LONGEST if box.kind is not BoxKind.PASSTHROUGH else SHORTEST
    return name if len(name) <= longest else name[: longest - 1] + "…"


def is_fanned(box: Box) -> bool:
    """Whether a box is drawn as a stack."""
    return box.copies > 1 or box.kind is BoxKind.ARRAY


def size_of(box: Box) -> tuple[float, float]:
    """Return width and height of a closed box, with the fan of a stack."""
    fan = FAN if is_fanned(box) else 0.0
    if box.kind is BoxKind.PASSTHROUGH:
        return DOT + fan, DOT + fan
    words = max(width_of(name_in(box), 13), width_of(line_in(box), 10))
    if box.kind is BoxKind.RULE:
        return words + 22 + fan, 24.0 + fan
    return max(84.0, words + 30) + fan, BODY + fan


def line_in(box: Box) -> str:
    """Return the line below the name of a box."""
    if box.kind is BoxKind.RULE:
        return ""
    return (
        f"{box.copies} × {box.size}"
        if box.copies > 1 and box.kind is not BoxKind.MIXED
        else box.size
    )
