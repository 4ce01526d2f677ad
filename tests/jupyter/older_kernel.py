"""The kernel of before: ipykernel 6 beside the installed one, as a kernel of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from .lab import ROOT

NAME = "ipykernel6"
REQUIREMENTS = ("ipykernel>=6.29,<7", "nest-asyncio>=1.4")
"""All else that it needs is what the installed one needs."""


def install_older_kernel(packages: Path, jupyter: Path) -> None:
    """Install it into a folder, and tell Jupyter.

    Args:
        packages: An empty folder for it.
        jupyter: Jupyter's data folder, where the kernel will be found.
    """
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--target",
        str(packages),
        *REQUIREMENTS,
    ]
    subprocess.run(command, check=True)
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "ipykernel 6",
        "language": "python",
        "env": {"PYTHONPATH": os.pathsep.join([str(packages), str(ROOT)])},
    }
    folder = jupyter / "kernels" / NAME
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
