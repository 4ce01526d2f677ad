"""Notebook 7 in a real browser: what of the extension has a place there is there, and works."""

import pytest

from tests.jupyter.lab import NOTEBOOK, TIMEOUT

from .page import BOX, run_panel

pytestmark = pytest.mark.browser

ITS_OWN = "Cannot read properties of undefined (reading 'schema')"
"""Error that Notebook 7.6 logs now and then as it loads shortcuts, without extensions, too."""


@pytest.fixture(scope="module")
def panel(browser_path, tmp_path_factory):
    """Notebook 7 with a notebook that has a network."""
    with run_panel(browser_path, tmp_path_factory.mktemp("panel"), NOTEBOOK) as panel:
        yield panel


@pytest.fixture
def net(panel):
    """The notebook after Run All."""
    panel.open_net()
    return panel


def test_the_panel_stands_beside_the_notebook_and_runs_its_network(net):
    net.row("net", "new")

    net.press("net", "Run")
    net.row("net", "idle")
    net.press("net", "Live view")
    net.page.locator(".nengo-nb-tab .nnb-card[data-drawn]").first.wait_for(timeout=TIMEOUT)

    net.picture("notebook")
    assert net.time("net") == pytest.approx(1)
    below = net.page.locator(".nengo-nb-tab").bounding_box()
    assert below["height"] > 250
    assert [problem for problem in net.problems if problem != ITS_OWN] == []
    assert net.warnings + net.lab.blocked == []


def test_a_diagram_is_there_with_its_kernel_and_without_one_in_a_notebook_that_is_not_trusted(net):
    net.open_untrusted()

    net.page.locator(BOX).first.click(timeout=TIMEOUT)
    net.page.get_by_text("No kernel stands behind this diagram").wait_for(timeout=TIMEOUT)
