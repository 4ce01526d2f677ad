"""Objects without a label are named by the variable, item, key or attribute that holds them."""

import nengo
import pytest

from nengo_nb.diagram import describe, name_of
from nengo_nb.jupyter.api import plot, show
from nengo_nb.jupyter.labels import label_members, remember_names


def names_of(things):
    return [name_of(thing) for thing in things]


@pytest.fixture
def network():
    with nengo.Network(seed=0) as network:
        for _ in range(5):
            nengo.Probe(nengo.Ensemble(10, 1))
    return network


def test_items_of_a_list_are_called_by_their_place_also_the_one_that_the_loop_variable_means(
    network,
):
    layers = list(network.ensembles)

    remember_names(network, {"layers": layers, "layer": layers[-1]})

    assert names_of(layers) == [f"layers[{index}]" for index in range(5)]
    assert names_of(network.probes)[3:] == ["probe of layers[3]", "probe of layers[4]"]
    assert all(layer.label is None for layer in layers)


def test_variables_come_before_a_list_of_them(network):
    first, second, third, *_ = network.ensembles

    remember_names(
        network, {"all_of_them": [first, second, third], "a": first, "b": second, "c": third}
    )

    assert names_of(network.ensembles[:3]) == ["a", "b", "c"]


def test_values_of_a_dictionary_are_called_by_their_keys(network):
    remember_names(network, {"cells": {"on": network.ensembles[0], 2: [network.ensembles[1]]}})

    assert names_of(network.ensembles[:2]) == ["cells['on']", "cells[2][0]"]


def test_attributes_of_a_network_and_of_networks_in_it_are_names(network):
    with network:
        network.column = nengo.Network()
        with network.column:
            network.column.parts = [nengo.Ensemble(5, 1), nengo.Ensemble(6, 1)]
            nengo.Ensemble(7, 1)
    network.first = network.ensembles[0]

    remember_names(network, {"model": network})

    assert names_of([network, network.first, network.column]) == ["model", "first", "column"]
    assert names_of(network.column.ensembles) == [
        "column.parts[0]",
        "column.parts[1]",
        "column.ensembles[2]",
    ]
    assert [box.label for box in describe(network).boxes if box.parent] == [
        "parts[0]",
        "parts[1]",
        "",
    ]


def test_networks_that_a_loop_makes_are_one_stack_with_the_name_of_their_list():
    columns = []
    with nengo.Network() as network:
        for _ in range(4):
            with nengo.Network() as column:
                column.inside = nengo.Ensemble(10, 1)
            columns.append(column)

    remember_names(network, {"columns": columns, "column": column})

    assert [box.label for box in describe(network).boxes[1:]] == ["columns[0 … 3]", "inside"]


def test_objects_of_classes_of_the_notebook_are_looked_into(network):
    model = type("Model", (), {"__module__": "__main__"})()
    model.memory = network.ensembles[0]

    remember_names(network, {"model": model})

    assert name_of(network.ensembles[0]) == "model.memory"


def test_what_nothing_holds_is_called_by_its_place(network):
    remember_names(network, {})

    assert names_of(network.ensembles)[::4] == ["ensembles[0]", "ensembles[4]"]
    assert [box.label for box in describe(network).boxes[1:]] == [""]


def test_containers_that_hold_themselves_and_large_ones_end_the_search(network):
    around = [network.ensembles[0]]
    around.append(around)

    remember_names(
        network,
        {"around": around, "numbers": list(range(200_000)), "_hidden": network.ensembles[1]},
    )

    assert names_of(network.ensembles[:2]) == ["around[0]", "ensembles[1]"]


def test_a_cell_labels_what_its_lists_hold(network):
    probes = list(network.probes)

    label_members(network, {"probes": probes})

    assert [probe.label for probe in probes] == [f"probes[{index}]" for index in range(5)]


def test_a_cell_that_makes_probes_in_a_loop_names_its_plots_by_their_list(notebook):
    notebook.run("%load_ext nengo_nb")
    notebook.run(
        "%%nengo net --no-show\nprobes = []\nfor _ in range(3):\n    "
        "probes.append(nengo.Probe(nengo.Node([1])))"
    )

    with nengo.Simulator(notebook.names["net"], progress_bar=False) as sim:
        sim.run(0.01)

    assert [trace.label for trace in plot(sim).traces] == ["probes[0]", "probes[1]", "probes[2]"]


@pytest.fixture
def many():
    with nengo.Network(seed=0) as network:
        network.source = nengo.Node([1.0])
        network.probes_of_it = [nengo.Probe(network.source) for _ in range(200)]
    with nengo.Simulator(network, progress_bar=False) as sim:
        sim.run(0.02)
        yield sim


def test_of_many_probes_the_first_dozen_is_drawn_and_said_how_to_draw_the_others(many):
    remember_names(many.model.toplevel, {"model": many.model.toplevel})

    drawn = plot(many)
    data, _ = drawn._repr_mimebundle_()

    assert len(drawn.traces) == 12
    assert "the first 12 of 200 probes" in data["text/html"]
    assert "nengo_nb.plot(sim, 'probes_of_it[12]')" in data["text/plain"]
    assert len(str(data)) < 500_000
    assert len(plot(many, *many.model.toplevel.probes[:14]).traces) == 14


def test_the_card_of_a_simulator_says_of_how_many_probes_it_shows_curves(many):
    card = show(many)

    assert len(card.drawings) == 8
    assert dict(card.facts)["curves"] == "of the first 8 of 200 probes"


def test_a_line_that_runs_many_probes_draws_a_dozen_and_names_the_line_for_another(notebook):
    notebook.run("%load_ext nengo_nb")
    notebook.run(
        "%%nengo net --no-show\nprobes = [nengo.Probe(nengo.Node([1])) for _ in range(14)]"
    )

    shown = notebook.run("%nengo run net 0.01").shown
    another = notebook.run("plot = %nengo plot net 'probes[12]'\nplot").value

    assert "%nengo plot net 'probes[12]'" in str(shown)
    assert [trace.label for trace in another.traces] == ["probes[12]"]
