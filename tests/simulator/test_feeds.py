"""Feeds: arrays in place of what input nodes output."""

from __future__ import annotations

from types import SimpleNamespace

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.errors import FeedError
from tests.costs import change_costs

from .networks import simulate


@pytest.fixture
def model() -> SimpleNamespace:
    """Three sorts of input nodes, summed."""
    with nengo.Network(seed=0) as net:
        constant = nengo.Node([1.0, 2.0], label="constant")
        function = nengo.Node(lambda t: [t, -t], label="function")
        process = nengo.Node(nengo.processes.WhiteNoise(seed=1), size_out=2, label="process")
        total = nengo.Node(size_in=2, label="total")
        for node in (constant, function, process):
            nengo.Connection(node, total, synapse=None)
        probe = nengo.Probe(total)
    return SimpleNamespace(
        net=net, constant=constant, function=function, process=process, total=total, probe=probe
    )


def test_every_sort_of_input_node_can_be_fed(model):
    rng = np.random.RandomState(0)
    fed = {
        node: rng.normal(size=(4, 20, 2))
        for node in (model.constant, model.function, model.process)
    }
    with nengo_nb.Simulator(model.net, minibatch_size=4, progress_bar=False) as sim:
        sim.run_steps(20, data=fed)

    np.testing.assert_allclose(sim.data[model.probe], sum(fed.values()), rtol=1e-5, atol=1e-6)


def test_a_label_names_a_node_and_other_nodes_go_on_by_themselves(model):
    plain = simulate(model.net, 5)
    with nengo_nb.Simulator(model.net, progress_bar=False) as sim:
        sim.run_steps(5, data={"constant": np.zeros((1, 5, 2))})

    np.testing.assert_allclose(sim.data[model.probe], plain.data[model.probe] - [1, 2], atol=1e-6)


@pytest.mark.parametrize("numpy_steps", [0, 12], ids="in NumPy: {}".format)
def test_a_node_goes_on_by_itself_where_a_feed_is_masked(model, numpy_steps, monkeypatch):
    change_costs(monkeypatch, most_numpy_steps=numpy_steps, fewest_numpy_steps=1)
    nodes = (model.constant, model.function, model.process)
    rng = np.random.RandomState(0)
    fed = {
        node: np.ma.array(rng.normal(size=(1, 20, 2)), mask=np.arange(40).reshape(1, 20, 2) % 3 < 2)
        for node in nodes
    }
    with model.net:
        own = [nengo.Probe(node) for node in nodes]
    plain = simulate(model.net, 20)

    with nengo_nb.Simulator(model.net, progress_bar=False) as sim:
        sim.run_steps(20, data=fed)

    for node, probe in zip(nodes, own, strict=True):
        wanted = np.where(fed[node].mask, plain.data[probe][None], fed[node].data)[0]
        np.testing.assert_allclose(sim.data[probe], wanted, rtol=1e-5, atol=1e-6)


def test_a_feed_that_is_partly_masked_lasts_for_its_run_alone(model):
    masked = np.ma.array(np.full((1, 5, 2), 9.0), mask=[[[False, True]]] * 5)
    with nengo_nb.Simulator(model.net, progress_bar=False) as sim:
        sim.run_steps(5, data={model.constant: masked, model.function: masked})
        sim.run_steps(5)

    np.testing.assert_allclose(
        sim.data[model.probe][5:], simulate(model.net, 10).data[model.probe][5:], atol=1e-6
    )


def test_masked_elements_need_not_be_finite_and_others_do(model):
    nothing = np.ma.masked_invalid(np.full((1, 5, 2), np.nan))
    with nengo_nb.Simulator(model.net, progress_bar=False) as sim:
        sim.run_steps(5, data={model.function: nothing})
        with pytest.raises(FeedError, match="holds NaN"):
            sim.run_steps(5, data={model.function: np.ma.array(nothing.data, mask=False)})

    np.testing.assert_allclose(
        sim.data[model.probe], simulate(model.net, 5).data[model.probe], atol=1e-6
    )


