"""Configuration of XLA through environment variables, before TensorFlow starts.

TensorFlow reads ``XLA_FLAGS`` and ``TF_XLA_FLAGS`` once, when it compiles for the first time. In a
notebook's kernel ``%load_ext nengo_nb`` adds two flags to them; a script may do the same with
``nengo_nb.prepare_compiler()``:

=========================  =========================================================================
``NENGO_NB_CACHE``         the folder below which compiled programs are kept, in
                           ``nengo_nb/programs``, so that no process compiles them again; by
                           default the user's own cache. ``off`` keeps nothing.
``NENGO_NB_VECTOR_WIDTH``  for how wide vectors programs are compiled, in bits; by default 512
                           where the processor has AVX-512, where XLA would use 256. ``off`` leaves
                           it to XLA.
=========================  =========================================================================

What is in ``XLA_FLAGS`` or ``TF_XLA_FLAGS`` already is never changed. Compiled code is run as it is
found, so the folder belongs to the user alone, and there is one for each version of TensorFlow, of
this package, and each processor. Each program in it is compared with its digest before it is used
(``nengo_nb.compilation_cache``).
"""

from __future__ import annotations

import errno
import hashlib
import os
import platform
import sys
import warnings
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from nengo_nb import __version__, compilation_cache

CACHE = "NENGO_NB_CACHE"
WIDTH = "NENGO_NB_VECTOR_WIDTH"
OFF = ("off", "0", "")

KEEP_FLAG = "--tf_xla_persistent_cache_directory"
WIDTH_FLAG = "--xla_cpu_prefer_vector_width"

DISTRIBUTIONS = ("tensorflow", "tensorflow-cpu", "tf-nightly", "tf-nightly-cpu", "tensorflow-rocm")
"""Names under which TensorFlow is distributed; builds by others are known by their file instead."""


def prepare_compiler() -> bool:
    """Have programs compiled for this processor, and kept on disk; call it before TensorFlow is
    first used.

    Returns:
        Whether there is still time: TensorFlow must not be imported yet.
    """
    if "tensorflow" in sys.modules:
        return False
    # Measured with AVX-512: LIF neurons take 9 us a step instead of 20 with vectors of 512 bits.
    width = os.environ.get(WIDTH, str(widest_vector() or "off"))
    if width not in OFF:
        _add("XLA_FLAGS", WIDTH_FLAG, width)
    if os.environ.get(CACHE) not in OFF:
        _keep_programs()
    return True


def _keep_programs() -> None:
    """Open the cache and have TensorFlow hand over what it compiles, unless the user has told it
    what to do with it.

    The flag may be there because this process was started by one that had prepared its own
    compiler.
    """
    # A folder of the user's own: TensorFlow reads and writes it, unverified.
    if KEEP_FLAG in os.environ.get("TF_XLA_FLAGS", "") and not _handed_over():
        return
    try:
        compilation_cache.active = compilation_cache.open_cache(_root(), _key())
    except OSError as error:
        trouble = compilation_cache.not_kept(error.filename or "the folder of caches", error)
        compilation_cache.trouble = trouble
        warnings.warn(trouble, stacklevel=3)
    else:
        _add("TF_XLA_FLAGS", KEEP_FLAG, compilation_cache.IN_MEMORY)


def _handed_over() -> bool:
    """Whether TensorFlow puts what it compiles into memory, where ``engine/artifacts.py``
    finds it.
    """
    return (
        f"{KEEP_FLAG}={compilation_cache.IN_MEMORY}" in os.environ.get("TF_XLA_FLAGS", "").split()
    )


def describe() -> list[str]:
    """Describe in sentences the target of compilation and the state of the cache, where
    they could be better.
    """
    widest, told = widest_vector(), WIDTH_FLAG in os.environ.get("XLA_FLAGS", "")
    kept = KEEP_FLAG in os.environ.get("TF_XLA_FLAGS", "")
    cache, trouble = compilation_cache.active, compilation_cache.trouble
    if cache is not None:
        trouble = cache.trouble
    elif _handed_over():
        kept = False
    sentences = []
    if widest and not told and os.environ.get(WIDTH) not in OFF:
        sentences.append(f"This processor has vectors of {widest} bits, and XLA compiles for 256.")
    if not kept and trouble is None and os.environ.get(CACHE) not in OFF:
        sentences.append("Compiled programs are not kept for the next process.")
    if sentences:
        sentences.append(
            "nengo_nb.prepare_compiler(), before TensorFlow is imported, changes that."
        )
    return sentences if trouble is None else [*sentences, trouble]


def widest_vector() -> int | None:
    """Return the length of the processor's vectors in bits where it is longer than XLA's
    default.
    """
    return 512 if "avx512f" in _processor().split() else None


def _add(variable: str, flag: str, value: str) -> None:
    """Add a flag to an environment variable, unless it is there."""
    flags = os.environ.get(variable, "")
    # A flag that the user or a parent process has set stays as it is.
    if flag not in flags:
        os.environ[variable] = f"{flags} {flag}={value}".strip()


def _root() -> Path:
    """Return the folder of all caches of this package, whether it is there or not.

    Raises:
        OSError: The user has no home folder.
    """
    try:
        above = os.environ.get(CACHE) or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
        return Path(above).expanduser().absolute() / "nengo_nb"
    except RuntimeError as error:
        raise FileNotFoundError(errno.ENOENT, str(error), "~") from error


def _key() -> str:
    """Return the cache key of everything that machine code depends on beside the program itself."""
    parts = (
        tensorflow_build(),
        __version__,
        platform.machine(),
        _processor(),
        # Flags change the machine code, the one for the width of vectors above all.
        os.environ.get("XLA_FLAGS"),
    )
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:16]


def tensorflow_build() -> str:
    """Identify the installed TensorFlow without importing it, whichever distribution
    brought it; empty without one.
    """
    for name in DISTRIBUTIONS:
        with suppress(PackageNotFoundError):
            return f"{name} {version(name)}"
    spec = find_spec("tensorflow")
    if spec is None or spec.origin is None:
        return ""
    # A build without metadata, such as one from source: its file tells it from the next build.
    status = Path(spec.origin).stat()
    return f"{spec.origin} {status.st_size} {status.st_mtime_ns}"


def _processor() -> str:
    """Describe what the processor can do: x86 calls that its flags, ARM its features;
    elsewhere there is its name.
    """
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith(("flags", "Features")):
                return line.partition(":")[2].strip()
    return platform.processor()
