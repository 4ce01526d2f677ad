"""A JupyterLab, or a Notebook 7, of a test's own, and a browser page in it that reaches
nothing but its server.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route, sync_playwright

from .kernels import ROOT, end_process, keep_no_decoders

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
IDLE = """() => {
  const kernel = window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel;
  return kernel?.connectionStatus === "connected" && kernel?.status === "idle";
}"""
ERROR = ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']"
"""Selector of the output of a cell that failed or wrote to stderr."""

TIMEOUT = 120_000
"""Milliseconds to wait for an event, on a slow machine."""


@dataclass(frozen=True)
class Site:
    """One of Jupyter's two pages.

    Args:
        command: What of ``jupyter`` serves it.
        app: What its settings are called.
        path: Where a notebook is.
        python: Whose ``jupyter``.
    """

    command: str
    app: str
    path: str
    python: str = sys.executable


LAB = Site("lab", "LabApp", "lab/tree")
NOTEBOOK = Site("notebook", "JupyterNotebookApp", "notebooks")


@dataclass
class Lab:
    """A running JupyterLab or Notebook 7 with one browser page."""

    page: Page
    origin: str
    token: str
    folder: Path
    site: Site = LAB
    blocked: list[str] = field(default_factory=list)

    def guard(self, route: Route) -> None:
        """Let a request through if it is for the server, and remember it otherwise."""
        if route.request.url.startswith((self.origin, "blob:", "data:")):
            route.continue_()
        else:
            self.blocked.append(route.request.url)
            route.abort()

    def open(self, name: str) -> None:
        """Open a notebook and wait for its kernel."""
        self.page.goto(f"{self.origin}/{self.site.path}/{name}?token={self.token}&reset")
        self.page.wait_for_function(IDLE, timeout=TIMEOUT)

    def run_hidden(self, source: str) -> None:
        """Run some code in the open notebook's kernel, without a cell."""
        self.page.evaluate(
            "code => { window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
            ".requestExecute({code, store_history: false}); }",
            source,
        )

    def command(self, name: str, **arguments: Any) -> None:
        """Run one of JupyterLab's commands and wait until it is done."""
        self.page.evaluate(
            "([name, args]) => { window.done = false; "
            "window.jupyterapp.commands.execute(name, args).then(() => { window.done = true; }); }",
            [name, arguments],
        )
        self.page.wait_for_function("() => window.done", timeout=TIMEOUT)

    def picture(self, name: str) -> None:
        """Keep a picture of the page, where somebody who wants to look at it says."""
        folder = Path(os.environ.get("NENGO_NB_SCREENSHOTS", self.folder))
        self.page.screenshot(path=folder / f"{name}.png")


@contextlib.contextmanager
def run_lab(browser_path: str, folder: Path, site: Site = LAB) -> Iterator[Lab]:
    """Start JupyterLab or Notebook 7 in a folder and open a browser."""
    origin, token = f"http://127.0.0.1:{_free_port()}", secrets.token_hex(16)
    _wait_for_completions(folder)
    keep_no_decoders(folder)
    with _server(origin, token, folder, site), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS.split())
        page = browser.new_page(viewport={"width": 1200, "height": 2400})
        lab = Lab(page, origin, token, folder, site)
        page.route("**/*", lab.guard)
        yield lab
        browser.close()


@contextlib.contextmanager
def _server(origin: str, token: str, folder: Path, site: Site) -> Iterator[None]:
    """A server, from when it listens."""
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": origin.rpartition(":")[2],
        "ServerApp.port_retries": "0",
        "ServerApp.root_dir": str(folder),
        "IdentityProvider.token": token,
        f"{site.app}.expose_app_in_browser": "True",
        "LabApp.extension_manager": "readonly",
        "LabApp.news_url": "None",
        "LabApp.check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
    }
    arguments = [f"--{name}={value}" for name, value in options.items()]
    command = [
        site.python,
        "-m",
        "jupyter",
        site.command,
        "--no-browser",
        "--allow-root",
        *arguments,
    ]
    process = subprocess.Popen(command, env=_environment(folder), stderr=subprocess.PIPE, text=True)
    lines: Any = process.stderr
    for line in lines:
        if origin in line:
            break
    reader = threading.Thread(target=lambda: [None for _ in lines], daemon=True)
    reader.start()
    try:
        yield
    finally:
        end_process(process)
        reader.join()
        lines.close()


def _wait_for_completions(folder: Path) -> None:
    """Let JupyterLab wait for what the kernel proposes: of itself it gives up after a
    second, silently.
    """
    settings = _folder_of(folder, "JUPYTERLAB_SETTINGS_DIR") / "@jupyterlab" / "completer-extension"
    settings.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"providerTimeout": TIMEOUT})
    (settings / "manager.jupyterlab-settings").write_text(text, encoding="utf-8")


def _environment(folder: Path) -> dict[str, str]:
    """An environment in which nothing of this machine's Jupyter settings is seen or changed."""
    names = (
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_DATA_DIR",
        "JUPYTER_RUNTIME_DIR",
        "IPYTHONDIR",
        "JUPYTERLAB_SETTINGS_DIR",
        "JUPYTERLAB_WORKSPACES_DIR",
    )
    folders = {name: str(_folder_of(folder, name)) for name in names}
    return {**os.environ, **folders, "PYTHONPATH": str(ROOT)}


def _folder_of(folder: Path, name: str) -> Path:
    return folder / ".jupyter" / name.lower()


def data_folder(folder: Path) -> Path:
    """Where Jupyter looks for kernels, besides the installed ones."""
    return _folder_of(folder, "JUPYTER_DATA_DIR")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
