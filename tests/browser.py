"""The browser that tests look at pages with: which one there is, and how a missing one gets
installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
VARIABLE = "NENGO_NB_BROWSER"


def find_browser() -> str | None:
    """The path of a Chromium or Chrome: the one named by ``NENGO_NB_BROWSER``, an installed
    one, or Playwright's.
    """
    chosen = os.environ.get(VARIABLE)
    found = [chosen] if chosen else [shutil.which(name) for name in NAMES]
    return next(filter(None, found), None) or _playwrights_own()


def install_browser() -> str:
    """Install Chromium with the system's package manager if it may be used, else with Playwright.

    Returns:
        A sentence that says what happened.
    """
    for command in _ways():
        finished = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if finished.returncode == 0 and find_browser() is not None:
            return f"Installed {find_browser()}."
    return (
        "No Chromium could be installed, so the tests in a browser will fail. Install Chromium or "
        "Chrome, or name one "
        f"in the environment variable {VARIABLE}."
    )


def _ways() -> list[list[str]]:
    ways = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get"):
        sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
        apt = (
            "apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y "
            "--no-install-recommends chromium"
        )
        if not sudo or shutil.which("sudo"):
            ways.insert(0, [*sudo, "sh", "-c", apt])
    return ways


def _playwrights_own() -> str | None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None
