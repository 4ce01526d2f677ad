"""The first steps of a simulation are taken in NumPy; what follows goes on where they end."""

from __future__ import annotations

import time
import warnings

import nengo
import numpy as np
import pytest
import scipy.sparse
from nengo import transforms

import nengo_nb
from nengo_nb.errors import NodeError, NonFiniteWarning
from tests.costs import change_costs

HAND_OVER = 30
"""Number of the last step in NumPy, in these tests."""


@pytest.fixture(autouse=True)
def hand_over(monkeypatch):
    change_costs(monkeypatch, most_numpy_steps=HAND_OVER)


def network(dtype="float64"):
    """Neurons, a function with memory, a loop, learning and noise."""
    with nengo.Network(seed=3) as net:
        nengo_nb.configure_settings(dtype=dtype)
        net.source = nengo.Node([0.5], label="source")
        net.noise = nengo.Node(nengo.processes.WhiteSignal(1.0, high=20, seed=1))
        net.a, net.b = nengo.Ensemble(30, 1), nengo.Ensemble(20, 1, neuron_type=nengo.AdaptiveLIF())
        nengo.Connection(net.source, net.a)
        nengo.Connection(net.noise, net.a)
        nengo.Connection(net.a, net.a, synapse=0.05)
        net.learned = nengo.Connection(net.a, net.b, learning_rule_type=nengo.PES(1e-3))
        nengo.Connection(net.b, net.learned.learning_rule, synapse=0.01)
        net.decoded = nengo.Probe(net.b, synapse=0.01)
        net.spikes = nengo.Probe(net.a.neurons)
        net.weights = nengo.Probe(net.learned, "weights", sample_every=0.005)
    return net


def simulated(net, *runs, simulator=nengo_nb.Simulator, **arguments):
    with simulator(net, progress_bar=False, **arguments) as sim:
        for n_steps in runs:
            sim.run_steps(n_steps)
        return {probe: np.array(sim.data[probe]) for probe in net.probes}


def numpy_steps(net):
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(3)
        return sim._parts.simulation.numpy_steps


def assert_same(first, second, net, tolerance=0.0):
    for probe in net.probes:
        np.testing.assert_allclose(first[probe], second[probe], rtol=0, atol=tolerance)


@pytest.mark.parametrize("runs", [(20,), (HAND_OVER,), (80,), (20, 60), (29, 1, 1, 49)])
def test_all_steps_are_nengos(runs):
    net = network()

    ours = simulated(net, *runs)

    assert_same(ours, simulated(net, *runs, simulator=nengo.Simulator, optimize=False), net, 1e-11)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_run_in_parts_is_the_run_in_one_to_the_last_bit(dtype):
    net = network(dtype)

    whole = simulated(net, 80)

    for runs in ((10, 70), (30, 50), (31, 49), (79, 1), (1,) * 80):
        assert_same(simulated(net, *runs), whole, net)


def test_a_run_after_a_reset_is_the_first_one_to_the_last_bit():
    net = network("float32")
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(80)
        first = {probe: np.array(sim.data[probe]) for probe in net.probes}

        sim.reset()
        sim.run_steps(80)

        assert_same(first, sim.data, net)


def test_a_run_that_ends_before_the_hand_over_compiles_nothing():
    with nengo_nb.Simulator(network(), progress_bar=False) as sim:
        sim.run_steps(HAND_OVER)

        assert "Not compiled yet" in sim.explain()
        sim.run_steps(1)
        assert "Compiling took" in sim.explain()


def test_it_is_known_whether_a_run_waits_for_its_program():
    with nengo_nb.Simulator(network(), progress_bar=False) as sim:
        assert not sim.waits_to_compile(HAND_OVER)
        assert sim.waits_to_compile(HAND_OVER + 1)
        sim.run_steps(HAND_OVER + 1)
        assert not sim.waits_to_compile(1)


