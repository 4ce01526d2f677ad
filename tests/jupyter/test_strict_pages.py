"""Pages as strict as VS Code's and Colab's: no JupyterLab, and no scripts or workers from
``blob:``.
"""

from __future__ import annotations

import pytest

from nengo_nb.jupyter.cards.network import make_network_card
from nengo_nb.jupyter.live.view import LiveView
from tests.jupyter.bare_page import as_json, run_bare_page
from tests.jupyter.live.conftest import PATIENCE, network, sim

__all__ = ["network", "sim"]

pytestmark = pytest.mark.browser

IN_WORKER = """() => performance.getEntriesByName("nengo_nb diagram layout").map((entry) => entry.detail.inWorker)"""


@pytest.fixture
def view(sim):
    view = LiveView(sim)
    yield view
    view.close()
    assert view.run.join(PATIENCE)


@pytest.mark.parametrize("scripts", ["'unsafe-inline' 'unsafe-eval'", "'unsafe-inline'", "blob:"])
def test_a_live_view_draws_and_plays(view, browser_path, scripts):
    widget = view.widget
    with run_bare_page(browser_path, scripts) as bare:
        bare.kernel.join(widget)
        bare.show("live", {"version": widget.version, "uid": widget.uid})

        bare.wait_for(".nnb-card[data-drawn] >> nth=2")
        bare.page.get_by_title("Play (space)").click()
        bare.wait_for(".nnb-primary[data-playing='true']")
        bare.wait_for(".nnb-root[data-time]:not([data-time^='0.0'])")
        bare.page.get_by_title("Pause (space)").click()
        bare.wait_for(".nnb-primary[data-playing='false']")

        assert bare.problems == []


def test_where_no_script_may_run_the_view_says_so(view, browser_path):
    widget = view.widget
    with run_bare_page(browser_path, "") as bare:
        bare.kernel.join(widget)
        bare.show("live", {"version": widget.version, "uid": widget.uid})

        bare.wait_for(":text('allows no scripts')")

        assert bare.problems == []


def test_a_diagram_is_laid_out_in_the_page_where_no_worker_may_run(network, browser_path):
    with run_bare_page(browser_path, "'unsafe-inline'") as bare:
        bare.show("diagram", {"saved": as_json(make_network_card(network.net).saved())})

        bare.wait_for("#place .box")

        assert bare.page.evaluate(IN_WORKER) == [False]
        assert any("lays diagrams out in the page" in text for text in bare.said)
        assert bare.problems == []


def test_a_diagram_is_laid_out_beside_the_page_where_a_worker_may_run(network, browser_path):
    with run_bare_page(browser_path, "blob:") as bare:
        bare.show("diagram", {"saved": as_json(make_network_card(network.net).saved())})

        bare.wait_for("#place .box")

        assert bare.page.evaluate(IN_WORKER) == [True]
