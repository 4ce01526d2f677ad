"""The Legendre Memory Unit: its memory is the linear system of the paper, and it is trained."""

from __future__ import annotations

import pickle

import keras
import nengo
import numpy as np
import pytest
from nengo.exceptions import ValidationError

import nengo_nb
from nengo_nb.networks import LMU
from nengo_nb.networks.discretized import Discretized, discretize, exponential
from nengo_nb.networks.legendre import state_space
from tests.simulator.networks import assert_as_nengo, reference, simulate

THETA = 0.2


def white(t):
    return np.sin(2 * np.pi * 5 * t) + 0.5 * np.cos(2 * np.pi * 3 * t)


def memory_network(order=8, dtype="float64", signal=white, **arguments):
    """A memory without neurons, of a signal."""
    with nengo.Network(seed=0) as net:
        nengo_nb.configure_settings(dtype=dtype)
        net.lmu = LMU(None, order, THETA, **arguments)
        nengo.Connection(nengo.Node(signal), net.lmu.input, synapse=None)
        net.probe = nengo.Probe(net.lmu.output)
    return net


def by_hand(order, dt, n_steps, signal=white):
    """The memory step by step, with SciPy's discretization."""
    scipy_signal = pytest.importorskip("scipy.signal")
    A, B = state_space(order, THETA)
    A, B, *_ = scipy_signal.cont2discrete((A, B, np.eye(order), np.zeros((order, 1))), dt, "zoh")
    m, states = np.zeros(order), []
    for step in range(1, n_steps + 1):
        m = A @ m + B[:, 0] * signal(step * dt)
        states.append(m)
    return np.array(states)


# -- the memory


@pytest.mark.parametrize("dt", [0.001, 0.004])
@pytest.mark.parametrize("order", [1, 8, 32])
def test_the_memory_is_the_linear_system_of_the_paper(order, dt):
    """In steps of any length, here and in Nengo's own simulator."""
    net = memory_network(order)
    wanted = by_hand(order, dt, 100)

    for run in (simulate, reference):
        np.testing.assert_allclose(run(net, 100, dt=dt).data[net.probe], wanted, atol=1e-10)


def test_the_memory_holds_the_input_of_the_whole_window():
    """A signal that is slow enough for the order comes back after any delay up to theta."""
    delays = np.array([0, 0.05, 0.1, THETA])
    net = memory_network(order=12)
    with net:
        decoded = nengo.Node(size_in=4)
        nengo.Connection(
            net.lmu.memory, decoded, transform=net.lmu.delay_decoders(delays), synapse=None
        )
        delayed = nengo.Probe(decoded)

    sim = simulate(net, 1000)

    late = sim.trange() > 2 * THETA
    # A value that is held for a step is on average half a step old.
    wanted = np.transpose([white(sim.trange() - delay + 0.0005) for delay in delays])
    np.testing.assert_allclose(sim.data[delayed][late], wanted[late], atol=0.01)


def test_signals_of_one_memory_do_not_mix():
    def two(t):
        return [white(t), 1.0]

    net, alone = memory_network(signal=two, size_in=2), memory_network()

    both = simulate(net, 50).data[net.probe]

    np.testing.assert_allclose(both[:, :8], simulate(alone, 50).data[alone.probe], atol=1e-12)
    assert net.lmu.delay_decoders([0, 0.1]).shape == (4, 16)
    np.testing.assert_array_equal(net.lmu.delay_decoders(0.1)[0, 8:], 0)


@pytest.mark.parametrize(("order", "dt"), [(1, 0.001), (6, 1e-5), (64, 0.001), (256, 0.0005)])
def test_matrix_exponentials_are_scipys(order, dt):
    linalg = pytest.importorskip("scipy.linalg")
    A, B = state_space(order, THETA)

    np.testing.assert_allclose(exponential(A * dt), linalg.expm(A * dt), atol=1e-10)
    # The formula with an inverse, which A has.
    formula = np.linalg.solve(A, (linalg.expm(A * dt) - np.eye(order)) @ B)
    np.testing.assert_allclose(discretize(A, B, dt), formula, atol=1e-10)


def test_the_exponential_of_zeros_is_the_identity():
    np.testing.assert_allclose(exponential(np.zeros((3, 3))), np.eye(3), atol=1e-15)


def test_a_discretized_transform_can_be_pickled():
    transform = Discretized(*state_space(4, THETA))

    copy = pickle.loads(pickle.dumps(transform))

    assert copy == transform
    assert (copy.size_in, copy.size_out) == (1, 4)
    np.testing.assert_array_equal(copy.sample(), transform.sample())


# -- the whole unit


def unit_network(dtype="float64", n_classes=2, **arguments):
    """An LMU with a linear read-out of its last step."""
    with nengo.Network(seed=3) as net:
        nengo_nb.configure_settings(dtype=dtype, keep_history=False)
        net.source = nengo.Node(np.zeros(1), label="source")
        net.lmu = LMU(10, 6, 0.02, **arguments)
        nengo.Connection(net.source, net.lmu.input, synapse=None)
        output = nengo.Node(size_in=n_classes, label="output")
        nengo.Connection(net.lmu.output, output, transform=nengo_nb.dists.Glorot(), synapse=None)
        net.probe = nengo.Probe(output, label="answer")
    return net


WHOLE = {"memory_size": 2, "feedback": True}