def test_a_simulation_that_goes_on_is_compiled_before_it_is_handed_over():
    with nengo_nb.Simulator(network(), progress_bar=False) as sim:
        sim.run_steps(HAND_OVER // 2)
        sim.run_steps(1)

        deadline = time.monotonic() + 120
        while sim.waits_to_compile(HAND_OVER) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not sim.waits_to_compile(HAND_OVER)


def test_explain_says_which_steps_are_taken_in_numpy():
    with nengo_nb.Simulator(network(), progress_bar=False) as sim:
        assert f"The first {HAND_OVER} steps are taken in NumPy" in sim.explain()


@pytest.mark.parametrize("step", [1, 12, HAND_OVER, HAND_OVER + 1])
def test_an_error_keeps_the_steps_before_it(step):
    calls = []

    def fail(t):
        calls.append(t)
        if len(calls) == step:
            raise ValueError("no more")
        return t

    with nengo.Network(seed=0) as net:
        probe = nengo.Probe(nengo.Node(fail, size_out=1))
        nengo.Probe(nengo.Ensemble(10, 1))
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        with pytest.raises(ValueError, match="no more"):
            sim.run_steps(80)

        assert (sim.n_steps, len(sim.data[probe])) == (step - 1, step - 1)
        sim.run_steps(81 - step)
        assert len(calls) == 81
        np.testing.assert_allclose(sim.data[probe][:, 0], np.arange(1, 81) / 1000, rtol=1e-6)


def test_a_function_before_the_one_that_failed_is_not_called_again():
    before, failing = [], []

    def count(t):
        before.append(t)
        return t

    def fail(t):
        failing.append(t)
        if len(failing) == 12:
            raise ValueError("no more")
        return t

    with nengo.Network(seed=0) as net:
        nengo.Probe(nengo.Node(count, size_out=1))
        nengo.Probe(nengo.Node(fail, size_out=1))
        noise = nengo.Probe(nengo.Node(nengo.processes.WhiteNoise(seed=1)))
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        with pytest.raises(ValueError, match="no more"):
            sim.run_steps(20)
        sim.run_steps(9)

        assert (len(before), len(failing)) == (20, 21)
        expected = nengo.processes.WhiteNoise(seed=1).run_steps(20, d=1)
        np.testing.assert_allclose(sim.data[noise], expected, rtol=1e-6)


def test_a_result_that_is_none_is_refused_by_name_with_its_step():
    with nengo.Network(seed=0) as net:
        node = nengo.Node(lambda t: None if t > 0.0095 else t, size_out=1, label="odd")
        nengo.Probe(node)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        with pytest.raises(NodeError, match="odd") as caught:
            sim.run_steps(80)

        assert "at 0.01 s (step 10)" in caught.value.__notes__[0]


def test_feeds_replace_nodes_on_both_sides_of_the_hand_over():
    net = network()
    fed = np.sin(np.arange(80) / 7).reshape(1, 80, 1)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(80, data={net.source: fed})
        ours = {probe: np.array(sim.data[probe]) for probe in net.probes}

    net.source.output = lambda t: fed[0, max(round(t * 1000) - 1, 0)]
    assert_same(ours, simulated(net, 80, simulator=nengo.Simulator, optimize=False), net, 1e-11)


@pytest.mark.parametrize("at", [10, HAND_OVER, 50])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_snapshot_can_be_restored_on_either_side(at, dtype):
    net = network(dtype)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(at)
        snapshot = sim.snapshot()
        sim.run_steps(40)
        expected = {probe: np.array(sim.data[probe]) for probe in net.probes}

        sim.restore(snapshot)
        sim.run_steps(40)

        assert_same(expected, sim.data, net)


def test_an_array_that_is_held_shows_what_a_python_operation_keeps():
    class Count(nengo.Process):
        def make_state(self, shape_in, shape_out, dt, dtype=None):
            return {"count": np.zeros(shape_out)}

        def make_step(self, shape_in, shape_out, dt, rng, state):
            def step(t):
                state["count"] += 1
                return state["count"]

            return step

    def held(simulator):
        with nengo.Network(seed=0) as net:
            nengo_nb.configure_settings(dtype="float64")
            nengo.Probe(nengo.Node(Count(default_size_out=1)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the Python step
            sim = simulator(net, progress_bar=False)
        with sim:
            (count,) = [op.state["count"] for op in sim.model.operators if hasattr(op, "process")]
            array = sim.signals[count]
            sim.run_steps(7)
            return np.array(array)

    np.testing.assert_allclose(held(nengo_nb.Simulator), held(nengo.Simulator), atol=1e-12)


def test_to_look_at_signals_changes_nothing():
    net = network("float32")
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        for _ in range(8):
            sim.run_steps(10)
            assert sim.signals[sim.model.sig[net.a.neurons]["voltage"]].any()

        assert_same(simulated(net, 80), sim.data, net)


@pytest.mark.parametrize("at", [10, 50])
def test_what_is_watched_from_some_step_on_is_nengos(at):
    net = network()
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(at)
        probe = sim.watch(net.b.neurons, "voltage")
        sim.run_steps(30)
        watched = np.array(sim.data[probe])

    with net:
        voltage = nengo.Probe(net.b.neurons, "voltage")
    expected = simulated(net, at + 30, simulator=nengo.Simulator, optimize=False)[voltage]
    np.testing.assert_allclose(watched, expected[-len(watched) :], atol=1e-11)


def test_signals_are_read_and_written_between_runs_as_in_nengo():
    def act(sim, net):
        sim.run_steps(10)
        bias = sim.signals[sim.model.sig[net.a.neurons]["bias"]]
        bias.setflags(write=True)
        bias[:10] = -1000
        sim.run_steps(60)
        voltage = sim.model.sig[net.a.neurons]["voltage"]
        return np.array(sim.signals[voltage]), np.array(sim.data[net.decoded])

    net = network()
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        ours = act(sim, net)
    with nengo.Simulator(net, progress_bar=False, optimize=False) as sim:
        theirs = act(sim, net)

    for found, expected in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-11)


def test_a_number_that_float32_cannot_hold_is_named_with_its_step():
    with nengo.Network(seed=0) as net:
        node = nengo.Node(lambda t: 1e39 if t > 0.0095 else 0.0, label="large")
        nengo.Connection(node, nengo.Ensemble(10, 1, neuron_type=nengo.LIFRate()))
        nengo.Probe(node)
    with (
        nengo_nb.Simulator(net, progress_bar=False) as sim,
        pytest.warns(NonFiniteWarning, match=r"'large' holds 1e\+39 from step 10"),
    ):
        sim.run_steps(20)


def test_a_number_that_is_none_is_an_error_if_the_settings_ask_for_one():
    with nengo.Network(seed=0) as net:
        nengo_nb.configure_settings(non_finite="error")
        node = nengo.Node(lambda t: 1e39 if t > 0.0095 else 0.0, label="large")
        nengo.Probe(node)
    with (
        nengo_nb.Simulator(net, progress_bar=False) as sim,
        pytest.raises(nengo_nb.errors.NonFiniteError, match="large"),
    ):
        sim.run_steps(20)
    assert sim.n_steps <= 10


def test_functions_that_look_at_the_simulator_see_the_step_before():
    seen = []

    def look(t):
        seen.append((sim.n_steps, len(sim.data[probe])))
        return t

    with nengo.Network(seed=0) as net:
        node = nengo.Node(look, size_out=1)
        probe = nengo.Probe(node)
        nengo.Connection(node, nengo.Ensemble(10, 1))
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(40)

    assert seen == [(k, k) for k in range(40)]


def test_training_first_and_running_afterwards_uses_what_was_learned():
    net = network("float32")
    x, y = np.ones((4, 5, 1)), np.zeros((4, 5, 1))
    with warnings.catch_warnings(), nengo_nb.Simulator(net, progress_bar=False) as sim:
        warnings.simplefilter("ignore")
        sim.compile("sgd", {net.decoded: "mse"})
        sim.fit({net.source: x}, {net.decoded: y}, epochs=1, verbose=0)
        sim.freeze_params(net)
        sim.run_steps(60)
        ours = {probe: np.array(sim.data[probe]) for probe in net.probes}

    assert_same(ours, simulated(net, 60), net, 1e-3)


def test_a_matrix_of_scipys_is_a_sparse_transform_like_nengos_own():
    weights = scipy.sparse.csr_matrix([[0.5, 0.0], [0.0, 0.25]])
    with nengo.Network(seed=0) as net:
        nengo_nb.configure_settings(dtype="float64")
        sink = nengo.Node(size_in=2)
        source = nengo.Node(lambda t: [t, 1.0])
        conn = nengo.Connection(source, sink, transform=nengo.Sparse((2, 2), init=weights))
        nengo.Probe(sink)

    assert_same(simulated(net, 80), simulated(net, 80, simulator=nengo.Simulator), net, 1e-12)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        found = sim.signals[sim.model.sig[conn]["weights"]]
        np.testing.assert_array_equal(found.toarray(), weights.toarray())
        assert sim.keras_model.weights == []


def test_a_node_that_nothing_reads_is_no_trouble():
    with nengo.Network(seed=0) as net:
        nengo.Node([1.0])
        nengo.Node(lambda t: t)
        nengo.Probe(nengo.Ensemble(10, 1))

    assert_same(simulated(net, 80), simulated(net, 40, 40), net)


def test_a_filter_without_delay_is_no_trouble():
    with nengo.Network(seed=0) as net:
        nengo_nb.configure_settings(dtype="float64")
        relay = nengo.Node(size_in=1)
        nengo.Connection(nengo.Node(lambda t: t), relay, synapse=nengo.Lowpass(0))
        nengo.Probe(relay)

    assert_same(simulated(net, 80), simulated(net, 80, simulator=nengo.Simulator), net, 1e-12)
    # Its state is empty, and nothing that a step in NumPy would need.
    assert numpy_steps(net) == HAND_OVER


def test_what_nengos_own_step_does_not_do_is_compiled_from_the_first_step_on(monkeypatch):
    def transformed(transform, size_in):
        with nengo.Network(seed=0) as net:
            sink = nengo.Node(size_in=transform.size_out)
            nengo.Connection(nengo.Node(np.ones(size_in)), sink, transform=transform)
            nengo.Probe(sink)
        return net

    sparse = nengo.Sparse((2, 2), indices=[[0, 1], [1, 0]], init=[0.5, 0.25])
    assert numpy_steps(transformed(sparse, 2)) == HAND_OVER
    monkeypatch.setattr(transforms, "scipy_sparse", None)
    assert numpy_steps(transformed(sparse, 2)) == 0
    cube = nengo.Convolution(2, (3, 3, 3, 1), kernel_size=(2, 2, 2), strides=(1, 1, 1))
    assert numpy_steps(transformed(cube, 27)) == 0
