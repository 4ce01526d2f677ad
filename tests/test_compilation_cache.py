"""The compilation cache trusts its digests, and touches nothing but its own files."""

from __future__ import annotations

import os
import warnings

import pytest

from nengo_nb.compilation_cache import MOST_BYTES, Artifact, CompilationCache, open_cache, trim

KEY = "0123456789abcdef"
ARTIFACT = Artifact(
    "xla_compile_cache__1__2__XLA_CPU_JIT.pb", b"key, program \n and \0 machine code"
)


@pytest.fixture
def cache(tmp_path):
    return open_cache(tmp_path, KEY)


@pytest.fixture
def entry(cache):
    """The file of the one program that the cache holds."""
    cache.put("program", ARTIFACT)
    (path,) = cache.folder.iterdir()
    return path


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_program_comes_back_as_it_was(cache, entry):
    assert cache.get("program") == [ARTIFACT]
    assert CompilationCache(cache.folder).get("program") == [ARTIFACT]
    assert cache.get("another program") == []


def test_a_program_may_have_several_artifacts(cache, entry):
    cache.put("program", Artifact("for other shapes", b"code"))
    cache.put("another program", Artifact("other", b"code"))

    assert {artifact.name for artifact in cache.get("program")} == {
        ARTIFACT.name,
        "for other shapes",
    }


def test_of_two_artifacts_with_one_name_there_is_one(cache, entry):
    """TensorFlow's file would hold both, one after the other."""
    cache.put("program", Artifact(ARTIFACT.name, b"shorter"))
    assert len(names(cache.folder)) == 2

    (artifact,) = cache.get("program")

    assert artifact in (ARTIFACT, Artifact(ARTIFACT.name, b"shorter"))
    assert len(names(cache.folder)) == 1
    assert cache.get("program") == [artifact]


def test_any_bit_that_differs_makes_an_entry_worthless(cache, entry):
    whole = entry.read_bytes()
    for position in range(len(whole)):
        for bit in (1, 128):
            changed = bytearray(whole)
            changed[position] ^= bit
            entry.write_bytes(changed)

            assert cache.get("program") == []
            assert not entry.exists()


def test_an_entry_of_another_length_is_worthless(cache, entry):
    whole = entry.read_bytes()
    for content in [whole + b"\0", b"\0" + whole, *(whole[:size] for size in range(len(whole)))]:
        entry.write_bytes(content)

        assert cache.get("program") == []
        assert not entry.exists()


def test_an_entry_under_another_name_is_worthless(cache, entry):
    cache.put("another program", Artifact("other", b"code"))
    (other,) = (path for path in cache.folder.iterdir() if path != entry)
    digest = entry.stem.partition("-")[2]
    entry.rename(entry.with_name(f"{other.stem.partition('-')[0]}-{digest}.xla"))

    assert [artifact.name for artifact in cache.get("another program")] == ["other"]
    assert names(cache.folder) == [other.name]


def test_what_is_no_file_is_left_out(cache, entry):
    entry.unlink()
    os.mkfifo(entry)
    assert cache.get("program") == []

    entry.mkdir()
    assert cache.get("program") == []

    assert entry.is_dir()


def test_an_entry_larger_than_the_cache_is_not_read(cache, entry):
    with entry.open("r+b") as file:
        file.truncate(MOST_BYTES + 1)

    assert cache.get("program") == []
    assert not entry.exists()


def test_a_folder_that_is_gone_holds_nothing_and_says_so_once(cache, entry):
    entry.unlink()
    cache.folder.rmdir()
    assert cache.get("program") == []

    with pytest.warns(UserWarning, match=r"Compiled programs are not kept .*No such file"):
        cache.put("program", ARTIFACT)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        cache.put("program", ARTIFACT)


def test_a_folder_that_others_could_write_is_closed_to_them(tmp_path):
    for folder in (tmp_path / "programs", tmp_path / "programs" / KEY):
        folder.mkdir()
        folder.chmod(0o777)

    cache = open_cache(tmp_path, KEY)

    assert {cache.folder.stat().st_mode & 0o777, cache.folder.parent.stat().st_mode & 0o777} == {
        0o700
    }


def test_a_folder_of_another_user_is_not_used(tmp_path, monkeypatch):
    """Its owner could put machine code there."""
    open_cache(tmp_path, KEY)
    monkeypatch.setattr(os, "getuid", lambda: tmp_path.stat().st_uid + 1)

    with pytest.raises(PermissionError, match="belongs to another user"):
        open_cache(tmp_path, KEY)


def test_the_oldest_half_goes_when_there_is_too_much(cache):
    for age in range(4):
        cache.put(str(age), Artifact("n", bytes(98)))
    entries = {}
    for age in range(4):
        (entries[age],) = cache._entries(str(age))
        os.utime(entries[age], (age, age))

    trim(cache.folder.parent, 400)
    kept_all = names(cache.folder)
    trim(cache.folder.parent, 399)

    assert kept_all == sorted(path.name for path in entries.values())
    assert names(cache.folder) == [entries[3].name]


def test_files_of_others_are_never_touched(tmp_path):
    """Whatever they are called, wherever they are, and however much there is."""
    cache = open_cache(tmp_path / "nengo_nb", KEY)
    cache.put("program", ARTIFACT)
    entry = names(cache.folder)[0]
    foreign = [
        tmp_path / "thesis.tex",
        tmp_path / entry,
        tmp_path / "data" / KEY / entry,
        tmp_path / "nengo_nb" / entry,
        tmp_path / "nengo_nb" / "decoders" / KEY / entry,
        tmp_path / "nengo_nb" / "programs" / "thesis.tex",
        tmp_path / "nengo_nb" / "programs" / "mine" / entry,
        cache.folder / "thesis.pb",
        cache.folder / "thesis.xla",
        cache.folder / "below" / entry,
    ]
    for path in foreign:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(1000))
        os.utime(path, (0, 0))
    (tmp_path / "nengo_nb" / "programs" / "fedcba9876543210").symlink_to(tmp_path / "data" / KEY)

    trim(cache.folder.parent, 0)
    cache.get("program")
    open_cache(tmp_path / "nengo_nb", KEY)

    assert [path for path in foreign if not path.exists()] == []
    assert not (cache.folder / entry).exists()


def test_what_a_killed_process_had_begun_to_write_goes_when_it_is_old(cache, entry):
    old, new = (cache.folder / f".{entry.name[:40]}.{n}.nengo_nb-tmp" for n in ("aa", "bb"))
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))

    trim(cache.folder.parent, MOST_BYTES)

    assert names(cache.folder) == sorted([new.name, entry.name])
