"""Networks, the objects in them and simulators show themselves as small cards."""

import nengo
import numpy as np
import pytest

from nengo_nb.jupyter.api import show
from nengo_nb.jupyter.names import name_of

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
    assert (shown["nodes"], shown["connections"], shown["probes"], shown["seed"]) == ("2", "2", "first", "3")


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
        learned = nengo.Connection(network.ensembles[0], network.nodes[1][:2], learning_rule_type=rule)

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
    assert dict(show(sim).facts)["state"] == "closed"


def test_a_simulator_of_ours_shows_its_speed_size_and_minibatch(network):
    class Rich(nengo.Simulator):
        steps_per_second, parameter_count, minibatch_size = 5000.0, 12345, 4

    with Rich(network, progress_bar=False) as sim:
        shown = facts(sim)

    assert shown["speed"] == "5000 steps per second, 5× real time"
    assert (shown["parameters"], shown["minibatch"]) == ("12,345", "4 items")


def test_labels_in_a_card_are_only_text():
    with nengo.Network(label=EVIL) as network:
        group = nengo.Ensemble(10, 1, label=EVIL)
        connection = nengo.Connection(group, group, label=EVIL)
        nengo.Probe(group, label=EVIL)
    with nengo.Simulator(network, progress_bar=False) as sim:
        sim.run(0.01)
        cards = [show(thing) for thing in (network, group, group.neurons, connection, network.probes[0], sim)]

    for card in cards:
        assert "<script" not in card.page()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in card.page()
        assert "mathjax_ignore" in card.page()


def test_cards_are_shown_in_a_notebook(net):
    for name in ("net", "neurons", "wave", "decoded", "net.connections[0]", "neurons.neurons"):
        data, _ = net.shell.display_formatter.format(eval(name, net.names))  # noqa: S307

        assert set(data) == {"text/html", "text/plain"}


def test_a_thing_without_a_card_is_an_error():
    with pytest.raises(TypeError, match="there is no card for int"):
        show(5)
