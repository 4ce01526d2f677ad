"""Picture of a recorded run at a moment, drawn by Pillow: a still, or one image of a movie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from .extremes import Floats
from .palette import INK, line_style, pale
from .picture import (
    BOTTOM,
    FRAME,
    HEIGHT,
    LEFT,
    RIGHT,
    SCALE,
    TOP,
    WIDTH,
    Panel,
    color_cells,
    draw_axes,
    draw_line,
    load_font,
    one_line,
    write_png,
)
from .recorded import (
    CloudsRecord,
    ImagesRecord,
    LinesRecord,
    PathsRecord,
    Record,
    RecordedRun,
    SpikesRecord,
    spike_levels,
)
from .reduce import limits

CURSOR = "#d55e00"
"""Colour of the present in a path."""

MOST_DRAWN = 6
"""Number of plots in a still, so that it stays small."""

LARGEST_LETTERS, SMALLEST_LETTERS = 26, 9
"""Sizes of the name of a pointer that equals what is held, and of one that does not."""


@dataclass(frozen=True)
class Moment:
    """Moment of a run, and the window of time before it that is drawn, in seconds."""

    begin: float
    end: float
    time: float


def draw_run(run: RecordedRun) -> bytes:
    """Draw the first plots of a run over all of its time, as the bytes of a PNG."""
    moment = Moment(run.begin, run.end, run.end)
    return write_png(draw_moment(run.records[:MOST_DRAWN], moment))


def draw_moment(records: tuple[Record, ...], moment: Moment) -> Image.Image:
    """Draw plots below each other as they are at a moment, twice the size of the page."""
    image = Image.new("RGB", (SCALE * WIDTH, SCALE * HEIGHT * len(records)), "white")
    pen = ImageDraw.Draw(image)
    for i, record in enumerate(records):
        _draw(record, image, pen, i * HEIGHT, moment)
    return image


def _draw(
    record: Record, image: Image.Image, pen: ImageDraw.ImageDraw, top: int, moment: Moment
) -> None:
    window = (moment.begin, moment.end)
    match record:
        case LinesRecord():
            panel = Panel(image, pen, top, window, _lines_range(record))
            draw_axes(panel, f"{record.title}: {record.quantity}", "time (s)")
            _draw_lines(panel, record, moment)
        case SpikesRecord():
            panel = Panel(image, pen, top, window, (-0.5, max(len(record.labels), 1) - 0.5))
            draw_axes(panel, f"{record.title}: spikes by neuron", "time (s)")
            _draw_spikes(panel, record, moment)
        case PathsRecord():
            ends = _paths_range(record)
            panel = Panel(image, pen, top, ends, ends)
            across, upwards = record.labels
            draw_axes(panel, f"{record.title}: {upwards} over {across}", across)
            _draw_paths(panel, record, moment)
        case ImagesRecord():
            panel = Panel(image, pen, top, window, (0.0, 1.0))
            _draw_heading(panel, f"{record.title}: {record.quantity}")
            _draw_image(panel, record, moment)
        case CloudsRecord():
            panel = Panel(image, pen, top, window, (0.0, 1.0))
            _draw_heading(panel, record.title)
            _draw_cloud(panel, record, moment)


def _within(times: Floats, moment: Moment) -> slice:
    """Return the indices of times in the window, up to the moment."""
    first = int(np.searchsorted(times, moment.begin))
    return slice(first, int(np.searchsorted(times, moment.time, side="right")))


def _last(times: Floats, moment: Moment) -> int:
    """Return the index of the last time that is not after the moment, or of the first one."""
    return max(int(np.searchsorted(times, moment.time, side="right")) - 1, 0)


def _padded(values: Floats) -> tuple[float, float]:
    low, high = limits(values)
    margin = 0.05 * (high - low)
    return low - margin, high + margin


def _lines_range(record: LinesRecord) -> tuple[float, float]:
    """Return the ends of the axis of values: the same at all moments, so that it stands still."""
    if record.limits is not None:
        return record.limits
    if record.is_stacked:
        return -0.5, record.values.shape[1] - 0.5
    return _padded(np.delete(record.values, record.hidden, axis=1))


def _draw_lines(panel: Panel, record: LinesRecord, moment: Moment) -> None:
    part = _within(record.times, moment)
    x, values = panel.x(record.times[part]), record.values[part]
    low, high = limits(record.values)
    for i in range(values.shape[1]):
        if i in record.hidden:
            continue
        line = values[:, i]
        if record.is_stacked:
            line = i + 0.9 * ((line - low) / (high - low) - 0.5)
        color, dash = line_style(0 if record.is_stacked else i)
        draw_line(panel, x, np.clip(line, *panel.values), color, dash)


def _draw_spikes(panel: Panel, record: SpikesRecord, moment: Moment) -> None:
    """Draw spikes as ink, which is grey where marks would touch."""
    left, top, right, bottom = _frame(panel)
    share = min((moment.time - moment.begin) / (moment.end - moment.begin), 1.0)
    size = (max(round(share * (right - left)), 1), bottom - top)
    levels = spike_levels(record, moment.begin, moment.time, max(size[0] // SCALE, 1), size[1])
    mask = Image.fromarray(levels).resize(size, Image.Resampling.NEAREST)
    panel.image.paste(INK, (left, top), mask)


def _paths_range(record: PathsRecord) -> tuple[float, float]:
    if record.limits is not None:
        return record.limits
    return _padded(np.concatenate([points.reshape(-1) for points in record.points]))


def _draw_paths(panel: Panel, record: PathsRecord, moment: Moment) -> None:
    for i, (times, points) in enumerate(zip(record.times, record.points, strict=True)):
        color = line_style(i)[0]
        part = _within(times, moment)
        some = np.clip(points[part], *panel.values)
        draw_line(panel, panel.x(some[:, 0]), some[:, 1], color, "solid")
        if len(some) and np.isfinite(some[-1]).all():
            x, y = float(panel.x(some[-1, 0])), float(panel.y(some[-1, 1]))
            panel.pen.ellipse([(x - 8, y - 8), (x + 8, y + 8)], fill=color if i else CURSOR)


def _draw_heading(panel: Panel, heading: str) -> None:
    """Draw a frame without axes, and the line above it."""
    left, top, right, bottom = _frame(panel)
    panel.pen.rectangle([(left, top), (right, bottom)], outline=FRAME, width=SCALE)
    place = (left, top - 7 * SCALE)
    panel.pen.text(place, one_line(heading), fill=INK, font=load_font(13), anchor="ls")


def _frame(panel: Panel) -> tuple[int, int, int, int]:
    """Return the left, upper, right and lower edge in pixels."""
    return (
        SCALE * LEFT,
        SCALE * (panel.top + TOP),
        SCALE * (WIDTH - RIGHT),
        SCALE * (panel.top + HEIGHT - BOTTOM),
    )


def _draw_image(panel: Panel, record: ImagesRecord, moment: Moment) -> None:
    """Draw the image of the moment in the middle of the frame, without numbers."""
    cells = record.images[_last(record.times, moment)]
    low, high = record.limits
    shares = np.clip((cells - low) / (high - low), 0, 1)
    isnan = np.isnan(shares)
    shares = np.where(isnan, 0, shares)
    colors = _greys(shares) if record.is_grey else color_cells(shares)
    colors[isnan] = 255
    left, top, right, bottom = _frame(panel)
    width, height = right - left - 2 * SCALE, bottom - top - 2 * SCALE
    if record.is_grey:
        side = min(width / cells.shape[1], height / cells.shape[0])
        size = (max(int(side * cells.shape[1]), 1), max(int(side * cells.shape[0]), 1))
    else:
        size = (width, height)
    place = (left + SCALE + (width - size[0]) // 2, top + SCALE + (height - size[1]) // 2)
    panel.image.paste(Image.fromarray(colors).resize(size, Image.Resampling.NEAREST), place)
    note = f"{low:.3g} (dark) to {high:.3g} (bright)"
    middle = ((left + right) / 2, bottom + 6 * SCALE)
    panel.pen.text(middle, note, fill=INK, font=load_font(11), anchor="mt")


def _greys(shares: np.ndarray) -> np.ndarray:
    """Return grey levels as ``(rows, columns, 3)`` bytes."""
    return np.repeat((255 * shares).astype(np.uint8)[:, :, np.newaxis], 3, axis=2)


def _draw_cloud(panel: Panel, record: CloudsRecord, moment: Moment) -> None:
    """Draw the names of the most similar pointers below each other, as large as they are."""
    values = np.nan_to_num(record.values[_last(record.times, moment)])
    left, top, right, bottom = _frame(panel)
    shares = np.clip(values, 0, 1)
    heights = SMALLEST_LETTERS + shares * (LARGEST_LETTERS - SMALLEST_LETTERS)
    # The largest first, as far as there is room; then in their own order.
    seen: list[int] = []
    room = (bottom - top) / SCALE - 10
    for i in np.argsort(-values, kind="stable").tolist():
        room -= 1.2 * heights[i]
        if room < 0 or values[i] <= 0:
            break
        seen.append(i)
    y = top + 5 * SCALE
    for i in sorted(seen):
        color = INK if shares[i] > 0.3 else pale(INK)
        font = load_font(int(heights[i]))
        text = one_line(record.labels[i])
        panel.pen.text(((left + right) / 2, y), text, fill=color, font=font, anchor="mt")
        y += int(1.2 * heights[i] * SCALE)
