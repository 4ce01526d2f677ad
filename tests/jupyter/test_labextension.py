"""JupyterLab knows the extension that an installation brings."""

from __future__ import annotations

import subprocess
import sys


def test_it_is_listed_as_enabled_and_ok():
    command = [sys.executable, "-m", "jupyter", "labextension", "list"]

    found = subprocess.run(command, capture_output=True, text=True, check=True)

    (line,) = (line for line in (found.stdout + found.stderr).splitlines() if "nengo-nb v" in line)
    assert "enabled" in line
    assert "OK" in line
