"""Live views on pages that are not JupyterLab's: Voila and marimo, each in an environment
of its own.
"""

from __future__ import annotations

import nbformat
import pytest
from playwright.sync_api import sync_playwright

from tests.jupyter.environments import KERNEL, make_environment, see_this_one, serving
from tests.jupyter.kernels import keep_no_decoders
from tests.jupyter.lab import FLAGS, TIMEOUT

pytestmark = pytest.mark.browser

MODEL = """import nengo_nb.quiet
import nengo
import numpy as np
import nengo_nb
with nengo.Network(seed=1, label="brain") as net:
    wave = nengo.Node(lambda t: np.sin(6 * t), label="wave")
    neurons = nengo.Ensemble(30, 1, label="neurons")
    nengo.Connection(wave, neurons)
    probe = nengo.Probe(neurons, synapse=0.01)
sim = nengo_nb.Simulator(net, progress_bar=False)
"""

APP = """import marimo
app = marimo.App()

@app.cell
def _():
{model}
    view = nengo_nb.live(sim)
    return (view,)

@app.cell
def _(view):
    view

if __name__ == "__main__":
    app.run()
"""


@pytest.fixture
def voila(tmp_path_factory):
    """The address of a notebook that Voila shows."""
    python = make_environment(tmp_path_factory.mktemp("voila") / "environment", "voila==0.5.*")
    folder = tmp_path_factory.mktemp("page")
    keep_no_decoders(folder)
    cells = [nbformat.v4.new_code_cell(source) for source in (MODEL, "nengo_nb.live(sim)")]
    kernel = {"name": KERNEL, "display_name": KERNEL, "language": "python"}
    nbformat.write(
        nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}),
        folder / "live.ipynb",
    )
    options = ["--no-browser", "--port={port}", "--Voila.ip=127.0.0.1", "--show_tracebacks=True"]
    with serving(python, ["voila", "live.ipynb", *options], folder) as address:
        yield address


@pytest.fixture
def marimo(tmp_path_factory):
    """The address of a marimo notebook that runs as an app."""
    python = make_environment(tmp_path_factory.mktemp("marimo") / "environment", "marimo>=0.20")
    see_this_one(python)
    folder = tmp_path_factory.mktemp("page")
    keep_no_decoders(folder)
    indented = "".join(f"    {line}" for line in MODEL.splitlines(keepends=True))
    (folder / "app.py").write_text(APP.format(model=indented), encoding="utf-8")
    options = ["--headless", "--host", "127.0.0.1", "--port", "{port}", "--no-token"]
    with serving(python, ["marimo", "run", "app.py", *options], folder) as address:
        yield address


@pytest.mark.parametrize("place", ["voila", "marimo"])
def test_a_live_view_draws_and_plays(place, request, browser_path):
    address = request.getfixturevalue(place)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS.split())
        page, problems = browser.new_page(), []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(address)
        page.locator(".nnb-card[data-drawn]").first.wait_for(timeout=TIMEOUT)
        page.get_by_title("Play (space)").first.click()
        page.locator(".nnb-primary[data-playing='true']").first.wait_for(timeout=TIMEOUT)
        # A locator sees into shadow roots, where marimo puts a widget; a function on the page does
        # not.
        page.locator(".nnb-root[data-time]:not([data-time^='0.0'])").first.wait_for(timeout=TIMEOUT)
        page.get_by_title("Pause (space)").first.click()
        page.locator(".nnb-primary[data-playing='false']").first.wait_for(timeout=TIMEOUT)
        browser.close()

    assert problems == []
