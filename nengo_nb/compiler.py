"""The compiler: what TensorFlow's XLA is told before it starts.

TensorFlow reads ``XLA_FLAGS`` and ``TF_XLA_FLAGS`` once, when it compiles for the first time. In a notebook's kernel
``%load_ext nengo_nb`` adds two flags to them; a script may do the same with ``nengo_nb.prepare_compiler()``:

=========================  ============================================================================================
``NENGO_NB_CACHE``         the folder in which compiled programs are kept, so that no process compiles them again; by
                           default one in the user's own cache. ``off`` keeps nothing.
``NENGO_NB_VECTOR_WIDTH``  for how wide vectors programs are compiled, in bits; by default 512 where the processor has
                           AVX-512, where XLA would use 256. ``off`` leaves it to XLA.
=========================  ============================================================================================

What is in ``XLA_FLAGS`` or ``TF_XLA_FLAGS`` already is never changed. Compiled code is run as it is found, so the
folder belongs to the user alone, and there is one for each version of TensorFlow, of this package, and each processor.
"""

from __future__ import annotations

import hashlib
import os
import platform
import stat
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from nengo_nb import __version__

CACHE = "NENGO_NB_CACHE"
WIDTH = "NENGO_NB_VECTOR_WIDTH"
OFF = ("off", "0", "")

KEEP_FLAG = "--tf_xla_persistent_cache_directory"
WIDTH_FLAG = "--xla_cpu_prefer_vector_width"

DISTRIBUTIONS = ("tensorflow", "tensorflow-cpu", "tf-nightly", "tf-nightly-cpu", "tensorflow-rocm")
"""Names under which TensorFlow is distributed; builds by others are known by their file instead."""

VARINT, LENGTH_DELIMITED, FIXED = 0, 2, {1: 8, 5: 4}
"""How the fields of a protocol buffer are written, and the bytes of those of fixed length."""

MOST_BYTES = 256 * 2**20
"""What the cache may hold; beyond it the oldest half goes."""


def prepare_compiler() -> bool:
    """Have programs compiled for this processor, and kept on disk; call it before TensorFlow is first used.

    Returns:
        Whether there is still time: TensorFlow must not be imported yet.
    """
    if "tensorflow" in sys.modules:
        return False
    width = os.environ.get(WIDTH, str(widest_vector() or "off"))
    if width not in OFF:
        _add("XLA_FLAGS", WIDTH_FLAG, width)
    if os.environ.get(CACHE) not in OFF and KEEP_FLAG not in os.environ.get("TF_XLA_FLAGS", ""):
        folder = _private(_root() / _key())
        if folder is not None:
            trim(_root(), MOST_BYTES)
            drop_broken(folder)
            _add("TF_XLA_FLAGS", KEEP_FLAG, str(folder))
    return True


def describe() -> list[str]:
    """What programs are compiled for, and where they are kept, in sentences."""
    widest, told = widest_vector(), WIDTH_FLAG in os.environ.get("XLA_FLAGS", "")
    kept = KEEP_FLAG in os.environ.get("TF_XLA_FLAGS", "")
    sentences = []
    if widest and not told and os.environ.get(WIDTH) not in OFF:
        sentences.append(f"This processor has vectors of {widest} bits, and XLA compiles for 256.")
    if not kept and os.environ.get(CACHE) not in OFF:
        sentences.append("Compiled programs are not kept for the next process.")
    if sentences:
        sentences.append("nengo_nb.prepare_compiler(), before TensorFlow is imported, changes that.")
    return sentences


def widest_vector() -> int | None:
    """The length of the processor's vectors in bits, where it is longer than XLA assumes."""
    return 512 if "avx512f" in _processor().split() else None


def trim(folder: Path, most_bytes: int) -> None:
    """Delete the oldest files in a folder until it holds no more than half of what it may hold, if it holds more."""
    found = []
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # another kernel may be doing the same
            found.append((path.stat().st_mtime, path.stat().st_size, path))
    files = sorted(entry for entry in found if entry[2].is_file())
    total = sum(size for _, size, _ in files)
    if total <= most_bytes:
        return
    for _, size, path in files:
        if total <= most_bytes // 2:
            break
        path.unlink(missing_ok=True)
        total -= size


def drop_broken(folder: Path) -> None:
    """Delete the files of a cache that end too early, as a crash may leave them; TensorFlow would stumble over them.

    What runs meanwhile in another kernel does no harm: TensorFlow gives a file its name when it is whole.
    """
    for path in folder.glob("*.pb"):
        with suppress(FileNotFoundError):
            if not is_whole(path):
                path.unlink()


def is_whole(path: Path) -> bool:
    """Whether a file is a protocol buffer, field after field, to its end."""
    size, at = path.stat().st_size, 0
    with path.open("rb") as file:
        while at < size:
            tag = _varint(file)
            length = _varint(file) if tag & 7 == LENGTH_DELIMITED else FIXED.get(tag & 7, -1)
            if tag & 7 == VARINT:
                length = 0 if _varint(file) >= 0 else -1
            if tag < 0 or length < 0:
                return False
            at = file.seek(length, os.SEEK_CUR)
    return 0 < at == size


def _varint(file: IO[bytes]) -> int:
    """An integer of seven bits a byte, the lowest first; -1 at the end of the file."""
    found = shift = 0
    while byte := file.read(1):
        found |= (byte[0] & 127) << shift
        if byte[0] < 128:
            return found
        shift += 7
    return -1


def _add(variable: str, flag: str, value: str) -> None:
    """Add a flag to an environment variable, unless it is there."""
    flags = os.environ.get(variable, "")
    if flag not in flags:
        os.environ[variable] = f"{flags} {flag}={value}".strip()


def _root() -> Path:
    """The folder of all caches."""
    if CACHE in os.environ:
        return Path(os.environ[CACHE])
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nengo_nb"


def _key() -> str:
    """What compiled programs depend on, beside what they compute."""
    parts = (
        tensorflow_build(),
        __version__,
        platform.machine(),
        _processor(),
        os.environ.get("XLA_FLAGS"),
    )
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:16]


def tensorflow_build() -> str:
    """Identify the installed TensorFlow without importing it, whichever distribution brought it; empty without one."""
    for name in DISTRIBUTIONS:
        with suppress(PackageNotFoundError):
            return f"{name} {version(name)}"
    spec = find_spec("tensorflow")
    if spec is None or spec.origin is None:
        return ""
    found = Path(spec.origin).stat()
    return f"{spec.origin} {found.st_size} {found.st_mtime_ns}"


def _processor() -> str:
    """What the processor can do; empty where the system does not say."""
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next((line.partition(":")[2].strip() for line in lines if line.startswith("flags")), "")
    return ""


def _private(folder: Path) -> Path | None:
    """A folder that nobody else can read or write, made if need be; None where there can be none."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        found = folder.stat()
    except OSError:
        return None
    owner = getattr(os, "getuid", lambda: found.st_uid)()
    return folder if found.st_uid == owner and not stat.S_IMODE(found.st_mode) & 0o077 else None
