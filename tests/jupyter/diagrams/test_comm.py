"""A diagram asks over the channel what came of its boxes and arrows, and is always answered."""

import gc
import json
import re

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.diagram import describe
from nengo_nb.jupyter.api import show
from nengo_nb.jupyter.diagrams.comm import DiagramComm
from nengo_nb.jupyter.diagrams.drawings import MOST_DRAWINGS
from nengo_nb.jupyter.diagrams.notebook import notebook_diagrams
from nengo_nb.jupyter.protocol import VERSION
from nengo_nb.jupyter.protocol.codec import write_message
from nengo_nb.jupyter.protocol.diagram import InspectRequest


@pytest.fixture
def network():
    with nengo.Network(seed=0) as network:
        source = nengo.Node([0.5], label="source")
        flat, wide = nengo.Ensemble(80, 1, label="flat"), nengo.Ensemble(30, 2, label="wide")
        nengo.Connection(source, flat)
        nengo.Connection(flat, wide[0], function=np.square)
        nengo.Connection(wide.neurons, flat.neurons, transform=-np.ones((80, 30)))
        nengo.networks.EnsembleArray(20, 5, label="array")
    return network


@pytest.fixture
def sim(network):
    with nengo.Simulator(network, progress_bar=False) as sim:
        yield sim


def request(drawing, what="box", index=1):
    """A request about an object of a drawing, as a page sends it."""
    return write_message(
        InspectRequest(
            version=VERSION, id=7, drawing=drawing, what=what, index=index, copy=0, dimension=0
        )
    )


def ask(channel, diagram, label="flat", **changes):
    """The answer about the box with a label."""
    index = next((i for i, box in enumerate(diagram.boxes) if box.label.startswith(label)), 0)
    return channel.answer({**request(channel.remember(diagram), index=index), **changes})


def arrow_from(diagram, label):
    return next(i for i, a in enumerate(diagram.arrows) if diagram.boxes[a.source].label == label)


def test_an_ensemble_that_was_built_has_tuning_curves(network, sim):
    reply = ask(DiagramComm(lambda thing: sim), describe(network))

    chart, responses = reply.charts
    assert (reply.id, reply.note, chart.title) == (7, "", "Tuning curves, 60 of 80 neurons")
    assert np.shape(chart.lines) == np.shape(responses.lines) == (60, 81)
    assert 150 < np.max(chart.lines) < 450
    assert dict(reply.facts)["built"].startswith("max rates")


def test_the_response_curves_of_one_dimension_are_tuning_curves_turned_to_the_encoders(
    network, sim
):
    encoders = sim.data[network.ensembles[0]].encoders[:, 0]

    tuning, responses = ask(DiagramComm(lambda thing: sim), describe(network)).charts

    chosen = encoders[np.unique(np.linspace(0, 79, 60).astype(int))]
    turned = [line[:: int(sign)] for line, sign in zip(tuning.lines, chosen, strict=True)]
    np.testing.assert_allclose(responses.lines, turned, rtol=1e-3)


@pytest.mark.parametrize("dimension", [0, 1])
def test_the_tuning_curves_of_two_dimensions_are_drawn_along_either(network, sim, dimension):
    reply = ask(DiagramComm(lambda thing: sim), describe(network), "wide", dimension=dimension)

    wide = network.ensembles[1]
    points = np.zeros((81, 2))
    points[:, dimension] = np.linspace(-1, 1, 81)
    _, rates = nengo.utils.ensemble.tuning_curves(wide, sim, points)
    tuning, responses = reply.charts
    assert reply.dimensions == 2
    assert tuning.x_label == f"dimension {dimension}, the others at zero"
    np.testing.assert_allclose(tuning.lines, rates.T, rtol=1e-3, atol=1e-3)
    assert responses.x_label == "own encoder, in radii"


@pytest.mark.parametrize("transform", [-2.0, [[2.0, 0.0], [0.0, -3.0]], [[1.0, 4.0]]])
def test_what_was_wanted_of_a_connection_has_its_transform_in_it(transform):
    with nengo.Network(seed=0) as network:
        group = nengo.Ensemble(100, 2, label="group")
        node = nengo.Node(size_in=len(np.atleast_2d(transform)) if np.ndim(transform) else 2)
        nengo.Connection(group, node, function=np.square, transform=transform)
    with nengo.Simulator(network, progress_bar=False) as sim:
        reply = ask(
            DiagramComm(lambda thing: sim), describe(network), what="arrow", index=0, dimension=1
        )

    chart = reply.charts[0]
    points = np.zeros((81, 2))
    points[:, 1] = chart.x
    matrix = np.asarray(transform) if np.ndim(transform) else transform * np.eye(2)
    wanted = [chart.lines[index] for index in chart.dashed]
    np.testing.assert_allclose(wanted, (points**2 @ matrix.T).T, atol=1e-3)


