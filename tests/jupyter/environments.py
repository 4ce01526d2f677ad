"""Environments of a test's own, for front ends that are no part of this one; what they show
runs in this one.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import threading
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .kernels import ROOT, end_process

KERNEL = "tested"
EXTENSIONS = ("nengo-nb", "@jupyter-widgets", "anywidget")
SHARE = Path("share") / "jupyter"


def make_environment(environment: Path, requirement: str) -> Path:
    """Install something into an empty folder, with the extensions and the kernel of this
    environment.

    Returns:
        Its Python.
    """
    venv.create(environment)
    python = environment / "bin" / "python"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            str(python),
            "install",
            "-q",
            "--no-compile",
            requirement,
        ],
        check=True,
    )
    for name in EXTENSIONS:  # copies, as Voila serves nothing that lies elsewhere
        here = SHARE / "labextensions" / name
        shutil.copytree(Path(sys.prefix) / here, environment / here)
    kernel = environment / SHARE / "kernels" / KERNEL / "kernel.json"
    kernel.parent.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": KERNEL, "language": "python"}
    kernel.write_text(json.dumps(spec), encoding="utf-8")
    return python


def see_this_one(python: Path) -> None:
    """Let an environment import what is installed here, behind what it has itself."""
    command = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    here = Path(found.stdout.strip()) / "this_one.pth"
    here.write_text(sysconfig.get_path("purelib"), encoding="utf-8")


@contextlib.contextmanager
def serving(python: Path, arguments: list[str], folder: Path) -> Iterator[str]:
    """A server, from when it says where it is reached.

    Args:
        python: Whose module is run.
        arguments: The module and its arguments; ``{port}`` stands for a free port.
        folder: Where it works.

    Yields:
        Its address.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = [str(python), "-m", *(argument.replace("{port}", port) for argument in arguments)]
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: Any = process.stdout
    said = []
    for line in lines:
        said.append(line)
        if f":{port}" in line:
            break
    else:
        raise RuntimeError(f"{arguments[0]} did not start: {''.join(said)}")
    reader = threading.Thread(target=lambda: [None for _ in lines], daemon=True)
    reader.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        end_process(process)
        reader.join()
        lines.close()
