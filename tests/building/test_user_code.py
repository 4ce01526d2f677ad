"""Code of the user's is called as Nengo's builder calls it, and errors are Nengo's."""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import nengo
import numpy as np
import pytest
from nengo.builder import Builder, Model
from nengo.builder.ensemble import build_ensemble
from nengo.cache import DecoderCache
from nengo.dists import Choice, Distribution
from nengo.solvers import LstsqL2, Solver

from nengo_nb.building import EquivalentBuilder
from nengo_nb.building.decoders import MOST_SMALL_CACHED
from nengo_nb.building.rates import rates_of

from .models import assert_same, assert_same_build, build

CALLS: list[tuple[object, ...]] = []
"""Calls of the user's code in the network that is being built."""


def logged(name):
    def function(x):
        CALLS.append((name, *x))
        return x * len(CALLS)

    return function


class LoggedSolver(Solver):
    """Solver that logs what it is called with, and keeps the generator."""

    generators: list[np.random.RandomState] = []

    def __call__(self, A, Y, rng=None):
        CALLS.append(("solver", A.sum(), Y.sum(), rng.get_state()[1][0]))
        self.generators.append(rng)
        return np.ones((A.shape[1], Y.shape[1])), {"rmses": np.zeros(Y.shape[1])}


class LoggedNeurons(nengo.LIF):
    """Neuron type that logs its calls."""

    def gain_bias(self, max_rates, intercepts):
        CALLS.append(("gain_bias", *max_rates))
        return super().gain_bias(max_rates, intercepts)

    def rates(self, x, gain, bias):
        CALLS.append(("rates", x.sum()))
        return super().rates(x, gain, bias)


class KeptGenerator(Distribution):
    """Distribution that keeps the generators it draws from."""

    generators: list[np.random.RandomState] = []

    def sample(self, n, d=None, rng=np.random):
        CALLS.append(("sample", n, d))
        self.generators.append(rng)
        return rng.uniform(-0.5, 0.5, size=(n,) if d is None else (n, d))


def network_with_user_code():
    with nengo.Network(seed=1) as network:
        a = nengo.Ensemble(10, 1)
        b = nengo.Ensemble(10, 2, neuron_type=LoggedNeurons(), intercepts=KeptGenerator())
        c = nengo.Ensemble(10, 1, encoders=KeptGenerator(), n_eval_points=30)
        nengo.Connection(a, b, function=logged("first"), transform=[[1], [2]])
        nengo.Connection(b[1], c, function=logged("second"), solver=LoggedSolver())
        nengo.Connection(a, c, function=logged("third"), eval_points=KeptGenerator())
        nengo.Connection(a, b, transform=KeptGenerator())
        nengo.Connection(a, c, function=logged("first"))
    CALLS.clear()  # of functions, to find their sizes
    return network


def test_calls_are_those_of_nengo_in_its_order():
    network = network_with_user_code()
    expected, their_calls = build(network), list(CALLS)
    CALLS.clear()

    found = build(network, EquivalentBuilder())

    assert_same(expected, found)
    assert their_calls == CALLS
    assert len([call for call in CALLS if call[0] == "first"]) == 2 * 750


@pytest.mark.parametrize("kind", [KeptGenerator, LoggedSolver])
def test_a_generator_that_is_kept_goes_on_as_in_nengo(kind):
    network = network_with_user_code()
    kind.generators.clear()
    build(network)
    theirs = [rng.uniform() for rng in kind.generators]
    kind.generators.clear()

    build(network, EquivalentBuilder())

    assert [rng.uniform() for rng in kind.generators] == theirs


@contextmanager
def registered(kind, function) -> Iterator[None]:
    before = dict(Builder.builders)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Nengo warns of a second function for a type
        Builder.register(kind)(function)
    try:
        yield
    finally:
        Builder.builders.clear()
        Builder.builders.update(before)


class Labelled(nengo.Ensemble):
    """Ensemble that somebody builds by a function of their own."""


def build_logged(model, obj, *arguments, **options):
    CALLS.append(("built", type(obj)))
    return BEFORE[type(obj)](model, obj, *arguments, **options)