def test_the_error_of_decoders_is_that_of_nengos_solver_where_nothing_has_learned(network, sim):
    diagram = describe(network)

    reply = ask(
        DiagramComm(lambda thing: sim), diagram, what="arrow", index=arrow_from(diagram, "flat")
    )

    solved = float(sim.data[network.connections[1]].solver_info["rmses"][0])
    facts = dict(reply.facts)
    assert facts["RMSE now"] == f"{solved:.3g} over 750 evaluation points"
    assert reply.charts[0].title == f"Decoded function, RMSE {solved:.2g}"


def test_a_random_transform_leaves_what_was_wanted_untold():
    with nengo.Network(seed=0) as network:
        group, node = nengo.Ensemble(20, 1, label="group"), nengo.Node(size_in=2)
        nengo.Connection(group, node, transform=nengo.dists.Uniform(1, 2))
    with nengo.Simulator(network, progress_bar=False) as sim:
        reply = ask(DiagramComm(lambda thing: sim), describe(network), what="arrow", index=0)

    assert (reply.charts[0].names, reply.charts[0].dashed) == (["decoded 0", "decoded 1"], [])
    assert "RMSE now" not in dict(reply.facts)


def test_a_connection_shows_the_function_that_was_decoded_beside_the_one_that_was_wanted(
    network, sim
):
    diagram = describe(network)

    reply = ask(
        DiagramComm(lambda thing: sim), diagram, what="arrow", index=arrow_from(diagram, "flat")
    )

    curves, image = reply.charts
    assert (curves.names, curves.dashed) == (["decoded", "wanted"], [1])
    np.testing.assert_allclose(curves.lines[1], np.square(curves.x), atol=1e-3)
    np.testing.assert_allclose(curves.lines[0], curves.lines[1], atol=0.15)
    assert image.title == "Decoders, 1 × 80"


def test_weights_are_an_image_in_which_no_extreme_is_lost(network, sim):
    diagram = describe(network)
    connection = network.connections[2]
    weights = sim.model.params[connection].weights.copy()
    weights[70, 5] = -99
    sim.model.params[connection] = sim.model.params[connection]._replace(
        weights=np.tile(weights, (9, 9))
    )

    reply = ask(
        DiagramComm(lambda thing: sim), diagram, what="arrow", index=arrow_from(diagram, "wide")
    )

    assert reply.charts[0].title == "Weights, 720 × 270"
    assert np.shape(reply.charts[0].values) == (96, 96)
    assert np.min(reply.charts[0].values) == -99


@pytest.mark.parametrize("minibatch_size", [None, 2])
def test_what_was_learned_is_shown_as_it_is_now(minibatch_size):
    with nengo.Network(seed=0) as network:
        source, group = nengo.Node([1.0]), nengo.Ensemble(20, 1, label="flat")
        nengo.Connection(source, group, synapse=None)
        target = nengo.Node(size_in=1, label="target")
        learned = nengo.Connection(group, target, learning_rule_type=nengo.PES(learning_rate=1e-3))
        nengo.Connection(nengo.Node([1.0]), learned.learning_rule)
        nengo.Probe(target)
    diagram = describe(network)

    with nengo_nb.Simulator(network, minibatch_size=minibatch_size, progress_bar=False) as sim:
        channel = DiagramComm(lambda thing: sim)
        before, after = [], []
        for replies in (before, after):
            arrow = arrow_from(diagram, "flat")
            replies.append(ask(channel, diagram, what="arrow", index=arrow).charts[0].lines[0])
            sim.run_steps(50, progress_bar=False)

    assert abs(before[0][-1] - 1) < 0.1
    assert after[0][-1] < before[0][-1] - 0.2


def test_each_copy_of_a_stack_can_be_looked_at(network, sim):
    diagram, channel = describe(network), DiagramComm(lambda thing: sim)

    curves = [ask(channel, diagram, "array_0", copy=copy).charts[0].lines for copy in (0, 4)]

    assert curves[0] != curves[1]
    assert "gone" in ask(channel, diagram, "array_0", copy=5).note


def test_what_was_not_built_says_how_to_build_it(network):
    reply = ask(DiagramComm(lambda thing: None), describe(network))

    assert "%nengo run NAME" in reply.note
    assert reply.charts == []


