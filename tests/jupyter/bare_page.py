"""A page without JupyterLab's globals, whose security policy is as strict as VS Code's, and
a kernel behind it.
"""

from __future__ import annotations

import base64
import contextlib
import http.server
import json
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, sync_playwright

from nengo_nb.jupyter.comms.assets import FOLDER
from tests.jupyter.lab import FLAGS, TIMEOUT

POLICY = (
    "default-src 'none'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; img-src "
    "'self' data: blob:; "
    "font-src 'self'; connect-src 'self'"
)
"""Without ``blob:`` for scripts and workers."""

HOST = """<!doctype html><meta charset="utf-8"><title>page</title><link rel="stylesheet" href="live.css">
<div id="place"></div><script type="module" src="host.js"></script>"""

HOST_CODE = """
const listeners = new Map();
const bytes = (text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
const follow = async () => {
  for (;;) {
    const { content, buffers } = await (await fetch("next")).json();
    if (!content) return;
    for (const listen of [...(listeners.get("msg:custom") ?? [])]) listen(content, buffers.map(bytes));
  }
};
window.host = async (name, state) => {
  const model = {
    get: (trait) => state[trait],
    set: () => { throw new Error("a widget of ours sets no state"); },
    save_changes: () => { throw new Error("a widget of ours saves no state"); },
    on: (name, listen) => listeners.set(name, [...(listeners.get(name) ?? []), listen]),
    off: (name, listen) => listeners.set(name, (listeners.get(name) ?? []).filter((other) => other !== listen)),
    send: (content) => { void fetch("send", { method: "POST", body: JSON.stringify(content) }); },
  };
  const { default: widget } = await import(`./${name}.js`);
  await widget.initialize?.({ model });
  await widget.render({ model, el: document.getElementById("place") });
  void follow();
};
window.ready = true;
"""


class Kernel:
    """Kernel of a bare page: queue of messages to it, and handlers of those from it."""

    def __init__(self) -> None:
        self._to_page: queue.Queue = queue.Queue()
        self._widget: Any = None

    def join(self, widget: Any) -> None:
        """Bring the messages of a widget to the page, and those of the page to it."""
        self._widget = widget
        widget.send = lambda content, buffers=None: self._to_page.put((content, buffers or []))

    def leave(self) -> None:
        """Bring nothing any more."""
        if self._widget is not None:
            del self._widget.send
        self._to_page.put((None, []))

    def next(self) -> bytes:
        content, buffers = self._to_page.get()
        texts = [base64.b64encode(bytes(buffer)).decode() for buffer in buffers]
        return json.dumps({"content": content, "buffers": texts}).encode()

    def hear(self, content: Any) -> None:
        data = {"method": "custom", "content": content}
        self._widget.comm.handle_msg({"content": {"data": data}, "buffers": []})


@dataclass
class BarePage:
    """A page that shows one widget of this process."""

    page: Page
    kernel: Kernel
    problems: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def show(self, name: str, state: dict[str, Any]) -> None:
        """Load a widget's module, and render it."""
        self.page.wait_for_function("() => window.ready")
        self.page.evaluate("([name, state]) => window.host(name, state)", [name, state])

    def wait_for(self, selector: str) -> None:
        self.page.locator(selector).first.wait_for(timeout=TIMEOUT)


@contextlib.contextmanager
def run_bare_page(browser_path: str, scripts: str) -> Iterator[BarePage]:
    """Open the page in a browser.

    Args:
        browser_path: The browser.
        scripts: Which scripts the policy allows besides those of the server.
    """
    kernel = Kernel()
    with (
        _serving(POLICY.format(scripts=scripts), kernel) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS.split())
        bare = BarePage(browser.new_page(), kernel)
        bare.page.on("pageerror", lambda error: bare.problems.append(str(error)))
        bare.page.on("console", lambda message: bare.said.append(message.text))
        bare.page.goto(address)
        try:
            yield bare
        # A page that waits for a message would keep the server of a failed test for ever.
        finally:
            kernel.leave()
            browser.close()


@contextlib.contextmanager
def _serving(policy: str, kernel: Kernel) -> Iterator[str]:
    modules = {
        f"/{name}.js": ((FOLDER / f"{name}.js").read_bytes(), "text/javascript")
        for name in ("live", "diagram")
    }
    files = {
        "/": (HOST.encode(), "text/html"),
        "/host.js": (HOST_CODE.encode(), "text/javascript"),
        "/live.css": ((FOLDER / "live.css").read_bytes(), "text/css"),
        **modules,
    }

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            is_next = self.path == "/next"
            body, kind = (
                (kernel.next(), "application/json") if is_next else files.get(self.path, (b"", ""))
            )
            self._answer(body, kind)

        def do_POST(self):
            kernel.hear(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self._answer(b"", "text/plain")

        def _answer(self, body, kind):
            self.send_response(200 if kind else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            with contextlib.suppress(OSError):  # the browser is gone
                self.wfile.write(body)

        def log_message(self, *_arguments):
            """Print nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def as_json(value: Any) -> Any:
    """A value as a front end has it."""
    return json.loads(json.dumps(value))
