"""TensorFlow's log, without its messages of level INFO.

TensorFlow logs a page of notes when it is imported and first used, which a notebook shows as a red
box. They are left out, and the environment is as it was afterwards; what is no note, such as a
warning or an error, is printed once the import is over. ``TF_CPP_MIN_LOG_LEVEL`` says how much to
show, as TensorFlow means it: 0 all, 1 no notes, 2 no warnings, 3 no errors. TensorFlow itself obeys
it in part of its messages only.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from importlib.metadata import distributions
from importlib.util import find_spec
from threading import RLock

from nengo_nb.errors import NoTensorFlowError

LEVEL = "TF_CPP_MIN_LOG_LEVEL"
PREAMBLE = (
    r"WARNING: All log messages before absl::InitializeLog|To enable the following instructions"
)
FALSE_ALARMS = (
    r"Unable to register cu\w+ factory: Attempting to register factory for plugin|"
    r"computation placer already registered\."
)
"""Errors and warnings that TensorFlow up to 2.19 logs whenever it is imported, with a GPU or
without.
"""
SEVERITIES = "IWE"
"""First letters of log lines: INFO, WARNING, ERROR. The level is the number of them that
are dropped.
"""

NOTES = 1
STDERR = 2

_one_at_a_time = RLock()
"""Serializes redirections of file descriptor 2, which belongs to the process: a second thread would
save the first one's file as the error stream, and restore it after it is closed."""


def level_of(environment: Mapping[str, str]) -> int:
    """Return the number of dropped severities: that of the environment, or else 1 for INFO
    alone.
    """
    asked = re.match(r"\s*([0-9]+)", environment.get(LEVEL, str(NOTES)))
    return int(asked.group(1)) if asked else 0  # TensorFlow takes what is no number for 0


@contextmanager
def only_what_matters(level: int = NOTES) -> Iterator[None]:
    """Drop log lines of native code from the standard error stream; the others are printed at the
    end.

    Args:
        level: Number of dropped severities: 1 for INFO, 2 for WARNING as well.
    """
    with _one_at_a_time, _filtered(level):
        yield


@contextmanager
def _filtered(level: int) -> Iterator[None]:
    """Redirect file descriptor 2 to a temporary file, and print what is not dropped afterwards."""
    try:
        # Native code writes to the descriptor, past sys.stderr.
        kept = os.dup(STDERR)
    except OSError:  # there is no error stream to write notes to
        yield
        return
    asked = os.environ.get(LEVEL)
    os.environ[LEVEL] = "3" if asked is None else asked
    # An empty set of characters is no regular expression;
    # no line begins with a dash and four digits.
    severities = SEVERITIES[:level] or "-"
    dropped = re.compile(rf"[{severities}]\d{{4}} |{PREAMBLE}|[EW]\d{{4}} .*\] (?:{FALSE_ALARMS})")
    with tempfile.TemporaryFile() as log:
        os.dup2(log.fileno(), STDERR)
        try:
            yield
        finally:
            # The stream first: what is printed below must not go to the file.
            os.dup2(kept, STDERR)
            os.close(kept)
            if asked is None:
                del os.environ[LEVEL]
            log.seek(0)
            lines = log.read().decode(errors="replace").splitlines(keepends=True)
            os.write(STDERR, "".join(line for line in lines if not dropped.match(line)).encode())


def require_tensorflow() -> None:
    """Say what is to be installed where there is no TensorFlow, without importing it.

    Raises:
        NoTensorFlowError: It is not installed.
    """
    if "tensorflow" not in sys.modules and not _is_installed():
        raise NoTensorFlowError


@cache
def _is_installed() -> bool:
    try:
        return find_spec("tensorflow") is not None
    except ModuleNotFoundError:  # of a finder of somebody else's
        return False


def import_tensorflow() -> None:
    """Import TensorFlow, or say what is to be installed.

    Raises:
        NoTensorFlowError: It is not installed.
        ImportError: It cannot be loaded; where several distributions have written over each other,
            a note says so.
    """
    try:
        import tensorflow  # noqa: F401, ICN001 - imported for what it does
    except ModuleNotFoundError as error:
        # Something that TensorFlow imports may be missing as well, and has to be named.
        if error.name != "tensorflow":
            raise
        raise NoTensorFlowError from None
    except ImportError as error:
        names = {distribution.name for distribution in distributions()}
        several = sorted(names & {"tensorflow", "tensorflow-cpu", "tf-nightly", "tf-nightly-cpu"})
        if len(several) > 1:
            together = " and ".join(several)
            error.add_note(
                f"{together} lie over each other: uninstall all of them, then install one."
            )
        raise


@cache
def start_xla() -> None:
    """Compile a first XLA program, once per process: TensorFlow up to 2.20 logs INFO lines
    about it.
    """
    import tensorflow as tf

    with quiet():
        tf.function(lambda x: x + 1.0, jit_compile=True, autograph=False)(0.0)


def quiet() -> AbstractContextManager[None]:
    """Return a context in which TensorFlow logs no more than the environment asks for."""
    level = level_of(os.environ)
    return only_what_matters(level) if level else nullcontext()
