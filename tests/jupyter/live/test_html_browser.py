"""HTML of nodes is shown in a real browser, in which it can do nothing."""

import os
from pathlib import Path

import pytest

from tests.jupyter.lab import run_lab
from tests.jupyter.live.page import Page
from tests.jupyter.notebooks import write_notebook

pytestmark = pytest.mark.browser

NETWORK = """%load_ext nengo_nb
import nengo, nengo_nb
import numpy as np

PICTURE = '''<svg viewBox="0 0 200 100" width="100%" height="180">
<circle cx="{x:.1f}" cy="50" r="12" fill="teal"/>
<text x="8" y="18" font-size="10" id="time">{t:.3f} s</text></svg>
<script>parent.document.title = "hacked"; document.body.textContent = "hacked"</script>
<img src="x" onerror="parent.document.title = 'hacked'">
<img src="/static/logo/logo.png?hostile">
<meta http-equiv="refresh" content="0;url=/hostile">
<a href="/hostile" style="position:fixed; inset:0">everywhere</a>'''

def world(t, x):
    world._nengo_html_ = PICTURE.format(x=100 + 80 * x[0], t=t)

with nengo.Network(seed=1, label="html") as model:
    wave = nengo.Node(lambda t: np.sin(3 * t), label="wave")
    picture = nengo.Node(world, size_in=1, label="world")
    nengo.Connection(wave, picture, synapse=None)
    probe = nengo.Probe(wave, label="probe")
sim = nengo_nb.Simulator(model, progress_bar=False)
view = nengo_nb.live(sim, sliders=[])
view
"""

SHOWN = """
() => [...document.querySelectorAll(".nnb-page")].map(frame => frame.srcdoc).join().match(/[0-9.]+ s</g)
"""


@pytest.fixture(scope="module")
def page(browser_path, tmp_path_factory):
    """JupyterLab with a view of the network, paused after a second."""
    folder = tmp_path_factory.mktemp("html")
    write_notebook(folder / "live.ipynb", NETWORK)
    with run_lab(browser_path, folder) as lab:
        page = Page(lab)
        page.answered = []
        # A request that the policy stops has no response.
        page.page.on("response", lambda response: page.answered.append(response.url))
        lab.open("live.ipynb")
        lab.command("notebook:run-cell")
        page.drawn(2)
        page.play()
        page.until_time(1.0)
        page.pause()
        yield page


def shot(page, name):
    folder = Path(os.environ.get("NENGO_NB_SCREENSHOTS", page.lab.folder))
    page.page.locator(".nnb-root").screenshot(path=folder / f"{name}.png")


def test_the_newest_html_is_what_is_shown_in_the_end(page):
    page.until(f"() => ({SHOWN.strip()})().length === 1")
    shot(page, "html")

    (shown,) = page.page.evaluate(SHOWN)
    text = page.page.frame_locator(".nnb-page").locator("#time").text_content()

    assert float(text.split()[0]) == pytest.approx(page.time(), abs=1e-9)
    assert shown.startswith(text)


def test_html_runs_nothing_loads_nothing_and_takes_no_clicks(page):
    page.page.locator(".nnb-html").click()

    assert page.page.title() != "hacked"
    assert "hacked" not in page.page.frame_locator(".nnb-page").locator("body").inner_text()
    assert not [url for url in page.answered if "hostile" in url]
