"""Our builder builds what Nengo's builds, to the last bit."""

from __future__ import annotations

import sys

import hypothesis
import nengo
import numpy as np
import pytest
from hypothesis import strategies as st
from nengo.dists import Choice, ScatteredHypersphere, Uniform, UniformHypersphere
from nengo.solvers import LstsqL2, LstsqL2nz, LstsqNoise, NoSolver
from nengo.utils.least_squares_solvers import SVD, Cholesky

from nengo_nb.building import decoders, shared_systems
from tests.strategies import CHAOTIC_NEURONS, RATE_NEURONS, SPIKING_NEURONS, recipes

from .models import assert_same_build

STOCHASTIC_NEURONS = [
    nengo.PoissonSpiking(nengo.LIFRate()),
    nengo.StochasticSpiking(nengo.RectifiedLinear()),
    nengo.LIF(initial_state={"voltage": Choice([0.25, 0.5])}),
    nengo.LIF(initial_state={"refractory_time": Uniform(0, 0.002)}),
]


@hypothesis.given(recipe=recipes([*SPIKING_NEURONS, *RATE_NEURONS, *STOCHASTIC_NEURONS]))
@hypothesis.settings(max_examples=60)
def test_random_networks(recipe):
    network, _ = recipe.build()

    assert_same_build(network)


@pytest.mark.parametrize("neurons", CHAOTIC_NEURONS, ids=repr)
def test_neurons_whose_rates_are_measured(neurons):
    with nengo.Network(seed=1) as network:
        nengo.Probe(nengo.Ensemble(5, 1, neuron_type=neurons, n_eval_points=10))

    assert_same_build(network)


BALLS = st.builds(
    ScatteredHypersphere,
    surface=st.just(False),
    min_magnitude=st.sampled_from([0, 0.3]),
    method=st.sampled_from(["sct-approx", "sct", "tfww"]),
)
SPHERES = st.builds(ScatteredHypersphere, surface=st.just(True))
OTHERS = st.sampled_from([UniformHypersphere(), Uniform(-1, 1), Uniform(0.1, 0.5)])


@hypothesis.given(data=st.data())
@hypothesis.settings(max_examples=60)
def test_random_parameters_of_an_ensemble(data):
    size, n_neurons = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 30))
    with nengo.Network(seed=data.draw(st.integers(0, 1000))) as network:
        ensemble = nengo.Ensemble(
            n_neurons,
            size,
            radius=data.draw(st.sampled_from([1, 0.7, 3.0])),
            eval_points=data.draw(BALLS | OTHERS),
            encoders=data.draw(SPHERES | BALLS | OTHERS),
            intercepts=data.draw(st.sampled_from([Uniform(-1, 0.9), Choice([0.5, -0.5])])),
            max_rates=data.draw(st.sampled_from([Uniform(200, 400), Choice([100])])),
            n_eval_points=data.draw(st.sampled_from([None, 2, 7, 41])),
            normalize_encoders=data.draw(st.booleans()),
        )
        nengo.Probe(ensemble)

    assert_same_build(network)


def twice(x):
    return [2 * x[0], x[0]]


def buffered():
    buffer = np.zeros(1)

    def function(x):
        buffer[:] = x[0] ** 2
        return buffer

    return function


POINTS = np.linspace(-1, 1, 30)[:, np.newaxis]
OPTIONS = {
    "a function of NumPy's": {"function": np.square},
    "a NumPy function of integers": {"function": np.isfinite},
    "a list": {"function": twice, "transform": [[1, 2]]},
    "a buffer": {"function": buffered()},
    "points of a function": {"eval_points": POINTS, "function": POINTS**2},
    "points of its own": {"eval_points": POINTS},
    "points drawn for it": {"eval_points": Uniform(-0.5, 0.5), "scale_eval_points": False},
    "a random transform": {"transform": Uniform(-1, 1)},
    "another regularization": {"solver": LstsqL2(reg=0.02)},
    "no regularization": {"solver": LstsqL2(reg=0)},
    "a Gram matrix of points": {"solver": LstsqL2(solver=Cholesky(transpose=True))},
    "one of neurons": {"solver": LstsqL2(solver=Cholesky(transpose=False))},
    "a singular value decomposition": {"solver": LstsqL2(solver=SVD())},
    "another solver": {"solver": LstsqL2nz()},
    "a random solver": {"solver": LstsqNoise()},
    "weights": {"solver": LstsqL2(weights=True)},
    "no solver": {"solver": NoSolver()},
    "learning": {"learning_rule_type": nengo.PES()},
    "another synapse": {"synapse": nengo.Alpha(0.02)},
    "no synapse": {"synapse": None},
}


