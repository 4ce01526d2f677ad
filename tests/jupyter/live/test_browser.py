"""The live view in a real JupyterLab in a real browser: it plays, is steered, scrubbed and reset."""

import os
import statistics
from pathlib import Path

import nbformat
import pytest

from tests.jupyter.lab import TIMEOUT, run_lab

pytestmark = pytest.mark.browser

CELLS = (
    "%load_ext nengo_nb\nimport nengo\nimport numpy as np",
    """%%nengo net --seed 1 --no-show --live
wave = nengo.Node(lambda t: np.sin(6 * t))
neurons = nengo.Ensemble(40, dimensions=1)
nengo.Connection(wave, neurons)
decoded = nengo.Probe(neurons, synapse=0.01)
spikes = nengo.Probe(neurons.neurons)
raw = nengo.Probe(wave, label='<b class="bad">raw</b>')""",
)
LAST = """
() => {
  const models = Bokeh.documents.flatMap(page => [...page._all_models.values()]);
  const lines = models.filter(model => model.name === "data" && "0" in model.data);
  return lines.map(model => model.data["0"].at(-1));
}
"""
FOLLOWS = """
async value => {
  const slider = document.querySelector(".nnb-slider input[type=range]");
  const begin = performance.now();
  slider.valueAsNumber = value;
  slider.dispatchEvent(new Event("input"));
  const last = LAST;
  while (!last().some(drawn => Math.abs(drawn - value) < 1e-6)) {
    await new Promise(requestAnimationFrame);
    if (performance.now() - begin > 20000) return Infinity;
  }
  return performance.now() - begin;
}
""".replace("LAST", LAST.strip())


class Page:
    """The notebook's page with one live view."""

    def __init__(self, lab):
        self.lab = lab
        self.page = lab.page

    def open(self):
        self.lab.open("live.ipynb")
        self.drawn(3)

    def drawn(self, count):
        self.page.locator(".nnb-card[data-drawn]").nth(count - 1).wait_for(timeout=TIMEOUT)

    def press(self, title):
        self.page.get_by_title(title).first.click()

    def until(self, condition, argument=None):
        self.page.wait_for_function(condition, arg=argument, timeout=TIMEOUT)

    def time(self):
        return float(self.page.locator(".nnb-root").first.get_attribute("data-time") or 0)

    def until_time(self, seconds):
        self.until("wanted => Number(document.querySelector('.nnb-root').dataset.time) >= wanted", seconds)

    def pause(self):
        if self.page.locator(".nnb-primary").first.get_attribute("data-playing") == "true":
            self.press("Pause (space)")
        self.until("() => document.querySelector('.nnb-primary').dataset.playing === 'false'")

    def play(self):
        if self.page.locator(".nnb-primary").first.get_attribute("data-playing") != "true":
            self.press("Play (space)")
        self.until("() => document.querySelector('.nnb-primary').dataset.playing === 'true'")


@pytest.fixture(scope="module")
def module_page(browser_path, tmp_path_factory):
    """JupyterLab after Run All, with the view on the page."""
    folder = tmp_path_factory.mktemp("live")
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(
        nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), folder / "live.ipynb"
    )
    with run_lab(browser_path, folder) as lab:
        page = Page(lab)
        lab.open("live.ipynb")
        lab.command("notebook:run-all-cells")
        page.drawn(3)
        lab.command("docmanager:save")
        yield page


@pytest.fixture
def page(module_page):
    """The view, paused, without any plot or window of another test."""
    if not module_page.page.locator(".nnb-root").count():
        module_page.open()
    module_page.pause()
    return module_page


def test_the_curve_grows_while_the_view_plays_and_stands_still_when_it_pauses(page):
    page.play()
    page.until_time(1.0)
    page.pause()
    paused = page.time()
    folder = Path(os.environ.get("NENGO_NB_SCREENSHOTS", page.lab.folder))
    page.page.locator(".nnb-root").screenshot(path=folder / "live.png")

    points = page.page.evaluate(
        "() => Bokeh.documents.flatMap(page => [...page._all_models.values()])"
        ".filter(model => model.name === 'data' && '0' in model.data).map(model => model.data.t.length)"
    )

    assert min(points) > 500
    assert page.lab.blocked == []
    page.press("Take these steps")
    page.until("before => Number(document.querySelector('.nnb-root').dataset.time) > before", paused)
    assert page.time() == pytest.approx(paused + 0.001)


def test_a_slider_is_moved_while_it_runs_and_the_curve_follows(page):
    page.play()
    took = [page.page.evaluate(FOLLOWS, value) for value in (0.5, -0.25, 0.75, -1.0, 0.125)]

    assert statistics.median(took) < 200 or min(took) < 120, took
    page.press("Let wave output its own values again")
    page.until("() => !document.querySelector('.nnb-held')")


def test_labels_with_html_appear_as_text(page):
    assert page.page.locator(".nnb-root .bad").count() == 0
    assert page.page.get_by_text('<b class="bad">raw</b>').first.is_visible()


def test_scrubbing_shows_the_past_and_going_back_begins_another_branch(page):
    page.play()
    page.until_time(1.5)
    page.pause()
    reached = page.time()

    page.page.get_by_title("What time is shown").fill("0.6")
    page.until("() => document.querySelector('.nnb-window').textContent === '0.600 s'")
    assert page.time() == reached
    page.press("Go back to the last stored moment")
    page.until("() => Number(document.querySelector('.nnb-root').dataset.time) <= 0.6")

    page.play()
    page.until_time(1.0)


def test_reset_goes_back_to_the_start(page):
    page.page.locator(".nnb-root").focus()
    page.page.keyboard.press("r")
    page.until("() => Number(document.querySelector('.nnb-root').dataset.time) === 0")

    page.page.keyboard.press("Space")
    page.until_time(0.3)
