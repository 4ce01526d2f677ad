"""Learning rules that are deferred to the next step change no recorded value."""

from __future__ import annotations

import nengo
import numpy as np
import pytest

import nengo_nb

RULES = {"PES": nengo.PES(1e-3), "BCM": nengo.BCM(1e-9)}


def learner(rule: str, n: int = 30, size: int = 2) -> tuple[nengo.Network, nengo.Connection]:
    """Neurons that learn to represent a constant; for BCM, from neurons to neurons."""
    with nengo.Network(seed=1) as net:
        nengo_nb.configure_settings(dtype="float64")
        stimulus = nengo.Node(np.linspace(-0.5, 0.9, size))
        pre, post = nengo.Ensemble(n, size), nengo.Ensemble(n, size)
        nengo.Connection(stimulus, pre)
        if rule == "PES":
            conn = nengo.Connection(
                pre, post, function=np.zeros_like, learning_rule_type=RULES[rule]
            )
            error = nengo.Node(size_in=size)
            nengo.Connection(post, error)
            nengo.Connection(stimulus, error, transform=-1)
            nengo.Connection(error, conn.learning_rule)
        else:
            weights = np.random.RandomState(0).uniform(0, 1e-2, size=(n, n))
            conn = nengo.Connection(
                pre.neurons, post.neurons, transform=weights, learning_rule_type=RULES[rule]
            )
        nengo.Probe(conn, "weights")
        nengo.Probe(post, synapse=0.01)
    return net, conn


def assert_agrees(net: nengo.Network, n_steps: int = 100) -> None:
    with nengo.Simulator(net, progress_bar=False) as reference:
        reference.run_steps(n_steps)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        for _ in range(4):
            sim.run_steps(n_steps // 4)
    for probe in net.all_probes:
        wanted = reference.data[probe]
        np.testing.assert_allclose(
            sim.data[probe], wanted, atol=1e-9 * max(1, np.abs(wanted).max())
        )


@pytest.mark.parametrize("rule", RULES)
def test_weights_are_learned_as_by_nengo(rule):
    net, _ = learner(rule)

    assert_agrees(net)


@pytest.mark.parametrize("rule", RULES)
def test_a_change_that_is_probed_is_seen_when_it_is_made(rule):
    net, conn = learner(rule)
    with net:
        nengo.Probe(conn.learning_rule, "delta")

    assert_agrees(net)


@pytest.mark.parametrize("rule", RULES)
def test_what_is_kept_is_two_vectors_and_not_their_outer_product(rule):
    net, conn = learner(rule, n=100, size=20)

    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        n_weights = sim.data[conn].weights.size
        matrices = []
        for stage in sim.plan.stages:
            matrices += [state for state in stage.states if state.initial.size >= n_weights]

    assert len(matrices) == 1


def test_what_was_read_may_come_from_another_stage():
    """Encoders this large are a stage of their own, so what moves the error and what learns
    from it are apart.
    """
    net, _ = learner("PES", n=600, size=64)

    assert_agrees(net, 20)


def test_items_of_a_minibatch_learn_for_themselves():
    net, _ = learner("PES")
    node, probe = net.nodes[0], net.probes[1]
    inputs = np.random.RandomState(0).uniform(-1, 1, size=(3, 1, 2)) * np.ones((1, 40, 1))

    with nengo_nb.Simulator(net, minibatch_size=3, progress_bar=False) as sim:
        sim.run_steps(40, data={node: inputs})
        together = sim.data[probe]
    for item in range(3):
        with nengo_nb.Simulator(net, progress_bar=False, minibatch_size=1) as sim:
            sim.run_steps(40, data={node: inputs[item : item + 1]})

            np.testing.assert_allclose(sim.data[probe][0], together[item], atol=1e-9)
