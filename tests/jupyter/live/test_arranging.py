"""A user arranges the plots of a live view, in a real JupyterLab in a real browser."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from tests.jupyter.lab import TIMEOUT, run_lab
from tests.jupyter.live.page import Page
from tests.jupyter.notebooks import write_notebook

pytestmark = pytest.mark.browser

NETWORK = """
import warnings
import nengo, nengo_nb
import numpy as np
from nengo import spa
warnings.simplefilter("ignore", DeprecationWarning)
with nengo.Network(seed=1) as net:
    wave = nengo.Node(lambda t: [np.sin(6 * t), np.cos(6 * t)], label="wave")
    picture = nengo.Node(lambda t: np.sin(6 * t + np.arange(12)), label="picture")
    a = nengo.Ensemble(50, 2, label="a")
    nengo.Connection(wave, a)
    learning = nengo.Connection(a, nengo.Ensemble(20, 2, label="b"), learning_rule_type=nengo.PES(), label="learning")
    nengo.Connection(a, learning.learning_rule)
    with spa.SPA(label="pointers") as pointers:
        pointers.state = spa.State(16, label="state")
        pointers.get_default_vocab(16).parse("A + B")
    decoded = nengo.Probe(a, synapse=0.01, label="decoded")
    spikes = nengo.Probe(a.neurons, label="spikes")
sim = nengo_nb.Simulator(net, minibatch_size=2, progress_bar=False)
plots = [decoded, spikes, nengo_nb.LivePlot(decoded, "xy"), nengo_nb.LivePlot(spikes, "image")]
plots += [nengo_nb.LivePlot(picture, "image"), "state: similarity", learning]
view = nengo_nb.live(sim, plots=plots, sliders=[wave])
view
"""
KINDS = ["lines", "raster", "xy", "image", "image", "lines", "image"]
SIZES = """
() => Bokeh.documents.flatMap(page => [...page._all_models.values()])
  .filter(model => model.name === "data" && model.data.image).map(model => [...model.data.image[0].shape])
"""
DRAWS = """
last => Bokeh.documents.flatMap(page => [...page._all_models.values()])
  .filter(model => model.name === "data" && "1" in model.data)
  .some(({data}) => last.every((value, i) => Math.abs(data[i].at(-1) - value) < 1e-6))
