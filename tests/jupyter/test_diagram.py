"""In a real JupyterLab, a network is a diagram: live with its kernel, and without one in a
saved notebook.
"""

import os
from pathlib import Path

import pytest
from nbconvert import HTMLExporter

import nengo_nb
from nengo_nb.jupyter.comms.assets import read_static
from tests.diagram.networks import learning

from .lab import TIMEOUT, run_lab
from .notebooks import copy_notebook, write_notebook

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=alert(1)>"
CELLS = [
    (
        "%load_ext nengo_nb\nimport nengo, nengo_nb, numpy as np\nfrom tests.diagram.networks "
        "import "
        "large, learning"
    ),
    "model = learning()\nmodel",
    "%nengo run model 0.05",
    f"""with nengo.Network(label="selection", seed=1) as selection:
    utilities = nengo.Node([0.1, 0.5, 0.2], label={EVIL!r})
    ganglia, thalamus = nengo.networks.BasalGanglia(3), nengo.networks.Thalamus(3)
    nengo.Connection(utilities, ganglia.input)
    nengo.Connection(ganglia.output, thalamus.input)
    nengo.Probe(utilities)
selection""",
    "card = nengo_nb.show(model)\ncard.widget()",
    "net = large()",
    "net",
]
LEARNING, SELECTION, LARGE = range(3)
WIDGET = 2
"""Of all diagrams: it stands before the large one, but is no output of the extension."""


@pytest.fixture(scope="module")
def lab(browser_path, tmp_path_factory):
    """JupyterLab with a notebook of networks, all run but the last cell."""
    folder = tmp_path_factory.mktemp("lab")
    write_notebook(folder / "networks.ipynb", *CELLS)
    with run_lab(browser_path, folder) as lab:
        lab.open("networks.ipynb")
        choose_cell(lab, len(CELLS) - 1)
        lab.command("notebook:run-all-above")
        diagram(lab, SELECTION).locator(".box").first.wait_for(timeout=TIMEOUT)
        lab.command("docmanager:save")
        yield lab


def choose_cell(lab, index):
    lab.page.evaluate(
        "index => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = index; }", index
    )


def diagram(lab, index):
    return lab.page.locator(".nengo-nb-network").nth(index)


def show(lab, name="networks.ipynb"):
    """Open a notebook, unless it is open; tests may come in any order."""
    if not lab.page.url.endswith(name):
        lab.open(name)
    return lab


def test_a_click_opens_a_box_and_a_second_one_closes_it(lab):
    selection = diagram(show(lab), SELECTION)

    selection.get_by_role("button", name="network, Basal Ganglia").click()
    selection.get_by_role("button", name="array, Striatal D1 neurons").wait_for()
    selection.get_by_role("button", name="network, Basal Ganglia").press("Enter")
    selection.get_by_role("button", name="array, Striatal D1 neurons").wait_for(state="detached")

    assert lab.blocked == []


def test_a_click_on_an_ensemble_shows_the_tuning_curves_of_the_simulator_that_was_run(lab):
    network = diagram(show(lab), LEARNING)

    network.get_by_role("button", name="ensemble, pre").click()
    network.get_by_role("heading", name="Tuning curves, all neurons").wait_for(timeout=TIMEOUT)

    assert network.locator(".chart polyline").count() == 20
    folder = Path(os.environ.get("NENGO_NB_SCREENSHOTS", lab.folder))
    network.screenshot(path=folder / "diagram_details.png")


def test_a_click_on_a_connection_shows_its_decoded_function_and_its_weights(lab):
    network = diagram(show(lab), LEARNING)

    network.get_by_role("button", name="learning connection, pre to PES").press("Enter")
    network.get_by_role("heading", name="Decoded function").wait_for(timeout=TIMEOUT)

    assert network.get_by_role("heading", name="Decoders, 1 × 10").is_visible()
    assert network.get_by_text("solver error").is_visible()


def test_the_search_opens_what_it_goes_to(lab):
    selection = diagram(show(lab), SELECTION)

    selection.get_by_role("searchbox").fill("pallidus internus")
    selection.get_by_role("searchbox").press("Enter")
    selection.get_by_role("button", name="array, Globus pallidus internus").wait_for()
    selection.get_by_role("searchbox").fill("")
    selection.get_by_role("button", name="network, Basal Ganglia").press("Enter")

    assert selection.locator(".faded").count() == 0


