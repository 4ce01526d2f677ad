"""Content of movie files by their ending, and the ffmpeg that makes one of them."""

from __future__ import annotations

import importlib
import importlib.util
import shutil

from nengo_nb.plots.movie import Speed, write_gif, write_mp4
from nengo_nb.plots.recorded import RecordedRun

GIF_IMAGES, MP4_IMAGES = 10.0, 25.0
"""Images per second of a GIF and of an MP4, if nothing is said."""

MOVIES = (".gif", ".mp4")
"""Endings of movies."""


def write_movie(run: RecordedRun, ending: str, speed: float | None, fps: float | None) -> bytes:
    """Return the content of a movie's file.

    Args:
        run: The recorded run.
        ending: One of ``MOVIES``.
        speed: Simulated seconds for each second; None for one.
        fps: Images for each second; None for as many as are usual for such a file.

    Raises:
        ValueError: It would have too many images, or a number is not above zero.
        ModuleNotFoundError: There is no ffmpeg, which an MP4 needs.
        OSError: ffmpeg fails.
    """
    factor = 1.0 if speed is None else speed
    if ending == ".gif":
        return write_gif(run, Speed(factor, GIF_IMAGES if fps is None else fps))
    return write_mp4(run, Speed(factor, MP4_IMAGES if fps is None else fps), find_ffmpeg())


def find_ffmpeg() -> str:
    """Return the path of ffmpeg: that on the PATH, or else that of the package imageio-ffmpeg.

    Raises:
        ModuleNotFoundError: There is neither.
    """
    on_path = shutil.which("ffmpeg")
    if on_path is not None:
        return on_path
    if importlib.util.find_spec("imageio_ffmpeg") is None:
        raise ModuleNotFoundError(
            "an MP4 needs ffmpeg, which is not on the PATH: 'pip install imageio-ffmpeg' brings "
            "one, or save a GIF, which needs nothing"
        )
    return str(importlib.import_module("imageio_ffmpeg").get_ffmpeg_exe())