"""
CONTROLS = ".nnb-root :is(button, input, select)"


@pytest.fixture(scope="module")
def page(browser_path, tmp_path_factory):
    """JupyterLab with a view of every kind of plot, which has run for a moment."""
    folder = tmp_path_factory.mktemp("arranging")
    write_notebook(folder / "live.ipynb", NETWORK)
    with run_lab(browser_path, folder) as lab:
        page = Page(lab)
        page.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        lab.open("live.ipynb")
        lab.command("notebook:run-cell")
        page.drawn(len(KINDS))
        page.until(
            "() => [...document.querySelectorAll('.nnb-state')].every(state => state.hidden)"
        )
        page.play()
        page.until_time(0.5)
        page.pause()
        yield page


def menu(page, index):
    """The open menu of a plot."""
    card = page.page.locator(".nnb-card").nth(index)
    if card.locator(".nnb-menu").is_hidden():
        card.get_by_title("Change or save this plot").click()
    return card.locator(".nnb-menu")


def fill(page, index, label, text):
    entry = menu(page, index).get_by_label(label)
    entry.fill(text)
    entry.press("Enter")
    return entry


def shown(page, index, wanted):
    """Wait until a plot is drawn like that: kind, dimensions, synapse, and order."""
    text = json.dumps(wanted, separators=(",", ":"))
    page.until(
        "([index, text]) => document.querySelectorAll('.nnb-card')[index].dataset.shown === text",
        [index, text],
    )


def picture_of(page, name):
    folder = Path(os.environ.get("NENGO_NB_SCREENSHOTS", page.lab.folder))
    page.page.locator(".nnb-root").first.screenshot(path=folder / name)


def test_every_kind_of_plot_is_drawn(page):
    picture_of(page, "live_kinds.png")

    kinds = page.page.locator(".nnb-card").evaluate_all(
        "cards => cards.map(card => card.dataset.drawn)"
    )

    assert kinds == KINDS
    (neurons, columns), *others = page.page.evaluate(SIZES)
    # A raster has no more columns than pixels.
    assert neurons == 50
    assert 300 < columns < 600
    assert others == [[5, 10], [3, 4], [2, 50]]
    assert page.page.locator(".nnb-card").nth(5).locator(".nnb-legend").inner_text().split() == [
        "A",
        "B",
    ]


@pytest.mark.parametrize(
    ("kind", "head"), [("PNG", b"\x89PNG"), ("SVG", b"<svg"), ("CSV", b"time,0,1\n")]
)
def test_a_plot_is_saved(page, kind, head):
    with page.page.expect_download(timeout=TIMEOUT) as download:
        menu(page, 0).get_by_role("button", name=kind).click()

    content = Path(download.value.path()).read_bytes()
    assert download.value.suggested_filename == f"decoded.{kind.lower()}"
    assert head in content[:200]
    if kind == "CSV":
        last = [float(number) for number in content.splitlines()[-1].split(b",")]
        recorded = page.ask("[sim.time, *sim.data[decoded][0, -1].tolist()]")
        np.testing.assert_allclose(last, recorded, rtol=1e-5)


def test_the_view_is_copied_as_code_that_shows_the_same_view(page):
    page.press("Copy the call that shows this view")
    page.page.get_by_text("The code of this view is in the clipboard").wait_for(timeout=TIMEOUT)

    code = page.page.evaluate("() => navigator.clipboard.readText()")

    assert page.ask("again.code() == view.code()", f"again = {code}\nagain.close()")


def test_dimensions_filter_and_window_change_while_it_runs_without_another_build(page):
    machine = page.ask("id(sim._parts.simulation.runner)")
    drawings = page.page.evaluate("() => Bokeh.documents.length")
    page.play()
    before = page.time()

    fill(page, 0, "Dimensions", "1")
    fill(page, 0, "Synapse (s)", "0.05")
    page.page.get_by_title("How much time is shown").select_option("0.5")
    shown(page, 0, ["lines", [1], 0.05, "index"])
    page.until_time(before + 0.3)
    page.pause()

    layout_state = "view.widget.layout_state"
    assert page.ask(
        f"[{layout_state}.plots[0].dims, {layout_state}.plots[0].synapse, {layout_state}.length]"
    ) == [
        (1,),
        0.05,
        0.5,
    ]
    assert page.ask("id(sim._parts.simulation.runner)") == machine
    fill(page, 0, "Dimensions", "0, 1")
    fill(page, 0, "Synapse (s)", "0")
    page.until(
        "() => document.querySelectorAll('.nnb-card')[0].querySelectorAll('.nnb-legend i').length "
        "=== 2"
    )
    page.until("drawings => Bokeh.documents.length === drawings", drawings)


def test_another_item_of_the_minibatch_is_chosen(page):
    page.ask(
        "None", "sim.run_steps(20, data={wave: np.stack([np.zeros((20, 2)), np.ones((20, 2))])})"
    )
    page.ask("None", "view.run.step(1)")

    page.page.get_by_title("Item of the minibatch").select_option("1")

    last = page.ask("sim.data[decoded][1, -1].tolist()")
    page.until(DRAWS, last)
    page.page.get_by_title("Item of the minibatch").select_option("0")


def test_neurons_are_chosen_and_sorted(page):
    fill(page, 1, "Neurons", "0-9")
    menu(page, 1).get_by_label("Sorted").select_option("by common activity")
    page.until(
        "() => { const [, dims, , order] = "
        "JSON.parse(document.querySelectorAll('.nnb-card')[1].dataset.shown);"
        " return dims.length === 10 && order === 'activity'; }"
    )

    dims = page.ask("view.widget.layout_state.plots[1].dims")

    assert sorted(dims) == list(range(10))
    assert page.ask("view.widget.layout_state.plots[1].order") == "activity"


def test_what_cannot_be_is_refused_in_words_and_changes_nothing(page):
    before = page.ask("view.widget.layout_state.plots[0].dims")

    fill(page, 0, "Dimensions", "0, 7")
    page.page.locator(".nnb-notice", has_text="decoded has the values 0 to 1, not [7]").wait_for(
        timeout=TIMEOUT
    )
    wrong = fill(page, 0, "Synapse (s)", "-1")
    typed = page.page.get_by_title("Value of wave[0]")
    typed.fill("nan")
    typed.press("Enter")

    assert "nnb-wrong" in wrong.get_attribute("class")
    assert "nnb-wrong" in typed.get_attribute("class")
    assert page.ask("[view.widget.layout_state.plots[0].dims, dict(view.run.overrides.held)]") == [
        before,
        {},
    ]


def middle_of_plot(page, index):
    """Where the middle of a plot's frame is, near enough."""
    plot = page.page.locator(".nnb-card").nth(index).locator(".nnb-plot")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    return box["x"] + 0.6 * box["width"], box["y"] + 0.5 * box["height"]


