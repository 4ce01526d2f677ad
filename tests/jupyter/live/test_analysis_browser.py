"""Analyses of spikes and values stand beside the plots of a view, in a real browser."""

import os
import re
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
    driven = nengo.Probe(wave, label="driven")
    decoded = nengo.Probe(ens, synapse=0.01, label="decoded")
sim = nengo_nb.Simulator(analysed, progress_bar=False)
chosen = [(spikes, "raster"), (spikes, "rates"), (spikes, "population"), (spikes, "intervals")]
chosen += [(decoded, "spectrum"), (decoded, "correlation"), (spikes, "aligned")]
view = nengo_nb.live(sim, plots=[nengo_nb.LivePlot(*each) for each in chosen], sliders=[])
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
    """JupyterLab with a view of the network, which has run for some seconds."""
    folder = tmp_path_factory.mktemp("analysis")
    write_notebook(folder / "live.ipynb", NETWORK)
    with run_lab(browser_path, folder) as lab:
        page = Page(lab)
        lab.open("live.ipynb")
        lab.command("notebook:run-cell")
        page.drawn(7)
        page.ask("None", "view.run.set_speed(None); view.run.run_to(2.5)")
        page.until_time(2.5)
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
    assert notes[3].startswith("peak at 4.88 Hz")
    # The synapse of the connection and that of the probe, and a bit.
    assert re.match(r"largest (0\.9\d|1\.00) at 1\d(\.\d)? ms", notes[4])
    cv = page.ask("float(np.nanmean(analysis.cv(intervals)))", RECORDED)
    assert f"CV {cv:.2f}" in notes[2]


def test_rows_are_sorted_and_the_cursor_names_their_neurons(page):
    card = page.page.locator(".nnb-card").first
    card.get_by_title("Change or save this plot").click()
    card.get_by_label("Sorted").select_option("by preferred direction")
    page.until("() => JSON.parse(document.querySelector('.nnb-card').dataset.shown)[3] !== 'index'")
    card.get_by_title("Change or save this plot").click()

    dims = page.ask("view.widget.layout_state.plots[0].dims")
    box = card.locator(".nnb-plot").bounding_box()
    page.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    text = page.page.locator(".nnb-hovered").inner_text()
    shot(page, "analysis_sorted")

    _, neuron = re.fullmatch(r"cursor at (\d\.\d+) s, neuron (\d+)", text).groups()
    assert dims.index(int(neuron)) == pytest.approx(50, abs=10)
    assert sorted(dims) == list(range(100))


def test_markers_are_set_in_the_menu_of_an_average(page):
    card = page.page.locator(".nnb-card").last
    card.get_by_title("Change or save this plot").click()
    period = card.get_by_label("Period (s)")
    period.fill("0.2")
    period.press("Enter")

    card.locator(".nnb-note", has_text="11 markers, bins of 5 ms").wait_for()
    assert page.ask("view.widget.layout_state.plots[-1].analysis.period") == 0.2
    shot(page, "analysis_markers")
    card.get_by_title("Change or save this plot").click()


def test_a_dark_page_has_dark_analyses(page):
    change = "theme => { window.jupyterapp.commands.execute('apputils:change-theme', {theme}); }"
    page.page.evaluate(change, "JupyterLab Dark")
    page.until("() => document.body.dataset.jpThemeLight === 'false'")
    shot(page, "analysis_dark")
    page.page.evaluate(change, "JupyterLab Light")
    page.until("() => document.body.dataset.jpThemeLight === 'true'")
