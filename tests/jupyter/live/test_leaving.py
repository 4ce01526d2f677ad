"""Views that come and go in a real JupyterLab, and browsers that do: nothing is lost, and
nothing stays behind.
"""

import pytest

from tests.jupyter.lab import ERROR, TIMEOUT, run_lab
from tests.jupyter.live.page import Page
from tests.jupyter.notebooks import write_notebook

pytestmark = pytest.mark.browser

NETWORK = """
import threading
import ipywidgets.widgets.widget as registry
import nengo, nengo_nb
import numpy as np
from nengo_nb.jupyter.live.widget import LiveWidget
with nengo.Network(seed=1) as net:
    wave = nengo.Node(lambda t: np.sin(6 * t), label="wave")
    relay = nengo.Node(lambda t, x: x, size_in=1, label="relay")
    a = nengo.Ensemble(50, 1, label="a")
    nengo.Connection(wave, a)
    decoded = nengo.Probe(a, synapse=0.01, label="decoded")
sim = nengo_nb.Simulator(net, progress_bar=False)

def left():
    widgets = [each for each in registry._instances.values() if isinstance(each, LiveWidget)]
    return len(widgets), sorted(thread.name for thread in threading.enumerate() if "nengo_nb-live" in thread.name)
"""
CELLS = (NETWORK, "nengo_nb.live(sim)")
ONE = [1, ["nengo_nb-live-pump", "nengo_nb-live-run"]]


@pytest.fixture(scope="module")
def module_page(browser_path, tmp_path_factory):
    """JupyterLab with a live view that nobody but its cell has."""
    folder = tmp_path_factory.mktemp("leaving")
    write_notebook(folder / "live.ipynb", *CELLS)
    with run_lab(browser_path, folder) as lab:
        lab.open("live.ipynb")
        lab.command("notebook:run-all-cells")
        lab.page.locator(".nnb-card[data-drawn]").wait_for(timeout=TIMEOUT)
        lab.command("docmanager:save")
        yield Page(lab)


@pytest.fixture
def page(module_page):
    """The view, paused."""
    module_page.pause()
    return module_page


def views(page, count):
    page.until(
        "count => document.querySelectorAll('.nnb-card[data-drawn]').length === count", count
    )


def run_cell(page, index, source=None):
    """Run a cell, after other text was put into it."""
    page.page.evaluate(
        "([index, source]) => { const { content } = window.jupyterapp.shell.currentWidget;"
        " content.activeCellIndex = index;"
        " if (source) content.activeCell.model.sharedModel.setSource(source); }",
        [index, source],
    )
    page.lab.command("notebook:run-cell")


def left(page):
    return page.ask("[*left()]")


def test_a_cell_that_runs_again_leaves_no_view_and_no_thread_behind(page):
    page.play()
    page.until_time(0.2)

    for _ in range(3):
        page.page.evaluate("() => { document.querySelector('.nnb-root').dataset.old = 'true'; }")
        run_cell(page, 1)
        page.until(
            "() => document.querySelectorAll('.nnb-root:not([data-old]) "
            ".nnb-card[data-drawn]').length === 1"
        )
        views(page, 1)

    assert left(page) == ONE
    assert page.page.locator(".nnb-notice").is_hidden()
    page.until_time(page.time() + 0.1)


def test_two_views_that_steer_the_same_node_show_the_same_and_the_last_one_wins(page):
    run_cell(
        page,
        1,
        "from IPython.display import display\nfor _ in range(2): display(nengo_nb.live(sim))",
    )
    views(page, 2)
    page.page.get_by_title("Play (space)").nth(1).click()
    page.until("() => document.querySelector('.nnb-primary').dataset.playing === 'true'")
    sliders = page.page.get_by_title("Value of wave")

    for place, text in ((0, "0.25"), (1, "-0.5")):
        sliders.nth(place).fill(text)
        sliders.nth(place).press("Enter")
        sliders.nth(place).blur()
    page.until("() => document.querySelectorAll('.nnb-held').length === 2")
    page.until(
        "() => [...document.querySelectorAll('.nnb-slider input[type=text]')].every(each => "
        "each.value === '-0.5')"
    )
    page.page.get_by_title("Let wave output").nth(0).click()
    page.until("() => document.querySelectorAll('.nnb-held').length === 0")
    page.page.get_by_title("Back to the start").nth(1).click()
    page.page.get_by_title("Pause (space)").nth(0).click()
    page.until(
        "() => [...document.querySelectorAll('.nnb-primary')].every(each => each.dataset.playing "
        "=== 'false')"
    )

    assert page.ask("[len(sim.data[decoded]) == sim.n_steps, len(view_errors)]", VIEW_ERRORS) == [
        True,
        0,
    ]
    assert page.page.locator(".nnb-notice:visible").count() == 0
    run_cell(page, 1, "nengo_nb.live(sim)")
    views(page, 1)
    assert left(page) == ONE


