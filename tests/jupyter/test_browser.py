"""In a real JupyterLab in a real browser: figures are interactive, offline, and leave a
picture behind.
"""

import os
import shutil
from pathlib import Path

import pytest
from nbconvert import HTMLExporter

from .lab import ERROR, TIMEOUT, run_lab
from .notebooks import copy_notebook

pytestmark = pytest.mark.browser

NAME = "01_first_network.ipynb"
TUTORIAL = Path(__file__).parents[2] / "notebooks" / NAME
PLOTS = 9
PANELS = 3 + 3 + 3 + 2 + 2 + 3 + 3 + 2 + 1


@pytest.fixture(scope="module")
def lab(browser_path, tmp_path_factory):
    """JupyterLab after Run All on the first tutorial, with the notebook saved."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copy(TUTORIAL, folder / NAME)
    with run_lab(browser_path, folder) as lab:
        lab.open(NAME)
        lab.command("notebook:run-all-cells")
        lab.page.locator(".bk-Figure").first.wait_for(timeout=TIMEOUT)
        lab.command("docmanager:save")
        yield lab


def figures_drawn(lab):
    """Wait until every plot of the tutorial is a figure and its picture is hidden; tests
    may come in any order.
    """
    if not lab.page.url.endswith(NAME):
        lab.open(NAME)
    lab.page.wait_for_function(
        "count => [...document.querySelectorAll('.nengo-nb-plot img')].filter(img => "
        "img.hidden).length === count",
        arg=PLOTS,
        timeout=TIMEOUT,
    )
    return lab.page.locator(".nengo-nb-plot .bk-Figure").count()


def test_the_tutorial_draws_interactive_figures_without_any_other_network(lab):
    figures = figures_drawn(lab)

    folder = Path(os.environ.get("NENGO_NB_SCREENSHOTS", lab.folder))
    lab.page.screenshot(path=folder / "01_first_network.png")
    assert figures == PANELS
    assert lab.blocked == []
    assert lab.page.locator(ERROR).all_inner_texts() == []


def test_a_click_in_a_legend_hides_a_line_and_another_click_shows_it(lab):
    figures_drawn(lab)
    hidden = (
        "() => Bokeh.documents.flatMap(page => [...page._all_models.values()])"
        ".filter(model => model.type === 'GlyphRenderer' && !model.visible).length"
    )
    entry = lab.page.locator(".bk-Legend .bk-item").first

    entry.click()
    after_one = lab.page.evaluate(hidden)
    entry.click()
    after_two = lab.page.evaluate(hidden)

    assert (after_one, after_two) == (1, 0)


def test_a_reloaded_page_draws_the_figures_again(lab):
    lab.open(NAME)

    assert figures_drawn(lab) == PANELS


@pytest.mark.parametrize("trusted", [True, False])
def test_a_saved_notebook_without_its_kernel_shows_pictures(lab, trusted):
    copy_notebook(lab.folder / NAME, lab.folder / f"trusted_{trusted}.ipynb", trusted=trusted)

    lab.open(f"trusted_{trusted}.ipynb")

    lab.page.locator(".jp-OutputArea-output img").first.wait_for(timeout=TIMEOUT)
    assert lab.page.locator(".bk-Figure").count() == 0
    assert lab.page.get_by_text("model not found").count() == 0


def test_nbconvert_shows_pictures(lab):
    page, _ = HTMLExporter(embed_images=True).from_filename(str(lab.folder / NAME))
    (lab.folder / "converted.html").write_text(page)

    lab.page.goto(f"{lab.origin}/files/converted.html?token={lab.token}")

    assert lab.page.locator(".nengo-nb-plot img").first.is_visible()
