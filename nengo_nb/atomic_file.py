"""Atomic file replacement: write a temporary file, then rename it over the target."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

TEMPORARY = ".nengo_nb-tmp"
"""Ending of a file that is being written."""


@contextmanager
def replacing(target: Path) -> Iterator[IO[bytes]]:
    """Open a file beside the target for writing, which takes the target's place if nothing fails.

    A full disk, an interrupt or the end of the process leaves the old file. What is no regular
    file, such as a pipe or ``/dev/null``, cannot be replaced and is written to directly.

    Args:
        target: The file to write; a symbolic link stays one.

    Raises:
        OSError: The target cannot be written; the error names it.
    """
    final = target.resolve()
    if final.exists() and not final.is_file():
        with final.open("wb") as file:
            yield file
        return
    # A name of at most 255 bytes is all that most file systems take; this one is hidden and unique.
    beside = final.with_name(f".{final.name[:40]}.{secrets.token_hex(6)}{TEMPORARY}")
    try:
        with beside.open("xb") as file:
            yield file
            file.flush()
            # Without this a crash of the machine may leave the new name and none of its content.
            os.fsync(file.fileno())
        # The new file has the mode of a new file; the one that it replaces may have been private.
        if final.exists():
            beside.chmod(final.stat().st_mode & 0o7777)
        beside.replace(final)
    except OSError as error:
        message = f"{error.strerror or error}, so nothing was written"
        raise type(error)(error.errno, message, str(target)) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
