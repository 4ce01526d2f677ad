"""An older JupyterLab in an environment of its own, with the extensions and the kernel of
this one.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from .environments import KERNEL, make_environment
from .lab import LAB, Site

__all__ = ["KERNEL", "install_older_lab"]


def install_older_lab(environment: Path, version: str) -> Site:
    """Install the latest of such a version as 4.2 into an empty folder."""
    return replace(LAB, python=str(make_environment(environment, f"jupyterlab=={version}.*")))
