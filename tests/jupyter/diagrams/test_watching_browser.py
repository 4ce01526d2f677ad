"""In a real JupyterLab, a click in a diagram watches or steers a thing in a live view, which comes
below the diagram where there is none; and boxes stay where they were moved when a cell runs again.
"""

from __future__ import annotations

import base64
import json
import time

import pytest
from nbconvert import HTMLExporter

from tests.jupyter.lab import TIMEOUT, run_lab
from tests.jupyter.live.page import Page
from tests.jupyter.notebooks import copy_notebook, write_notebook

pytestmark = pytest.mark.browser

CELLS = [
    "%load_ext nengo_nb",
    """%%nengo model --seed 1
source = nengo.Node([0.1, 0.2], label="source")
memory = nengo.Ensemble(50, 2, label="memory")
nengo.Connection(source, memory)""",
]
BELOW = ".nengo-nb-network .nnb-root"


@pytest.fixture(scope="module")
def lab(browser_path, tmp_path_factory):
    """JupyterLab with a notebook of one network, shown and not run."""
    folder = tmp_path_factory.mktemp("lab")
    write_notebook(folder / "live.ipynb", *CELLS)
    with run_lab(browser_path, folder) as lab:
        lab.page.set_viewport_size({"width": 1200, "height": 1500})
        lab.open("live.ipynb")
        lab.command("notebook:run-all-cells")
        box(lab, "memory").wait_for(timeout=TIMEOUT)
        yield lab


def box(lab, name):
    return lab.page.locator(".nengo-nb-network .box").filter(has_text=name)


def offer(lab, name):
    return lab.page.locator(".nengo-nb-network").get_by_role("button", name=name)


def place_of(lab, name):
    """Where a box is in the diagram, whatever of it is seen."""
    return box(lab, name).locator("rect.body").first.get_attribute("x")


def test_a_watched_ensemble_has_its_plot_in_a_live_view_below_the_diagram(lab):
    box(lab, "memory").click()
    offer(lab, "Plot the decoded value of memory").click()

    card = lab.page.locator(f"{BELOW} .nnb-card.nnb-glow")
    card.wait_for(timeout=TIMEOUT)
    glowing = card.get_attribute("aria-label")
    lab.page.locator(f"{BELOW} .nnb-card:not(.nnb-glow)[data-drawn]").wait_for(timeout=TIMEOUT)

    assert glowing.startswith("memory: decoded value")
    assert lab.page.locator(BELOW).count() == 1


def test_a_node_is_steered_in_the_same_view_and_moves_the_network(lab):
    page = Page(lab)
    box(lab, "source").click()
    offer(lab, "Set the output of source").click()
    sliders = lab.page.locator(f"{BELOW} .nnb-sliders input[type=range]")
    sliders.nth(1).wait_for(timeout=TIMEOUT)
    sliders.nth(0).fill("0.75")
    page.play()
    page.until_time(0.05)
    page.pause()
    lab.picture("watching")

    assert lab.page.locator(".nnb-root").count() == 1
    assert sliders.count() == 2
    held = "model and [run.overrides.held for run in live_runs.all()]"
    code = "from nengo_nb.jupyter.live.runs import live_runs"
    assert page.ask(held, code) == [{"source": (0.75, None)}]


def test_a_paused_view_leaves_a_picture_in_the_saved_notebook_and_in_pages_made_of_it(lab):
    notebook = lab.folder / "live.ipynb"
    end = time.monotonic() + TIMEOUT / 1000
    while "live_picture" not in notebook.read_text("utf-8") and time.monotonic() < end:
        lab.command("docmanager:save")
    copy_notebook(notebook, lab.folder / "saved.ipynb", trusted=False)
    (output,) = json.loads(notebook.read_text("utf-8"))["cells"][1]["outputs"]
    png = output["data"]["application/vnd.nengo.network+json"]["live_picture"]
    page, _ = HTMLExporter().from_filename(str(notebook))

    assert base64.b64decode(png).startswith(b"\x89PNG")
    assert f"data:image/png;base64,{png}" in page
    assert page.count("nengo-nb-live-picture") == 1
    # It is the same view still, and not one that was drawn anew with its picture.
    assert (
        lab.page.locator(f"{BELOW} .nnb-sliders input[type=range]").nth(0).input_value() == "0.75"
    )


def test_a_saved_notebook_shows_the_picture_below_its_diagram(lab):
    lab.open("saved.ipynb")
    picture = lab.page.locator(".nengo-nb-network .live img:visible")
    picture.wait_for(timeout=TIMEOUT)
    lab.picture("kept-below")

    assert picture.evaluate("img => img.complete && img.naturalWidth > 200")
    assert lab.page.locator(".nengo-nb-network .live figcaption:visible").count() == 1
    lab.open("live.ipynb")
    box(lab, "memory").wait_for(timeout=TIMEOUT)


def test_after_a_reload_the_view_comes_back_with_the_next_thing_that_is_watched(lab):
    lab.command("docmanager:save")
    lab.page.goto("about:blank")
    lab.open("live.ipynb")
    box(lab, "memory").wait_for(timeout=TIMEOUT)
    before = lab.page.locator(".nnb-root").count()
    picture = lab.page.locator(".nengo-nb-network .live img:visible")
    picture.wait_for(timeout=TIMEOUT)

    box(lab, "source").click()
    offer(lab, "Plot the output of source").click()
    lab.page.locator(f"{BELOW} .nnb-card[data-drawn]").nth(1).wait_for(timeout=TIMEOUT)

    assert before == 0
    assert picture.count() == 0
    titles = lab.page.locator(f"{BELOW} .nnb-card .nnb-title").all_inner_texts()
    assert [title.split(":")[0] for title in titles] == ["memory", "source"]


def test_a_view_that_is_taken_away_leaves_the_diagram_and_boxes_stay_moved_when_a_cell_runs_again(
    lab,
):
    network = lab.page.locator(".nengo-nb-network")
    network.get_by_role("button", name="Take the live view away").click()
    lab.command("docmanager:save")
    kept = (lab.folder / "live.ipynb").read_text("utf-8")
    laid = place_of(lab, "memory")
    box(lab, "memory").focus()
    lab.page.keyboard.press("Shift+ArrowRight")
    moved = place_of(lab, "memory")
    network.evaluate("diagram => { diagram.dataset.before = ''; }")

    lab.command("notebook:run-all-cells")
    lab.page.wait_for_function(
        "text => document.querySelector('.nengo-nb-network:not([data-before])')?.shadowRoot"
        ".querySelector(`[aria-label*='memory'] rect.body`)?.getAttribute('x') === text",
        arg=moved,
        timeout=TIMEOUT,
    )

    assert "live_picture" not in kept
    assert "nengo-nb-live-picture" not in kept
    assert lab.page.locator(".nnb-root").count() == 0
    assert float(moved) > float(laid)
