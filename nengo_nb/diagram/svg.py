"""SVG picture of a diagram: self-contained, without scripts, for light and dark backgrounds."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from html import escape

from .layout.layout import Placed, place
from .layout.routes import Path, Point
from .layout.text import FAN, is_fanned, line_in, name_in, width_of
from .layout.view import look
from .parts import ArrowHead, ArrowKind, ArrowStyle, Box, BoxKind, Diagram

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
INK, FAINT, QUIET = "#1f2d3d", "#52606d", "#7b8794"
FILLS = {
    BoxKind.NETWORK: ("#e9edf2", "#6b7a8c"),
    BoxKind.ARRAY: ("#dcebf9", "#2f74b5"),
    BoxKind.ENSEMBLE: ("#dcebf9", "#2f74b5"),
    BoxKind.NODE: ("#fdf0d5", "#b07a16"),
    BoxKind.PASSTHROUGH: ("#7b8794", "#7b8794"),
    BoxKind.RULE: ("#eee3f8", "#7a4bb0"),
    BoxKind.MIXED: ("#e9edf2", "#6b7a8c"),
}
"""Fill and stroke of each kind of box: light, so that dark ink reads on it in a dark theme, too."""

HEADS = {
    ArrowHead.TRIANGLE: '<path d="M0 0L-9 -4.5L-7 0L-9 4.5Z" fill="{color}"/>',
    ArrowHead.BAR: '<path d="M-2 -6V6" stroke="{color}" stroke-width="3" stroke-linecap="round"/>',
    ArrowHead.RING: '<circle cx="-4" cy="0" r="3.5" fill="white" stroke="{color}" '
    'stroke-width="1.5"/>',
}
"""Shapes of heads that point to the right, with their tip at zero."""

LEGEND = 22.0


def draw(diagram: Diagram, opened: Collection[int] = ()) -> str:
    """Draw a diagram with some boxes open; ``open_to`` of :mod:`.layout.view` names those down to
    a depth.
    """
    view = look(diagram, opened)
    picture = place(diagram, view)
    drawn = {strand.kind for strand in view.strands}
    styles = [kind.style for kind in ArrowKind if kind in drawn and kind.style.meaning]
    legend_width = sum(_entry_width(style) for style in styles)
    width = max(picture.width, legend_width + 16.0, 40.0)
    height = picture.height + (LEGEND if styles else 0.0)
    shift = (width - picture.width) / 2
    arrows = []
    for strand, path in zip(view.strands, picture.paths, strict=True):
        size = max(diagram.arrows[i].size for i in strand.arrows)
        arrows.append(_arrow(path, strand.kind.style, size))
    boxes = {placed.box: placed for placed in picture.boxes if placed.box != 0}
    frames = [_frame(diagram.boxes[i], boxes[i]) for i in boxes if i in view.opened]
    bodies = [_body(diagram.boxes[i], boxes[i]) for i in boxes if i not in view.opened]
    # SVG paints in this order: arrows over the frames that they cross, boxes over the arrows' ends.
    shapes = "".join([*frames, *arrows, *bodies])
    label = escape(f"Diagram of {diagram.boxes[0].label or 'a network'}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(width)}" height="{_n(height)}" '
        f'viewBox="0 0 {_n(width)} {_n(height)}" role="img" aria-label="{label}" '
        f'font-family="{FONT}">'
        f'<g transform="translate({_n(shift)} '
        f'0)">{shapes}</g>{_legend(styles, picture.height)}</svg>'
    )


def _n(number: float) -> str:
    """Format a number with at most one decimal."""
    return f"{number:.1f}".removesuffix(".0")


def _text(
    x: float, y: float, words: str, size: int, color: str, anchor: str = "middle", weight: int = 400
) -> str:
    """Return a text element; markup in ``words`` is escaped."""
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{size}" fill="{color}" text-anchor="{anchor}" '
        f'font-weight="{weight}">{escape(words)}</text>'
    )


def _frame(box: Box, at: Placed) -> str:
    """Return an open box: a frame with its name."""
    return (
        f'<rect x="{_n(at.x)}" y="{_n(at.y)}" width="{_n(at.width)}" height="{_n(at.height)}" '
        'rx="10" '
        f'fill="{QUIET}" fill-opacity="0.09" stroke="{QUIET}" stroke-opacity="0.6"/>'
        + _text(at.x + 12, at.y + 18, name_in(box), 12, QUIET, "start", 600)
    )


def _body(box: Box, at: Placed) -> str:
    """Return a closed box: a dot, or a shape with its name and size, as a stack if it stands for
    several.
    """
    fill, stroke = FILLS[box.kind]
    fan = FAN if is_fanned(box) else 0.0
    x, y, width, height = at.x, at.y + fan, at.width - fan, at.height - fan
    corner = {BoxKind.NODE: 5.0, BoxKind.NETWORK: 9.0, BoxKind.MIXED: 9.0}.get(box.kind, height / 2)
    heavy = 1.8 if box.kind is BoxKind.NETWORK else 1.2
    # From the back to the front.
    rounds = [fan, fan / 2, 0.0] if fan else [0.0]
    cards = "".join(
        f'<rect x="{_n(x + step)}" y="{_n(y - step)}" width="{_n(width)}" height="{_n(height)}" '
        f'rx="{_n(corner)}" fill="{fill}" stroke="{stroke}" stroke-width="{heavy}"/>'
        for step in rounds
    )
    return (
        cards + "".join(_words(box, x + width / 2, y + height / 2)) + _probe(box, x + width - 9, y)
    )


def _words(box: Box, x: float, y: float) -> Iterator[str]:
    """Yield the texts of a closed box."""
    name, line = name_in(box), line_in(box)
    if box.kind is BoxKind.PASSTHROUGH:
        yield _text(x, y + 17, name, 10, QUIET)
        return
    yield _text(
        x, y - 2.5 if line else y + 4, name, 11 if box.kind is BoxKind.RULE else 13, INK, weight=600
    )
    if line:
        yield _text(x, y + 13, line, 11, FAINT)


def _probe(box: Box, x: float, y: float) -> str:
    """Return the mark of a probed box: a small eye on its edge."""
    if not box.probes or box.kind is BoxKind.PASSTHROUGH:
        return ""
    return (
        f'<circle cx="{_n(x)}" cy="{_n(y)}" r="5" fill="white" stroke="{INK}" stroke-width="1.2"/>'
        f'<circle cx="{_n(x)}" cy="{_n(y)}" r="2" fill="{INK}"/>'
    )


def _arrow(path: Path, style: ArrowStyle, size: int) -> str:
    """Return a curve with its head, a little wider for more dimensions."""
    line = f"M{_n(path[0][0])} {_n(path[0][1])}"
    # After the start a path is a sequence of three points for each cubic curve.
    for i in range(1, len(path) - 2, 3):
        line += "C" + " ".join(f"{_n(x)} {_n(y)}" for x, y in path[i : i + 3])
    width = 1.3 + 0.35 * min(math.log2(max(size, 1)), 6.0) / 2
    dashed = f' stroke-dasharray="{style.dashes}"' if style.dashes else ""
    return (
        f'<path d="{line}" fill="none" stroke="{style.color}" stroke-width="{_n(width)}" '
        f'stroke-linejoin="round"{dashed}/>{_head(path, style)}'
    )


def _head(path: Path, style: ArrowStyle) -> str:
    """Return the head of an arrow, which points where the path ends."""
    tip = path[-1]
    # A straight last piece repeats its end, so the
    # direction comes from the last point that differs.
    before = next((point for point in reversed(path) if point != tip), (tip[0] - 1, tip[1]))
    angle = math.degrees(math.atan2(tip[1] - before[1], tip[0] - before[0]))
    shape = HEADS[style.head].format(color=style.color)
    return f'<g transform="translate({_n(tip[0])} {_n(tip[1])}) rotate({_n(angle)})">{shape}</g>'


def _entry_width(style: ArrowStyle) -> float:
    return width_of(style.meaning, 11) + 52.0


def _legend(styles: list[ArrowStyle], y: float) -> str:
    """Return the legend of the kinds of arrows."""
    x, line, entries = 14.0, y + 8.0, ""
    for style in styles:
        start: Point = (x, line)
        end: Point = (x + 26, line)
        entries += _arrow((start, start, end, end), style, 1)
        entries += _text(x + 33, line + 4, style.meaning, 11, QUIET, "start")
        x += _entry_width(style)
    return entries
