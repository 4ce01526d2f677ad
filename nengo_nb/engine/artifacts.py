"""Artifacts: how compiled programs get from the cache on disk to TensorFlow, and from TensorFlow to the disk.

TensorFlow reads and writes them in a folder in memory (``compilation_cache.IN_MEMORY``) that holds nothing but the
programs that are being compiled at this moment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

import tensorflow as tf

from nengo_nb import compilation_cache
from nengo_nb.compilation_cache import IN_MEMORY, Artifact

HEAD = 4096
"""Bytes at the start of an artifact among which TensorFlow writes the name of its program."""

_compiled: set[str] = set()
_lock = Lock()


class RefusedArtifactError(Exception):
    """TensorFlow failed at the first call of a program, and may have done so because of an artifact."""


@contextmanager
def compiled_once(program: str) -> Iterator[None]:
    """Bring a program's artifacts to TensorFlow while it is called first, and keep those that it makes.

    Args:
        program: The name of the function that is called.

    Raises:
        RefusedArtifactError: The call failed and there were artifacts; they are not there any more.
    """
    with _lock:
        is_first = program not in _compiled
        _compiled.add(program)
    # A second thread with the same program must not write what TensorFlow is reading for the first one.
    if not is_first:
        yield
        return
    artifacts = [] if compilation_cache.active is None else compilation_cache.active.get(program)
    _write(artifacts)
    try:
        yield
    except tf.errors.OpError as error:
        _compiled.discard(program)
        if not artifacts or compilation_cache.active is None:
            raise
        compilation_cache.active.drop(program)
        raise RefusedArtifactError(program) from error
    else:
        known = {artifact.name for artifact in artifacts}
        for artifact in _made_for(program):
            if artifact.name not in known and compilation_cache.active is not None:
                compilation_cache.active.put(program, artifact)
    finally:
        _remove([*artifacts, *_made_for(program)])


def _write(artifacts: Sequence[Artifact]) -> None:
    """Put artifacts where TensorFlow looks for them; a file in memory that is written again would get longer."""
    if artifacts:
        tf.io.gfile.makedirs(IN_MEMORY)
        _remove(artifacts)
    for artifact in artifacts:
        with tf.io.gfile.GFile(f"{IN_MEMORY}/{artifact.name}", "wb") as file:
            file.write(artifact.content)


def _made_for(program: str) -> list[Artifact]:
    """Return the artifacts of a program that are in memory: others may be half written, by other threads."""
    if not tf.io.gfile.isdir(IN_MEMORY):
        return []
    artifacts = []
    pattern = re.compile(re.escape(program.encode()) + rb"(?!\w)")
    for name in tf.io.gfile.listdir(IN_MEMORY):
        content = _content(name)
        if pattern.search(content[:HEAD]):
            artifacts.append(Artifact(name, content))
    return artifacts


def _content(name: str) -> bytes:
    """Return a file in memory; nothing where another thread has just removed it."""
    try:
        with tf.io.gfile.GFile(f"{IN_MEMORY}/{name}", "rb") as file:
            return bytes(file.read())
    except tf.errors.NotFoundError:
        return b""


def _remove(artifacts: Sequence[Artifact]) -> None:
    """Remove artifacts from memory: TensorFlow holds the programs themselves."""
    for name in {artifact.name for artifact in artifacts}:
        if tf.io.gfile.exists(f"{IN_MEMORY}/{name}"):
            tf.io.gfile.remove(f"{IN_MEMORY}/{name}")