def network_of(options, n_neurons=20, **of_ensemble):
    with nengo.Network(seed=3) as network:
        a = nengo.Ensemble(n_neurons, 1, **of_ensemble)
        b = nengo.Ensemble(10, 1)
        for _ in range(2):
            nengo.Connection(a, b, **options)
        nengo.Connection(a, b, function=lambda x: x + 1)
        nengo.Probe(a, synapse=0.01)
    return network


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS.keys())
@pytest.mark.parametrize("n_eval_points", [100, 12], ids=["many points", "few points"])
def test_options_of_a_connection(options, n_eval_points):
    assert_same_build(network_of(options, n_eval_points=n_eval_points))


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS.keys())
def test_solving_without_scipy(options, monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.linalg", None)

    assert_same_build(network_of(options, n_eval_points=100))


@pytest.mark.parametrize("kept", [0, 2**27], ids=["nothing kept", "all kept"])
def test_connections_that_share_activities(kept, monkeypatch):
    monkeypatch.setattr(shared_systems, "MOST_BYTES", kept)
    factorized = []
    factorize = decoders._factorize
    monkeypatch.setattr(
        decoders, "_factorize", lambda *given: factorized.append(given) or factorize(*given)
    )

    assert_same_build(network_of({}))

    assert len(factorized) == (1 if kept else 4)


GIVEN = {
    "gain and bias": {"gain": Choice([2.0]), "bias": Uniform(1.1, 2)},
    "arrays of them": {"gain": np.linspace(1, 2, 20), "bias": np.ones(20)},
    "those of lines": {
        "gain": Choice([2]),
        "bias": Choice([2]),
        "neuron_type": nengo.RectifiedLinear(),
    },
    "those of sigmoids": {"gain": Choice([2]), "bias": Choice([2]), "neuron_type": nengo.Sigmoid()},
    "encoders": {"encoders": [[1.0]] * 10 + [[-2.0]] * 10},
    "rates": {"max_rates": np.linspace(100, 300, 20), "intercepts": np.linspace(-1, 0.5, 20)},
    "points": {"eval_points": POINTS},
    "no neurons": {"neuron_type": nengo.Direct()},
    "noise": {"noise": nengo.processes.WhiteNoise(seed=1)},
}


@pytest.mark.parametrize("of_ensemble", GIVEN.values(), ids=GIVEN.keys())
def test_given_parameters_of_an_ensemble(of_ensemble):
    assert_same_build(network_of({}, **of_ensemble))


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [("precision", "bits", "32"), ("nengo.Simulator", "fail_fast", "True")],
)
def test_settings_of_nengo(section, name, value):
    before = nengo.rc[section][name]
    nengo.rc.set(section, name, value)
    try:
        assert_same_build(network_of({}))
    finally:
        nengo.rc.set(section, name, before)


def test_networks_of_networks():
    with nengo.Network(seed=2) as network:
        product = nengo.networks.CircularConvolution(12, dimensions=4)
        ensemble = nengo.Ensemble(30, 2)
        array = nengo.networks.EnsembleArray(12, 3, neuron_type=nengo.LIFRate())
        array.add_output("powers", [np.square, lambda x: x**3, np.sin])
        array.add_neuron_input()
        array.add_neuron_output()
        nengo.Connection(product.output[0], ensemble[1])
        nengo.Connection(array.powers[[2, 0]], array.input[:2])
        nengo.networks.BasalGanglia(3, n_neurons_per_ensemble=12)

    assert_same_build(network)
