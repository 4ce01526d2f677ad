"""Networks, the objects in them and simulators show themselves as small cards."""

import json
import re

import nengo
import numpy as np
import pytest

from nengo_nb import Simulator
from nengo_nb.diagram import name_of
from nengo_nb.diagram.saved import MIME_TYPE
from nengo_nb.jupyter.api import show
from nengo_nb.jupyter.cards import network as network_cards

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def network():
    with nengo.Network(label="whole", seed=3) as network:
        source = nengo.Node(np.sin, label="source")
        group = nengo.Ensemble(10, 2, label="group")
        nengo.Connection(source, group[1], synapse=0.1)
        nengo.Connection(group.neurons, nengo.Node(size_in=10), synapse=None)
        nengo.Probe(group[0], label="first")
    return network


def facts(thing):
    return dict(show(thing).facts)


def test_a_network_shows_its_counts_and_its_seed(network):
    shown = facts(network)

    assert shown["neurons"] == "10 in 1 ensemble"
    assert (shown["nodes"], shown["connections"], shown["probes"], shown["seed"]) == (
        "2",
        "2",
        "first",
        "3",
    )


def test_a_network_warns_of_what_was_probably_forgotten():
    with nengo.Network() as network:
        nengo.Ensemble(10, 1, label="alone")

    warnings = show(network).warnings

    assert warnings == (
        "Not connected to anything: alone.",
        "There are no probes, so a run records nothing: add nengo.Probe(...).",
    )
    assert show(nengo.Network()).warnings == ("This network is empty.",)


def test_a_subnetwork_counts_as_part_of_the_network():
    with nengo.Network() as network:
        nengo.networks.EnsembleArray(10, 3)

    assert facts(network)["neurons"] == "30 in 3 ensembles"


def test_a_part_that_is_in_two_networks_counts_once():
    """As nengo.spa has its basal ganglia."""
    with nengo.Network() as network:
        part = nengo.networks.EnsembleArray(10, 3)
    network.networks.append(part)

    with pytest.warns(UserWarning, match="already been built"):
        sim = nengo.Simulator(network, progress_bar=False)

    with sim:
        assert facts(sim)["neurons"] == "30"
    assert facts(network)["neurons"] == "30 in 3 ensembles"


def test_every_object_has_a_card(network):
    group, connection = network.ensembles[0], network.connections[0]

    assert facts(network.nodes[0])["output"] == "sin()"
    assert facts(group)["neurons"] == "10 × LIF()"
    assert facts(group.neurons)["neurons"] == "10 × LIF()"
    assert facts(connection)["to"] == "group[1] (1 dimension)"
    assert facts(network.probes[0])["records"] == "decoded_output of group[0]"


def test_things_without_a_label_are_called_by_what_they_are(network):
    rule = nengo.PES()
    with network:
        learned = nengo.Connection(
            network.ensembles[0], network.nodes[1][:2], learning_rule_type=rule
        )

    assert name_of(network.connections[1]) == "group.neurons → unnamed Node"
    assert name_of(learned.learning_rule) == "group → unnamed Node[:2].learning_rule"


def test_a_simulator_shows_where_it_is_and_what_it_recorded(network):
    with nengo.Simulator(network, progress_bar=False) as sim:
        before = show(sim)
        sim.run(0.05)
        after = show(sim)

    assert before.drawings == ()
    assert dict(after.facts)["time"] == "0.050 s (50 steps of 0.001 s)"
    assert after.drawings[0][0] == "first"
    assert dict(after.facts)["recorded"] == "400 B"
    assert dict(show(sim).facts)["state"] == "closed"


def test_a_simulator_of_ours_shows_its_speed_size_minibatch_and_plan(network):
    with Simulator(network, minibatch_size=4, progress_bar=False) as sim:
        sim.run(0.01)
        shown, parameter_count = facts(sim), sim.parameter_count

    assert re.fullmatch(r"\d+ steps per second, \S+× real time", shown["speed"])
    assert shown["parameters"] == f"{parameter_count:,}"
    assert shown["minibatch"] == "4 items"
    assert shown["plan"].startswith(f"{len(sim.plan.stages)} stage")
    assert "plan" not in facts(sim)


def test_labels_in_a_card_are_only_text():
    with nengo.Network(label=EVIL) as network:
        group = nengo.Ensemble(10, 1, label=EVIL)
        connection = nengo.Connection(group, group, label=EVIL)
        nengo.Probe(group, label=EVIL)
    with nengo.Simulator(network, progress_bar=False) as sim:
        sim.run(0.01)
        cards = [
            show(thing)
            for thing in (network, group, group.neurons, connection, network.probes[0], sim)
        ]

    for card in cards:
        assert "<script" not in card.page()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in card.page()
        assert "mathjax_ignore" in card.page()