def test_a_function_that_fails_is_told():
    broken = []

    def moody(x):
        if broken:
            raise RuntimeError("on purpose")
        return x

    with nengo.Network() as network:
        group = nengo.Ensemble(10, 1)
        nengo.Connection(group, group, function=moody)
    with nengo.Simulator(network, progress_bar=False) as sim:
        broken.append(True)
        reply = ask(DiagramComm(lambda thing: sim), describe(network), what="arrow", index=0)

    assert reply.note == "This cannot be drawn: RuntimeError: on purpose"


def test_a_network_that_was_deleted_is_not_kept_alive():
    def draw(channel):
        with nengo.Network() as network:
            nengo.Ensemble(10, 1)
        return channel.remember(describe(network))

    channel = DiagramComm(lambda thing: None)
    name = draw(channel)
    gc.collect()

    reply = channel.answer(request(name))
    assert "gone from the kernel" in reply.note


def test_a_drawing_is_called_by_what_it_shows_in_every_kernel(network):
    one, two = (DiagramComm(lambda thing: None).remember(describe(network)) for _ in range(2))

    assert one == two
    assert re.fullmatch(r"[0-9a-f]{12}/1", one)


def test_two_networks_that_look_the_same_have_two_names_as_long_as_both_live():
    channel, networks = DiagramComm(lambda thing: None), [nengo.Network(seed=0) for _ in range(2)]
    names = [channel.remember(describe(network)) for network in networks * 2]
    networks.pop(0)
    gc.collect()

    assert names[0] != names[1]
    assert names[:2] == names[2:]
    assert channel.remember(describe(nengo.Network(seed=0))) == names[0]


def test_only_the_newest_drawings_are_remembered(network):
    channel, others = DiagramComm(lambda thing: None), []
    first = channel.remember(describe(network))
    for index in range(MOST_DRAWINGS):
        with nengo.Network(label=str(index)) as other:
            nengo.Ensemble(10, 1)
        others.append(other)
        last = channel.remember(describe(other))

    notes = [channel.answer(request(name)).note for name in (first, last)]

    assert "gone from the kernel" in notes[0]
    assert "no simulator" in notes[1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": 2}, "different versions"),
        ({"type": "Explode"}, "not known here"),
        ({"what": "file"}, "what cannot be 'file'"),
        ({"index": "1"}, "index cannot be '1'"),
        ({"copy": True}, "copy cannot be True"),
        ({"index": -1}, "gone"),
        ({"index": 10**9}, "gone"),
        ({"copy": -1}, "gone"),
        ({"dimension": 0.5}, "dimension cannot be 0.5"),
        ({"drawing": "x"}, "gone"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_with_a_sentence(network, change, words):
    reply = ask(DiagramComm(lambda thing: None), describe(network), **change)

    assert words in reply.note


def test_activity_is_sent_as_one_buffer_with_a_number_for_each_box(network, monkeypatch):
    channel, sent = DiagramComm(lambda thing: None), []
    monkeypatch.setattr(channel, "send", lambda *message: sent.append(message))
    monkeypatch.setattr(notebook_diagrams(), "comm", channel)
    card = show(network)

    card.show_activity({network.ensembles[0]: 0.5})

    (message, (buffer,)) = sent[0]
    assert message["drawing"] == card.saved()["drawing"] == channel.remember(card.diagram)
    values = np.frombuffer(buffer, np.float32)
    assert values[[box.label for box in card.diagram.boxes].index("flat")] == 0.5
    assert values.sum() == 0.5


def test_a_card_can_be_a_widget(network):
    assert show(network).widget().saved["boxes"][0]["kind"] == "network"


def test_what_is_sent_can_be_written_as_json(network, sim, monkeypatch):
    channel, sent = DiagramComm(lambda thing: sim), []
    monkeypatch.setattr(channel, "send", sent.append)
    diagram = describe(network)
    about = request(channel.remember(diagram), "arrow", arrow_from(diagram, "wide"))

    channel._answer(channel, {"type": "something else"}, [])
    channel._answer(channel, about, [])

    (message,) = [json.loads(json.dumps(message, allow_nan=False)) for message in sent]
    assert (message["type"], message["id"]) == ("InspectReply", 7)
    assert [chart["type"] for chart in message["charts"]] == ["ImageChart"]


def test_a_diagram_in_a_notebook_finds_the_simulator_that_was_run(net):
    diagrams = notebook_diagrams()
    net.run("%nengo step net")
    with nengo.Network() as other:
        lonely = nengo.Ensemble(10, 1)
    held = nengo.Simulator(other, progress_bar=False)

    assert diagrams.find_simulator(net.names["neurons"]).n_steps == 1
    assert diagrams.find_simulator(lonely) is None
    net.names["held"] = held
    assert diagrams.find_simulator(lonely) is held
    held.close()
