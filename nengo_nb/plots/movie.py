"""Movies of a recorded run: GIF by Pillow, MP4 by ffmpeg."""

from __future__ import annotations

import io
import math
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from .moment import Moment, draw_moment
from .picture import SCALE, color_cells
from .recorded import ImagesRecord, RecordedRun

MOST_GIF_IMAGES = 300
"""Largest number of images of a GIF, all of which Pillow holds in memory."""

MOST_MP4_IMAGES = 3_000
"""Largest number of images of an MP4: of six plots each takes about a fifth of a second."""

COLORS = 128
"""Number of colours of a GIF: fewer make it smaller, and plots have few."""


@dataclass(frozen=True)
class Speed:
    """Speed of a movie.

    Args:
        factor: Simulated seconds for each second.
        images: Images for each second.
    """

    factor: float
    images: float

    def __post_init__(self) -> None:
        for number, name in ((self.factor, "speed"), (self.images, "number of images per second")):
            if not 0 < number < math.inf:
                raise ValueError(f"the {name} is a finite number above zero (got {number})")


def moments(run: RecordedRun, speed: Speed, most: int) -> list[Moment]:
    """Return the moments of a movie: its window follows the present, as that of a live view.

    Args:
        run: The recorded run.
        speed: Speed of the movie.
        most: Largest number of images.

    Raises:
        ValueError: They are too many.
    """
    step = speed.factor / speed.images
    count = max(math.ceil((run.end - run.begin) / step - 1e-9), 1)
    if count > most:
        raise ValueError(
            f"{run.end - run.begin:g} simulated seconds are {count} images, more than {most}: "
            "choose a shorter time by begin and end, a higher speed or fewer images per second"
        )
    times = [min(run.begin + (i + 1) * step, run.end) for i in range(count)]
    begins = [max(time - run.length, run.begin) for time in times]
    return [
        Moment(begin, begin + run.length, time) for begin, time in zip(begins, times, strict=True)
    ]


def write_gif(run: RecordedRun, speed: Speed) -> bytes:
    """Return a run as a GIF that repeats.

    Raises:
        ValueError: It would have too many images.
    """
    shown = moments(run, speed, MOST_GIF_IMAGES)
    # The same colours in all images, or they would flicker.
    palette = _find_palette(run, shown[-1])

    def images() -> Iterator[Image.Image]:
        for moment in shown:
            image = _draw(run, moment)
            yield image.quantize(palette=palette, dither=Image.Dither.NONE)

    first, *rest = images()
    buffer = io.BytesIO()
    first.save(
        buffer,
        "gif",
        save_all=True,
        append_images=rest,
        # In hundredths of a second, which is all that a GIF can say.
        duration=max(round(100 / speed.images), 2) * 10,
        loop=0,
        optimize=False,
    )
    return buffer.getvalue()


def write_mp4(run: RecordedRun, speed: Speed, ffmpeg: str) -> bytes:
    """Return a run as an MP4.

    Args:
        run: The recorded run.
        speed: Speed of the movie.
        ffmpeg: Path of ffmpeg.

    Raises:
        ValueError: It would have too many images.
        OSError: ffmpeg does not make one; the message is its own.
    """
    shown = moments(run, speed, MOST_MP4_IMAGES)
    with tempfile.TemporaryDirectory(prefix="nengo_nb-") as folder:
        target, said = Path(folder) / "run.mp4", Path(folder) / "said"
        width, height = _draw(run, shown[0]).size
        source = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}"]
        result = ["-pix_fmt", "yuv420p", "-movflags", "+faststart", str(target)]
        rate = ["-r", f"{speed.images:g}"]
        command = [ffmpeg, "-y", "-loglevel", "error", *source, *rate, "-i", "-", *result]
        with said.open("wb") as errors:
            process = subprocess.Popen(  # noqa: S603  # a program that the user has installed
                command, stdin=subprocess.PIPE, stdout=errors, stderr=errors
            )
            _feed(process, run, shown)
        if process.returncode or not target.is_file():
            words = said.read_text(encoding="utf-8", errors="replace").strip()
            raise OSError(f"ffmpeg made no MP4: {words[-400:] or 'it said nothing'}")
        return target.read_bytes()


def _feed(process: subprocess.Popen[bytes], run: RecordedRun, shown: list[Moment]) -> None:
    """Draw images into a process until it ends."""
    pipe = process.stdin
    try:
        for moment in shown if pipe is not None else ():
            if pipe is not None:
                pipe.write(_draw(run, moment).tobytes())
    except BrokenPipeError:
        pass  # its last words say why
    finally:
        # Ended by an interrupt as well, so that none is left behind.
        process.communicate()


def _draw(run: RecordedRun, moment: Moment) -> Image.Image:
    """Draw all plots at the size of a page, with smooth lines."""
    return draw_moment(run.records, moment).reduce(SCALE)


def _find_palette(run: RecordedRun, last: Moment) -> Image.Image:
    """Return an image with the colours of a GIF: those of its end, and of all values of images."""
    drawn = _draw(run, last)
    if not any(isinstance(record, ImagesRecord) for record in run.records):
        return drawn.quantize(COLORS, method=Image.Quantize.FASTOCTREE)
    shares = np.tile(np.linspace(0, 1, drawn.width), (drawn.height // 4, 1))
    greys = np.repeat((255 * shares).astype(np.uint8)[:, :, np.newaxis], 3, axis=2)
    parts = [np.asarray(drawn), color_cells(shares), greys]
    whole = Image.fromarray(np.concatenate(parts))
    return whole.quantize(COLORS, method=Image.Quantize.FASTOCTREE)
