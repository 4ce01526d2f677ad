"""A real kernel of a test's own, and what it shows while a cell runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import start_new_kernel

ROOT = Path(__file__).parents[2]
TIMEOUT = 300


@pytest.fixture
def kernel():
    """A kernel that finds this checkout: its manager and a client."""
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(ROOT))
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def displays_until_idle(client: Any, request: str) -> Iterator[dict[str, Any]]:
    """The bundles of all displays and their updates, in order, until a cell is done."""
    while True:
        message = client.get_iopub_msg(timeout=TIMEOUT)
        if message["parent_header"].get("msg_id") != request:
            continue
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            return
        yield message["content"].get("data", {})