def test_a_network_shows_its_diagram_as_a_picture_and_as_what_a_browser_draws(network):
    bundle = show(network)._repr_mimebundle_()

    assert set(bundle) == {MIME_TYPE, "image/svg+xml", "text/html", "text/plain"}
    assert bundle["image/svg+xml"].startswith("<svg")
    assert '<img class="nengo-nb-diagram"' in bundle["text/html"]
    assert bundle[MIME_TYPE]["title"] == "Network whole"
    assert bundle[MIME_TYPE]["facts"][0] == ["neurons", "10 in 1 ensemble"]
    json.dumps(bundle)


@pytest.mark.parametrize("step", ["describe", "open_to", "draw"])
def test_a_network_whose_diagram_cannot_be_drawn_shows_its_facts_and_a_sentence(
    network, step, monkeypatch
):
    def fail(*_arguments):
        raise ZeroDivisionError("integer modulo by zero")

    monkeypatch.setattr(network_cards, step, fail)

    card = show(network)
    bundle = card._repr_mimebundle_()

    assert set(bundle) == {"text/html", "text/plain"}
    assert "10 in 1 ensemble" in bundle["text/html"]
    assert "cannot be drawn (ZeroDivisionError: integer modulo by zero)" in bundle["text/plain"]
    assert len(card.saved()["boxes"]) == 1


@pytest.mark.parametrize("part", ["network", "ensemble", "connection", "probe", "simulator"])
def test_the_text_of_a_card_is_short(network, part):
    with network:
        for index in range(40):
            nengo.Connection(
                network.ensembles[0], nengo.Ensemble(10 + index, 2, label=f"group {index}")
            )
    with nengo.Simulator(network, progress_bar=False) as sim:
        sim.run(0.01)
        things = {
            "network": network,
            "ensemble": network.ensembles[0],
            "connection": network.connections[0],
        }
        text = repr(show({**things, "probe": network.probes[0], "simulator": sim}[part]))

    assert len(text) < 400
    assert part in text.splitlines()[0].lower()


def test_a_diagram_is_open_to_the_depth_that_is_asked_for(network):
    with network, nengo.Network(label="outer"), nengo.Network(label="inner"):
        nengo.Ensemble(10, 1)

    opened = [
        show(network, depth=depth)._repr_mimebundle_()[MIME_TYPE]["opened"] for depth in (1, 2, 3)
    ]

    assert [len(boxes) for boxes in opened] == [1, 5, 6]
    with pytest.raises(ValueError, match="at least 1, and 0 was given"):
        show(network, depth=0)


def test_a_network_says_what_its_diagram_leaves_out(network):
    with network, nengo.Network(label="inner") as inner:
        nengo.Connection(network.ensembles[0], nengo.Ensemble(10, 2, label="there"))

    assert "Not drawn: 1 connection to what is outside of this network." in show(inner).warnings


def test_an_object_that_was_built_shows_what_came_of_it(network):
    with network:
        nengo.Connection(network.ensembles[0], network.ensembles[0], label="loop")
    with nengo.Simulator(network, progress_bar=False) as sim:
        ensemble, loop = (
            dict(show(thing, sim).facts)
            for thing in (network.ensembles[0], network.connections[-1])
        )

    assert ensemble["built"].startswith("max rates 2")
    assert 0 < float(loop["solver error"].split()[0]) < 1


def test_the_plan_of_a_simulator_is_a_table(net):
    net.run("%nengo step net 5")
    cell = net.run("sim = %nengo step net\nsim.plan")

    data, _ = net.shell.display_formatter.format(cell.value)
    assert "stage   runs as   what" in data["text/plain"]
    assert "<pre" in data["text/html"]
    assert "stage" in facts(net.names["sim"])["plan"]


def test_an_object_of_a_network_that_ran_in_a_notebook_tells_what_was_built(net):
    net.run("%nengo step net")

    data, _ = net.shell.display_formatter.format(net.names["neurons"])

    assert "max rates" in data["text/plain"]


def test_cards_are_shown_in_a_notebook(net):
    for name in ("neurons", "wave", "decoded", "net.connections[0]", "neurons.neurons"):
        data, _ = net.shell.display_formatter.format(eval(name, net.names))  # noqa: S307

        assert set(data) == {"text/html", "text/plain"}


def test_a_thing_without_a_card_is_an_error():
    with pytest.raises(TypeError, match="there is no card for int"):
        show(5)
