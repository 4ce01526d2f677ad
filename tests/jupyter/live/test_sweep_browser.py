"""A sweep of a slider fans curves out in a real browser, and an error of a hook is shown."""

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
with nengo.Network(seed=1, label="swept") as swept:
    wave = nengo.Node(lambda t: np.sin(12 * t), label="wave")
    gain = nengo.Node([0.5], label="gain")
    product = nengo.networks.Product(60, 1, label="product")
    nengo.Connection(wave, product.input_a)
    nengo.Connection(gain, product.input_b)
    decoded = nengo.Probe(product.output, synapse=0.02, label="decoded")
    pair = nengo.Ensemble(50, 2, label="pair")
    nengo.Connection(wave, pair[0], synapse=None)
    nengo.Connection(gain, pair[1], synapse=None)
    both = nengo.Probe(pair, synapse=0.02, label="both")
sim = nengo_nb.Simulator(swept, progress_bar=False)
view = nengo_nb.live(
    sim, plots=[decoded, both, nengo_nb.LivePlot(both, "xy")], sliders=[nengo_nb.LiveSlider(gain, 0, 1)]
)
view
"""

CURVES = """
() => {
  const models = Bokeh.documents.flatMap(page => [...page._all_models.values()]);
  return models.filter(each => each.name === "runs").map(({data}) => ({
    runs: [...data.run],
    dashes: [...new Set(data.dash)],
    alphas: [...data.alpha],
    ends: data.xs.map(xs => xs.at(-1)),
    largest: data.ys.map(ys => Math.max(...ys)),
  }));
}
"""

HOOK = """
def stop_at_the_top(sim):
    if sim.n_steps > 850:
        raise ValueError("high enough")

view.run.set_hooks(view.widget, nengo_nb.jupyter.live.hooks.Hooks(on_step=stop_at_the_top))
"""


@pytest.fixture(scope="module")
def page(browser_path, tmp_path_factory):
    """JupyterLab with a view that has run for 0.8 s."""
    folder = tmp_path_factory.mktemp("sweep")
    write_notebook(folder / "live.ipynb", NETWORK)
    with run_lab(browser_path, folder) as lab:
        page = Page(lab)
        lab.open("live.ipynb")
        lab.command("notebook:run-cell")
        page.drawn(3)
        page.page.select_option("select[title^='Speed']", "")
        page.page.locator("input[title^='Run to this time']").fill("0.8")
        page.page.keyboard.press("Enter")
        page.until_time(0.8)
        page.pause()
        yield page


def shot(page, name):
    folder = Path(os.environ.get("NENGO_NB_SCREENSHOTS", page.lab.folder))
    page.page.locator(".nnb-root").screenshot(path=folder / f"{name}.png")


def fill(page, title, value):
    page.page.get_by_title(title).fill(value)


def begin(page):
    page.press("Run the network for each of these values of gain")


def test_what_cannot_be_swept_is_said_in_the_page(page):
    page.press("Set the range of the sliders of gain")
    page.press("Run the network for a range of values of gain")
    notice = page.page.locator(".nnb-notice")
    told = []
    for title, value in [
        ("Last value of the sweep", "much"),
        ("Last value of the sweep", "0"),
        ("Length of each run", "0"),
        ("Length of each run", "1e6"),
    ]:
        page.page.evaluate("() => { document.querySelector('.nnb-notice').textContent = ''; }")
        fill(page, title, value)
        begin(page)
        page.until("() => document.querySelector('.nnb-notice').textContent !== ''")
        told.append(notice.inner_text())
        if title.startswith("Last"):
            fill(page, title, "1")
    shot(page, "sweep_form")

    for sentence, expected in zip(
        told,
        ["no number", "not from 0 to 0", "at least one step", "5 runs of 1e+06 s take"],
        strict=True,
    ):
        assert expected in sentence
    assert page.ask("[view.run.sweep, view.run.kept_runs.runs]") == [None, ()]


def test_curves_are_fanned_out_and_the_view_is_where_it_was(page):
    fill(page, "Length of each run", "0.6")
    begin(page)
    page.until(f"() => ({CURVES.strip()})()[0].runs.length === 5")
    page.until("() => document.querySelector('.nnb-sweep').hidden")
    page.until("() => Math.abs(document.querySelector('.nnb-root').dataset.time - 0.8) < 1e-6")
    decoded, both, path = page.page.evaluate(CURVES)

    names = [f"gain = {value:g}" for value in (0, 0.25, 0.5, 0.75, 1)]
    assert decoded["runs"] == path["runs"] == names
    assert len(both["runs"]) == 10
    assert decoded["dashes"] == ["solid"]
    assert decoded["alphas"] == sorted(set(decoded["alphas"]))
    assert decoded["ends"] == pytest.approx([0.6] * 5, abs=0.005)
    assert decoded["largest"] == sorted(decoded["largest"])
    legends = page.page.locator(".nnb-card").all_inner_texts()
    for legend in legends:
        assert names[0] in legend
        assert names[-1] in legend
    assert page.ask("[sim.n_steps, len(sim.data[decoded]), dict(view.run.overrides.held)]") == [
        800,
        800,
        {},
    ]
    page.press("Kept runs")
    shot(page, "sweep")
    page.lab.command("apputils:change-theme", theme="JupyterLab Dark")
    page.until("() => document.body.dataset.jpThemeLight === 'false'")
    shot(page, "sweep_dark")


def test_a_sweep_is_paused_and_stopped_and_its_runs_are_deleted_at_once(page):
    fill(page, "Number of values", "20")
    fill(page, "Length of each run", "60")
    begin(page)
    page.page.locator(".nnb-sweep").wait_for(timeout=TIMEOUT)
    shot(page, "sweep_under_way_dark")
    page.pause()
    told = page.page.locator(".nnb-sweep [role=status]").inner_text()
    page.press("Stop the sweep")
    page.until("() => document.querySelector('.nnb-sweep').hidden")
    page.page.locator(".nnb-swept button", has_text="delete").click()
    page.until("() => document.querySelector('[title=\"Kept runs\"]').hidden")
    shot(page, "sweep_deleted_dark")

    assert "of 20, paused" in told
    assert page.page.locator(".nnb-notice").is_hidden()
    assert page.ask("[sim.n_steps, view.run.kept_runs.runs]") == [800, ()]


def test_an_error_of_a_hook_is_shown_with_its_line(page):
    page.ask("None", HOOK)
    # It plays for 50 ms only: `page.play()` would wait for a state that may never be painted.
    page.press("Play (space)")
    page.until("() => document.querySelector('.nnb-notice').textContent.includes('high enough')")
    notice = page.page.locator(".nnb-notice").inner_text()
    lines = page.page.locator(".nnb-traceback").inner_text()
    shot(page, "hook_failed_dark")
    page.lab.command("apputils:change-theme", theme="JupyterLab Light")

    assert "This happened in the hook on_step, at 0.851 s (step 851)." in notice
    assert "----> " in lines
    assert 'raise ValueError("high enough")' in lines
    assert page.ask("[sim.n_steps, len(sim.data[decoded])]") == [851, 851]
