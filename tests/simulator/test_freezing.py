"""A frozen network is the same network, whatever it is made of, for Nengo as for us."""

from __future__ import annotations

import pickle

import nengo
import numpy as np
import pytest
import scipy.sparse
from nengo import solvers
from nengo.exceptions import ValidationError
from nengo.transforms import Convolution, ConvolutionTranspose, Dense, NoTransform, Sparse

import nengo_nb

from .networks import reference

STEPS = 60


def wave(t):
    return np.sin([20 * t, 30 * t, 40 * t, 50 * t])


def neurons_to_neurons(transform, pre=6, post=4):
    """Neurons of one ensemble that reach those of another."""
    with nengo.Network(seed=3) as net:
        nengo_nb.configure_settings(dtype="float64")
        a, b = nengo.Ensemble(pre, 1), nengo.Ensemble(post, 1)
        nengo.Connection(nengo.Node(lambda t: np.sin(20 * t)), a)
        nengo.Connection(a.neurons, b.neurons, transform=transform)
        nengo.Probe(b.neurons, "voltage")
    return net


def node_to_node(transform):
    """Four values that reach a node through a transform."""
    with nengo.Network(seed=3) as net:
        nengo_nb.configure_settings(dtype="float64")
        sink = nengo.Node(size_in=transform.size_out)
        nengo.Connection(nengo.Node(wave), sink, transform=transform)
        nengo.Probe(sink)
    return net


def decoded(pre_size=2, post=None, **arguments):
    """An ensemble whose values reach another ensemble, or a node."""
    with nengo.Network(seed=3) as net:
        nengo_nb.configure_settings(dtype="float64")
        a = nengo.Ensemble(30, pre_size, radius=1.5)
        b = nengo.Ensemble(20, 2, radius=0.8) if post is None else nengo.Node(size_in=post)
        nengo.Connection(nengo.Node(lambda t: wave(t)[:pre_size]), a)
        nengo.Connection(a, b, **arguments)
        nengo.Probe(a.neurons, "voltage")
        nengo.Probe(b, synapse=0.01)
    return net


def sparse(data):
    return Sparse((4, 6), indices=[[0, 0], [1, 5], [3, 2]], init=data)


INPUTS = nengo.transforms.ChannelShape((2, 2, 1))
UNIFORM = nengo.dists.Uniform(-0.01, 0.01)

TRANSFORMS = {
    "dense": lambda: neurons_to_neurons(Dense((4, 6), init=UNIFORM)),
    "sparse": lambda: neurons_to_neurons(sparse([0.01, 0.02, -0.01])),
    "sparse, drawn": lambda: neurons_to_neurons(sparse(UNIFORM)),
    "sparse, of SciPy": lambda: neurons_to_neurons(
        Sparse((4, 6), init=scipy.sparse.csr_matrix(np.arange(24).reshape(4, 6) / 2000))
    ),
    "none": lambda: neurons_to_neurons(NoTransform(4), pre=4),
    "a number": lambda: neurons_to_neurons(0.01, pre=4),
    "a vector": lambda: node_to_node(Dense((4, 4), init=[1, 2, 3, 4])),
    "convolution": lambda: node_to_node(Convolution(2, INPUTS, kernel_size=(2, 2), padding="same")),
    "convolution, in groups": lambda: node_to_node(
        Convolution(2, (1, 2, 2), kernel_size=(1, 1), strides=(1, 1), groups=2)
    ),
    "convolution, transposed": lambda: node_to_node(
        ConvolutionTranspose(2, INPUTS, kernel_size=(2, 2), strides=(2, 2))
    ),
    "convolution, channels first": lambda: node_to_node(
        Convolution(3, (1, 2, 2), kernel_size=(2, 2), channels_last=False)
    ),
    "decoders": lambda: decoded(transform=[[0.5, 0.2], [-0.3, 0.1]]),
    "decoders, slices": lambda: _sliced(),
    "decoders, function": lambda: decoded(
        function=lambda x: [*x, x[0] * x[1]], transform=np.eye(2, 3)
    ),
    "decoders, to a node": lambda: decoded(post=3, function=np.square, transform=np.ones((3, 2))),
}


def _sliced():
    with nengo.Network(seed=3) as net:
        nengo_nb.configure_settings(dtype="float64")
        a, b = nengo.Ensemble(30, 3), nengo.Ensemble(20, 3)
        nengo.Connection(nengo.Node(lambda t: wave(t)[:3]), a)
        nengo.Connection(a[[2, 0]], b[1:], synapse=nengo.Alpha(0.01))
        nengo.Connection(a[[1, 0]], b[[0, 2]], solver=solvers.LstsqL2(weights=True))
        nengo.Connection(a.neurons[3:9:2], b.neurons[[5, 1, 7]], transform=0.001 * np.ones((3, 3)))
        nengo.Probe(b.neurons, "voltage")
    return net