def test_a_feed_lasts_for_its_run_alone(model):
    with nengo_nb.Simulator(model.net, progress_bar=False) as sim:
        sim.run_steps(5, data={model.constant: np.full((1, 5, 2), 9.0)})
        sim.run_steps(5)

    np.testing.assert_allclose(
        sim.data[model.probe][5:], simulate(model.net, 10).data[model.probe][5:], atol=1e-6
    )


def test_a_fed_function_is_not_called():
    calls = []
    with nengo.Network() as net:
        node = nengo.Node(lambda t: calls.append(t) or 1.0)
        nengo.Probe(node)
    calls.clear()
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(5, data={node: np.zeros((1, 5, 1))})

    assert calls == []


def test_minibatch_items_do_not_mix():
    with nengo.Network(seed=1) as net:
        source = nengo.Node([0.0])
        ens = nengo.Ensemble(20, 1)
        nengo.Connection(source, ens)
        nengo.Connection(ens, ens, synapse=0.05)
        probe = nengo.Probe(ens.neurons)
    signals = np.random.RandomState(1).uniform(-1, 1, size=(3, 60, 1))
    with nengo_nb.Simulator(net, minibatch_size=3, progress_bar=False) as together:
        together.run_steps(60, data={source: signals})

    for item in range(3):
        with nengo_nb.Simulator(net, progress_bar=False) as alone:
            alone.run_steps(60, data={source: signals[item : item + 1]})
        np.testing.assert_array_equal(together.data[probe][item], alone.data[probe])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            {"constnat": np.zeros((2, 5, 2))},
            r"'constnat'.*Input nodes are: 'constant', 'function', 'process'",
        ),
        ({"constant": np.zeros((2, 5))}, r"shape \(2, 5\), but \(2, 5, 2\) is needed"),
        ({"constant": np.zeros((1, 5, 2))}, r"\(2, 5, 2\) is needed"),
        ({"constant": np.zeros((2, 4, 2))}, r"n_steps"),
        ({"constant": np.zeros((2, 5, 3))}, r"size of the node"),
        ({"constant": np.full((2, 5, 2), np.nan)}, r"NaN or infinite"),
        ({"constant": [["a"]]}, r"cannot be read as numbers"),
        ({3: np.zeros((2, 5, 2))}, r"names 3, which is no input node"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_runs(model, data, message):
    with nengo_nb.Simulator(model.net, minibatch_size=2, progress_bar=False) as sim:
        with pytest.raises(FeedError, match=message):
            sim.run_steps(5, data=data)

        assert sim.n_steps == 0


def test_a_node_with_an_input_cannot_be_fed(model):
    with (
        nengo_nb.Simulator(model.net, progress_bar=False) as sim,
        pytest.raises(FeedError, match="gets its input from connections"),
    ):
        sim.run_steps(5, data={model.total: np.zeros((1, 5, 2))})


def test_a_label_that_two_nodes_share_is_refused():
    with nengo.Network() as net:
        nengo.Node([1.0], label="twin")
        nengo.Node([2.0], label="twin")
    with (
        nengo_nb.Simulator(net, progress_bar=False) as sim,
        pytest.raises(FeedError, match="2 nodes are labelled 'twin'"),
    ):
        sim.run_steps(5, data={"twin": np.zeros((1, 5, 1))})


def test_what_is_fed_reaches_a_function_that_alone_reads_it():
    with nengo.Network() as net:
        source = nengo.Node(lambda t: 7)
        sink = nengo.Node(size_in=1)
        nengo.Connection(source, sink, synapse=None, function=lambda x: 2 * x)
        probe = nengo.Probe(sink)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(3, data={source: [[[1], [2], [3]]]})

    np.testing.assert_array_equal(sim.data[probe][:, 0], [2, 4, 6])
