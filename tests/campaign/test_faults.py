"""The campaign of faults in small: every kind once."""

from __future__ import annotations

import random
import shutil
import signal

import pytest

from . import faults


@pytest.fixture
def draw():
    return random.Random(0)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A folder with compiled programs, and the data of the run that compiled them."""
    folder = tmp_path_factory.mktemp("filled")
    return folder, faults.run(folder)[0]


@pytest.mark.parametrize("region", ["name", "key", "program", "object header", "object code"])
def test_damage_in_any_region_of_a_compiled_program_is_found(tmp_path, draw, filled, region):
    folder, data = filled
    shutil.copytree(folder, tmp_path / "cache")

    faults.damage_programs(tmp_path / "cache", draw, region, data)


def test_a_program_that_cannot_be_loaded_is_compiled_anew(tmp_path, draw):
    faults.replace_programs(tmp_path, draw)


def test_kernels_that_compile_the_same_at_the_same_time_agree(tmp_path, draw):
    faults.run_side_by_side(tmp_path, draw)


def test_killed_writers_leave_nothing_half_written(tmp_path, draw):
    faults.kill_writers(tmp_path, draw, times=10)


def test_killed_kernels_leave_a_cache_that_serves_the_next_one(tmp_path, draw):
    faults.kill_runs(tmp_path, draw)


def test_damaged_parameters_are_refused(tmp_path, draw):
    faults.damage_parameters(tmp_path, draw, times=1000)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_file_is_whole_whenever_its_writer_ends(tmp_path, draw, number):
    for turn in range(3):
        (tmp_path / str(turn)).mkdir()
        faults.end_a_writer(tmp_path / str(turn), draw, number)


@pytest.mark.parametrize("file_size", [100, 600])
def test_a_full_disk_costs_a_sentence(tmp_path, draw, file_size):
    faults.fill_the_disk(tmp_path, draw, file_size)


def test_a_cache_that_cannot_be_written_still_serves(tmp_path, draw):
    faults.make_the_cache_read_only(tmp_path, draw)


def test_a_home_that_cannot_be_written_costs_a_sentence(tmp_path, draw):
    faults.make_the_home_read_only(tmp_path, draw)


def test_a_cache_among_other_files_leaves_them_alone(tmp_path, draw):
    faults.use_a_folder_of_others(tmp_path, draw)


def test_a_campaign_counts_what_did_harm(capsys, monkeypatch):
    def harm(folder, draw):
        raise AssertionError("lost")

    monkeypatch.setattr(faults, "FAULTS", {"harm": harm})

    code = faults.main(["--minutes", "1e-5", "--seed", "1"])

    printed = capsys.readouterr().out
    assert code == 1
    assert "harm (seed " in printed
    assert "did harm." in printed
