"""Movies have the images that a live view would have shown, and ffmpeg's errors are told."""

from __future__ import annotations

import io
import re
import stat
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from nengo_nb.plots.movie import MOST_GIF_IMAGES, Speed, moments, write_gif, write_mp4
from nengo_nb.plots.picture import HEIGHT, WIDTH, color_cells
from nengo_nb.plots.recorded import ImagesRecord, LinesRecord, RecordedRun

TIMES = np.arange(1, 1001) / 1000


@pytest.fixture
def run():
    waves = np.sin(9 * TIMES)[:, np.newaxis]
    return RecordedRun(
        "run", 0.0, 1.0, (LinesRecord("a", "", ("0",), "value", TIMES, waves),), length=0.5
    )


def test_the_window_stands_until_it_is_full_and_then_follows(run):
    shown = moments(run, Speed(1.0, 4.0), 10)

    assert [moment.time for moment in shown] == [0.25, 0.5, 0.75, 1.0]
    assert [(moment.begin, moment.end) for moment in shown] == [
        (0.0, 0.5),
        (0.0, 0.5),
        (0.25, 0.75),
        (0.5, 1.0),
    ]


def test_a_slow_movie_has_more_images_and_ends_with_the_run(run):
    shown = moments(run, Speed(0.3, 5.0), 100)

    assert len(shown) == 17
    assert shown[-1].time == 1.0


def test_too_many_images_say_what_to_do(run):
    with pytest.raises(ValueError, match="1 simulated seconds are 1000 images, more than 300"):
        moments(run, Speed(0.01, 10.0), MOST_GIF_IMAGES)


@pytest.mark.parametrize("number", [0, -1, float("nan"), float("inf")])
def test_a_speed_is_above_zero(number):
    with pytest.raises(ValueError, match="the speed is a finite number above zero"):
        Speed(number, 10.0)


def test_a_gif_has_all_images_at_its_speed(run):
    image = Image.open(io.BytesIO(write_gif(run, Speed(1.0, 5.0))))

    assert (image.format, image.n_frames, image.size) == ("GIF", 5, (WIDTH, HEIGHT))
    assert (image.info["duration"], image.info["loop"]) == (200, 0)
    drawn = []
    for place in range(5):
        image.seek(place)
        drawn.append(image.convert("RGB").tobytes())
    assert len(set(drawn)) == 5


def test_a_gif_of_images_has_the_colours_of_all_values():
    images = np.linspace(0, 1, 10)[:, np.newaxis, np.newaxis]
    record = ImagesRecord("i", "", "value", np.arange(1, 11) / 10, images, (0.0, 1.0), False)
    run = RecordedRun("run", 0.0, 1.0, (record,))
    image = Image.open(io.BytesIO(write_gif(run, Speed(1.0, 10.0))))

    for place in (0, 4, 9):
        image.seek(place)
        shown = image.convert("RGB").getpixel((WIDTH // 2, HEIGHT // 2))
        wanted = color_cells(images[place])[0, 0]
        assert np.abs(np.subtract(shown, wanted, dtype=float)).max() < 24


def program(folder, source):
    """A program that stands for ffmpeg."""
    path = folder / "ffmpeg"
    path.write_text(f"#!{sys.executable}\nimport sys\n{source}", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


COPY = """
with open(sys.argv[-1], "wb") as target:
    target.write(" ".join(sys.argv[1:-1]).encode() + b"|" + sys.stdin.buffer.read())
"""


def test_an_mp4_is_made_of_raw_images_at_their_rate(run, tmp_path):
    content = write_mp4(run, Speed(1.0, 4.0), program(tmp_path, COPY))

    arguments, _, pixels = content.partition(b"|")
    assert f"-s {WIDTH}x{HEIGHT} -r 4 -i -".encode() in arguments
    images = np.frombuffer(pixels, np.uint8).reshape(4, HEIGHT, WIDTH, 3)
    assert (images[0] != images[1]).any()


def test_an_mp4_of_the_real_ffmpeg_has_all_images_at_their_rate(run, tmp_path):
    # It comes with the tests, and as ``imageio-ffmpeg`` to users.
    ffmpeg = pytest.importorskip("imageio_ffmpeg").get_ffmpeg_exe()
    path = tmp_path / "run.mp4"
    path.write_bytes(write_mp4(run, Speed(1.0, 4.0), ffmpeg))
    decode = [ffmpeg, "-i", str(path), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]

    decoded = subprocess.run(decode, capture_output=True, check=True)

    images = np.frombuffer(decoded.stdout, np.uint8).reshape(-1, HEIGHT, WIDTH, 3)
    # Nothing but the line and the numbers along the axis moves.
    changes = [np.abs(np.subtract(a, b, dtype=float)).max() for a, b in pairwise(images)]
    assert len(images) == 4
    assert min(changes) > 100
    assert re.search(rb"Video: h264 .*yuv420p.* 4 fps", decoded.stderr)


def test_a_program_that_fails_is_quoted(run, tmp_path):
    failing = program(tmp_path, "sys.exit('no encoder')")

    with pytest.raises(OSError, match="ffmpeg made no MP4: no encoder"):
        write_mp4(run, Speed(1.0, 100.0), failing)


def test_a_program_that_writes_nothing_is_an_error(run, tmp_path):
    with pytest.raises(OSError, match="ffmpeg made no MP4: it said nothing"):
        write_mp4(run, Speed(1.0, 4.0), program(tmp_path, "sys.stdin.buffer.read()"))
