"""Defaults: what a new view shows, and what its first viewer has set."""

import json
from pathlib import Path

import pytest

import nengo_nb
from nengo_nb.jupyter.live.defaults import PREFERENCES, prefer
from nengo_nb.jupyter.live.frame_scheduler import INTERVAL

SCHEMA = Path(__file__).parents[3] / "labextension" / "schema" / "settings.json"


def shown(layout):
    return [plot.source.key for plot in layout.plots]


@pytest.fixture
def view(sim):
    view = nengo_nb.live(sim)
    yield view
    view.close()


@pytest.mark.parametrize(
    ("wanted", "plots"),
    [
        ("probes", ["decoded", "spikes", "slow"]),
        ("decoded", ["decoded", "b: decoded value"]),
        ("spikes", ["spikes", "b: spikes"]),
        ("none", []),
    ],
)
def test_a_view_that_nobody_has_seen_shows_what_its_viewer_prefers(view, wanted, plots):
    prefer(view.widget.layout_state, wanted)

    assert shown(view.widget.layout_state) == plots


def test_a_view_that_was_seen_or_whose_plots_were_named_stays_as_it_is(view, sim):
    prefer(view.widget.layout_state, "probes")
    named = nengo_nb.live(sim, plots=["decoded"])

    for each in (view, named):
        prefer(each.widget.layout_state, "none")

    assert shown(view.widget.layout_state) == ["decoded", "spikes", "slow"]
    assert shown(named.widget.layout_state) == ["decoded"]
    named.close()


def test_an_unknown_preference_is_refused(view):
    with pytest.raises(
        ValueError, match="a new view cannot show 'all'; it can show probes, decoded"
    ):
        prefer(view.widget.layout_state, "all")


def test_the_settings_offer_what_there_is():
    offered = json.loads(SCHEMA.read_text(encoding="utf-8"))["properties"]

    assert [each["const"] for each in offered["defaultPlots"]["oneOf"]] == list(PREFERENCES)
    assert offered["frameRate"]["maximum"] == round(1 / INTERVAL)
