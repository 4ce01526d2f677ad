"""``check`` finds what is wrong in networks that are made wrong, and nothing in ordinary ones."""

from __future__ import annotations

import nengo
import numpy as np
import pytest
from nengo.dists import Choice, Uniform
from nengo.exceptions import ValidationError

import nengo_nb
from nengo_nb.analysis import Problem


def problems(health, thing=None):
    return [finding.problem for finding in (health if thing is None else health.of(thing))]


@pytest.fixture
def net():
    with nengo.Network(seed=0) as network:
        yield network


def test_an_ordinary_network_is_in_good_health(net):
    stimulus = nengo.Node(lambda t: np.sin(6 * t))
    a, b = nengo.Ensemble(50, 1), nengo.Ensemble(200, 16)
    nengo.Connection(stimulus, a)
    nengo.Connection(a, b[0], function=np.square)

    health = nengo_nb.check(net, 0.5)

    assert health
    assert list(health) == []
    assert str(health) == "Nothing found in 2 ensembles, 1 decoder, 0.5 s."


def test_circular_convolution_and_basal_ganglia_are_in_good_health(net):
    nengo.networks.CircularConvolution(50, 4)
    # Their ensembles rectify: where no neuron fires, nothing is decoded, and that is meant.
    nengo.networks.BasalGanglia(3)

    assert problems(nengo_nb.check(net)) == []


def test_neurons_that_fire_at_no_value_are_silent(net):
    ensemble = nengo.Ensemble(20, 1, gain=np.ones(20), bias=np.r_[np.zeros(12), np.full(8, 2.0)])

    (finding,) = nengo_nb.check(net)

    assert finding.problem is Problem.SILENT
    assert finding.value == 12 / 20
    assert "12 of 20 neurons fire at no value within its radius of 1" in finding.reason
    assert finding.obj is ensemble


def test_high_intercepts_in_many_dimensions_are_silent_and_the_remedy_says_why(net):
    nengo.Ensemble(100, 64, intercepts=Uniform(0.5, 0.9))

    (finding,) = nengo_nb.check(net)

    assert finding.problem is Problem.SILENT
    assert "CosineSimilarity(64 + 2)" in finding.remedy


def test_neurons_near_their_highest_rate_are_saturated(net):
    ensemble = nengo.Ensemble(20, 1, max_rates=Uniform(470, 490))

    (finding,) = nengo_nb.check(net)

    assert finding.problem is Problem.SATURATED
    assert "500 Hz" in finding.reason
    assert finding.obj is ensemble


def test_neurons_whose_rate_does_not_depend_on_the_value_are_unresponsive(net):
    nengo.Ensemble(20, 1, gain=np.full(20, 1e-3), bias=np.full(20, 2.0))

    assert problems(nengo_nb.check(net)) == [Problem.UNRESPONSIVE]


def test_outputs_below_zero_are_no_silence(net):
    nengo.Ensemble(20, 1, neuron_type=nengo.Tanh(), gain=Choice([1.0]), bias=Choice([-3.0]))

    assert Problem.SILENT not in problems(nengo_nb.check(net))


def test_a_function_that_an_ensemble_cannot_decode_is_found(net):
    a, b = nengo.Ensemble(10, 1), nengo.Ensemble(50, 1)
    wild = nengo.Connection(a, b, function=lambda x: np.sin(20 * x))
    nengo.Connection(a, b)

    health = nengo_nb.check(net)

    assert problems(health) == problems(health, wild) == [Problem.DECODING_ERROR]
    assert 0.6 < health.findings[0].value < 2


def test_functions_that_are_constant_and_decoders_that_learn_are_no_finding(net):
    a, b = nengo.Ensemble(50, 1), nengo.Ensemble(50, 1)
    nengo.Connection(a, b, function=lambda _: 0)
    nengo.Connection(a, b, function=lambda _: 1)
    nengo.Connection(a, b, function=lambda x: np.sin(20 * x), learning_rule_type=nengo.PES(1e-5))

    assert problems(nengo_nb.check(net)) == []


