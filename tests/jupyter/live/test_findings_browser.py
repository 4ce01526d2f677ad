"""In a real JupyterLab, cards and live views tell what is amiss, and a kept player plays without a
kernel.
"""

from __future__ import annotations

import pytest

from tests.jupyter.lab import TIMEOUT, run_lab
from tests.jupyter.live.page import Page
from tests.jupyter.notebooks import write_notebook

pytestmark = pytest.mark.browser

NETWORK = """%load_ext nengo_nb
import nengo, nengo_nb
with nengo.Network(seed=0, label="amiss") as network:
    loud = nengo.Node([3.0], label="loud")
    quiet = nengo.Ensemble(20, 1, gain=[1.0] * 20, bias=[-9.0] * 20, label="quiet")
    driven = nengo.Ensemble(50, 1, label="driven")
    nengo.Connection(loud, driven)
    decoded = nengo.Probe(driven, synapse=0.01, label="decoded")
    spikes = nengo.Probe(quiet.neurons, label="spikes")
sim = nengo_nb.Simulator(network, progress_bar=False)
sim
"""
VIEW = "nengo_nb.live(sim, plots=[decoded, spikes])"


@pytest.fixture(scope="module")
def page(browser_path, tmp_path_factory):
    """JupyterLab with the card of a simulator, and a live view that has run for a while."""
    folder = tmp_path_factory.mktemp("findings")
    write_notebook(folder / "live.ipynb", NETWORK, VIEW)
    with run_lab(browser_path, folder) as lab:
        page = Page(lab)
        lab.open("live.ipynb")
        lab.command("notebook:run-all-cells")
        page.drawn(2)
        page.play()
        page.until_time(1.0)
        page.pause()
        yield page


def test_the_card_of_a_simulator_tells_what_was_found_on_a_click(page):
    summary = page.page.locator(".jp-OutputArea-output details > summary", has_text="1 finding")
    summary.first.click()

    remedy = page.page.get_by_text("a bias that lets neurons fire").first
    remedy.wait_for(timeout=TIMEOUT)
    page.lab.picture("card_findings")


def test_a_live_view_tells_what_its_run_shows(page):
    badge = page.page.locator(".nnb-root .nnb-health:not([hidden]) summary")
    badge.wait_for(timeout=TIMEOUT)
    told = badge.inner_text()
    badge.click()

    assert told.startswith("2 findings: ")
    assert "quiet silent" in told
    assert "driven" in told
    page.lab.picture("live_findings")


def test_a_player_that_is_kept_plays_in_a_notebook_without_a_kernel(page):
    page.press("Save as a player")
    page.page.get_by_role("button", name="Keep in the notebook").click()
    page.page.get_by_text("is in this output").first.wait_for(timeout=TIMEOUT)
    page.lab.command("docmanager:save")
    page.lab.command("kernelmenu:shutdown")
    page.page.goto("about:blank")

    page.page.goto(f"{page.lab.origin}/lab/tree/live.ipynb?token={page.lab.token}&reset")
    player = page.page.locator(".nnb-player[data-time]")
    player.wait_for(timeout=TIMEOUT)
    slider = player.get_by_label("Time", exact=True)
    slider.fill("0.5")

    assert player.get_attribute("data-time") == "0.5"
    assert player.locator("canvas").count() == 2
    page.lab.picture("kept_player")
