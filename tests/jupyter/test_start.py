"""JupyterLab's launcher and command palette begin a notebook that runs, and bring the tutorials."""

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
    copies = {
        path.name: json.loads(path.read_text())
        for path in (lab.folder / "nengo_nb_tutorials").glob("*.ipynb")
    }
    originals = sorted(
        path.name for path in (Path(__file__).parents[2] / "notebooks").glob("*.ipynb")
    )
    assert sorted(copies) == originals
    assert copies["04_live.ipynb"]["metadata"] == {"mine": True}


def test_the_palette_opens_each_tutorial_by_its_title(lab):
    lab.command("apputils:activate-command-palette")
    lab.page.locator(".lm-CommandPalette-input").fill("Open Tutorial: Coming from TensorFlow")
    lab.page.locator(".lm-CommandPalette-item[data-command='nengo-nb:open-tutorial']").first.click()

    lab.page.get_by_role("tab", name="02_from_tensorflow.ipynb").wait_for(timeout=TIMEOUT)