VIEW_ERRORS = """
view_errors = [each.layout_state.run.error for each in registry._instances.values()
               if isinstance(each, LiveWidget) and each.layout_state.run.error]
"""


def test_a_browser_that_vanishes_in_the_middle_of_a_run_loses_nothing(page):
    page.lab.command("docmanager:save")
    page.play()
    page.until_time(0.3)
    page.page.goto("about:blank")

    page.lab.open("live.ipynb")
    views(page, 1)
    page.until("() => document.querySelector('.nnb-primary').dataset.playing === 'true'")
    page.until_time(1.0)
    page.pause()

    assert page.ask("[len(sim.data[decoded]) - sim.n_steps]") == [0]
    assert left(page) == ONE
    widest = page.page.evaluate(
        "() => Bokeh.documents.flatMap(page => [...page._all_models.values()])"
        ".filter(model => model.name === 'data').map(model => model.data.t[0])"
    )
    assert widest == [pytest.approx(max(page.time() - 2.0, 0.001), abs=0.01)]


def test_a_browser_that_falls_behind_shows_the_newest_and_keeps_the_simulation_going(page):
    session = page.page.context.new_cdp_session(page.page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 10})
    page.play()
    start = page.ask("sim.time")
    page.until_time(start + 2.0)

    behind = page.ask("sim.time") - page.time()
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    page.pause()

    assert behind < 1.5
    assert page.time() == pytest.approx(page.ask("sim.time"))
    assert page.ask("[len(sim.data[decoded]) - sim.n_steps]") == [0]


def test_a_plot_of_what_is_gone_is_refused_in_words(page):
    page.press("Add a plot or sliders")
    page.ask("None", GONE)
    page.page.get_by_title("decoded as lines").click()

    notice = page.page.locator(".nnb-notice")
    notice.wait_for()

    assert "no value to watch 'decoded'" in notice.inner_text()
    assert page.page.locator(".nnb-card").count() == 1


GONE = """
view = next(each for each in registry._instances.values() if isinstance(each, LiveWidget))
view.layout_state.sources = {key: source for key, source in view.layout_state.sources.items() if key != "decoded"}
"""


def test_an_error_in_a_node_pauses_and_is_told(page):
    run_cell(page, 1, BROKEN)
    views(page, 1)

    page.page.get_by_title("Play (space)").click()

    page.page.locator(".nnb-notice", has_text="the sensor is unplugged").wait_for(timeout=TIMEOUT)
    page.until("() => document.querySelector('.nnb-primary').dataset.playing === 'false'")
    assert page.ask("[len(broken.data[unplugged]) == broken.n_steps > 0]") == [True]
    assert "<Node 'sensor'>, at 0.051 s" in page.page.locator(".nnb-notice").inner_text()
    lines = page.page.locator(".nnb-traceback").inner_text()
    assert lines.startswith("Cell In[")
    assert '---->    3         raise RuntimeError("the sensor is unplugged")' in lines
    page.lab.picture("live_error")
    run_cell(page, 1, "nengo_nb.live(sim)")
    views(page, 1)


BROKEN = """
def fails(t):
    if t > 0.05:
        raise RuntimeError("the sensor is unplugged")
    return t

with nengo.Network() as other:
    unplugged = nengo.Probe(nengo.Node(fails, label="sensor"), label="unplugged")
broken = nengo_nb.Simulator(other, progress_bar=False)
nengo_nb.live(broken)
"""


def begin_again(page):
    """A simulator like the first one, with a view."""
    page.ask("None", NETWORK)
    run_cell(page, 1, "nengo_nb.live(sim)")
    views(page, 1)


def test_a_simulator_that_is_closed_ends_its_view_in_words(page):
    page.play()

    page.ask("None", "sim.close()")

    page.page.get_by_text("ended: its simulator was closed").wait_for(timeout=TIMEOUT)
    assert page.page.get_by_title("Play (space)").is_disabled()
    begin_again(page)
    assert left(page) == ONE


def test_a_simulator_that_is_deleted_while_its_view_plays_ends_it_and_leaves_the_memory(page):
    page.play()
    page.until_time(0.2)
    page.ask("None", "import weakref; gone = weakref.ref(sim)")

    page.ask("None", "del sim, net, a, wave, relay, decoded")

    page.page.get_by_text("ended: its simulator is gone").wait_for(timeout=TIMEOUT)
    page.ask(
        "None",
        "run = next(w for w in registry._instances.values() if isinstance(w, "
        "LiveWidget)).layout_state.run",
    )
    assert page.ask("[run.join(60), run.sim, gone(), left()[1]]") == [True, None, None, []]
    begin_again(page)
    assert left(page) == ONE