def assert_frozen_as_built(net: nengo.Network) -> None:
    """A network gives one curve in Nengo: as it is, and frozen, there and with us."""
    built = reference(net, STEPS)
    before = [built.data[probe] for probe in net.all_probes]
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.freeze_params(net)
    frozen = reference(net, STEPS)
    with nengo_nb.Simulator(net, progress_bar=False) as again:
        again.run_steps(STEPS)

    for probe, curve in zip(net.all_probes, before, strict=True):
        assert np.ptp(curve) > 0
        np.testing.assert_allclose(frozen.data[probe], curve, atol=1e-9, err_msg=str(probe))
        np.testing.assert_allclose(again.data[probe], curve, atol=1e-9, err_msg=str(probe))


@pytest.mark.parametrize("name", TRANSFORMS)
def test_every_transform_goes_back(name):
    assert_frozen_as_built(TRANSFORMS[name]())


class Ones(solvers.Solver):
    """A solver of one's own that solves for all weights at once, as some of Nengo's do."""

    compositional = False

    def __call__(self, A, Y, rng=None):
        return np.full((A.shape[1], Y.shape[1]), 1e-3), {}


@pytest.mark.parametrize("weights", [False, True])
@pytest.mark.parametrize(
    "solver",
    [
        solvers.Lstsq,
        solvers.LstsqNoise,
        solvers.LstsqL2,
        solvers.LstsqL2nz,
        solvers.LstsqMultNoise,
        solvers.LstsqDrop,
        solvers.Nnls,
        solvers.NnlsL2,
        solvers.NnlsL2nz,
        Ones,
    ],
)
def test_every_solver_goes_back(solver, weights):
    assert_frozen_as_built(
        decoded(solver=solver(weights=weights), transform=[[0.5, 0.2], [-0.3, 0.1]])
    )


@pytest.mark.parametrize("weights", [False, True])
def test_weights_of_ones_own_go_back(weights):
    values = np.random.RandomState(0).uniform(-0.02, 0.02, size=(30, 2))

    assert_frozen_as_built(
        decoded(solver=solvers.NoSolver(values, weights=weights), function=np.square)
    )


@pytest.mark.filterwarnings(
    "ignore:(divide|invalid|Non-finite values)"
)  # Nengo's, for its intercept
def test_a_neuron_without_a_gain_goes_back():
    with nengo.Network(seed=3) as net:
        nengo_nb.configure_settings(dtype="float64")
        ens = nengo.Ensemble(3, 1, gain=[0, 1, 2], bias=[2, 1, 0])
        nengo.Connection(nengo.Node(lambda t: np.sin(20 * t)), ens)
        nengo.Probe(ens.neurons, "voltage")

    assert_frozen_as_built(net)


def test_a_frozen_network_can_be_pickled():
    with nengo.Network(seed=3) as net:
        a, b = nengo.Ensemble(30, 2), nengo.Ensemble(20, 2)
        nengo.Connection(nengo.Node([0.5, -0.5]), a)
        nengo.Connection(a, b, function=np.square)
        nengo.Connection(a[0], b[1], solver=solvers.LstsqL2(weights=True))
        probe = nengo.Probe(b, synapse=0.01)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.freeze_params(net)

    copied = pickle.loads(pickle.dumps(net))

    np.testing.assert_array_equal(
        reference(copied, STEPS).data[copied.probes[0]], reference(net, STEPS).data[probe]
    )


@pytest.mark.parametrize("name", TRANSFORMS)
def test_what_is_given_out_builds_the_same(name):
    """``get_nengo_params`` for a network of one's own."""
    net = TRANSFORMS[name]()
    built = reference(net, STEPS)
    curves = [built.data[probe] for probe in net.all_probes]
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        arguments = [sim.get_nengo_params(conn) for conn in net.all_connections]
        ensembles = [sim.get_nengo_params(ens) for ens in net.all_ensembles]

    with nengo.Network(seed=3) as other:
        nodes = {n: nengo.Node(n.output, n.size_in) for n in net.all_nodes}
        twins = {
            e: nengo.Ensemble(e.n_neurons, e.dimensions, radius=e.radius, **given)
            for e, given in zip(net.all_ensembles, ensembles, strict=True)
        }
        ends = nodes | twins | {e.neurons: twin.neurons for e, twin in twins.items()}
        for conn, given in zip(net.all_connections, arguments, strict=True):
            options = {"synapse": conn.synapse, "function": conn.function, **given}
            pre, post = ends[conn.pre_obj][conn.pre_slice], ends[conn.post_obj][conn.post_slice]
            nengo.Connection(pre, post, **options)
        probes = [nengo.Probe(ends[p.target], p.attr, synapse=p.synapse) for p in net.all_probes]
    again = reference(other, STEPS)

    for probe, curve in zip(probes, curves, strict=True):
        np.testing.assert_allclose(again.data[probe], curve, atol=1e-9)


