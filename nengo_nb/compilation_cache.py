"""Persistent compilation cache: compiled XLA programs on disk, verified by SHA-256 before use.

Machine code with one bit changed computes other numbers, or ends the process. So TensorFlow never
reads the disk: its own cache is a folder in memory (``IN_MEMORY``), and ``engine/artifacts.py``
puts there what was read from here. An entry is one file, ``<program>-<digest>.xla``, whose digest
covers the program's name, TensorFlow's name for the artifact, and every byte of it. A file that
does not match is deleted and the program compiled anew.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
import time
import warnings
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from nengo_nb.atomic_file import TEMPORARY, replacing

IN_MEMORY = "ram://nengo_nb/programs"
"""The folder that TensorFlow takes for its cache: in the memory of one process, where
nothing can fill up or break.
"""

FOLDER = re.compile(r"[0-9a-f]{16}")
"""Names of the folders for one processor and one set of versions."""

ENTRY = re.compile(r"[0-9a-f]{24}-[0-9a-f]{64}\.xla")
"""Names of the files with one artifact."""

UNFINISHED = re.compile(rf"\..*{re.escape(TEMPORARY)}")
UNFINISHED_FOR = 3600.0
"""Seconds after which a file that is still being written belongs to no process any more."""

MOST_BYTES = 256 * 2**20
"""Size limit of all folders together; beyond it the oldest half goes."""


@dataclass(frozen=True)
class Artifact:
    """Serialized machine code of one program.

    Args:
        name: File name that TensorFlow looks for.
        content: The file.
    """

    name: str
    content: bytes


class CompilationCache:
    """Artifacts of programs in one folder, by the names of the programs.

    Args:
        folder: The folder; it must exist.

    Attributes:
        trouble: Message about the error after which nothing is stored; None before one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trouble: str | None = None

    def get(self, program: str) -> list[Artifact]:
        """Return the artifacts of a program, one of each name, and delete the files of damaged and
        surplus ones.

        Two processes that compile a program at the same time keep it twice: machine code is the
        same, and its description, in which the order of attributes is left to chance, need not be.
        """
        artifacts: dict[str, Artifact] = {}
        for path in self._entries(program):
            # Paths are sorted, so two processes keep the same one of two.
            artifact = read_entry(path)
            if artifact is None or artifact.name in artifacts:
                _delete(path)
            else:
                artifacts[artifact.name] = artifact
        return list(artifacts.values())

    def put(self, program: str, artifact: Artifact) -> None:
        """Keep an artifact; a disk that takes none costs a warning, and nothing else."""
        # The digest covers the name as well: TensorFlow looks artifacts up by it.
        payload = artifact.name.encode() + b"\n" + artifact.content
        path = self.folder / entry_name(_short(program), payload)
        try:
            with replacing(path) as file:
                file.write(payload)
        except OSError as error:
            self._warn(error)

    def drop(self, program: str) -> None:
        """Delete all artifacts of a program."""
        for path in self._entries(program):
            _delete(path)

    def _entries(self, program: str) -> list[Path]:
        """Files with artifacts of a program, in any state."""
        try:
            paths = sorted(self.folder.glob(f"{_short(program)}-*.xla"))
        except OSError:  # the folder is gone, or may no longer be read
            return []
        return [path for path in paths if ENTRY.fullmatch(path.name)]

    def _warn(self, error: OSError) -> None:
        """Say once that programs are not kept."""
        if self.trouble is None:
            self.trouble = not_kept(self.folder, error)
            warnings.warn(self.trouble, stacklevel=2)


def not_kept(folder: Path | str, error: OSError) -> str:
    """Explain in one sentence why compiled programs are not kept, and what can be done about it."""
    return (
        f"Compiled programs are not kept for the next process, as {folder} cannot be used "
        f"({error.strerror or error}); NENGO_NB_CACHE names another folder, or 'off'."
    )


