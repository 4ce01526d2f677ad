"""An older JupyterLab in an environment of its own, with the extensions and the kernel of this one."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from dataclasses import replace
from pathlib import Path

from .lab import LAB, Site

KERNEL = "tested"
EXTENSIONS = ("nengo-nb", "@jupyter-widgets", "anywidget")
SHARE = Path("share") / "jupyter"


def install_older_lab(environment: Path, version: str) -> Site:
    """Install the latest of such a version as 4.2 into an empty folder."""
    venv.create(environment)
    python = environment / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", f"jupyterlab=={version}.*"],
        check=True,
    )
    for name in EXTENSIONS:
        here = environment / SHARE / "labextensions" / name
        here.symlink_to(Path(sys.prefix) / SHARE / "labextensions" / name)
    kernel = environment / SHARE / "kernels" / KERNEL / "kernel.json"
    kernel.parent.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": KERNEL, "language": "python"}
    kernel.write_text(json.dumps(spec), encoding="utf-8")
    return replace(LAB, python=str(python))
