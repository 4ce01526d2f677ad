"""Keys that are pressed in the area of a live view reach the model, and no others do."""

import os
from pathlib import Path

import pytest

from tests.jupyter.lab import run_lab
from tests.jupyter.live.page import Page
from tests.jupyter.notebooks import write_notebook

pytestmark = pytest.mark.browser

NETWORK = """%load_ext nengo_nb
import nengo, nengo_nb

with nengo.Network(seed=1, label="keys") as model:
    arrows = nengo.Node(nengo_nb.Keyboard(["ArrowLeft", "ArrowRight", "a"]), label="arrows")
    probe = nengo.Probe(arrows, label="pressed")
sim = nengo_nb.Simulator(model, progress_bar=False)
view = nengo_nb.live(sim)
view
"""

HELD = "dict(view.widget.layout_state.run.overrides.held)"
CELLS = "() => document.querySelectorAll('.jp-Cell').length"


@pytest.fixture(scope="module")
def page(browser_path, tmp_path_factory):
    """JupyterLab with a running view of the network."""
    folder = tmp_path_factory.mktemp("keys")
    write_notebook(folder / "live.ipynb", NETWORK)
    with run_lab(browser_path, folder) as lab:
        page = Page(lab)
        lab.open("live.ipynb")
        lab.command("notebook:run-cell")
        page.drawn(1)
        page.play()
        yield page
        page.pause()


def until_held(page, held):
    """Wait until the kernel has heard of it: messages of a view may overtake those of a cell."""
    while page.ask(HELD) != held:
        page.until_time(page.time() + 0.05)


def shot(page, name):
    folder = Path(os.environ.get("NENGO_NB_SCREENSHOTS", page.lab.folder))
    page.page.locator(".nnb-root").screenshot(path=folder / f"{name}.png")


def test_a_held_key_is_one_until_it_is_lifted(page):
    keyboard = page.page.keyboard
    page.page.locator(".nnb-keyboard").click()

    keyboard.down("ArrowRight")
    page.until("() => document.querySelectorAll('.nnb-pressed').length === 1")
    until_held(page, {"arrows": (0.0, 1.0, 0.0)})
    page.until_time(page.time() + 0.5)
    shot(page, "keyboard")
    keyboard.up("ArrowRight")

    until_held(page, {})
    assert page.ask("sim.data[probe].max(axis=0).tolist()") == [0.0, 1.0, 0.0]


def test_keys_outside_of_the_area_and_other_keys_in_it_do_nothing(page):
    cells = page.page.evaluate(CELLS)
    page.page.locator(".nnb-keyboard").click()
    page.page.keyboard.press("b")
    page.page.keyboard.press("x")
    page.page.keyboard.press("Escape")

    page.page.locator(".nnb-heading").first.click()
    page.page.keyboard.press("a")

    page.until_time(page.time() + 0.3)
    assert page.page.evaluate(CELLS) == cells
    assert page.ask(HELD) == {}
    assert page.ask("sim.data[probe].max(axis=0).tolist()") == [0.0, 1.0, 0.0]
