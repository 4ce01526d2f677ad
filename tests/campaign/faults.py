"""Faults of disks and processes, on purpose: whatever breaks, results are right, files whole, and
the next run works.

    python -m tests.campaign --faults --seed S --minutes M

Each fault is a function of a folder and a random generator that raises an AssertionError when
something was lost.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from nengo.exceptions import SimulationError

from nengo_nb.atomic_file import TEMPORARY
from nengo_nb.compilation_cache import ENTRY, CompilationCache, entry_name, read_entry

from .process import PATTERN, finish, start

Random = random.Random

NOT_KEPT = "Compiled programs are not kept"
"""Begin of the one sentence that a cache which cannot be written costs."""


def run(folder: Path, **arguments) -> tuple[str, str]:
    """Run the network, and return its data and what it has printed to the error stream."""
    process = start("network", folder, **arguments)
    printed, errors = finish(process)
    assert process.returncode == 0, errors
    return printed.splitlines()[-1], errors


def entries(folder: Path) -> list[Path]:
    """The programs that are kept below a folder."""
    return sorted(path for path in folder.rglob("*") if ENTRY.fullmatch(path.name))


def regions(content: bytes) -> dict[str, tuple[int, int]]:
    """The parts of an entry, as begin and end: TensorFlow's name, its key, the program, and
    its object files.
    """
    name = content.index(b"\n") + 1
    objects = content.index(b"\x7fELF")
    return {
        "name": (0, name),
        "key": (name, name + 60),
        "program": (name + 60, objects),
        "object header": (objects, objects + 64),
        "object code": (objects + 64, len(content)),
    }


def flip(content: bytearray, at: int, end: int) -> bytes:
    """One bit is wrong."""
    content[at] ^= 1 << at % 8
    return bytes(content)


def blank(content: bytearray, at: int, end: int) -> bytes:
    """A block was never written."""
    end = min(end, at + 512)
    content[at:end] = (b"\0" if any(content[at:end]) else b"\1") * (end - at)
    return bytes(content)


def cut(content: bytearray, at: int, end: int) -> bytes:
    """The file ends too early."""
    return bytes(content[:at])


def insert(content: bytearray, at: int, end: int) -> bytes:
    """There is something where nothing should be."""
    return bytes(content[:at] + b"\x08\x01" + content[at:])


DAMAGES = (flip, blank, cut, insert)


def damage_programs(
    folder: Path, draw: Random, region: str | None = None, right: str | None = None
) -> None:
    """Any damage to kept programs is found, and they are compiled anew.

    Args:
        folder: Where programs are kept.
        draw: The random generator.
        region: Part of the entries to damage; drawn for each if there is none.
        right: Data of a run that has filled the folder; if there is none, there is one first.
    """
    if right is None:
        right, _ = run(folder)
    whole = {path: path.read_bytes() for path in entries(folder)}
    assert whole, "no program was kept"
    for path, content in whole.items():
        places = regions(content)
        begin, end = places[region or draw.choice(list(places))]
        damage = draw.choice(DAMAGES)
        path.write_bytes(damage(bytearray(content), draw.randrange(begin, end), end))
    assert not any(map(read_entry, whole)), "a damage that is none"

    again, errors = run(folder)

    assert again == right
    assert NOT_KEPT not in errors
    assert all(map(read_entry, entries(folder))), "a damaged program is still there"
    assert programs(folder) == {path.name.partition("-")[0] for path in whole}


def replace_programs(folder: Path, draw: Random) -> None:
    """Programs that TensorFlow cannot load, though they are as they were kept, are compiled
    anew.
    """
    right, _ = run(folder)
    kept = programs(folder)
    for path in entries(folder):
        name, _, content = path.read_bytes().partition(b"\n")
        payload = name + b"\n" + content[: draw.randrange(len(content))]
        path.unlink()
        path.with_name(entry_name(path.name.partition("-")[0], payload)).write_bytes(payload)

    assert run(folder)[0] == right
    assert run(folder)[0] == right
    assert kept <= programs(folder)


def programs(folder: Path) -> set[str]:
    """The programs that are kept below a folder, by the digests of their names."""
    return {path.name.partition("-")[0] for path in entries(folder)}


def run_side_by_side(folder: Path, draw: Random) -> None:
    """Kernels that compile and keep the same programs at the same time agree, and so does a
    later one.
    """
    kernels = [start("network", folder) for _ in range(2)]
    ends = [finish(kernel) for kernel in kernels]
    assert [kernel.returncode for kernel in kernels] == [0, 0], ends
    right = ends[0][0].splitlines()[-1]
    assert ends[1][0].splitlines()[-1] == right

    assert run(folder)[0] == right
    kept = [(path.name.partition("-")[0], read_entry(path).name) for path in entries(folder)]
    assert len(kept) == len(set(kept)), "an artifact is kept twice"


def kill_writers(folder: Path, draw: Random, times: int = 5) -> None:
    """Processes that share a cache and are killed leave nothing that another one would read."""
    for _ in range(times):
        writers = [start("programs", folder) for _ in range(2)]
        for writer in writers:
            assert writer.stdout.readline() == "ready\n", writer.stderr.read()
        # How long they write is drawn; whatever they are doing then is cut off.
        with suppress(subprocess.TimeoutExpired):
            writers[0].wait(draw.uniform(0, 0.05))
        for writer in writers:
            writer.kill()
            finish(writer)

        cache = CompilationCache(folder / "nengo_nb" / "programs" / ("0" * 16))
        for number in range(7):
            assert all(a.content == PATTERN for a in cache.get(f"program {number}"))


def kill_runs(folder: Path, draw: Random, times: int = 1) -> None:
    """Kernels that share a cache and are killed leave one that serves the next kernel."""
    right, _ = run(folder / "quiet")
    for _ in range(times):
        kernels = [start("network", folder) for _ in range(2)]
        for kernel in kernels:
            assert kernel.stdout.readline() == "ready\n", kernel.stderr.read()
        with suppress(subprocess.TimeoutExpired):
            kernels[0].wait(draw.uniform(0, 0.5))
        for kernel in kernels:
            kernel.kill()
            finish(kernel)

    assert run(folder)[0] == right


def end_a_writer(folder: Path, draw: Random, number: int | None = None) -> None:
    """SIGTERM, SIGINT or SIGKILL between two bytes leave a file that is whole."""
    writer = start("file", folder)
    assert writer.stdout.readline() == "ready\n", writer.stderr.read()
    with suppress(subprocess.TimeoutExpired):
        writer.wait(draw.uniform(0, 0.05))
    writer.send_signal(number or draw.choice([signal.SIGTERM, signal.SIGINT, signal.SIGKILL]))
    finish(writer)

    content = (folder / "file").read_bytes()
    assert len(content) == 100_000
    assert len(set(content)) == 1


def damage_parameters(folder: Path, draw: Random, times: int = 200) -> None:
    """Damaged parameters are refused, or the damage is where nothing is read."""
    from nengo_nb.simulator.params import archive

    arrays = {f"ensemble {i}/bias": np.full(draw.randrange(50), i / 7) for i in range(5)}
    file = archive.save(folder / "weights", arrays)
    whole = file.read_bytes()
    for _ in range(times):
        damaged = whole
        for _ in range(draw.randrange(1, 4)):
            at = draw.randrange(len(damaged))
            damaged = draw.choice(DAMAGES)(bytearray(damaged), at, len(damaged)) or b"\0"
        file.write_bytes(damaged)
        try:
            loaded = archive.load(file, arrays)
        except SimulationError as error:
            assert str(file) in str(error)  # noqa: PT017 - here it is one of two right ends
            continue
        assert all(np.array_equal(loaded[name], array) for name, array in arrays.items())


def fill_the_disk(folder: Path, draw: Random, file_size: int | None = None) -> None:
    """On a full disk a network runs, one sentence says that nothing is kept, and the old
    parameters stay.
    """
    right, _ = run(folder / "quiet")
    (folder / "weights.npz").write_bytes(PATTERN)

    data, errors = run(
        folder, file_size=draw.randrange(100, 600) if file_size is None else file_size
    )

    assert data == right
    assert errors.count(NOT_KEPT) == 1
    assert "not saved: File too large, so nothing was written" in errors
    assert (folder / "weights.npz").read_bytes() == PATTERN
    assert files_of_ours(folder) == []
    assert run(folder)[0] == right


def files_of_ours(folder: Path) -> list[Path]:
    """Programs that are kept below a folder, the quiet one left out, and what is only half
    written.
    """
    files = [path for path in folder.rglob("*") if "quiet" not in path.parts]
    return sorted(path for path in files if path.suffix == ".xla" or path.name.endswith(TEMPORARY))


def make_the_cache_read_only(folder: Path, draw: Random) -> None:
    """A cache that can no longer be written serves what is in it, and a damaged program in
    it is compiled anew.
    """
    right, _ = run(folder)
    kept = files_of_ours(folder)
    (programs_folder,) = {path.parent for path in entries(folder)}
    programs_folder.chmod(0o500)
    data, errors = run(folder)
    assert data == right
    assert NOT_KEPT not in errors

    damaged = draw.choice(entries(folder))
    content = damaged.read_bytes()
    damaged.write_bytes(flip(bytearray(content), draw.randrange(len(content)), len(content)))
    data, errors = run(folder)

    assert data == right
    assert errors.count(NOT_KEPT) == 1
    assert files_of_ours(folder) == kept
    programs_folder.chmod(0o700)


def make_the_home_read_only(folder: Path, draw: Random) -> None:
    """A home folder that cannot be written costs one sentence."""
    home = folder / "home with spaces"
    home.mkdir()
    home.chmod(0o500)
    right, _ = run(folder)
    cache = draw.choice([None, str(home), str(home / "sub" / "cache")])

    data, errors = run(folder, environment={"NENGO_NB_CACHE": cache, "HOME": str(home)})

    assert data == right
    assert errors.count(NOT_KEPT) == 1
    assert errors.count("Decoders are solved without Nengo's cache") == 1
    assert list(home.iterdir()) == []
    home.chmod(0o700)


def use_a_folder_of_others(folder: Path, draw: Random) -> None:
    """A cache below a folder with spaces that holds other things leaves them alone, a home
    without one is none.
    """
    shared = folder / "my thesis, final"
    for name in ("thesis.tex", "data.pb", "nengo_nb/notes.xla"):
        (shared / name).parent.mkdir(parents=True, exist_ok=True)
        (shared / name).write_bytes(draw.randbytes(1000))
    before = {path: path.read_bytes() for path in shared.rglob("*") if path.is_file()}

    first, errors = run(folder, environment={"NENGO_NB_CACHE": str(shared)})

    assert NOT_KEPT not in errors
    assert entries(shared)
    assert {path: path.read_bytes() for path in before} == before
    absent = folder / "no such" / "home"
    data, errors = run(folder, environment={"NENGO_NB_CACHE": None, "HOME": str(absent)})
    assert data == first
    assert NOT_KEPT not in errors
    assert programs(absent / ".cache" / "nengo_nb") == programs(shared)


FAULTS: dict[str, Callable[[Path, Random], None]] = {
    fault.__name__.replace("_", " "): fault
    for fault in (
        damage_programs,
        replace_programs,
        run_side_by_side,
        kill_writers,
        kill_runs,
        end_a_writer,
        damage_parameters,
        fill_the_disk,
        make_the_cache_read_only,
        make_the_home_read_only,
        use_a_folder_of_others,
    )
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Cause faults until the time is over, print how many there were, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaign --faults", description=__doc__)
    parser.add_argument(
        "--seed", type=int, default=0, help="of everything that is drawn (%(default)s)"
    )
    parser.add_argument("--minutes", type=float, default=10.0, help="how long (%(default)s)")
    options = parser.parse_args(arguments)
    end, done, lost = time.monotonic() + 60 * options.minutes, Counter[str](), 0
    draw = Random(options.seed)
    while time.monotonic() < end:
        name, seed = draw.choice(list(FAULTS)), draw.randrange(2**32)
        with tempfile.TemporaryDirectory(prefix="nengo_nb-faults-") as folder:
            try:
                FAULTS[name](Path(folder), Random(seed))
            except AssertionError as error:
                lost += 1
                print(f"{name} (seed {seed}): {error}", flush=True)
        done[name] += 1
    print(", ".join(f"{name}: {count}" for name, count in sorted(done.items())))
    print(f"{done.total()} faults, {lost} of them did harm.")
    return 1 if lost else 0
