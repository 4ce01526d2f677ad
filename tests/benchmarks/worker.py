"""A worker: the other end of a peer's process; see ``peers``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

ROOT = Path(__file__).parents[2]


class WorkerError(Exception):
    """A peer could not do what it was asked for."""


def environment_of_peers() -> dict[str, str]:
    """Return the variables of a process that is measured, without what it prints.

    Modules are read as users read them, from bytecode, also where a machine keeps none: to compile
    those of this package takes half a second.
    """
    variables = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    return variables


class Worker:
    """A process in which one peer builds and runs one network.

    Args:
        peer: Its name in ``peers.PEERS``.
        python: The interpreter that has the peer; by default this one.
        environment: Variables to set for it.
        module: What runs there: ``peers``, or another that answers questions in the same way.
    """

    def __init__(
        self,
        peer: str,
        python: str | None = None,
        environment: dict[str, str] | None = None,
        module: str = "tests.benchmarks.peers",
    ) -> None:
        self.peer = peer
        self.process = subprocess.Popen(
            [python or sys.executable, "-m", module, peer],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if "BENCHMARKS_VERBOSE" not in os.environ else None,
            cwd=ROOT,
            env={**environment_of_peers(), **(environment or {})},
            text=True,
        )
        self.to, self.answers = (
            cast("IO[str]", self.process.stdin),
            cast("IO[str]", self.process.stdout),
        )

    def ask(self, **question: Any) -> dict[str, float]:
        """The answer to a question, as ``peers`` describes them.

        Raises:
            WorkerError: There was none.
        """
        try:
            self.to.write(json.dumps(question) + "\n")
            self.to.flush()
            line = self.answers.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise WorkerError(f"{self.peer}: {self._last_words()}")
        return json.loads(line)

    def _last_words(self) -> str:
        """Return the last line of a failed process's stderr."""
        said = self.process.stderr.read() if self.process.stderr else ""
        return (said.strip().splitlines() or ["it ended without a word"])[-1]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.communicate()
