"""JupyterLab's launcher and command palette begin a notebook that runs, and bring tutorials
and examples.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .lab import ERROR, IDLE, TIMEOUT, run_lab

pytestmark = pytest.mark.browser

CARD = ".jp-LauncherCard[title^='{}']"


@pytest.fixture(scope="module")
def lab(browser_path, tmp_path_factory):
    """A JupyterLab in an empty folder but for one notebook of somebody's."""
    folder = tmp_path_factory.mktemp("start")
    mine = folder / "nengo_nb_tutorials" / "04_live.ipynb"
    mine.parent.mkdir()
    mine.write_text(
        json.dumps({"cells": [], "metadata": {"mine": True}, "nbformat": 4, "nbformat_minor": 5})
    )
    with run_lab(browser_path, folder) as running:
        running.page.goto(f"{running.origin}/lab?token={running.token}&reset")
        running.page.locator(CARD.format("A notebook whose first cells")).wait_for(timeout=TIMEOUT)
        yield running


def test_the_launcher_makes_a_notebook_whose_cells_run(lab):
    lab.picture("launcher")
    lab.page.locator(CARD.format("A notebook whose first cells")).click()
    lab.page.wait_for_function(IDLE, timeout=TIMEOUT)

    lab.command("notebook:run-all-cells")

    lab.page.locator(".jp-OutputArea-output .bk-Figure, .jp-OutputArea-output img").first.wait_for(
        timeout=TIMEOUT
    )
    assert lab.page.locator(ERROR).all_inner_texts() == []
    assert (lab.folder / "Untitled.ipynb").is_file()


def test_the_launcher_brings_the_tutorials_and_leaves_what_is_there(lab):
    lab.command("launcher:create")
    lab.page.locator(CARD.format("Copy the tutorials")).last.click()

    lab.page.get_by_role("tab", name="01_first_network.ipynb").wait_for(timeout=TIMEOUT)
    lab.page.wait_for_function(IDLE, timeout=TIMEOUT)
    copies = lab.folder / "nengo_nb_tutorials"
    originals = Path(__file__).parents[2] / "notebooks"
    assert names_in(copies) == names_in(originals)
    assert names_in(copies / "examples") == names_in(originals / "examples")
    assert json.loads((copies / "04_live.ipynb").read_text())["metadata"] == {"mine": True}


def test_the_launcher_opens_the_examples_whose_links_open_one(lab):
    lab.command("launcher:create")
    lab.page.locator(CARD.format("Copy the examples")).last.click()
    lab.page.get_by_role("tab", name="overview.ipynb").wait_for(timeout=TIMEOUT)

    lab.page.locator(".jp-RenderedMarkdown a", has_text="oscillator").first.click()

    lab.page.get_by_role("tab", name="oscillator.ipynb").wait_for(timeout=TIMEOUT)
    # A page that still opens takes the focus from what comes next.
    lab.page.wait_for_function(IDLE, timeout=TIMEOUT)


def names_in(folder):
    return sorted(path.name for path in folder.glob("*.ipynb"))


def test_the_palette_opens_each_tutorial_by_its_title(lab):
    lab.command("apputils:activate-command-palette")
    lab.page.locator(".lm-CommandPalette-input").fill("Open Tutorial: Coming from TensorFlow")
    lab.page.locator(".lm-CommandPalette-item[data-command='nengo-nb:open-tutorial']").first.click()

    lab.page.get_by_role("tab", name="02_from_tensorflow.ipynb").wait_for(timeout=TIMEOUT)