def test_an_ensemble_that_is_driven_outside_its_radius_is_found_in_a_run_alone(net):
    ensemble = nengo.Ensemble(50, 1)
    nengo.Connection(nengo.Node(2.5), ensemble, synapse=None)

    assert nengo_nb.check(net)
    (finding,) = nengo_nb.check(net, 0.1)

    assert finding.problem is Problem.OUTSIDE_RADIUS
    assert finding.value == pytest.approx(1, abs=0.02)
    assert "Set radius=2.5" in finding.remedy
    assert finding.obj is ensemble


def test_an_ensemble_that_is_held_silent_is_found_in_a_run(net):
    ensemble = nengo.Ensemble(50, 1)
    push = nengo.Node(-100)
    nengo.Connection(push, ensemble.neurons, transform=np.ones((50, 1)), synapse=None)

    health = nengo_nb.check(net, 0.2)

    assert problems(health) == [Problem.SILENT]
    assert "None of its 50 neurons fired in 0.2 s" in str(health)


def test_neurons_that_are_driven_to_their_limit_are_found_in_a_run(net):
    ensemble = nengo.Ensemble(50, 1)
    push = nengo.Node(1000)
    nengo.Connection(push, ensemble.neurons, transform=np.ones((50, 1)), synapse=None)

    assert problems(nengo_nb.check(net, 0.2)) == [Problem.SATURATED]


def learner(net, rate):
    stimulus = nengo.Node(lambda t: np.sin(20 * t))
    a, b = nengo.Ensemble(50, 1), nengo.Node(size_in=1)
    nengo.Connection(stimulus, a)
    learned = nengo.Connection(a, b, function=lambda _: 0, learning_rule_type=nengo.PES(rate))
    nengo.Connection(b, learned.learning_rule)
    nengo.Connection(stimulus, learned.learning_rule, transform=-1)
    return learned


def test_weights_that_learn_and_settle_are_no_finding(net):
    learner(net, 1e-4)

    assert problems(nengo_nb.check(net, 1.0)) == []


@pytest.mark.filterwarnings("ignore:This learning rate is very high")
def test_weights_that_explode_are_found(net):
    learned = learner(net, 0.05)

    health = nengo_nb.check(net, 0.5)

    assert Problem.GROWING_WEIGHTS in problems(health, learned)


def test_long_runs_are_added_up_in_pieces(net, monkeypatch):
    ensemble = nengo.Ensemble(50, 1)
    nengo.Connection(nengo.Node(lambda t: 2.5 * (t > 0.05)), ensemble, synapse=None)
    whole = nengo_nb.check(net, 0.101)
    monkeypatch.setattr("nengo_nb.analysis.network_check.MOST_VALUES", 1000)

    assert str(nengo_nb.check(net, 0.101)) == str(whole) != ""


def test_ensembles_in_direct_mode_and_inner_networks_are_looked_at(net):
    with nengo.Network(label="inner"):
        direct = nengo.Ensemble(1, 2, neuron_type=nengo.Direct(), label="direct")
        nengo.Ensemble(20, 1, gain=np.full(20, 1.0001), bias=np.zeros(20), label="mute")
    nengo.Connection(nengo.Node([3, 0]), direct, synapse=None)

    health = nengo_nb.check(net, 0.1)

    assert [finding.name for finding in health] == ["mute", "direct", "mute"]
    assert problems(health) == [Problem.SILENT, Problem.OUTSIDE_RADIUS, Problem.SILENT]


@pytest.mark.parametrize("simulator", [nengo.Simulator, nengo_nb.Simulator])
def test_a_simulator_is_looked_at_as_it_was_built(net, simulator):
    nengo.Ensemble(20, 1, gain=np.full(20, 1.0001), bias=np.zeros(20))

    with simulator(net, progress_bar=False) as sim:
        assert problems(nengo_nb.check(sim)) == [Problem.SILENT]
        with pytest.raises(ValidationError, match="give its network to have it run"):
            nengo_nb.check(sim, 1.0)
        assert sim.n_steps == 0


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf")])
def test_times_that_are_none_are_refused(net, seconds):
    with pytest.raises(ValidationError, match="must be a number of seconds from 0"):
        nengo_nb.check(net, seconds)


def test_the_network_stays_as_it_is(net):
    nengo.Connection(nengo.Node(lambda t: t), nengo.Ensemble(10, 1))
    before = (net.all_objects, net.all_probes, net.all_connections)

    nengo_nb.check(net, 0.05)

    assert (net.all_objects, net.all_probes, net.all_connections) == before