def learning(rule):
    """A network whose weights, or encoders, are learned while it runs."""
    with nengo.Network(seed=3) as net:
        nengo_nb.configure_settings(dtype="float64")
        net.config[nengo.Ensemble].neuron_type = nengo.LIFRate()
        source = nengo.Node(lambda t: wave(t)[:2])
        a, b = nengo.Ensemble(30, 2), nengo.Ensemble(20, 2)
        nengo.Connection(source, a)
        if rule.modifies == "weights":
            conn = nengo.Connection(
                a, b, solver=solvers.LstsqL2(weights=True), learning_rule_type=rule
            )
        else:
            conn = nengo.Connection(a, b, learning_rule_type=rule)
        if conn.learning_rule.size_in:
            size = conn.learning_rule.size_in
            nengo.Connection(source[:size], conn.learning_rule, transform=0.1)
        nengo.Probe(conn, "weights")
        nengo.Probe(b, synapse=0.01)
    return net, conn, b


RULES = {
    "PES": lambda: nengo.PES(1e-3),
    "RLS": lambda: nengo.RLS(1e-3),
    "Voja": lambda: nengo.Voja(learning_rate=0.1),
    "Oja": lambda: nengo.Oja(1e-6),
    "BCM": lambda: nengo.BCM(1e-9),
}


@pytest.mark.parametrize("name", RULES)
def test_every_learning_rule_goes_back(name):
    net, _, _ = learning(RULES[name]())

    assert_frozen_as_built(net)


@pytest.mark.parametrize("name", RULES)
def test_what_a_rule_has_learned_goes_back(name):
    net, conn, b = learning(RULES[name]())
    with nengo.Simulator(net, progress_bar=False, optimize=False) as theirs:
        theirs.run_steps(STEPS)
        weights, encoders = (
            np.array(theirs.signals[theirs.model.sig[obj][key]])
            for obj, key in ((conn, "weights"), (b, "encoders"))
        )
        assert not np.array_equal(weights, theirs.data[conn].weights) or name == "Voja"
        assert not np.array_equal(encoders, theirs.data[b].scaled_encoders) or name != "Voja"

    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(STEPS)
        sim.freeze_params(net)

    with nengo.Simulator(net, progress_bar=False) as frozen:
        np.testing.assert_allclose(frozen.data[conn].weights, weights, atol=1e-9)
        np.testing.assert_allclose(frozen.data[b].scaled_encoders, encoders, atol=1e-9)


def test_items_that_learned_different_things_are_refused():
    net, conn, _ = learning(nengo.PES(1e-3))
    source = net.nodes[0]
    before = conn.solver
    with nengo_nb.Simulator(net, minibatch_size=2, progress_bar=False) as sim:
        sim.freeze_params(conn)
        conn.solver = before
        sim.run_steps(5, data={source: np.arange(20).reshape(2, 5, 2) / 20})

        with pytest.raises(
            ValidationError, match="items of the minibatch have learned different weights"
        ):
            sim.freeze_params(net)

    assert conn.solver is before


def direct():
    """A Direct ensemble between two of neurons."""
    with nengo.Network(seed=3) as net:
        nengo_nb.configure_settings(dtype="float64")
        ensembles = [nengo.Ensemble(20, 1, label="a"), nengo.Ensemble(20, 1, label="c")]
        middle = nengo.Ensemble(
            1, 1, neuron_type=nengo.Direct(), label="middle", add_to_container=False
        )
        net.add(middle)
        nengo.Connection(nengo.Node(lambda t: np.sin(20 * t)), ensembles[0])
        nengo.Connection(ensembles[0], middle)
        nengo.Connection(middle, ensembles[1], function=np.square)
        nengo.Probe(ensembles[1].neurons, "voltage")
    return net, middle


def test_a_network_with_a_direct_ensemble_goes_back():
    net, middle = direct()

    assert_frozen_as_built(net)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.freeze_params(middle)
        assert sim.data[middle].bias is None
        with pytest.raises(ValidationError, match="'middle'> has no parameters: nengo.Direct"):
            sim.get_nengo_params(middle)


@pytest.mark.parametrize("method", ["freeze_params", "get_nengo_params"])
def test_objects_of_another_network_are_refused(method):
    net, middle = direct()
    with nengo_nb.Simulator(decoded(), progress_bar=False) as sim:
        for stranger in (middle, net.ensembles[0], net.connections[1], [net.ensembles[0]]):
            with pytest.raises(ValidationError, match="is not in the network that this simulator"):
                getattr(sim, method)(stranger)
