"""TensorFlow, imported without the chatter of its start.

TensorFlow logs a page of notes when it is imported and first used, which a notebook shows as a red box. They are
left out unless ``TF_CPP_MIN_LOG_LEVEL`` says how much to show; the environment is as it was afterwards. What is no
note, such as a warning or an error, is printed once the import is over.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib.metadata import distributions

from nengo_nb.errors import NoTensorFlowError

LEVEL = "TF_CPP_MIN_LOG_LEVEL"
NOTE = re.compile(
    r"I\d{4} |WARNING: All log messages before absl::InitializeLog|To enable the following instructions"
)
STDERR = 2


@contextmanager
def only_what_matters() -> Iterator[None]:
    """While active, notes that native code writes to the standard error stream are dropped."""
    try:
        kept = os.dup(STDERR)
    except OSError:  # there is no error stream to write notes to
        yield
        return
    os.environ[LEVEL] = "3"
    with tempfile.TemporaryFile() as log:
        os.dup2(log.fileno(), STDERR)
        try:
            yield
        finally:
            os.dup2(kept, STDERR)
            os.close(kept)
            del os.environ[LEVEL]
            log.seek(0)
            lines = log.read().decode(errors="replace").splitlines(keepends=True)
            os.write(STDERR, "".join(line for line in lines if not NOTE.match(line)).encode())


def import_tensorflow() -> None:
    """Import TensorFlow, or say what is to be installed.

    Raises:
        NoTensorFlowError: It is not installed.
        ImportError: It cannot be loaded; where several distributions have written over each other, a note says so.
    """
    try:
        import tensorflow  # noqa: F401, ICN001 - imported for what it does
    except ModuleNotFoundError as error:
        if error.name != "tensorflow":
            raise
        raise NoTensorFlowError from None
    except ImportError as error:
        names = {distribution.name for distribution in distributions()}
        several = sorted(names & {"tensorflow", "tensorflow-cpu", "tf-nightly", "tf-nightly-cpu"})
        if len(several) > 1:
            together = " and ".join(several)
            error.add_note(f"{together} lie over each other: uninstall all of them, then install one.")
        raise


if "tensorflow" not in sys.modules:
    with nullcontext() if LEVEL in os.environ else only_what_matters():
        import_tensorflow()
