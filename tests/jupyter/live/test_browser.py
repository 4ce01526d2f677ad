"""The live view in a real JupyterLab in a real browser: it plays, is steered and reloaded,
and leaves pictures.
"""

import os
from pathlib import Path

import nbformat
import pytest

from tests.jupyter.lab import IDLE, TIMEOUT, run_lab
from tests.jupyter.live.page import Page
from tests.jupyter.notebooks import write_notebook

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
POINTS = """
() => Bokeh.documents.flatMap(page => [...page._all_models.values()])
  .filter(model => model.name === "data" && "0" in model.data).map(model => model.data.t.length)
"""
DRAWN = f"wanted => ({POINTS.strip()})().filter(points => points > wanted).length === 2"
CELLS_AND_MODE = """
() => [document.querySelectorAll(".jp-Notebook .jp-CodeCell").length,
       document.querySelector(".jp-Notebook").classList.contains("jp-mod-commandMode")]
"""
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

HAS_PICTURE = """
() => {
  const cell = window.jupyterapp.shell.currentWidget.content.widgets[1];
  return "image/png" in cell.model.outputs.get(0).data;
}
"""

APART = """
() => [...document.querySelectorAll(".nnb-overlay:not([hidden])")].map(overlay => {
  const [plane, figure] = [overlay.firstChild, overlay.parentElement].map(
    each => each.getBoundingClientRect());
  return Math.max(figure.top - plane.top, plane.bottom - figure.bottom);
})
"""


@pytest.fixture(scope="module")
def module_page(browser_path, tmp_path_factory):
    """JupyterLab after Run All, with the view on the page."""
    folder = tmp_path_factory.mktemp("live")
    write_notebook(folder / "live.ipynb", *CELLS)
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

    assert min(page.page.evaluate(POINTS)) > 500
    assert page.lab.blocked == []
    page.press("Take these steps")
    page.until(
        "before => Number(document.querySelector('.nnb-root').dataset.time) > before", paused
    )
    assert page.time() == pytest.approx(paused + 0.001)


def test_a_slider_is_moved_while_it_runs_and_the_curve_follows(page):
    page.play()
    took = []
    while not took or (min(took) >= 200 and len(took) < 20):  # other tests may run at the same time
        took.append(page.page.evaluate(FOLLOWS, 0.5 - 0.1 * len(took)))

    assert min(took) < 200, took
    page.press("Let wave output its own values again")
    page.until("() => !document.querySelector('.nnb-held')")


def test_what_is_drawn_while_it_plays_lies_over_the_figure(page):
    page.play()
    page.until("() => document.querySelectorAll('.nnb-overlay:not([hidden])').length === 3")

    assert max(page.page.evaluate(APART)) <= 0
    folder = Path(os.environ.get("NENGO_NB_SCREENSHOTS", page.lab.folder))
    page.page.locator(".nnb-root").screenshot(path=folder / "live_playing.png")


def test_labels_with_html_appear_as_text(page):
    assert page.page.locator(".nnb-root .bad").count() == 0
    assert page.page.get_by_text('<b class="bad">raw</b>').first.is_visible()


def test_a_plot_is_added_changed_and_removed_while_it_runs(page):
    page.play()
    page.press("Add a plot or sliders")
    page.page.get_by_title("neurons: voltage as lines").click()
    page.drawn(4)
    page.until(
        "() => !document.querySelectorAll('.nnb-card')[3].querySelector('.nnb-state').textContent"
    )
    card = page.page.locator(".nnb-card").nth(3)
    card.get_by_title("Change or save this plot").click()
    entry = card.locator(".nnb-menu input[type=text]").first
    entry.fill("0-2")
    entry.press("Enter")
    page.until(
        "() => document.querySelectorAll('.nnb-card')[3].querySelectorAll('.nnb-legend i').length "
        "=== 3"
    )
    before = page.time()
    card.get_by_title("Remove this plot").click()
    page.until("() => document.querySelectorAll('.nnb-card').length === 3")
    page.until_time(before + 0.1)
    page.press("Add a plot or sliders")

    assert page.page.locator(".nnb-notice").is_hidden()


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


