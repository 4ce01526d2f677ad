"""Text: how wide words are in a picture, and how large the boxes around them."""

from __future__ import annotations

from .parts import Box, BoxKind

LONGEST, SHORTEST = 28, 12
"""Characters of a name that a box shows, and that stand below a dot."""

NARROW, WIDE = "fijlrt.,:;'|!()[] 1", "mwMWGOQ@%ABCDEHKNRUVXY&_…"
BODY, HEADER, DOT, FAN = 46.0, 26.0, 12.0, 6.0
"""Heights of a box and of the title of an open one, the size of a dot, and how far a stack
fans out.
"""


def width_of(text: str, size: float) -> float:
    """About how wide a text is, in a bold sans-serif font of that size; rather too much
    than too little.
    """
    return sum(_units_of(letter) for letter in text) * size / 100


def _units_of(letter: str) -> int:
    """About how wide a letter is, in hundredths of the size of its font."""
    if letter in NARROW:
        return 38
    if letter in WIDE:
        return 80
    return 100 if ord(letter) > 0x2E7F else 64  # from there on are ideographs


def name_in(box: Box) -> str:
    """What is written in a box as its name."""
    name = box.label or ("" if box.kind in (BoxKind.PASSTHROUGH, BoxKind.RULE) else box.kind.value)
    longest = LONGEST if box.kind is not BoxKind.PASSTHROUGH else SHORTEST
    return name if len(name) <= longest else name[: longest - 1] + "…"


def is_fanned(box: Box) -> bool:
    """Whether a box looks like a stack."""
    return box.copies > 1 or box.kind is BoxKind.ARRAY


def size_of(box: Box) -> tuple[float, float]:
    """Width and height of a closed box, with the fan of a stack."""
    fan = FAN if is_fanned(box) else 0.0
    if box.kind is BoxKind.PASSTHROUGH:
        return DOT + fan, DOT + fan
    words = max(width_of(name_in(box), 13), width_of(line_in(box), 10))
    if box.kind is BoxKind.RULE:
        return words + 22 + fan, 24.0 + fan
    return max(84.0, words + 30) + fan, BODY + fan


def line_in(box: Box) -> str:
    """What is written below the name of a box."""
    if box.kind is BoxKind.RULE:
        return ""
    return (
        f"{box.copies} × {box.size}"
        if box.copies > 1 and box.kind is not BoxKind.MIXED
        else box.size
    )
