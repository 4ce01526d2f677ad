"""A model of semantic pointers in a real JupyterLab in a real browser: it is seen, and set, by its
pointers.
"""

import os
from pathlib import Path

import pytest

from tests.jupyter.lab import run_lab
from tests.jupyter.live.page import Page
from tests.jupyter.notebooks import write_notebook

pytestmark = pytest.mark.browser

MODEL = """%load_ext nengo_nb
import nengo, nengo_nb
import nengo_spa as spa
with spa.Network(seed=1, label="model") as model:
    color = spa.Transcode("RED", output_vocab=16)
    with spa.Network() as memory:
        memory.state = spa.State(16, neurons_per_dimension=20)
    alone = spa.State(16, neurons_per_dimension=20)
    color >> memory.state
model.vocabs[16].populate("BLUE; ROUND")
sim = nengo_nb.Simulator(model, progress_bar=False)
view = nengo_nb.live(sim)
view
"""
ENTRY = "input[aria-label='Expression that color puts out']"
RISES = """
([column, low]) => Bokeh.documents.flatMap(page => [...page._all_models.values()])
  .some(model => model.name === "data" && (model.data[column]?.at(-1) ?? 0) > low)
"""
RED, BLUE = "0", "1"


@pytest.fixture(scope="module")
def page(browser_path, tmp_path_factory):
    """JupyterLab with a view of the model, which plays."""
    folder = tmp_path_factory.mktemp("pointers")
    write_notebook(folder / "live.ipynb", MODEL)
    with run_lab(browser_path, folder) as lab:
        page = Page(lab)
        lab.open("live.ipynb")
        lab.command("notebook:run-cell")
        page.drawn(2)
        page.play()
        page.until_time(0.3)
        yield page


def picture(page, name):
    folder = Path(os.environ.get("NENGO_NB_SCREENSHOTS", page.lab.folder))
    page.page.locator(".nnb-root").screenshot(path=folder / f"{name}.png")


def test_what_states_hold_is_shown_first_and_follows_what_is_typed(page):
    titles = page.page.locator(".nnb-card .nnb-heading .nnb-title").all_text_contents()
    assert sorted(title.partition(":")[0] for title in titles) == ["alone", "memory.state"]
    place = next(i for i, title in enumerate(titles) if title.startswith("memory.state"))
    page.until(RISES, [RED, 0.6])

    entry = page.page.locator(ENTRY)
    entry.fill("BLU")
    page.page.get_by_text("did you mean 'BLUE'?").wait_for()
    picture(page, "pointers_wrong")
    entry.fill("BLUE + 0.5 * ROUND")
    page.until("() => document.querySelector('.nnb-expression .nnb-error').hidden")
    entry.press("Enter")

    page.until(RISES, [BLUE, 0.6])
    page.until("() => document.querySelector('.nnb-expression').matches('.nnb-held')")
    card = page.page.locator(".nnb-card").nth(place)
    card.get_by_title("Change or save this plot").click()
    compare = card.get_by_label("Expression to compare with")
    compare.fill("BLUE * ROUND")
    compare.press("Enter")
    card.locator(".nnb-legend").get_by_text("BLUE * ROUND").wait_for()
    page.pause()
    picture(page, "pointers")
    page.play()
    page.press("Let color output its own values again")
    page.until(RISES, [RED, 0.6])


def test_the_menu_of_a_state_that_nothing_drives_says_so(page):
    card = page.page.locator(".nnb-card", has_text="alone: similarity")
    card.get_by_title("Change or save this plot").click()

    card.get_by_text("No node that can be set is connected to alone itself").wait_for()
    picture(page, "pointers_undriven")


def test_things_are_added_by_their_paths(page):
    page.press("Add a plot or sliders")
    names = page.page.locator(".nnb-entry .nnb-title").all_text_contents()

    assert any(name.startswith("memory.state.state") for name in names)
    assert not [name for name in names if name.startswith(("0:", "first:", "state_0:"))]
    picture(page, "pointers_add")
