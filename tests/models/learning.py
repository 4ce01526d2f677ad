"""Models that learn while they run."""

from __future__ import annotations

import nengo
import numpy as np


def learn_communication_channel() -> nengo.Network:
    """Build a channel that PES teaches, and whose teaching is switched off: "Learning a
    communication channel", Nengo documentation.
    """
    with nengo.Network(seed=30) as network:
        stimulus = nengo.Node(nengo.processes.WhiteSignal(60, high=5, seed=4), size_out=2)
        pre, post, error = (nengo.Ensemble(60, 2) for _ in range(3))
        nengo.Connection(stimulus, pre)
        nengo.Connection(post, error)
        nengo.Connection(pre, error, transform=-1)
        learned = nengo.Connection(
            pre, post, function=lambda x: [0, 0], learning_rule_type=nengo.PES(1e-4)
        )
        nengo.Connection(error, learned.learning_rule)
        inhibit = nengo.Node(lambda t: 2.0 if t > 0.8 else 0.0)
        nengo.Connection(inhibit, error.neurons, transform=[[-1]] * error.n_neurons)
        for population in (pre, post, error):
            nengo.Probe(population, synapse=0.01)
        nengo.Probe(learned, "weights", sample_every=0.01)
    return network


def learn_product() -> nengo.Network:
    """Build a multiplication that PES teaches: "Learning to compute a product", Nengo
    documentation.
    """
    with nengo.Network(seed=31) as network:
        stimulus = nengo.Node(nengo.processes.WhiteSignal(60, high=5, seed=5), size_out=2)
        pre, post = nengo.Ensemble(120, 2, radius=1.4), nengo.Ensemble(60, 1)
        error, truth = nengo.Ensemble(60, 1), nengo.Node(size_in=1)
        nengo.Connection(stimulus, pre)
        nengo.Connection(stimulus, truth, function=lambda x: x[0] * x[1], synapse=None)
        learned = nengo.Connection(
            pre, post, function=lambda x: 0.0, learning_rule_type=nengo.PES()
        )
        nengo.Connection(post, error)
        nengo.Connection(truth, error, transform=-1)
        nengo.Connection(error, learned.learning_rule)
        nengo.Probe(truth, synapse=0.01)
        nengo.Probe(post, synapse=0.01)
        nengo.Probe(error, synapse=0.03)
    return network


def learn_square_rls() -> nengo.Network:
    """Build a square that recursive least squares teach: Sussillo & Abbott (2009), FORCE; the
    rule ``RLS`` of Nengo's API reference.
    """
    with nengo.Network(seed=32) as network:
        stimulus = nengo.Node(nengo.processes.WhiteSignal(60, high=5, seed=6))
        pre, post, error = nengo.Ensemble(100, 1), nengo.Node(size_in=1), nengo.Node(size_in=1)
        nengo.Connection(stimulus, pre)
        learned = nengo.Connection(
            pre, post, function=lambda x: 0.0, learning_rule_type=nengo.RLS()
        )
        nengo.Connection(post, error)
        nengo.Connection(stimulus, error, function=lambda x: -(x**2))
        nengo.Connection(error, learned.learning_rule)
        nengo.Probe(post, synapse=0.01)
        nengo.Probe(error, synapse=0.03)
    return network


def _unsupervised(rule: nengo.learning_rules.LearningRuleType, seed: int) -> nengo.Network:
    """Build a channel with a full weight matrix that an unsupervised rule changes."""
    with nengo.Network(seed=seed) as network:
        stimulus = nengo.Node(lambda t: np.sin(6 * t))
        pre, post = nengo.Ensemble(100, 1), nengo.Ensemble(10, 1)
        nengo.Connection(stimulus, pre)
        learned = nengo.Connection(
            pre, post, solver=nengo.solvers.LstsqL2(weights=True), learning_rule_type=rule
        )
        nengo.Probe(pre, synapse=0.01)
        nengo.Probe(post, synapse=0.01)
        nengo.Probe(learned, "weights", sample_every=0.01)
    return network


def unsupervised_bcm() -> nengo.Network:
    """Build a channel that BCM makes sparser: "Unsupervised learning", Nengo documentation."""
    return _unsupervised(nengo.BCM(learning_rate=5e-10), 33)


def unsupervised_oja() -> nengo.Network:
    """Build a channel that Oja's rule shapes: "Unsupervised learning", Nengo documentation."""
    return _unsupervised(nengo.Oja(learning_rate=6e-8), 34)


def learn_associations() -> nengo.Network:
    """Build a heteroassociative memory with Voja for keys and PES for values: "Learning new
    associations", Nengo documentation, after Voelker, Crawford & Eliasmith (2014).
    """
    rng = np.random.RandomState(7)
    keys = nengo.dists.UniformHypersphere(surface=True).sample(4, 32, rng=rng)
    values = nengo.dists.UniformHypersphere(surface=False).sample(4, 4, rng=rng)
    period = 0.2
    with nengo.Network(seed=35) as network:
        key = nengo.Node(nengo.processes.PresentInput(keys, period))
        value = nengo.Node(nengo.processes.PresentInput(values, period))
        learning = nengo.Node(lambda t: -1 if t >= 0.8 else 0)
        recall = nengo.Node(size_in=4)
        memory = nengo.Ensemble(200, 32, intercepts=[np.mean(keys @ keys.T)] * 200)
        voja = nengo.Connection(key, memory, synapse=None, learning_rule_type=nengo.Voja(5e-2))
        nengo.Connection(learning, voja.learning_rule, synapse=None)
        learned = nengo.Connection(
            memory,
            recall,
            function=lambda x: np.zeros(4),
            learning_rule_type=nengo.PES(1e-3),
        )
        error = nengo.networks.EnsembleArray(100, 4)
        nengo.Connection(
            learning, error.add_neuron_input(), transform=np.ones((400, 1)), synapse=None
        )
        nengo.Connection(value, error.input, transform=-1, synapse=None)
        nengo.Connection(recall, error.input, synapse=None)
        nengo.Connection(error.output, learned.learning_rule)
        nengo.Probe(recall, synapse=0.01)
        nengo.Probe(memory, "scaled_encoders", sample_every=0.05)
    return network


MODELS = (
    learn_communication_channel,
    learn_product,
    learn_square_rls,
    unsupervised_bcm,
    unsupervised_oja,
    learn_associations,
)
