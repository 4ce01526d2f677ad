"""Player of a recorded run: a page of its own that scrubs and zooms without kernel or network."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from nengo_nb.atomic_file import replacing
from nengo_nb.jupyter.comms.assets import read_static
from nengo_nb.jupyter.protocol.codec import write_message
from nengo_nb.jupyter.protocol.recording import (
    CloudsPanel,
    ImagesPanel,
    LinesPanel,
    PanelData,
    PathData,
    PathsPanel,
    RecordingData,
    SpikesPanel,
)
from nengo_nb.plots.moment import draw_run
from nengo_nb.plots.picture import WIDTH
from nengo_nb.plots.recorded import (
    CloudsRecord,
    Detail,
    ImagesRecord,
    LinesRecord,
    PathsRecord,
    Record,
    RecordedRun,
    SpikesRecord,
    pack_spikes,
)

from .movie_file import MOVIES, write_movie

RECORDING_TYPE = "application/vnd.nengo-nb.recording+json"

MOST_BYTES = 2_000_000
"""Largest size of a player, which a notebook keeps and mails."""

HALVINGS = 4
"""Number of times that the detail of a recording is halved to make a player small enough."""


@dataclass(frozen=True)
class Player:
    """Recorded run that plays, scrubs and zooms in a page; without scripts, a picture of it.

    Args:
        run: The recorded run.
    """

    run: RecordedRun

    @cached_property
    def picture(self) -> bytes:
        """Picture of its first plots over all of its time, as the bytes of a PNG."""
        return draw_run(self.run)

    def page(self) -> str:
        """Return it as HTML that can be a part of any page."""
        picture = base64.b64encode(self.picture).decode("ascii")
        # An HTML parser ends a script at "</script", also within a string of JSON.
        text = json.dumps(write_message(recording_data(self.run)), separators=(",", ":"))
        recording = text.replace("<", "\\u003c")
        notes = "".join(f"<div>{html.escape(note)}</div>" for note in self.run.notes)
        # The classes keep MathJax from typesetting dollars and backslashes of labels.
        return (
            f'<div class="nengo-nb-player mathjax_ignore tex2jax_ignore">'
            f"<style>{read_static('player.css')}</style>"
            f'<script type="{RECORDING_TYPE}">{recording}</script>'
            f'<img style="width: {WIDTH}px; max-width: 100%" alt="{html.escape(repr(self))}" '
            f'src="data:image/png;base64,{picture}">'
            f"{notes}<script>{read_static('player.js')}</script></div>"
        )

    def document(self) -> str:
        """Return it as a whole HTML document."""
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            '<meta name="color-scheme" content="light dark">'
            f"<title>{html.escape(self.run.title)}</title></head>"
            f"<body>{self.page()}</body></html>"
        )

    def save(
        self, path: str | PathLike[str], speed: float | None = None, fps: float | None = None
    ) -> None:
        """Write it to a file, which takes the place of an older one only if nothing fails.

        A movie shows what a live view would have shown: a window that follows the present.

        Args:
            path: A name that ends in ``.html`` for a page, or ``.gif`` or ``.mp4`` for a movie. MP4
                needs ffmpeg, which ``pip install imageio-ffmpeg`` brings.
            speed: Simulated seconds for each second of a movie; one by default.
            fps: Images for each second of a movie; by default 10 of a GIF and 25 of an MP4.

        Raises:
            ValueError: The name has another ending, or the movie would have too many images.
            ModuleNotFoundError: There is no ffmpeg, which an MP4 needs.
            OSError: The file cannot be written, or ffmpeg fails.
        """
        target = Path(path)
        content = self._content(target.suffix.lower(), target.name, speed, fps)
        with replacing(target) as file:
            file.write(content)

    def _content(self, ending: str, name: str, speed: float | None, fps: float | None) -> bytes:
        if ending in MOVIES:
            return write_movie(self.run, ending, speed, fps)
        if ending not in (".html", ".htm"):
            raise ValueError(f"{name} names no kind of file that is known: use .html, .gif or .mp4")
        if speed is not None or fps is not None:
            raise ValueError("only a movie has a speed and images per second, and a page has none")
        return self.document().encode("utf-8", "replace")

    def __repr__(self) -> str:
        titles = ", ".join(record.title for record in self.run.records)
        return (
            f"Player of {self.run.title} from {self.run.begin:.3f} to {self.run.end:.3f} s: "
            f"{titles}"
        )

    def _repr_mimebundle_(self, **_options: object) -> dict[str, Any]:
        """Return HTML, and for front ends that show none a picture and text."""
        return {
            "text/html": self.page(),
            "image/png": base64.b64encode(self.picture).decode("ascii"),
            "text/plain": repr(self),
        }


def make_player(record: Callable[[Detail], RecordedRun]) -> Player:
    """Return the player of a run with as much detail as a small file has room for.

    Args:
        record: Records the run in some detail.

    Raises:
        ValueError: It would be too large however little is kept of each plot.
    """
    detail, size = Detail(), 0
    for _ in range(HALVINGS):
        player = Player(record(detail))
        # Base64 writes three bytes with four letters.
        size = 16 * player.run.count // 3
        if size <= MOST_BYTES:
            size = len(player.page().encode("utf-8", "replace"))
            if size <= MOST_BYTES:
                return player
        detail = detail.half()
    raise ValueError(
        f"the player would take {size / 1e6:.1f} MB, more than {MOST_BYTES / 1e6:g} MB: remove "
        "some plots, or choose fewer values of them"
    )


class _Numbers:
    """Float32 numbers, one array after the other."""

    def __init__(self) -> None:
        self._arrays: list[np.ndarray] = []
        self._count = 0

    def add(self, *arrays: np.ndarray) -> int:
        """Add arrays; return the number of elements before them."""
        begin = self._count
        for array in arrays:
            numbers = np.ascontiguousarray(array, "<f4").reshape(-1)
            self._arrays.append(numbers)
            self._count += len(numbers)
        return begin

    def text(self) -> str:
        """Return all numbers as base64."""
        return base64.b64encode(b"".join(each.tobytes() for each in self._arrays)).decode("ascii")


def recording_data(run: RecordedRun) -> RecordingData:
    """Return a recorded run as a page reads it."""
    numbers = _Numbers()
    panels = [_panel(record, run.begin, numbers) for record in run.records]
    return RecordingData(
        title=run.title,
        begin=run.begin,
        end=run.end,
        panels=panels,
        notes=list(run.notes),
        numbers=numbers.text(),
    )


def _panel(record: Record, begin: float, numbers: _Numbers) -> PanelData:
    match record:
        case LinesRecord():
            return LinesPanel(
                title=record.title,
                note=record.note,
                labels=list(record.labels),
                quantity=record.quantity,
                points=len(record.times),
                offset=numbers.add(record.times - begin, record.values.T),
                stacked=record.is_stacked,
                hidden=list(record.hidden),
                limits=list(record.limits or ()),
            )
        case SpikesRecord():
            return SpikesPanel(
                title=record.title,
                note=record.note,
                labels=list(record.labels),
                dt=record.dt,
                trains=base64.b64encode(pack_spikes(record, begin)).decode("ascii"),
                step=record.step,
            )
        case PathsRecord():
            return PathsPanel(
                title=record.title,
                note=record.note,
                labels=list(record.labels),
                paths=[
                    PathData(
                        name=name, points=len(times), offset=numbers.add(times - begin, points.T)
                    )
                    for name, times, points in zip(
                        record.names, record.times, record.points, strict=True
                    )
                ],
                limits=list(record.limits or ()),
            )
        case ImagesRecord():
            return _images_panel(record, begin, numbers)
        case CloudsRecord():
            return CloudsPanel(
                title=record.title,
                note=record.note,
                labels=list(record.labels),
                times=len(record.times),
                offset=numbers.add(record.times - begin, record.values),
            )


def _images_panel(record: ImagesRecord, begin: float, numbers: _Numbers) -> ImagesPanel:
    count, rows, columns = record.images.shape
    return ImagesPanel(
        title=record.title,
        note=record.note,
        quantity=record.quantity,
        images=count,
        rows=rows,
        columns=columns,
        offset=numbers.add(record.times - begin, record.images),
        low=record.limits[0],
        high=record.limits[1],
        grey=record.is_grey,
    )
