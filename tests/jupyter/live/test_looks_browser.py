"""A target over an xy plot, fixed limits, lines switched off and firing patterns in a browser."""

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
from nengo_nb import LivePlot
with nengo.Network(seed=1, label="circle") as model:
    target = nengo.Node(lambda t: [np.sin(6 * t), np.cos(6 * t)], label="target")
    ens = nengo.Ensemble(200, 2, label="ens")
    nengo.Connection(target, ens)
    wanted = nengo.Probe(target, label="wanted")
    decoded = nengo.Probe(ens, synapse=0.03, label="decoded")
    spikes = nengo.Probe(ens.neurons, label="spikes")
sim = nengo_nb.Simulator(model, progress_bar=False)
view = nengo_nb.live(sim, sliders=[], plots=[
    LivePlot(decoded, "xy", over=wanted), decoded, LivePlot(spikes, "pattern"),
])
view
"""

MODELS = """
(name) => Bokeh.documents.flatMap(page => [...page._all_models.values()])
  .filter(each => each.name === name)
"""

VISIBLE = f"""
() => ({MODELS})("1").filter(each => each.glyph.y.field === "1").map(each => each.visible)
"""

RANGES = f"""
() => ({MODELS})("values").map(each => [each.start, each.end])
"""

OVER = f"""
() => {{
  const {{x, y}} = ({MODELS})("over")[0].data;
  return [...x].map((value, i) => Math.hypot(value, y[i])).filter(value => !Number.isNaN(value));
}}
"""


@pytest.fixture(scope="module")
def page(browser_path, tmp_path_factory):
    """JupyterLab with a view of the network, paused after a second."""
    folder = tmp_path_factory.mktemp("looks")
    write_notebook(folder / "live.ipynb", NETWORK)
    with run_lab(browser_path, folder) as lab:
        page = Page(lab)
        lab.open("live.ipynb")
        lab.command("notebook:run-cell")
        page.drawn(3)
        page.play()
        page.until_time(1.5)
        page.pause()
        page.until("() => document.querySelectorAll('.nnb-overlay:not([hidden])').length === 0")
        yield page


def shot(page, name):
    folder = Path(os.environ.get("NENGO_NB_SCREENSHOTS", page.lab.folder))
    page.page.locator(".nnb-root").screenshot(path=folder / f"{name}.png")


def test_the_target_is_a_circle_over_what_was_decoded(page):
    shot(page, "looks")

    radii = page.page.evaluate(OVER)

    assert len(radii) > 100
    assert radii == pytest.approx([1.0] * len(radii), abs=0.01)


def test_an_entry_of_the_legend_switches_its_line_off(page):
    page.page.get_by_title("Hide the line 1").click()

    page.until(f"() => String(({VISIBLE.strip()})()) === 'false'")

    page.page.get_by_title("Show the line 1").wait_for()


def test_typed_limits_are_those_of_the_axis(page):
    card = page.page.locator(".nnb-card").nth(1)
    card.get_by_title("Change or save this plot").click()
    card.get_by_placeholder("auto, or -1 to 1").fill("-3 to 2")
    card.get_by_placeholder("auto, or -1 to 1").press("Enter")

    page.until(f"() => ({RANGES.strip()})().some(([low, high]) => low === -3 && high === 2)")
    shot(page, "looks_limits")
    page.page.evaluate(
        "window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
    )
    page.until("() => document.body.dataset.jpThemeLight === 'false'")
    shot(page, "looks_dark")

    assert page.ask("view.widget.layout_state.plots[1].looks.limits") == (-3.0, 2.0)
