"""The live view in each of Jupyter's two pages, with the kernel of today and the one of before."""

import math
import os
from pathlib import Path

import pytest

from tests.jupyter.lab import LAB, NOTEBOOK, data_folder, run_lab
from tests.jupyter.live.page import Page
from tests.jupyter.live.test_browser import CELLS, FOLLOWS
from tests.jupyter.notebooks import write_notebook
from tests.jupyter.older_kernel import NAME, install_older_kernel

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def older(tmp_path_factory):
    """Jupyter's data folder with ipykernel 6 in it."""
    jupyter = tmp_path_factory.mktemp("jupyter")
    install_older_kernel(tmp_path_factory.mktemp("packages"), jupyter)
    return jupyter


PLACES = {
    "JupyterLab with ipykernel 6": (LAB, NAME, 6),
    "Notebook 7 with ipykernel 6": (NOTEBOOK, NAME, 6),
    "Notebook 7 with ipykernel 7": (NOTEBOOK, "python3", 7),
}


@pytest.fixture(params=PLACES.values(), ids=PLACES.keys())
def place(request, browser_path, tmp_path, older):
    """A page with a live view in it, and which ipykernel should be behind it."""
    site, kernel, version = request.param
    write_notebook(tmp_path / "live.ipynb", *CELLS, kernel=kernel)
    data_folder(tmp_path).parent.mkdir()
    data_folder(tmp_path).symlink_to(older)
    with run_lab(browser_path, tmp_path, site) as lab:
        lab.open("live.ipynb")
        lab.command("notebook:run-all-cells")
        page = Page(lab)
        page.drawn(3)
        lab.command("docmanager:save")
        yield page, version


def test_it_plays_and_is_steered_and_is_found_again_by_a_reloaded_page(place):
    page, version = place
    assert page.ask("ipykernel.version_info[0]", "import ipykernel") == version
    page.play()
    page.until_time(0.5)

    took = page.page.evaluate(FOLLOWS, 0.25)
    assert took < math.inf
    page.press("Let wave output its own values again")
    page.until("() => !document.querySelector('.nnb-held')")
    folder = Path(os.environ.get("NENGO_NB_SCREENSHOTS", page.lab.folder))
    page.page.locator(".nnb-root").screenshot(
        path=folder / f"live_{page.lab.site.command}_{version}.png"
    )

    reached = page.time()
    page.open()
    page.until_time(reached + 0.2)
    page.pause()
    assert page.lab.blocked == []
