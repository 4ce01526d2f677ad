"""Settings in a real JupyterLab in a real browser: they are in its editor, and open live
views obey them at once.
"""

import contextlib

import pytest

from tests.jupyter.lab import TIMEOUT, run_lab
from tests.jupyter.live.page import Page
from tests.jupyter.notebooks import write_notebook

pytestmark = pytest.mark.browser

CELLS = (
    "%load_ext nengo_nb\nimport nengo\nimport numpy as np",
    """%%nengo net --seed 1 --no-show --live
wave = nengo.Node(lambda t: [np.sin(6 * t), np.cos(6 * t)])
neurons = nengo.Ensemble(40, dimensions=2)
nengo.Connection(wave, neurons)
decoded = nengo.Probe(neurons, synapse=0.01)""",
)
SET = """
async ([key, value]) => {
  const app = window.jupyterapp;
  const tokens = [...app.pluginRegistry._services.keys()];
  const token = tokens.find(token => token.name === "@jupyterlab/coreutils:ISettingRegistry");
  await (await app.resolveRequiredService(token)).set("nengo-nb:settings", key, value);
}
"""
HEARD = "([key, value]) => nengoNb.preferences[key] === value"
OKABE_ITO = ["#0072B2", "#E69F00"]
TOL_BRIGHT = ["#4477AA", "#EE6677"]
COLORED = """
colors => {
  const swatches = [...document.querySelectorAll(".nnb-legend i")].map(each => each.style.background);
  const lines = Bokeh.documents.flatMap(page => [...page._all_models.values()])
    .filter(model => model.type === "GlyphRenderer").map(model => model.glyph.line_color.value)
    .filter(color => color !== undefined); // lines of kept runs have that of a column
  const asWritten = color => { const i = document.createElement("i"); i.style.background = color;
    return i.style.background; };
  return JSON.stringify(lines) === JSON.stringify(colors)
    && JSON.stringify(swatches) === JSON.stringify(colors.map(asWritten));
}
"""
COUNT = """
() => {
  window.frames = [];
  new MutationObserver(() => window.frames.push(performance.now()))
    .observe(document.querySelector(".nnb-root"), {attributeFilter: ["data-frame"]});
}
"""
SPACING = """
() => {
  // The median, as the first frame may be late.
  const gaps = window.frames.slice(2).map((time, i) => time - window.frames[i + 1]);
  return gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)];
}
"""


@pytest.fixture(scope="module")
def module_page(browser_path, tmp_path_factory):
    """JupyterLab after Run All, with a live view on the page."""
    folder = tmp_path_factory.mktemp("settings")
    write_notebook(folder / "live.ipynb", *CELLS)
    with run_lab(browser_path, folder) as lab:
        lab.page.set_viewport_size({"width": 1300, "height": 1100})
        lab.open("live.ipynb")
        page = Page(lab)
        lab.command("notebook:run-all-cells")
        page.drawn(1)
        yield page


@pytest.fixture
def page(module_page):
    """The view with the settings as they are by default."""
    for key, value in (("frameRate", 30), ("palette", "okabe-ito"), ("defaultPlots", "probes")):
        module_page.page.evaluate(SET, [key, value])
    module_page.until(COLORED, OKABE_ITO)
    return module_page


@contextlib.contextmanager
def editor(page):
    """The settings editor in front of the notebook: finds the field of a setting."""
    page.lab.command("settingeditor:open", query="Nengo")
    yield lambda name: page.page.locator(f"[name$=settings_{name}]")
    page.page.get_by_role("tab", name="live.ipynb").click()


def test_a_palette_is_chosen_in_the_settings_editor_and_an_open_view_has_its_colours(page):
    with editor(page) as field:
        field("palette").wait_for(timeout=TIMEOUT)
        page.lab.picture("settings")
        field("palette").select_option(label="Tol, bright")

    page.until(COLORED, TOL_BRIGHT)
    page.lab.picture("settings_palette")


def test_a_view_is_drawn_as_often_as_the_settings_editor_says_from_then_on(page):
    page.play()
    with editor(page) as field:
        field("frameRate").fill("2", timeout=TIMEOUT)
    page.until(HEARD, ["frame_rate", 2])
    page.page.evaluate(COUNT)
    page.until("() => window.frames.length >= 7")
    slow = page.page.evaluate(SPACING)

    page.page.evaluate(SET, ["frameRate", 30])
    page.page.evaluate(COUNT)
    page.until("() => window.frames.length >= 20")

    assert slow > 450
    assert page.page.evaluate(SPACING) < 250
    page.pause()


def test_a_new_view_shows_what_the_settings_editor_says_and_one_that_is_open_stays_as_it_is(page):
    with editor(page) as field:
        field("defaultPlots").select_option(label="Spikes of ensembles", timeout=TIMEOUT)
    page.until(HEARD, ["default_plots", "spikes"])

    page.lab.command("nengo-nb:show-panel")
    page.page.get_by_role("button", name="Live view", exact=True).click(timeout=TIMEOUT)

    page.page.locator(".nengo-nb-tab .nnb-card[data-drawn=raster]").wait_for(timeout=TIMEOUT)
    titles = page.page.locator(".nengo-nb-tab .nnb-card .nnb-title").all_inner_texts()
    page.lab.picture("settings_plots")
    assert "neurons: spikes" in titles
    assert "decoded" not in titles
    assert page.page.locator(".jp-Notebook .nnb-card .nnb-title").all_inner_texts() == ["decoded"]
