"""Real kernels of a test's own, and what they show while a cell runs."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
TIMEOUT = 300


def keep_no_decoders(folder: Path) -> None:
    """Let Nengo keep no decoders in what runs there: of two that build at a time one could
    not, and would warn.
    """
    (folder / "nengorc").write_text("[decoder_cache]\nenabled = False\n", encoding="utf-8")


@contextlib.contextmanager
def workplace() -> Iterator[Path]:
    """A folder for a process that finds this checkout and is not disturbed by another test's."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        keep_no_decoders(Path(name))
        yield Path(name)


@pytest.fixture
def kernel():
    """A kernel: its manager and a client."""
    with workplace() as folder:
        manager, client = start_new_kernel(kernel_name="python3", cwd=str(folder))
        yield manager, client
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def execute(notebook: Any) -> Any:
    """Run all cells of a notebook in a new kernel; one that raises ends it, with the cell
    in the error.
    """
    with workplace() as folder:
        resources = {"metadata": {"path": str(folder)}}
        NotebookClient(
            notebook, timeout=TIMEOUT, kernel_name="python3", resources=resources
        ).execute()
    return notebook


def reply_to(client: Any, request: str) -> dict[str, Any]:
    """Return the content of the reply to a request, and drop late ones to others, such as the
    questions that a client asks while its kernel starts.
    """
    while True:
        reply = client.get_shell_msg(timeout=TIMEOUT)
        if reply["parent_header"].get("msg_id") == request:
            return reply["content"]


def displays_until_idle(client: Any, request: str) -> Iterator[dict[str, Any]]:
    """The bundles of all displays and their updates, in order, until a cell is done."""
    while True:
        message = client.get_iopub_msg(timeout=TIMEOUT)
        if message["parent_header"].get("msg_id") != request:
            continue
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            return
        yield message["content"].get("data", {})


def end_process(process: subprocess.Popen[str]) -> None:
    """End a server. One that is through may still wait for a worker thread of anyio, and do
    so for ever.
    """
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
