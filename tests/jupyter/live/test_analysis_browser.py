"""Analyses of spikes and values stand beside the plots of a view, in a real browser."""

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
from nengo_nb import analysis
with nengo.Network(seed=1, label="analysed") as analysed:
    wave = nengo.Node(lambda t: np.sin(2 * np.pi * 5 * t), label="wave")
    ens = nengo.Ensemble(100, 1, label="ens")
    nengo.Connection(wave, ens)
    spikes = nengo.Probe(ens.neurons, label="spikes")
sim = nengo_nb.Simulator(analysed, progress_bar=False)
kinds = ["raster", "rates", "population", "intervals"]
view = nengo_nb.live(sim, plots=[nengo_nb.LivePlot(spikes, kind) for kind in kinds], sliders=[])
view
"""

DRAWN = """
label => {
  const page = Bokeh.documents.find(each => [...each._all_models.values()].some(model =>
    model.axis_label === label || model.axis_label?.text === label));
  const {data} = page.get_model_by_name("data");
  return Object.fromEntries(Object.entries(data).map(([name, values]) => [name, [...values]]));
}
"""

RECORDED = """
from nengo_nb import analysis
trains = analysis.find_spikes(sim.data[spikes][-2000:], sim.dt, begin=sim.time - 2)
rates = analysis.firing_rates(trains)
intervals = analysis.find_intervals(trains)
"""


@pytest.fixture(scope="module")
def page(browser_path, tmp_path_factory):
    """JupyterLab with a view of the network, paused after some seconds."""
    folder = tmp_path_factory.mktemp("analysis")
    write_notebook(folder / "live.ipynb", NETWORK)
    with run_lab(browser_path, folder) as lab:
        page = Page(lab)
        lab.open("live.ipynb")
        lab.command("notebook:run-cell")
        page.drawn(4)
        page.play()
        page.until_time(2.5)
        shot(page, "analysis_playing")
        page.pause()
        yield page


def shot(page, name):
    folder = Path(os.environ.get("NENGO_NB_SCREENSHOTS", page.lab.folder))
    page.page.locator(".nnb-root").screenshot(path=folder / f"{name}.png")


def test_what_is_drawn_is_what_the_analysis_finds_in_the_recorded_spikes(page):
    page.until("() => document.querySelectorAll('.nnb-overlay:not([hidden])').length === 0")
    shot(page, "analysis")

    rates = page.page.evaluate(DRAWN, "neurons")
    population = page.page.evaluate(DRAWN, "population rate (Hz)")
    mean = page.ask("float(rates.mean())", RECORDED)

    assert sum(rates["top"]) == 100
    assert sum(population["0"]) / len(population["0"]) == pytest.approx(mean, rel=0.02)
    notes = page.page.locator(".nnb-card .nnb-note:not([hidden])").all_inner_texts()
    assert notes[0].startswith(f"mean {mean:.1f} Hz")
    cv = page.ask("float(np.nanmean(analysis.cv(intervals)))", RECORDED)
    assert f"CV {cv:.2f}" in notes[-1]


def test_a_dark_page_has_dark_analyses(page):
    change = "theme => { window.jupyterapp.commands.execute('apputils:change-theme', {theme}); }"
    page.page.evaluate(change, "JupyterLab Dark")
    page.until("() => document.body.dataset.jpThemeLight === 'false'")
    shot(page, "analysis_dark")
    page.page.evaluate(change, "JupyterLab Light")
    page.until("() => document.body.dataset.jpThemeLight === 'true'")