def test_a_simulator_whose_name_means_another_one_does_not_run_on_unseen(page):
    page.play()
    page.until_time(0.2)

    page.ask("None", "import weakref; gone = weakref.ref(sim)\n" + NETWORK)

    page.page.get_by_text("ended: its simulator is gone").wait_for(timeout=TIMEOUT)
    assert page.ask("gone()") is None
    begin_again(page)


def test_a_simulator_that_is_kept_elsewhere_plays_on_when_its_variable_is_deleted(page):
    page.play()

    page.ask("None", "kept = [sim]\ndel sim")

    page.until_time(page.time() + 0.3)
    page.pause()
    assert page.ask("[kept[0].n_steps == len(kept[0].data[decoded])]") == [True]
    page.ask("None", "sim = kept.pop()")


def test_a_view_that_is_closed_by_hand_says_so_and_leaves_nothing_behind(page):
    run_cell(page, 1, "view = nengo_nb.live(sim)\nview")
    views(page, 1)
    page.play()
    page.until_time(page.ask("sim.time") + 0.1)

    page.ask("None", "view.close()")

    page.page.locator(".nnb-notice", has_text="This view was closed. Run the cell again").wait_for()
    assert page.ask("[view.run.join(60), view.widget.frame_scheduler.join(60), *left()]") == [
        True,
        True,
        0,
        [],
    ]
    assert page.ask("[sim.closed, sim.n_steps == len(sim.data[decoded])]") == [False, True]
    run_cell(page, 1, "nengo_nb.live(sim)")
    views(page, 1)
    assert left(page) == ONE


def test_a_network_of_a_cell_that_is_deleted_while_its_view_plays_ends_it_and_leaves_the_memory(
    page,
):
    page.ask("None", "%load_ext nengo_nb")
    run_cell(page, 1, CELL)
    page.page.get_by_label("Live view of brain").wait_for(timeout=TIMEOUT)
    views(page, 1)
    page.play()
    page.until_time(0.2)
    page.ask("None", "import weakref; gone = weakref.ref(brain)")

    page.ask("None", "del brain, feels, thinks, thoughts")

    page.page.get_by_text("ended: its simulator was closed").wait_for(timeout=TIMEOUT)
    page.ask(
        "None",
        "for each in threading.enumerate():\n    if 'nengo_nb-live' in each.name: each.join(60)",
    )
    assert page.ask("[left()[1], gone()]", "import gc; gc.collect()") == [[], None]
    run_cell(page, 1)
    page.page.get_by_title("Play (space)").and_(page.page.locator(":enabled")).wait_for(
        timeout=TIMEOUT
    )
    views(page, 1)
    assert left(page) == ONE
    run_cell(page, 1, "nengo_nb.live(sim)")
    views(page, 1)


CELL = """%%nengo brain --no-show --live
feels = nengo.Node(lambda t: np.sin(6 * t))
thinks = nengo.Ensemble(40, dimensions=1)
nengo.Connection(feels, thinks)
thoughts = nengo.Probe(thinks)"""


def test_an_interrupted_kernel_pauses_its_views_and_they_play_on_when_told_to(page):
    page.play()
    page.until_time(page.ask("sim.time") + 0.1)

    page.lab.command("notebook:interrupt-kernel")
    page.until("() => document.querySelector('.nnb-primary').dataset.playing === 'false'")
    reached = page.ask("[sim.n_steps, len(sim.data[decoded])]")
    page.play()
    page.until_time(reached[0] * 0.001 + 0.1)

    assert reached[0] == reached[1]
    assert page.page.locator(".nnb-notice").is_hidden()


def test_a_slider_for_a_node_without_output_is_refused_in_words_and_nothing_is_lost(page):
    page.play()
    page.until_time(page.ask("sim.time") + 0.1)
    before = page.ask("sim.n_steps")

    run_cell(page, 1, "nengo_nb.live(sim, sliders=[relay])")
    error = page.page.locator(ERROR).last
    error.wait_for(timeout=TIMEOUT)
    words = error.inner_text()
    run_cell(page, 1, "nengo_nb.live(sim)")
    views(page, 1)

    assert "'relay' has no output of its own that could be set; nodes that have: wave" in words
    page.until("() => document.querySelector('.nnb-primary').dataset.playing === 'true'")
    assert page.ask(f"[sim.n_steps > {before}, sim.closed]") == [True, False]
    assert left(page) == ONE


def test_a_page_that_was_reloaded_without_its_last_run_shows_a_picture_and_says_what_to_do(page):
    page.lab.command("docmanager:save")
    run_cell(page, 1)
    views(page, 1)

    page.lab.open("live.ipynb")
    page.page.get_by_text("A picture of a live view. Run the cell again").wait_for(timeout=TIMEOUT)
    page.lab.picture("live_still")
    run_cell(page, 1)
    views(page, 1)

    assert page.page.locator(".nengo-nb-still").count() == 0
    assert left(page) == ONE
