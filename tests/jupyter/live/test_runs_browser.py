"""A fork in a real browser leaves two curves and a list with the run that it ended."""

import math
import os
from pathlib import Path

import pytest

from tests.jupyter.lab import TIMEOUT, run_lab
from tests.jupyter.live.page import Page
from tests.jupyter.notebooks import write_notebook

pytestmark = pytest.mark.browser

NETWORK = """%load_ext nengo_nb
import nengo, nengo_nb
import numpy as np
with nengo.Network(seed=1, label="forked") as forked:
    wave = nengo.Node(lambda t: [np.sin(6 * t), np.cos(6 * t)], label="wave")
    crowd = nengo.Ensemble(40, 2, label="crowd")
    nengo.Connection(wave, crowd)
    raw = nengo.Probe(wave, label="raw")
    decoded = nengo.Probe(crowd, synapse=0.02, label="decoded")
    spikes = nengo.Probe(crowd.neurons, label="spikes")
sim = nengo_nb.Simulator(forked, progress_bar=False)
plots = [nengo_nb.LivePlot(raw), nengo_nb.LivePlot(decoded, "xy"), nengo_nb.LivePlot(decoded), spikes]
view = nengo_nb.live(sim, plots=plots)
view
"""

CURVES = """
() => {
  const models = Bokeh.documents.flatMap(page => [...page._all_models.values()]);
  const kept = models.filter(each => each.name === "runs").map(({data}) => data);
  return kept.map(data => ({
    runs: [...data.run],
    dashes: [...data.dash],
    ends: data.xs.map(xs => xs.at(-1)),
    lasts: data.ys.map(ys => ys.at(-1)),
  }));
}
"""

SCRUB = """
end => {
  const range = document.querySelector(".nnb-track input");
  range.valueAsNumber = end;
  range.dispatchEvent(new Event("input"));
}
"""


@pytest.fixture(scope="module")
def page(browser_path, tmp_path_factory):
    """JupyterLab with a view that was played, forked with another input, and played again."""
    folder = tmp_path_factory.mktemp("runs")
    write_notebook(folder / "live.ipynb", NETWORK)
    with run_lab(browser_path, folder) as lab:
        page = Page(lab)
        lab.open("live.ipynb")
        lab.command("notebook:run-cell")
        page.drawn(4)
        lab.command("docmanager:save")
        page.page.select_option("select[title^='Speed']", "")
        run_to(page, 1.5)
        page.page.evaluate(SCRUB, 0.8)
        page.press("Go back to the last stored moment")
        page.until("() => Number(document.querySelector('.nnb-root').dataset.time) <= 0.8")
        lab.run_hidden("view.run.overrides.grab('wave', [0.5, None])")
        run_to(page, 1.2)
        yield page


def run_to(page, seconds):
    page.page.locator("input[title^='Run to this time']").fill(f"{seconds}")
    page.page.keyboard.press("Enter")
    page.until_time(seconds)
    page.pause()


def shot(page, name):
    folder = Path(os.environ.get("NENGO_NB_SCREENSHOTS", page.lab.folder))
    page.page.locator(".nnb-root").screenshot(path=folder / f"{name}.png")


def test_two_curves_are_drawn_and_the_ended_run_is_named(page):
    page.until(f"() => ({CURVES.strip()})().every(({{ends}}) => ends.length)")
    raw, path, _decoded = page.page.evaluate(CURVES)

    assert raw["runs"] == ["run 1", "run 1"]
    assert path["runs"] == ["run 1"]
    assert raw["ends"][0] == pytest.approx(1.5, abs=0.01)
    assert raw["lasts"] == pytest.approx([math.sin(9), math.cos(9)], abs=0.02)
    assert page.ask("float(sim.data[raw][-1, 0])") == 0.5
    page.page.get_by_title("Kept runs").click()
    shot(page, "runs")
    legends = page.page.locator(".nnb-card").all_inner_texts()
    assert ["run 1" in legend for legend in legends] == [True, True, True, False]


def test_a_run_is_renamed_and_is_there_after_a_reload(page):
    name = page.page.locator(".nnb-runs input[type=text]")
    if not name.is_visible():
        page.page.get_by_title("Kept runs").click()
    name.fill("with the wave")
    page.page.keyboard.press("Enter")
    page.page.get_by_title("Delete with the wave").wait_for(timeout=TIMEOUT)
    page.lab.open("live.ipynb")
    page.drawn(4)
    page.page.get_by_title("Kept runs").click()

    assert page.page.get_by_title("Name of with the wave").input_value() == "with the wave"
    assert page.ask("[kept.name for kept in view.run.kept_runs.runs]") == ["with the wave"]


def test_a_playing_view_draws_both_and_a_deleted_run_is_gone(page):
    page.lab.command("apputils:change-theme", theme="JupyterLab Dark")
    page.page.select_option("select[title^='Speed']", "0.1")
    page.play()
    page.until_time(1.21)
    shot(page, "runs_playing_dark")
    page.pause()
    shot(page, "runs_dark")
    page.lab.command("apputils:change-theme", theme="JupyterLab Light")
    page.page.locator(".nnb-runs [title^='Delete ']").click()
    page.until("() => document.querySelector('[title=\"Kept runs\"]').hidden")
    page.until(f"() => ({CURVES.strip()})().every(({{ends}}) => ends.length === 0)")

    assert page.ask("view.run.kept_runs.runs") == ()