def test_one_time_cursor_goes_through_all_plots_of_time(page):
    page.page.mouse.move(*middle_of_plot(page, 0))

    page.page.locator(".nnb-hovered", has_text="cursor at").wait_for(timeout=TIMEOUT)
    places = page.page.evaluate(
        "() => [...document.querySelectorAll('.nnb-card')].filter(card => "
        "!card.querySelector('.nnb-cursor').hidden)"
        ".map(card => card.querySelector('.nnb-cursor').getBoundingClientRect().left)"
    )
    time = float(page.page.locator(".nnb-hovered").inner_text().split()[2])
    page.lab.picture("live_cursor")
    page.page.mouse.move(0, 0)

    begin, end = page.ask(
        "[view.widget.layout_state.window().begin, view.widget.layout_state.window().end]"
    )
    assert len(places) == [kind in ("lines", "raster") for kind in KINDS].count(True)
    assert max(places) - min(places) < 5
    assert begin < time < end
    page.until("() => document.querySelector('.nnb-hovered').hidden")


def test_zooming_in_one_plot_moves_the_window_of_all(page):
    page.play()
    page.until_time(page.time() + 0.3)
    page.pause()
    before = page.ask("view.widget.layout_state.length")
    page.page.mouse.move(*middle_of_plot(page, 0))

    page.page.keyboard.down("Control")
    page.page.mouse.wheel(0, -300)
    page.page.keyboard.up("Control")
    page.until(
        f"before => {{ const zoomed = ({RANGES.strip()})().filter(length => length < 0.95 * "
        "before);"
        " return zoomed.length === 3 && Math.max(...zoomed) < 1.05 * Math.min(...zoomed); }",
        before,
    )
    page.page.mouse.move(0, 0)

    lengths = page.page.evaluate(RANGES)
    zoomed = [length for length in lengths if length < 0.95 * before]
    np.testing.assert_allclose(zoomed, page.ask("view.widget.layout_state.length"), rtol=0.05)
    page.press("Follow the simulation")
    page.page.get_by_title("How much time is shown").select_option("2")
    page.until("() => document.querySelector('.nnb-follows')")


RANGES = """
() => Bokeh.documents.flatMap(page => [...page._all_models.values()])
  .filter(model => model.name === "time").map(({start, end}) => end - start)
"""