@pytest.mark.parametrize(
    "arguments",
    [{}, WHOLE, {"input_to_hidden": False}, {"neuron_type": nengo.RectifiedLinear()}],
    ids=["plain", "feedback", "memory alone", "rectified"],
)
def test_it_gives_the_same_curve_in_nengo(arguments):
    net = unit_network(**arguments)
    net.source.output = lambda t: np.sin(100 * t)
    with net:
        nengo_nb.configure_settings(keep_history=True)
        nengo.Probe(net.lmu.memory)

    assert_as_nengo(net, 60)


def test_it_is_the_recurrence_of_the_paper(tmp_path):
    net = unit_network(**WHOLE)
    rng = np.random.default_rng(0)
    x = rng.standard_normal((1, 5, 1))
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        # Other values than zeros for E_m and the biases, too.
        for parameter in sim.keras_model.trainable_weights:
            parameter.assign(rng.standard_normal(parameter.shape) / 4)
        found = sim.predict({net.source: x})[net.probe][0, -1]
        with np.load(sim.save_params(tmp_path / "weights")) as arrays:
            values = dict(arrays)
    W_x, W_m, W_h = (values[f"{name}->hidden/weights"] for name in ("input", "memory", "hidden"))
    E_x, E_m, E_h = (
        values[f"{name}->memory_input/weights"] for name in ("input", "memory", "hidden")
    )
    A, B = state_space(6, 0.02)
    A, B = discretize(A, None, 0.001), discretize(A, B, 0.001)

    m, h = np.zeros((2, 6)), np.zeros(10)
    for value in x[0]:
        u = E_x @ value + E_h @ h + E_m @ m.ravel()
        m = m @ A.T + u[:, np.newaxis] * B.T
        h = np.tanh(W_x @ value + W_m @ m.ravel() + W_h @ h + values["hidden/bias"])

    np.testing.assert_allclose(found, values["hidden->output/weights"] @ h, atol=1e-10)


def orders_of_pulses(n_examples, n_steps=20, seed=0):
    """Two pulses of different height within noise; which of them came first?"""
    rng = np.random.default_rng(seed)
    x = 0.05 * rng.standard_normal((n_examples, n_steps, 1))
    first = rng.integers(2, size=n_examples)
    times = np.sort(rng.permuted(np.tile(np.arange(10), (n_examples, 1)), axis=1)[:, :2], axis=1)
    rows = np.arange(n_examples)
    x[rows, times[:, 0], 0] += np.where(first, 1, 2)
    x[rows, times[:, 1], 0] += np.where(first, 2, 1)
    return x.astype("float32"), first.reshape(-1, 1, 1)


@pytest.mark.long
def test_it_learns_what_came_first_and_keeps_its_memory(tmp_path):
    """From a file, and in Nengo's simulator as well."""
    keras.utils.set_random_seed(0)
    net = unit_network("float32", **WHOLE)
    x, y = orders_of_pulses(1000)
    test_x, test_y = orders_of_pulses(200, seed=1)

    def accuracy(sim):
        answers = sim.predict(test_x)[net.probe][:, -1].argmax(axis=-1)
        return np.mean(answers == test_y[:, 0, 0])

    with nengo_nb.Simulator(net, minibatch_size=50, progress_bar=False) as sim:
        assert {parameter.path for parameter in sim.keras_model.non_trainable_weights} >= {
            "memory_to_memory/weights", "memory_input_to_memory/weights",
        }  # fmt: skip
        before = [np.array(p) for p in sim.keras_model.non_trainable_weights]
        sim.compile(
            keras.optimizers.Adam(0.01),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        sim.fit(x, y, epochs=12, verbose=0)
        learned = accuracy(sim)
        file = sim.save_params(tmp_path / "lmu")
        for kept, parameter in zip(before, sim.keras_model.non_trainable_weights, strict=True):
            np.testing.assert_array_equal(parameter, kept)
        sim.freeze_params(net)
        wanted = sim.predict(test_x[:1])[net.probe][0, -1]
    assert learned > 0.9

    fresh = unit_network("float32", **WHOLE)
    with nengo_nb.Simulator(fresh, minibatch_size=50, progress_bar=False, seed=9) as other:
        assert (
            np.mean(other.predict(test_x)[fresh.probe][:, -1].argmax(-1) == test_y[:, 0, 0]) < 0.8
        )
        other.load_params(file)
        np.testing.assert_allclose(other.predict(test_x[:1])[fresh.probe][0, -1], wanted, atol=1e-5)
    net.source.output = nengo.processes.PresentInput(test_x[0], 0.001)
    np.testing.assert_allclose(reference(net, x.shape[1]).data[net.probe][-1], wanted, atol=1e-4)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((0, 4, 0.1), "units: must be a positive integer"),
        ((5, None, 0.1), "order: must be a positive integer"),
        ((5, 4, 0), "theta: must be a time in seconds"),
        ((5, 4, 0.1, 1, 0.5), "memory_size: must be a positive integer"),
        ((None, 4, 0.1, 1, None, None, True, True), "feedback: comes from neurons"),
    ],
)
def test_arguments_that_make_no_unit_are_refused(arguments, sentence):
    with nengo.Network(), pytest.raises(ValidationError, match=sentence):
        LMU(*arguments)


def test_a_delay_beyond_the_window_cannot_be_decoded():
    with nengo.Network():
        lmu = LMU(None, 4, THETA)

    with pytest.raises(ValidationError, match=r"delays: must be between 0 and theta=0\.2 s"):
        lmu.delay_decoders(0.3)