def test_a_reloaded_page_finds_the_running_simulation_again(page):
    page.play()
    page.until_time(0.5)
    reached = page.time()

    page.open()

    page.until_time(reached + 0.1)
    assert page.page.locator(".nnb-primary").first.get_attribute("data-playing") == "true"


def test_a_paused_view_is_drawn_after_a_reload_and_in_a_second_tab(page):
    page.play()
    page.until_time(page.time() + 0.6)
    page.pause()
    page.open()

    page.until(DRAWN, 500)
    page.lab.picture("live_reloaded")
    assert page.page.locator(".nnb-primary").first.get_attribute("data-playing") == "false"
    tab = page.page.context.browser.new_page(viewport={"width": 1200, "height": 1600})
    tab.goto(f"{page.lab.origin}/lab/tree/live.ipynb?token={page.lab.token}&reset")
    tab.locator(".nnb-card[data-drawn]").nth(2).wait_for(timeout=TIMEOUT)
    tab.wait_for_function(DRAWN, arg=500, timeout=TIMEOUT)
    tab.close()


def test_after_a_click_into_a_plot_space_plays_and_letters_are_no_commands(page):
    cells = page.page.evaluate(CELLS_AND_MODE)
    page.page.locator(".nnb-card .nnb-plot").first.click()

    for key in ("a", "b", "d", "d", "x", "Space"):
        page.page.keyboard.press(key)
    page.until("() => document.querySelector('.nnb-primary').dataset.playing === 'true'")
    page.page.get_by_title("Speed, as a multiple").select_option("2")
    page.page.keyboard.press("Space")
    page.until("() => document.querySelector('.nnb-primary').dataset.playing === 'false'")

    assert page.page.evaluate(CELLS_AND_MODE) == cells
    page.page.get_by_title("Speed, as a multiple").select_option("1")


def test_a_second_view_shows_the_same_simulation(page):
    page.lab.command("notebook:insert-cell-below")
    page.page.keyboard.press("Enter")
    page.page.keyboard.type("%nengo live net")
    page.lab.command("notebook:run-cell")
    page.drawn(6)

    page.page.get_by_title("Play (space)").nth(1).click()
    page.until_time(page.time() + 0.2)
    page.pause()

    page.until(
        "() => new Set([...document.querySelectorAll('.nnb-root')].map(view => "
        "view.dataset.time)).size === 1"
    )
    page.lab.command("notebook:delete-cell")
    page.until("() => document.querySelectorAll('.nnb-root').length === 1")


def test_a_saved_notebook_shows_its_pictures_without_a_kernel(page):
    page.play()
    page.until_time(page.time() + 0.2)
    page.pause()
    # It is drawn once the run has paused, of which the page hears at once.
    page.until(HAS_PICTURE)
    page.lab.command("docmanager:save")
    notebook = nbformat.read(page.lab.folder / "live.ipynb", as_version=4)
    bundle = notebook.cells[1].outputs[0].data
    assert {"application/vnd.nengo.live+json", "image/png", "text/plain"} <= bundle.keys()
    nbformat.write(notebook, page.lab.folder / "copy.ipynb")

    page.lab.open("copy.ipynb")

    page.page.locator(".jp-OutputArea-output img").first.wait_for(timeout=TIMEOUT)
    page.page.get_by_text("A picture of a live view. Run the cell again").wait_for()
    assert page.page.locator(".nnb-root").count() == 0
    assert page.page.get_by_text("model not found").count() == 0


def test_a_view_whose_kernel_was_restarted_says_so(page):
    page.page.evaluate(
        "() => { void "
        "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart(); }"
    )

    page.page.get_by_text("The kernel of this view is gone").first.wait_for(timeout=TIMEOUT)
    page.until(IDLE)
