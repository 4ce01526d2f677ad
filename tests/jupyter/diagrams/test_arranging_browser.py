"""In a real JupyterLab, boxes of a diagram are moved and stay so with the notebook, and badges tell
what was found.
"""

from __future__ import annotations

import json

import pytest

from tests.jupyter.lab import TIMEOUT, run_lab
from tests.jupyter.notebooks import write_notebook

pytestmark = pytest.mark.browser

CELLS = [
    "%load_ext nengo_nb\nimport nengo",
    """with nengo.Network(label="model", seed=1) as model:
    loud = nengo.Node(3, label="loud")
    memory = nengo.Ensemble(50, 1, label="memory")
    silent = nengo.Ensemble(20, 1, gain=[1.0] * 20, bias=[-9.0] * 20, label="silent")
    nengo.Connection(loud, memory)
    nengo.Connection(memory, silent)
    nengo.Probe(memory)
model""",
]


@pytest.fixture(scope="module")
def lab(browser_path, tmp_path_factory):
    """JupyterLab with a notebook of one network, shown and not run."""
    folder = tmp_path_factory.mktemp("lab")
    write_notebook(folder / "model.ipynb", *CELLS)
    with run_lab(browser_path, folder) as lab:
        lab.open("model.ipynb")
        lab.command("notebook:run-all-cells")
        box(lab, "memory").wait_for(timeout=TIMEOUT)
        yield lab


def box(lab, name):
    return lab.page.locator(".nengo-nb-network .box").filter(has_text=name)


def corner(lab, name):
    """Where a box is in the diagram, whatever of it is seen."""
    body = box(lab, name).locator("rect.body").first
    return [float(body.get_attribute(side)) for side in ("x", "y")]


def drag(lab, name, across, down):
    place = box(lab, name).bounding_box()
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.mouse.move(x + across / 2, y + down / 2)
    lab.page.mouse.move(x + across, y + down)
    lab.page.mouse.up()


def test_a_check_puts_a_badge_on_a_silent_ensemble_which_tells_what_helps(lab):
    network = lab.page.locator(".nengo-nb-network")

    network.get_by_role("button", name="Check: look for").click()
    network.get_by_role("button", name="Check now").click()
    badge = network.get_by_role("button", name="1 finding: silent")
    badge.wait_for(timeout=TIMEOUT)
    badge.click()

    assert network.get_by_text("20 of 20 neurons fire at no value").is_visible()
    assert network.get_by_text("a bias that lets neurons fire").is_visible()
    lab.picture("diagram_health")
    network.get_by_role("button", name="Close the details").click()


def test_a_moved_box_is_moved_back_and_again_by_keys_and_stays_with_the_notebook(lab):
    laid, cells = corner(lab, "memory"), lab.page.locator(".jp-Cell").count()

    drag(lab, "memory", 40, 60)
    moved = corner(lab, "memory")
    lab.page.keyboard.press("Control+z")
    undone = corner(lab, "memory")
    lab.page.keyboard.press("Control+Shift+z")
    redone = corner(lab, "memory")
    lab.picture("diagram_moved")
    lab.command("docmanager:save")
    lab.page.goto("about:blank")
    lab.open("model.ipynb")
    lab.page.wait_for_function(
        "text => document.querySelector('.nengo-nb-network')?.shadowRoot"
        ".querySelector(`[aria-label*='memory'] rect.body`)?.getAttribute('x') === text",
        arg=f"{redone[0]:g}",
        timeout=TIMEOUT,
    )

    assert moved[0] > laid[0]
    assert moved[1] > laid[1]
    assert (undone, redone) == (laid, moved)
    assert corner(lab, "memory") == moved
    assert lab.page.locator(".jp-Cell").count() == cells
    metadata = json.loads((lab.folder / "model.ipynb").read_text("utf-8"))["metadata"]
    assert list(metadata["nengo_nb"]["diagrams"]) == ["Network model"]
