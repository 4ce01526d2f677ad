"""In a real JupyterLab in a real browser: the curves grow while a cell trains, and Stop
keeps the weights.
"""

import pytest

from tests.jupyter.lab import TIMEOUT, run_lab
from tests.jupyter.notebooks import copy_notebook, write_notebook
from tests.jupyter.training.test_train_kernel import SETUP, TRAIN

pytestmark = pytest.mark.browser

NAME = "school.ipynb"
AFTER = """\
sim = %nengo reset net
change = sim.predict({a: inputs})[p] - untrained.predict({a: inputs})[p]
print("learned:", bool(np.ptp(change) > 0.01))
"""
SESSION = "window.jupyterapp.shell.currentWidget.sessionContext.session"
PROGRESS = "document.querySelector('.jp-Notebook progress')?.value ?? 0"


@pytest.fixture(scope="module")
def lab(browser_path, tmp_path_factory):
    """JupyterLab with a notebook that trains for very long."""
    folder = tmp_path_factory.mktemp("lab")
    sources = [SETUP, TRAIN.format(5000).replace("net --", "net --loss mae --"), AFTER]
    write_notebook(folder / NAME, *sources)
    with run_lab(browser_path, folder) as lab:
        lab.page.set_viewport_size({"width": 1200, "height": 1100})
        lab.open(NAME)
        yield lab


@pytest.fixture(scope="module")
def stopped(lab):
    """The notebook after Stop was clicked while its curve grew."""
    lab.page.evaluate("() => { void window.jupyterapp.commands.execute('notebook:run-all-cells') }")
    stop = lab.page.locator("button.nengo-nb-stop")
    stop.wait_for(timeout=TIMEOUT)
    lab.page.locator(".jp-Notebook svg polyline").first.wait_for(timeout=TIMEOUT)
    early = lab.page.evaluate(PROGRESS)
    lab.page.wait_for_function(f"early => {PROGRESS} > 3 * early", arg=early, timeout=TIMEOUT)
    lab.picture("training")
    assert lab.page.locator(".nengo-nb-stop-hint").is_hidden()
    stop.click()
    lab.page.get_by_text("it keeps the weights of the last whole minibatch").wait_for(
        timeout=TIMEOUT
    )
    return lab


def test_what_was_learned_until_the_stop_button_was_clicked_is_kept(stopped):
    lab = stopped
    lab.page.locator(".nengo-nb-plot .bk-Figure").wait_for(timeout=TIMEOUT)
    lab.picture("trained")
    assert lab.page.get_by_text("learned:").count() == 1, (
        "what comes after it did not run, the source is there"
    )

    lab.command("notebook:move-cursor-down")
    lab.command("notebook:run-cell")

    lab.page.get_by_text("learned: True").wait_for(timeout=TIMEOUT)
    assert lab.blocked == []


def test_the_saved_notebook_shows_the_curves_without_its_kernel(stopped):
    lab = stopped
    lab.command("docmanager:save")
    copy_notebook(lab.folder / NAME, lab.folder / "again.ipynb", trusted=True)

    lab.open("again.ipynb")

    lab.page.locator(".nengo-nb-plot img").wait_for(timeout=TIMEOUT)
    assert lab.page.locator("button.nengo-nb-stop").count() == 0


def test_a_training_whose_kernel_is_gone_offers_no_stop_and_says_that_nothing_is_kept(stopped):
    lab = stopped
    lab.open(NAME)
    lab.page.evaluate("() => { void window.jupyterapp.commands.execute('notebook:run-all-cells') }")
    lab.page.locator("button.nengo-nb-stop").wait_for(timeout=TIMEOUT)
    lab.command("docmanager:save")
    lab.page.reload()  # the kernel is there still, so it can still be stopped
    lab.page.locator("button.nengo-nb-stop").wait_for(timeout=TIMEOUT)
    lab.page.wait_for_function(f"() => {SESSION}?.kernel")
    own = lab.page.locator(".nengo-nb-training").get_attribute("data-kernel")
    assert own == lab.page.evaluate(f"{SESSION}.kernel.id")

    lab.page.evaluate(f"() => {{ void {SESSION}.kernel.restart(); }}")

    lab.page.get_by_text("net: its kernel ended during this training").wait_for(timeout=TIMEOUT)
    lab.picture("training_lost")
    assert lab.page.locator("button.nengo-nb-stop").count() == 0
    assert lab.page.get_by_text("is kept").count() == 0
