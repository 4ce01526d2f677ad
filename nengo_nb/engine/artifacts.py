"""Artifacts of XLA: compiled programs on their way between the cache on disk and TensorFlow.

TensorFlow reads and writes them in a folder in memory (``compilation_cache.IN_MEMORY``) that holds
nothing but the programs that are being compiled at this moment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

from nengo_nb import compilation_cache
from nengo_nb.compilation_cache import IN_MEMORY, Artifact
from nengo_nb.on_demand import tf

HEAD = 4096
"""Number of bytes at the start of an artifact that hold the name of its program."""

_compiled: set[str] = set()
_lock = Lock()


class RefusedArtifactError(Exception):
    """The first call of a program failed, and an artifact of it may be the cause."""


@contextmanager
def compiled_once(program: str) -> Iterator[None]:
    """Lend a program's artifacts to TensorFlow for its first call, and store those it makes.

    Args:
        program: Name of the function that is called.

    Raises:
        RefusedArtifactError: The call failed and there were artifacts; they have been deleted.
    """
    with _lock:
        is_first = program not in _compiled
        _compiled.add(program)
    # A second thread with the same program must not write what TensorFlow is reading for the first
    # one.
    if not is_first:
        yield
        return
    artifacts = [] if compilation_cache.active is None else compilation_cache.active.get(program)
    _write(artifacts)
    try:
        yield
    except tf.errors.OpError as error:
        # An error of a program without artifacts is the program's own. With artifacts it is called
        # once more without them, and an error that is its own comes again.
        _compiled.discard(program)
        if not artifacts or compilation_cache.active is None:
            raise
        compilation_cache.active.drop(program)
        raise RefusedArtifactError(program) from error
    else:
        # Artifacts that were lent are in the same folder, and on the disk already.
        lent = {artifact.name for artifact in artifacts}
        for artifact in _made_for(program):
            if artifact.name not in lent and compilation_cache.active is not None:
                compilation_cache.active.put(program, artifact)
    finally:
        _remove([*artifacts, *_made_for(program)])


def _write(artifacts: Sequence[Artifact]) -> None:
    """Write artifacts to the folder in memory where TensorFlow looks for them.

    Each is removed first: a file in memory that is written again gets longer, and holds both.
    """
    if artifacts:
        tf.io.gfile.makedirs(IN_MEMORY)
        _remove(artifacts)
    for artifact in artifacts:
        with tf.io.gfile.GFile(f"{IN_MEMORY}/{artifact.name}", "wb") as file:
            file.write(artifact.content)


def _made_for(program: str) -> list[Artifact]:
    """Return one program's artifacts in memory; other threads may be writing those of others."""
    if not tf.io.gfile.isdir(IN_MEMORY):
        return []
    artifacts = []
    # Not followed by a word character, so that ``..._1`` does not find the artifact of ``..._12``.
    pattern = re.compile(re.escape(program.encode()) + rb"(?!\w)")
    for name in tf.io.gfile.listdir(IN_MEMORY):
        content = _content(name)
        if pattern.search(content[:HEAD]):
            artifacts.append(Artifact(name, content))
    return artifacts


def _content(name: str) -> bytes:
    """Return a file in memory, or no bytes if another thread has just removed it."""
    try:
        with tf.io.gfile.GFile(f"{IN_MEMORY}/{name}", "rb") as file:
            return bytes(file.read())
    except tf.errors.NotFoundError:
        return b""


def _remove(artifacts: Sequence[Artifact]) -> None:
    """Remove artifacts from memory; TensorFlow keeps the loaded programs."""
    for name in {artifact.name for artifact in artifacts}:
        if tf.io.gfile.exists(f"{IN_MEMORY}/{name}"):
            tf.io.gfile.remove(f"{IN_MEMORY}/{name}")