BEFORE = {
    Labelled: build_ensemble,
    **{
        kind: Builder.builders[base]
        for kind, base in [
            (nengo.Ensemble, nengo.Ensemble),
            (nengo.Connection, nengo.Connection),
            (nengo.LIF, nengo.neurons.NeuronType),
            (nengo.Lowpass, nengo.Process),
            (nengo.transforms.NoTransform, nengo.transforms.NoTransform),
            (LstsqL2, Solver),
        ]
    },
}


@pytest.mark.parametrize("kind", BEFORE, ids=lambda kind: kind.__name__)
def test_functions_that_others_registered_are_called(kind):
    with nengo.Network(seed=1) as network:
        ensembles = [nengo.Ensemble(10, 1), Labelled(10, 1)]
        nengo.Connection(*ensembles)
    expected = build(network)
    CALLS.clear()

    with registered(kind, build_logged):
        found = build(network, EquivalentBuilder())

    assert_same(expected, found)
    assert set(CALLS) >= {("built", kind)}


class CallableBuilder:
    """Build function that is an object, and not hashable."""

    __hash__ = None

    def __call__(self, model, ensemble):
        CALLS.append(("built", type(ensemble)))
        build_ensemble(model, ensemble)


def test_a_build_function_may_be_any_callable():
    with nengo.Network(seed=1) as network:
        nengo.Ensemble(10, 1)
    CALLS.clear()

    with registered(nengo.Ensemble, CallableBuilder()):
        build(network, EquivalentBuilder())

    assert [("built", nengo.Ensemble)] == CALLS


def test_a_build_function_may_build_another_model_by_the_same_builder():
    with nengo.Network(seed=1) as network:
        nengo.Connection(nengo.Ensemble(10, 1), nengo.Ensemble(10, 1))
        Labelled(10, 1)
    with nengo.Network(seed=2) as inner:
        nengo.Probe(nengo.Ensemble(20, 2))
    others = []

    def build_both(model, ensemble):
        other = Model(dt=0.001, builder=model.builder)
        other.build(inner)
        others.append(other)
        build_ensemble(model, ensemble)

    expected = build(network)
    with registered(Labelled, build_both):
        found = build(network, EquivalentBuilder())

    assert_same(expected, found)
    assert_same(build(inner), others[0])


def returns_none(x):
    return None if np.ndim(x) and x[0] > 0.9 else x


OF_PYTHON = NotImplementedError, ValueError, ZeroDivisionError
FAULTS = {
    "zero encoders": {"encoders": np.zeros((10, 1))},
    "rates that are too high": {"max_rates": Choice([600.0])},
    "an intercept of one": {"intercepts": Choice([1.0])},
    "silence": {"eval_points": [[0.0]], "intercepts": Choice([0.5])},
    "rates beside gains": {
        "gain": Choice([1.0]),
        "bias": Choice([2.0]),
        "max_rates": np.full(10, 100.0),
    },
    "a gain without a bias": {"gain": Choice([1.0])},
    "one eval point": {"n_eval_points": 1},
}


@pytest.mark.parametrize("options", FAULTS.values(), ids=FAULTS.keys())
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_nengo_refuses_of_an_ensemble(options):
    with nengo.Network(seed=1) as network:
        nengo.Probe(nengo.Ensemble(10, 1, **options))
    with pytest.raises((nengo.exceptions.NengoException, *OF_PYTHON)):
        build(network)

    assert_same_build(network)


@pytest.mark.parametrize(
    "function",
    [returns_none, lambda x: x * np.nan, lambda x: [1.0] if x[0] == 0 else [1.0, 2.0, 3.0]],
    ids=["nothing", "not a number", "another size"],
)
def test_what_nengo_refuses_of_a_function(function):
    with nengo.Network(seed=1) as network:
        ensemble = nengo.Ensemble(10, 1)
        nengo.Connection(ensemble, ensemble, function=function)
    with pytest.raises((nengo.exceptions.NengoException, ValueError)):
        build(network)

    assert_same_build(network)


def told(network, builder=None):
    with warnings.catch_warnings(record=True) as messages:
        warnings.simplefilter("always")
        build(network, builder)
    return [(message.category, str(message.message)) for message in messages]