def test_activity_glows_in_the_widget_and_the_output_of_a_network_while_they_are_shown(lab):
    show(lab)
    lab.page.locator("svg.plane").nth(WIDGET).wait_for(timeout=TIMEOUT)

    lab.run_hidden("card.show_activity({model.ensembles[0]: 0.625})")

    glowing = lab.page.locator(".activity[style*='0.625']")
    glowing.nth(1).wait_for(state="attached", timeout=TIMEOUT)
    assert glowing.count() == 2


def test_the_boxes_of_a_diagram_glow_while_its_network_runs_live(lab):
    show(lab)

    lab.run_hidden(
        "sim = nengo_nb.Simulator(selection, progress_bar=False)\nview = "
        "nengo_nb.live(sim)\nview.play(None)"
    )
    lab.page.wait_for_function(
        "() => "
        "[...document.querySelectorAll('.nengo-nb-network')[1].shadowRoot.querySelectorAll('.activity')]"
        ".some(mark => Number(mark.style.fillOpacity) > 0.3)",
        timeout=TIMEOUT,
    )
    lab.run_hidden("view.close()\nsim.close()")

    assert diagram(lab, SELECTION).locator(".activity").count() > 2


def test_a_wheel_zooms_with_control_held_and_scrolls_the_page_without(lab):
    plane = diagram(show(lab), LEARNING).locator("svg.plane")
    plane.hover()
    before = plane.get_attribute("viewBox")

    lab.page.mouse.wheel(0, 1)
    unchanged = plane.get_attribute("viewBox")
    lab.page.keyboard.down("Control")
    lab.page.mouse.wheel(0, -200)
    lab.page.wait_for_function(
        "before => document.querySelector('.nengo-nb-network').shadowRoot"
        ".querySelector('svg.plane').getAttribute('viewBox') !== before",
        arg=before,
    )
    lab.page.keyboard.up("Control")

    assert unchanged == before
    diagram(lab, LEARNING).get_by_role("button", name="Show everything").click()


def test_labels_with_html_in_them_are_text(lab):
    selection = diagram(show(lab), SELECTION)

    label = selection.locator("text", has_text="<img src=x").first

    label.wait_for()
    assert selection.locator("img").count() == 0


def test_the_dark_theme_makes_dark_diagrams(lab):
    show(lab)
    lab.page.evaluate(
        "() => { window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab "
        "Dark'}); }"
    )
    lab.page.locator(".nengo-nb-network.dark").first.wait_for(timeout=TIMEOUT)

    folder = Path(os.environ.get("NENGO_NB_SCREENSHOTS", lab.folder))
    diagram(lab, LEARNING).screenshot(path=folder / "diagram_dark.png")
    lab.page.evaluate(
        "() => { window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab "
        "Light'}); }"
    )
    lab.page.locator(".nengo-nb-network:not(.dark)").first.wait_for(timeout=TIMEOUT)


@pytest.mark.parametrize("trusted", [True, False])
def test_a_saved_notebook_without_its_kernel_has_the_diagram(lab, trusted):
    copy_notebook(
        lab.folder / "networks.ipynb", lab.folder / f"saved_{trusted}.ipynb", trusted=trusted
    )

    lab.open(f"saved_{trusted}.ipynb")
    network, selection = diagram(lab, LEARNING), diagram(lab, SELECTION)
    selection.get_by_role("button", name="network, Thalamus").click()
    selection.get_by_role("button", name="array, actions").wait_for()
    network.get_by_role("button", name="ensemble, pre").click()

    network.get_by_text("No kernel stands behind this diagram").wait_for()
    assert selection.locator("text", has_text="<img src=x").first.is_visible()


def test_an_exported_notebook_has_the_picture(lab):
    page, _ = HTMLExporter().from_filename(str(lab.folder / "networks.ipynb"))
    (lab.folder / "converted.html").write_text(page, encoding="utf-8")

    lab.page.goto(f"{lab.origin}/files/converted.html?token={lab.token}")
    picture = lab.page.locator("img.nengo-nb-diagram").first
    picture.wait_for(timeout=TIMEOUT)

    assert lab.page.locator("img.nengo-nb-diagram").count() >= 2
    assert picture.evaluate("img => img.complete && img.naturalWidth > 200")
    lab.open("networks.ipynb")


