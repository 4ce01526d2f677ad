"""Spikes are heard in a browser: a click for each is scheduled while the view plays."""

import itertools

import pytest

from nengo_nb.jupyter.live.specs import LivePlot
from nengo_nb.jupyter.live.view import LiveView
from tests.jupyter.bare_page import run_bare_page
from tests.jupyter.lab import TIMEOUT
from tests.jupyter.live.conftest import PATIENCE, network, sim

__all__ = ["network", "sim"]

pytestmark = pytest.mark.browser

COUNT = """
() => {
  window.clicks = [];
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (at) {
    window.clicks.push([at, this.context.currentTime]);
    return start.call(this, at);
  };
}
"""


@pytest.fixture
def view(network, sim):
    view = LiveView(sim, [LivePlot(network.spikes, "raster")])
    yield view
    view.close()
    assert view.run.join(PATIENCE)


def test_a_raster_clicks_from_when_it_is_switched_on_until_it_is_switched_off(view, browser_path):
    widget = view.widget
    with run_bare_page(browser_path, "'unsafe-inline' 'unsafe-eval'") as bare:
        page = bare.page
        page.evaluate(COUNT)
        bare.kernel.join(widget)
        bare.show("live", {"version": widget.version, "uid": widget.uid})
        bare.wait_for(".nnb-card[data-drawn]")
        page.get_by_title("Play (space)").click()
        bare.wait_for(".nnb-root[data-time]:not([data-time^='0.0'])")
        assert page.evaluate("clicks.length") == 0

        page.get_by_title("Change or save this plot").click()
        entry = page.get_by_label("Sound of neuron")
        entry.fill("all")
        entry.press("Enter")
        page.wait_for_function("() => clicks.length > 10", timeout=TIMEOUT)
        entry.fill("off")
        entry.press("Enter")
        page.wait_for_function(
            "() => { const before = window.before; window.before = clicks.length; "
            "return before === clicks.length; }",
            polling=1000,
            timeout=TIMEOUT,
        )

        # Each in the future of the device's clock, and the next one later.
        clicks = page.evaluate("clicks")
        assert all(now < at < now + 0.3 for at, now in clicks)
        starts = [at for at, _ in clicks]
        assert all(two - one > 0.0099 for one, two in itertools.pairwise(starts))
        assert view.widget.layout_state.plots[0].looks.sound == ""
        assert bare.problems == []