def open_cache(root: Path, key: str) -> CompilationCache:
    """Make a folder for programs that belongs to this user alone, and bring it down to its size.

    Args:
        root: Folder of all caches of this package; it is made if need be.
        key: Identifies the processor and the versions that programs were compiled for.

    Raises:
        OSError: There can be no such folder, or others could write into it.
    """
    for folder in (root, root / "programs", root / "programs" / key):
        _make_private(folder)
    trim(root / "programs", MOST_BYTES)
    return CompilationCache(root / "programs" / key)


def _make_private(folder: Path) -> None:
    """Make a folder that no other user can read or write: compiled code is run as it is found.

    Raises:
        OSError: It belongs to another user, is no folder, or cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A link that somebody else has put here could be pointed elsewhere after this check.
    link, target = folder.lstat(), folder.stat()
    # Windows has no user ids: the folder's own passes the comparison.
    owner = getattr(os, "getuid", lambda: target.st_uid)()
    if {link.st_uid, target.st_uid} != {owner}:
        raise PermissionError(errno.EPERM, "it belongs to another user", str(folder))
    # Windows keeps its rights elsewhere: a mode of it says nothing, and a home folder is private.
    if os.name != "posix" or not stat.S_IMODE(target.st_mode) & 0o077:
        return
    folder.chmod(0o700)
    if (
        stat.S_IMODE(folder.stat().st_mode) & 0o077
    ):  # a file system without rights, as on a memory card
        raise PermissionError(errno.EPERM, "other users could write into it", str(folder))


def trim(folder: Path, most_bytes: int) -> None:
    """Delete the oldest entries below a folder until half of the limit is left, if there is more
    than the limit.

    Only what has the name of an entry, in a folder with the name of one of ours, is looked at.
    """
    files = []
    for path in _files_of_ours(folder):
        with suppress(OSError):  # another kernel may be doing the same
            status = path.lstat()
            if stat.S_ISREG(status.st_mode):
                files.append((status.st_mtime, status.st_size, path))
    now = time.time()
    for changed, _, path in files:
        if UNFINISHED.fullmatch(path.name) and now - changed > UNFINISHED_FOR:
            _delete(path)
    # Tuples begin with the time of the last change: the oldest come first.
    entries = sorted(entry for entry in files if ENTRY.fullmatch(entry[2].name))
    total = sum(size for _, size, _ in entries)
    if total <= most_bytes:
        return
    for _, size, path in entries:
        # Down to half, so that not every start of a process has something to delete.
        if total <= most_bytes // 2:
            break
        _delete(path)
        total -= size


def _files_of_ours(folder: Path) -> list[Path]:
    """Files below a folder that have a name of ours, in folders that have one."""
    paths: list[Path] = []
    with suppress(OSError):
        for key in folder.iterdir():
            if FOLDER.fullmatch(key.name) and key.is_dir() and not key.is_symlink():
                paths += key.iterdir()
    return [path for path in paths if ENTRY.fullmatch(path.name) or UNFINISHED.fullmatch(path.name)]


def read_entry(path: Path) -> Artifact | None:
    """Return the artifact in a file of the cache; None where it is damaged."""
    try:
        # A file larger than the whole cache is none of ours, and must not be read into memory.
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            return None
        payload = path.read_bytes()
    except OSError:
        return None
    if entry_name(path.name.partition("-")[0], payload) != path.name:
        return None
    name, _, content = payload.partition(b"\n")
    return Artifact(name.decode(), content)


def entry_name(program: str, payload: bytes) -> str:
    """Return the name of an entry, with the SHA-256 of its program's name and of all that
    is in it.
    """
    return f"{program}-{hashlib.sha256(program.encode() + payload).hexdigest()}.xla"


def _short(program: str) -> str:
    """Return a program's name as it stands in names of files."""
    return hashlib.sha256(program.encode()).hexdigest()[:24]


def _delete(path: Path) -> None:
    """Delete an entry, if that is possible; one that is damaged is never used in any case."""
    with suppress(OSError):
        path.unlink()


active: CompilationCache | None = None
"""The cache of this process; ``compiler.prepare_compiler`` opens it."""

trouble: str | None = None
"""Message about the error that kept this process from opening its cache; None without one."""