def test_warnings_are_those_of_nengo():
    with nengo.Network(seed=1) as network:
        options = {"gain": Choice([1.0]), "bias": Choice([0.5]), "max_rates": Choice([10.0])}
        nengo.Ensemble(10, 1, **options)
        nengo.Ensemble(10, 1, gain=Choice([1.0]), bias=Choice([-1.0, 0.5]))
        nengo.Ensemble(10, 1, eval_points=[[0.5], [1.0]], n_eval_points=5)
        nengo.Connection(
            nengo.Node(lambda t: t),
            nengo.Node(size_in=1),
            synapse=nengo.LinearFilter([1e-15, 1], [1, 1]),
        )
    theirs = told(network)

    ours = told(network, EquivalentBuilder())

    assert ours == theirs
    assert len(ours) >= 4


def test_a_build_that_was_interrupted_leaves_the_builder_as_new():
    def interrupt(x):
        if np.ndim(x) and x[0] > 0.9:
            raise KeyboardInterrupt
        return x

    with nengo.Network(seed=1) as network:
        ensemble = nengo.Ensemble(30, 1)
        nengo.Connection(ensemble, ensemble, function=interrupt)
    builder = EquivalentBuilder()

    with pytest.raises(KeyboardInterrupt):
        build(network, builder)

    assert vars(builder) == vars(EquivalentBuilder())
    other = network_of_size(20)
    assert_same(build(other), build(other, builder))


def test_a_model_is_pickled_without_what_its_build_worked_with():
    with nengo.Network(seed=1) as network:
        nengo.Probe(nengo.Ensemble(40, 1))
    found = build(network, EquivalentBuilder())

    copied = pickle.loads(pickle.dumps(found))

    assert type(copied.builder) is EquivalentBuilder
    assert vars(copied.builder) == vars(EquivalentBuilder())


def network_of_size(n_neurons, n_ensembles=1):
    with nengo.Network(seed=1) as network:
        for k in range(n_ensembles):
            ensemble = nengo.Ensemble(n_neurons, 1, n_eval_points=200, seed=k)
            nengo.Connection(ensemble, ensemble, seed=2)
    return network


@pytest.mark.parametrize(("n_neurons", "kept"), [(50, MOST_SMALL_CACHED), (150, 20)])
def test_decoders_are_kept_where_they_take_longer_to_solve_than_to_find(
    tmp_path, n_neurons, kept, monkeypatch
):
    """Where there are many; of a few, all are kept."""
    network = network_of_size(n_neurons, 20)
    first = build(network, EquivalentBuilder(), DecoderCache(cache_dir=tmp_path))
    solved = []
    monkeypatch.setattr(
        "nengo_nb.building.decoders.rates_of",
        lambda *args, **options: solved.append(args) or rates_of(*args, **options),
    )

    second = build(network, EquivalentBuilder(), DecoderCache(cache_dir=tmp_path))

    assert_same(build(network), first)
    assert_same(first, second)
    assert len(solved) == 20 - kept


def test_a_small_network_that_was_built_before_needs_no_scipy(tmp_path, monkeypatch):
    network = network_of_size(50, 3)
    expected = build(network, EquivalentBuilder(), DecoderCache(cache_dir=tmp_path))
    monkeypatch.setattr("nengo_nb.building.decoders._linalg", None)

    assert_same(expected, build(network, EquivalentBuilder(), DecoderCache(cache_dir=tmp_path)))


@pytest.mark.parametrize("first", [None, EquivalentBuilder()], ids=["nengo", "ours"])
def test_either_builder_finds_the_decoders_that_the_other_kept(tmp_path, first, monkeypatch):
    network = network_of_size(150)
    second = EquivalentBuilder() if first is None else None
    expected = build(network, first, DecoderCache(cache_dir=tmp_path))
    # Nengo's solver and ours both need it, as would a build that found nothing.
    monkeypatch.setattr(nengo.neurons.LIFRate, "rates", None)
    monkeypatch.setattr("nengo_nb.building.decoders.rates_of", None)

    assert_same(expected, build(network, second, DecoderCache(cache_dir=tmp_path)))
