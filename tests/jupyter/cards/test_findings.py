"""Cards of simulators and built networks have a badge that counts what was found, and tells it."""

from __future__ import annotations

import html
import json

import nengo
import pytest

from nengo_nb.jupyter.api import show
from nengo_nb.jupyter.cards import findings
from nengo_nb.jupyter.outputs.card import Card

EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture
def network():
    with nengo.Network(seed=0) as network:
        nengo.Ensemble(20, 1, gain=[1.0] * 20, bias=[-9.0] * 20, label="quiet")
        nengo.Ensemble(20, 1, label="fine")
    return network


@pytest.fixture
def sim(network):
    with nengo.Simulator(network, progress_bar=False) as sim:
        yield sim


def test_the_card_of_a_simulator_counts_what_was_found_and_tells_what_helps(sim):
    card = show(sim)

    (finding,) = card.findings
    assert finding.startswith("quiet, silent: 20 of 20 neurons fire at no value")
    assert "a bias that lets neurons fire" in finding
    assert "<summary" in card.page()
    assert ">1 finding</summary>" in card.page()
    assert f"  finding: {finding}" in repr(card)


def test_a_model_is_looked_at_once(sim, monkeypatch):
    first = show(sim).findings
    monkeypatch.setattr(findings, "_look", None)

    assert show(sim).findings == first


def test_a_network_that_was_never_built_has_no_badge_and_is_not_built_for_one(network):
    assert show(network).findings == ()
    assert "<details" not in show(network).page()


def test_many_findings_are_counted(sim, monkeypatch):
    monkeypatch.setattr(findings, "MOST", 0)

    assert show(sim).findings == ("1 more: nengo_nb.check(...) has them all.",)


def test_what_would_take_too_long_is_left_out(sim, monkeypatch):
    monkeypatch.setattr(findings, "MOST_VALUES", 1)

    assert show(sim).findings == ()


def test_findings_are_text_and_no_markup():
    page = Card("Network", (), findings=(EVIL, "b")).page()

    assert EVIL not in page
    assert page.count(html.escape(EVIL)) == 2
    assert ">2 findings</summary>" in page


def test_the_diagram_of_a_network_that_was_run_is_saved_with_its_findings(net):
    net.run("with net:\n    nengo.Ensemble(20, 1, gain=[1.0] * 20, bias=[-9.0] * 20)")
    shows = "from IPython.display import display\ndisplay(net)"
    before = net.run(shows).shown[0]["application/vnd.nengo.network+json"]
    net.run("%nengo step net")

    after = net.run(shows).shown[0]

    (finding,) = after["application/vnd.nengo.network+json"]["findings"]
    assert before["findings"] == []
    assert ", silent: " in finding
    assert finding in after["text/plain"]
    json.dumps(after)
