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
LARGEST = """
() => {
  const models = Bokeh.documents.flatMap(page => [...page._all_models.values()]);
  const clouds = models.filter(model => model.name === "data" && "alpha" in model.data);
  return clouds.map(({data}) => data.text[data.alpha.indexOf(Math.max(...data.alpha))]);
}
"""
IS_LARGEST = f"wanted => ({LARGEST.strip()})().includes(wanted)"
RED, BLUE = "0", "1"


@pytest.fixture(scope="module")
def module_page(browser_path, tmp_path_factory):
    """JupyterLab with a view of the model."""
    folder = tmp_path_factory.mktemp("pointers")
    write_notebook(folder / "live.ipynb", MODEL)
    with run_lab(browser_path, folder) as lab:
        page = Page(lab)
        lab.open("live.ipynb")
        lab.command("notebook:run-cell")
        page.drawn(2)
        yield page


@pytest.fixture
def page(module_page):
    """The view, which plays; color puts out its own value."""
    module_page.play()
    module_page.until_time(0.3)
    yield module_page
    if module_page.page.locator(".nnb-expression.nnb-held").count():
        release(module_page)


@pytest.fixture
def menu(page):
    """A function that opens the menu of a plot, given the beginning of its title; they are closed
    in the end.
    """
    opened = []

    def open_menu(beginning):
        card = page.page.locator(f".nnb-card[aria-label^='{beginning}']")
        card.get_by_title("Change or save this plot").click()
        opened.append(card)
        return card

    yield open_menu
    for card in opened:
        card.get_by_title("Change or save this plot").click()


def drive(page, text):
    """Type an expression that color puts out."""
    entry = page.page.locator(ENTRY)
    entry.fill(text)
    entry.press("Enter")
    page.until("() => document.querySelector('.nnb-expression').matches('.nnb-held')")


def release(page):
    page.press("Let color output its own values again")
    page.until("() => !document.querySelector('.nnb-expression').matches('.nnb-held')")


def picture(page, name):
    folder = Path(os.environ.get("NENGO_NB_SCREENSHOTS", page.lab.folder))
    page.page.locator(".nnb-root").screenshot(path=folder / f"{name}.png")


def test_a_model_without_a_probe_shows_what_its_states_hold_by_their_names(page):
    titles = page.page.locator(".nnb-card .nnb-heading .nnb-title").all_text_contents()

    assert sorted(title.partition(":")[0] for title in titles) == ["alone", "memory.state"]
    page.until(RISES, [RED, 0.6])
    picture(page, "pointers")


def test_an_expression_is_checked_as_it_is_typed(page):
    entry = page.page.locator(ENTRY)
    entry.fill("BLU")
    page.page.get_by_text("did you mean 'BLUE'?").wait_for()
    picture(page, "pointers_wrong")

    entry.fill("BLUE + 0.5 * ROUND")

    page.until("() => document.querySelector('.nnb-expression .nnb-error').hidden")
    assert page.ask("view.run.expressions.text(view.widget.layout_state.expressions[0])") == ""
    entry.fill("")


def test_a_typed_expression_drives_a_state_until_it_is_released(page):
    page.until(RISES, [RED, 0.6])
    drive(page, "BLUE + 0.5 * ROUND")
    page.until(RISES, [BLUE, 0.6])
    picture(page, "pointers_driven")

    release(page)

    page.until(RISES, [RED, 0.6])


def test_a_state_is_compared_with_an_expression_and_with_fewer_keys(page, menu):
    card = menu("memory.state")
    compare = card.get_by_label("Expression to compare with")
    compare.fill("BLUE * ROUND")
    compare.press("Enter")
    card.locator(".nnb-legend").get_by_text("BLUE * ROUND").wait_for()
    picture(page, "pointers_compared")

    card.locator(".nnb-pointers").get_by_label("RED", exact=True).click()
    card.locator(".nnb-legend").get_by_text("RED", exact=True).wait_for(state="detached")
    card.get_by_text("Default", exact=True).click()
    card.locator(".nnb-legend").get_by_text("RED", exact=True).wait_for()

    assert card.locator(".nnb-legend button").all_text_contents() == ["RED", "BLUE", "ROUND"]


def test_in_a_cloud_the_name_of_what_is_held_is_the_largest(page, menu):
    card = menu("memory.state")
    card.get_by_label("Draw as").select_option("pointer cloud")
    card.locator("xpath=self::*[@data-drawn='cloud']").wait_for()
    page.until(IS_LARGEST, "RED")
    drive(page, "BLUE + 0.5 * ROUND")
    page.until(IS_LARGEST, "BLUE")
    page.pause()
    picture(page, "pointers_cloud")

    card.get_by_label("Draw as").select_option("lines")
    card.locator("xpath=self::*[@data-drawn='lines']").wait_for()


def test_a_state_that_nothing_drives_gets_an_input_for_what_is_typed(page, menu):
    card = menu("alone")
    card.get_by_role("button", name="drives this").click()
    entry = page.page.get_by_label("Expression that input to alone puts out")
    entry.fill("BLUE")
    entry.press("Enter")

    page.until(RISES, [BLUE, 0.6])
    picture(page, "pointers_added_input")
    page.press("Let input to alone output its own values again")
    page.until("() => !document.querySelector('.nnb-expression.nnb-held')")


def test_things_are_added_by_their_paths(page):
    page.press("Add a plot or sliders")
    names = page.page.locator(".nnb-entry .nnb-title").all_text_contents()
    picture(page, "pointers_add")

    assert any(name.startswith("memory.state.state") for name in names)
    assert not [name for name in names if name.startswith(("0:", "first:", "state_0:"))]