DRAWN = """() => { window.drawn = null; new MutationObserver((_changes, observer) => {
  const host = document.querySelectorAll('.nengo-nb-network')[2];
  if (!host) return;
  observer.disconnect();
  const look = () => {
    if (host.shadowRoot.querySelectorAll('.box.network').length === 30) window.drawn = performance.now();
    else requestAnimationFrame(look);
  };
  look();
}).observe(document.body, {childList: true, subtree: true}); }"""


def test_a_network_of_21000_ensembles_shows_its_top_level_within_two_seconds(lab):
    """From the moment its cell is run; tests/diagram measures what comes before."""
    show(lab)
    choose_cell(lab, len(CELLS) - 1)

    waits = []
    while not waits or (
        min(waits) >= 2000 and len(waits) < 5
    ):  # other tests may run at the same time
        lab.command("notebook:clear-cell-output")
        diagram(lab, LARGE).wait_for(state="detached")
        lab.page.evaluate(DRAWN)
        start = lab.page.evaluate("() => performance.now()")
        lab.command("notebook:run-cell")
        lab.page.wait_for_function("() => window.drawn", timeout=TIMEOUT)
        waits.append(lab.page.evaluate("() => window.drawn") - start)

    print("milliseconds from running the cell to the drawn network:", waits)
    assert min(waits) < 2000
    assert diagram(lab, LARGE).locator(".box.network").count() == 30


GAPS = """() => {
  window.gaps = [];
  let last = performance.now();
  const frame = now => {
    window.gaps.push(now - last);
    last = now;
    if (window.gaps) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}"""
STILL = "() => { const longest = Math.max(...window.gaps); window.gaps = null; return longest; }"
LAYOUTS = """() => performance.getEntriesByName("nengo_nb diagram layout")
  .map(each => [each.duration, each.detail.inWorker])"""
ALL_DRAWN = """() => {
  const root = document.querySelectorAll('.nengo-nb-network')[2].shadowRoot;
  return root.querySelectorAll("[data-box]").length === 1260 && root.querySelectorAll(".arrow").length === 929;
}"""


def test_a_large_diagram_is_laid_out_in_a_worker_and_never_holds_up_the_page(lab):
    """Thirty areas of 700 ensembles: all areas are opened, and then all that is in them."""
    show(lab)
    if diagram(lab, LARGE).count() == 0:
        choose_cell(lab, len(CELLS) - 1)
        lab.command("notebook:run-cell")
    large = diagram(lab, LARGE)
    layers = large.get_by_role("button", name="array, layer 9")
    more = large.get_by_role("button", name="Open one more level, or close all")
    large.locator(".box.network").nth(29).wait_for(timeout=TIMEOUT)
    lab.page.evaluate("() => performance.clearMeasures()")

    gaps = []
    while not gaps or (min(gaps) >= 100 and len(gaps) < 10):  # other tests may run at the same time
        more.click()
        layers.nth(29).wait_for()
        lab.page.evaluate(GAPS)
        more.click()
        lab.page.wait_for_function(ALL_DRAWN)
        gaps.append(lab.page.evaluate(STILL))
        more.click()
        layers.first.wait_for(state="detached")

    layouts = lab.page.evaluate(LAYOUTS)
    print("longest frames in milliseconds:", gaps, "layouts:", layouts)
    assert min(gaps) < 100
    assert {in_worker for _, in_worker in layouts} == {True}
    assert [worker.url.partition(":")[0] for worker in lab.page.workers].count("blob") >= 1


BARE = """async ([code, saved]) => {
  const host = document.querySelector('div');
  const url = URL.createObjectURL(new Blob([code], {type: 'text/javascript'}));
  const {default: widget} = await import(url);
  widget.render({model: {get: name => name === 'saved' ? saved : ''}, el: host});
}"""


@pytest.mark.parametrize("policy", ["", "worker-src 'none'"])
def test_diagrams_are_shown_where_a_page_forbids_workers_and_its_console_says_so(lab, policy):
    page = lab.page.context.browser.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.set_content(f'<meta http-equiv="Content-Security-Policy" content="{policy}"><div></div>')

    page.evaluate(BARE, [read_static("diagram.js"), nengo_nb.show(learning()).saved()])
    page.get_by_role("button", name="ensemble, pre").wait_for(timeout=TIMEOUT)

    told = [line for line in said if "nengo_nb lays diagrams out in the page" in line]
    assert (len(told), len(page.workers)) == ((1, 0) if policy else (0, 1))
    page.close()
