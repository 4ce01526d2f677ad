"""Files of a recorded run: which ffmpeg is taken, and that old files survive errors."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from nengo_nb.jupyter.outputs.movie_file import find_ffmpeg
from nengo_nb.jupyter.outputs.player import Player
from nengo_nb.plots.recorded import LinesRecord, RecordedRun


@pytest.fixture
def player():
    times = np.arange(1, 301) / 1000
    lines = LinesRecord("a", "", ("0",), "value", times, np.sin(9 * times)[:, np.newaxis])
    return Player(RecordedRun("run", 0.0, 0.3, (lines,)))


@pytest.fixture
def without_ffmpeg(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)


def test_a_gif_is_saved_with_as_many_images_as_are_asked_for(player, tmp_path):
    player.save(tmp_path / "usual.gif")
    player.save(tmp_path / "slow.GIF", speed=0.5, fps=20)

    with Image.open(tmp_path / "usual.gif") as usual, Image.open(tmp_path / "slow.GIF") as slow:
        assert (usual.n_frames, slow.n_frames) == (3, 12)


def test_an_mp4_without_ffmpeg_names_the_way_out_and_leaves_the_old_file(
    player, tmp_path, without_ffmpeg
):
    path = tmp_path / "run.mp4"
    path.write_bytes(b"old")

    with pytest.raises(ModuleNotFoundError, match="pip install imageio-ffmpeg"):
        player.save(path)

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_ffmpeg_of_a_package_is_taken_where_there_is_no_other(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    package = SimpleNamespace(get_ffmpeg_exe=lambda: "of the package")
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", package)

    assert find_ffmpeg() == "of the package"


def test_a_page_has_no_speed(player, tmp_path):
    with pytest.raises(ValueError, match="only a movie has a speed"):
        player.save(tmp_path / "run.html", speed=2)

    assert list(tmp_path.iterdir()) == []
