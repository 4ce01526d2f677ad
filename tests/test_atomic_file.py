"""A file is replaced as a whole, or not at all."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from nengo_nb.atomic_file import replacing

WRITE = """
import resource, signal, sys
from pathlib import Path
from nengo_nb.atomic_file import replacing
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
with replacing(Path(sys.argv[1])) as file:
    file.write(bytes(2000))
"""


@pytest.fixture
def target(tmp_path):
    """A file with something in it, in a folder of its own."""
    path = tmp_path / "folder with spaces" / "file"
    path.parent.mkdir()
    path.write_text("old")
    return path


def write(target, content=b"new"):
    with replacing(target) as file:
        file.write(content)


def test_a_file_is_there_when_it_is_whole(target):
    with replacing(target) as file:
        file.write(b"half")
        file.flush()
        assert target.read_text() == "old"
        file.write(b"whole")

    assert target.read_text() == "halfwhole"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, OSError])
def test_what_ends_the_writing_leaves_the_old_file(target, error):
    def fail():
        with replacing(target) as file:
            file.write(b"half")
            raise error

    with pytest.raises(error):
        fail()

    assert target.read_text() == "old"
    assert list(target.parent.iterdir()) == [target]


def test_a_full_disk_leaves_the_old_file_and_is_told(target):
    command = [sys.executable, "-c", WRITE, str(target)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert f"File too large, so nothing was written: '{target}'" in ended.stderr
    assert target.read_text() == "old"
    assert list(target.parent.iterdir()) == [target]


def test_the_rights_of_a_file_stay_and_those_of_a_new_one_are_the_users(target):
    target.chmod(0o640)
    other = target.with_name("other")

    write(target)
    write(other)

    assert target.stat().st_mode & 0o777 == 0o640
    plain = target.with_name("plain")
    plain.touch()
    assert other.stat().st_mode == plain.stat().st_mode


def test_a_link_stays_a_link(target):
    link = target.with_name("link")
    link.symlink_to(target)

    write(link)

    assert link.is_symlink()
    assert target.read_text() == "new"


def test_a_pipe_is_written_to_and_never_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    # Opened for both, so that neither end waits for the other.
    reader = os.open(pipe, os.O_RDWR)

    write(pipe)

    assert os.read(reader, 10) == b"new"
    assert pipe.is_fifo()
    os.close(reader)


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    below_a_file = tmp_path / "file"
    below_a_file.touch()

    with pytest.raises(OSError, match=r"nothing was written.*weights"):
        write(below_a_file / "weights")


def test_a_name_as_long_as_can_be_is_written(tmp_path):
    target = tmp_path / ("n" * 255)

    write(target)

    assert target.read_bytes() == b"new"