def test_steps_a_time_to_run_to_and_a_speed_are_typed_and_chosen(page):
    before = page.ask("sim.n_steps")
    page.page.get_by_title("Number of steps").fill("25")
    page.press("Take these steps")
    page.until(
        "steps => Math.round(1000 * document.querySelector('.nnb-root').dataset.time) === steps",
        before + 25,
    )
    page.page.get_by_title("Speed, as a multiple").select_option("")
    goal = page.page.get_by_title("Run to this time")
    goal.fill(f"{(before + 325) / 1000}")
    goal.press("Enter")
    page.until(
        "steps => Math.round(1000 * document.querySelector('.nnb-root').dataset.time) === steps",
        before + 325,
    )

    assert page.ask("[sim.n_steps, view.run.pacing.speed]") == [before + 325, None]
    goal.fill("0.001")
    goal.press("Enter")
    page.page.locator(".nnb-notice", has_text="is not ahead").wait_for(timeout=TIMEOUT)
    page.page.get_by_title("Number of steps").fill("1")
    page.page.get_by_title("Speed, as a multiple").select_option("1")


def test_two_backends_are_compared_in_a_cell(page):
    page.lab.command("notebook:insert-cell-below")
    page.page.evaluate(
        "source => "
        "window.jupyterapp.shell.currentWidget.content.activeCell.model.sharedModel.setSource(source)",
        COMPARED,
    )
    page.lab.command("notebook:run-cell")

    card = page.page.locator(".jp-OutputArea-output", has_text="equal but for rounding").last
    card.wait_for(timeout=TIMEOUT)
    page.page.locator(".nengo-nb-plot .bk-Figure").nth(1).wait_for(timeout=TIMEOUT)
    picture = Path(os.environ.get("NENGO_NB_SCREENSHOTS", page.lab.folder)) / "compare.png"
    card.screenshot(path=picture)

    names = page.page.locator(".nengo-nb-plot").last.locator(".bk-Figure").count()
    page.lab.command("notebook:delete-cell")
    assert names == 2


COMPARED = """
with nengo.Network(seed=1, label="small") as small:
    nengo.Probe(nengo.Node(lambda t: np.sin(20 * t)), label="sine")
nengo_nb.compare(small, 0.2)
"""


def test_every_control_is_reached_with_the_tab_key(page):
    controls = page.page.locator(CONTROLS).evaluate_all(
        "all => all.filter(each => each.checkVisibility() && !each.disabled)"
        ".map((each, i) => each.dataset.number = `${i}`)"
    )
    page.page.locator(".nnb-root").focus()

    reached = set()
    for _ in range(2 * len(controls)):  # figures can be reached as well
        page.page.keyboard.press("Tab")
        reached.add(page.page.evaluate("() => document.activeElement.dataset.number"))

    assert set(controls) <= reached


def test_keys_play_step_and_reset(page):
    root = page.page.locator(".nnb-root").first
    root.focus()
    page.page.keyboard.press("Space")
    page.until("() => document.querySelector('.nnb-primary').dataset.playing === 'true'")
    page.page.keyboard.press("Space")
    page.until("() => document.querySelector('.nnb-primary').dataset.playing === 'false'")
    before = page.ask("sim.n_steps")

    page.page.keyboard.press("ArrowRight")
    page.until(
        "steps => Math.round(1000 * document.querySelector('.nnb-root').dataset.time) === steps",
        before + 1,
    )

    page.page.keyboard.press("r")
    page.until("() => Number(document.querySelector('.nnb-root').dataset.time) === 0")


def test_the_dark_theme_makes_a_dark_view(page):
    change = "theme => { window.jupyterapp.commands.execute('apputils:change-theme', {theme}); }"
    page.page.evaluate(change, "JupyterLab Dark")
    page.until("() => document.body.dataset.jpThemeLight === 'false'")
    page.play()
    page.until_time(0.4)
    picture_of(page, "live_dark.png")
    page.pause()

    back = page.page.locator(".nnb-root").first.evaluate(
        "view => getComputedStyle(view).backgroundColor"
    )
    page.page.evaluate(change, "JupyterLab Light")
    page.until("() => document.body.dataset.jpThemeLight === 'true'")

    assert sum(map(int, back.removeprefix("rgb(").rstrip(")").split(","))) < 200
