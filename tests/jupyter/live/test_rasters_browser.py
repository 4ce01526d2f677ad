"""Rasters of many neurons are grey in a real browser, and voltages stand above each other."""

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
with nengo.Network(seed=1, label="many") as many:
    wave = nengo.Node(lambda t: np.sin(6 * t))
    crowd = nengo.Ensemble(1000, 1, label="crowd")
    nengo.Connection(wave, crowd)
    spikes = nengo.Probe(crowd.neurons, label="spikes")
    voltage = nengo.Probe(crowd.neurons[:10], "voltage", label="voltage")
sim = nengo_nb.Simulator(many, progress_bar=False)
view = nengo_nb.live(sim, plots=[spikes, voltage], sliders=[])
view
"""

RASTER = """
() => {
  const models = Bokeh.documents.flatMap(page => [...page._all_models.values()]);
  const {image: [pixels]} = models.find(each => each.name === "data" && "image" in each.data).data;
  const inked = [...pixels].filter(Boolean);
  return {
    rows: pixels.shape[0],
    height: document.querySelector(".nnb-card").clientHeight,
    greys: new Set(inked.map(pixel => pixel >>> 24)).size,
    solid: inked.filter(pixel => pixel >>> 24 === 255).length / pixels.length,
  };
}
"""

STACKED = """
() => {
  const models = Bokeh.documents.flatMap(page => [...page._all_models.values()]);
  const {data} = models.find(each => each.name === "data" && "9" in each.data);
  return Object.keys(data).filter(name => name !== "t")
    .map(name => [Math.min(...data[name]), Math.max(...data[name])]);
}
"""


@pytest.fixture(scope="module")
def page(browser_path, tmp_path_factory):
    """JupyterLab with a view of the network, paused after some seconds."""
    folder = tmp_path_factory.mktemp("rasters")
    write_notebook(folder / "live.ipynb", NETWORK)
    with run_lab(browser_path, folder) as lab:
        page = Page(lab)
        lab.open("live.ipynb")
        lab.command("notebook:run-cell")
        page.drawn(2)
        page.play()
        page.until_time(2.5)
        shot(page, "raster_playing")
        page.pause()
        yield page


def shot(page, name):
    folder = Path(os.environ.get("NENGO_NB_SCREENSHOTS", page.lab.folder))
    page.page.locator(".nnb-root").screenshot(path=folder / f"{name}.png")


def test_a_thousand_neurons_are_grey_and_have_no_more_rows_than_pixels(page):
    page.until("() => document.querySelectorAll('.nnb-overlay:not([hidden])').length === 0")
    shot(page, "raster")

    raster = page.page.evaluate(RASTER)

    assert 50 < raster["rows"] <= raster["height"]
    assert raster["greys"] > 20
    assert raster["solid"] < 0.05


def test_voltages_stand_above_each_other(page):
    for place, (low, high) in enumerate(page.page.evaluate(STACKED)):
        assert place - 0.46 < low < high < place + 0.46
