"""Weights that learn a block of steps at a time learn what they would learn step by step."""

from __future__ import annotations

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.plan.cost import MODELS, Device
from nengo_nb.plan.stages import StageKind
from tests.costs import change_costs, learn_in_blocks

BLOCK = MODELS[Device.CPU].block_steps


@pytest.fixture
def all_in_blocks(monkeypatch):
    """However few they are, and from the first program on."""
    learn_in_blocks(monkeypatch)


def learners(rule=None, dtype: str = "float64") -> nengo.Network:
    """Two connections alike, and one between neurons, learn for 20 steps, wait, and learn
    again after step 45.
    """
    with nengo.Network(seed=0) as net:
        nengo_nb.configure_settings(dtype=dtype)
        source = nengo.Node(lambda t: [np.sin(40 * t), np.cos(30 * t)])
        pause = nengo.Node(lambda t: float(0.02 < t < 0.045))
        pre, other, post = nengo.Ensemble(20, 2), nengo.Ensemble(20, 2), nengo.Ensemble(30, 2)
        error = nengo.Ensemble(40, 2)
        for ens in (pre, other):
            nengo.Connection(source, ens, synapse=None)
            conn = nengo.Connection(ens, post, learning_rule_type=nengo.PES(1e-3))
            nengo.Connection(error, conn.learning_rule)
            nengo.Probe(conn.learning_rule)
        between = nengo.Connection(
            pre,
            post,
            solver=nengo.solvers.LstsqL2(weights=True),
            learning_rule_type=rule or nengo.PES(1e-4),
        )
        if rule is None:
            nengo.Connection(error, between.learning_rule)
        nengo.Connection(post, error, synapse=0.002)
        nengo.Connection(source, error, transform=-1, synapse=None)
        nengo.Connection(pause, error.neurons, transform=[[-10]] * 40, synapse=None)
        nengo.Probe(post, synapse=0.005)
        nengo.Probe(error)
    return net


def run(net: nengo.Network, lengths, minibatch_size: int | None = None) -> list[np.ndarray]:
    """Return the samples of runs of some lengths, then the weights."""
    with nengo_nb.Simulator(net, minibatch_size=minibatch_size, progress_bar=False) as sim:
        for n_steps in lengths:
            sim.run_steps(n_steps)
        weights = [
            sim.data[conn].weights for conn in net.all_connections if conn.learning_rule_type
        ]
        return [sim.data[probe] for probe in net.all_probes] + weights


def sorts(net: nengo.Network, minibatch_size: int | None = None) -> list[StageKind]:
    with nengo_nb.Simulator(net, minibatch_size=minibatch_size, progress_bar=False) as sim:
        return [stage.kind for stage in sim.plan.stages]


def in_blocks(net: nengo.Network, minibatch_size: int | None = None) -> int:
    """How many connections learn in blocks."""
    with nengo_nb.Simulator(net, minibatch_size=minibatch_size, progress_bar=False) as sim:
        segments = sim._parts.simulation.runner.executor.segments.values()
    connections = 0
    for segment in segments:
        if segment.blocks:
            connections += sum(ahead.shape[1] for ahead in segment.blocks.aheads.values())
    return connections


def reference(net: nengo.Network, n_steps: int) -> list[np.ndarray]:
    with nengo.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(n_steps)
        weights = [
            sim.signals[sim.model.sig[conn]["weights"]]
            for conn in net.all_connections
            if conn.learning_rule_type
        ]
        return [sim.data[probe] for probe in net.all_probes] + [
            np.array(array) for array in weights
        ]


@pytest.mark.parametrize("minibatch_size", [None, 3])
@pytest.mark.parametrize("rule", [None, nengo.BCM(1e-9)])
def test_weights_in_blocks_learn_as_nengos_do(all_in_blocks, rule, minibatch_size):
    """In runs that are whole blocks, less than one, and neither."""
    net = learners(rule)
    theirs = reference(net, 110)

    ours = run(net, (BLOCK, 7, 71), minibatch_size)

    assert in_blocks(net, minibatch_size) == 3
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, np.broadcast_to(other, mine.shape), atol=1e-12)


def test_a_device_may_have_shorter_blocks(all_in_blocks, monkeypatch):
    exact = run(learners(), (50,))

    change_costs(monkeypatch, block_steps=8)
    shorter = run(learners(), (50,))

    assert in_blocks(learners()) == 3
    for mine, other in zip(shorter, exact, strict=True):
        np.testing.assert_allclose(mine, other, atol=1e-12)


def test_single_precision_is_as_exact_as_step_by_step(all_in_blocks):
    exact = run(learners(), (100,))

    for mine, other in zip(run(learners(dtype="float32"), (100,)), exact, strict=True):
        np.testing.assert_allclose(mine, other, atol=2e-5)


def test_a_run_in_blocks_is_as_many_single_steps(all_in_blocks):
    net = learners()
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        for _ in range(BLOCK + 3):
            sim.step()
        stepped = [sim.data[probe] for probe in net.all_probes]

    for mine, other in zip(run(net, (BLOCK + 3,)), stepped, strict=False):
        np.testing.assert_allclose(mine, other, atol=1e-12)


def test_items_of_a_minibatch_learn_from_what_they_are_shown(all_in_blocks):
    with nengo.Network(seed=0) as net:
        nengo_nb.configure_settings(dtype="float64")
        source = nengo.Node([0.0])
        pre, post = nengo.Ensemble(20, 1), nengo.Node(size_in=1)
        nengo.Connection(source, pre)
        learned = nengo.Connection(
            pre, post, function=np.zeros_like, learning_rule_type=nengo.PES(1e-2)
        )
        nengo.Connection(post, learned.learning_rule, synapse=0.01)
        nengo.Connection(source, learned.learning_rule, transform=-1)
        probe = nengo.Probe(post, synapse=0.01)
    shown = np.random.RandomState(0).uniform(-1, 1, size=(2, 70, 1))

    with nengo_nb.Simulator(net, minibatch_size=2, progress_bar=False) as both:
        both.run_steps(70, data={source: shown})
    for k in range(2):
        with nengo_nb.Simulator(net, progress_bar=False) as alone:
            alone.run_steps(70, data={source: shown[k : k + 1]})
        np.testing.assert_allclose(both.data[probe][k], alone.data[probe], atol=1e-12)


def test_weights_that_are_recorded_or_feed_themselves_learn_step_by_step(all_in_blocks):
    def made(watched: bool, recurrent: bool) -> list[StageKind]:
        with nengo.Network(seed=0) as net:
            pre, error = nengo.Ensemble(20, 1), nengo.Node(size_in=1)
            conn = nengo.Connection(pre, error, learning_rule_type=nengo.PES())
            nengo.Connection(error, conn.learning_rule)
            if recurrent:
                nengo.Connection(error, pre)
            nengo.Probe(conn, "weights") if watched else nengo.Probe(error)
        return sorts(net)

    assert StageKind.BLOCKS in made(False, False)
    assert StageKind.BLOCKS not in made(True, False)
    assert StageKind.BLOCKS not in made(False, True)


@pytest.mark.parametrize("rule", [nengo.Oja(1e-6), nengo.Voja(), nengo.RLS()])
def test_rules_that_read_what_they_change_learn_step_by_step(all_in_blocks, rule):
    with nengo.Network(seed=0) as net:
        pre, post = nengo.Ensemble(20, 1), nengo.Ensemble(20, 1)
        weights = nengo.solvers.LstsqL2(weights=isinstance(rule, nengo.Oja))
        conn = nengo.Connection(pre, post, solver=weights, learning_rule_type=rule)
        if not isinstance(rule, nengo.Oja):
            nengo.Connection(post, conn.learning_rule, transform=1)
        nengo.Probe(post)

    assert StageKind.BLOCKS not in sorts(net)


def test_only_many_weights_learn_in_blocks():
    def made(neurons: int, minibatch_size: int | None) -> bool:
        with nengo.Network(seed=0) as net:
            pre, error = nengo.Ensemble(neurons, 100), nengo.Node(size_in=100)
            none = nengo.solvers.NoSolver(np.zeros((neurons, 100)))
            conn = nengo.Connection(pre, error, learning_rule_type=nengo.PES(), solver=none)
            nengo.Connection(error, conn.learning_rule)
            nengo.Probe(error)
        return StageKind.BLOCKS in sorts(net, minibatch_size)

    assert made(1000, None)
    assert not made(500, None)
    assert not made(1000, 80)
    assert made(1000, 90)


def test_the_first_program_for_one_item_takes_single_steps_and_the_next_one_blocks():
    """It is compiled in less time; the next one is compiled while it runs."""
    with nengo.Network(seed=0) as net:
        pre, error = nengo.Ensemble(1200, 100), nengo.Node(size_in=100)
        none = nengo.solvers.NoSolver(np.zeros((1200, 100)))
        conn = nengo.Connection(pre, error, learning_rule_type=nengo.PES(), solver=none)
        nengo.Connection(error, conn.learning_rule)
        nengo.Probe(error)

    def least(minibatch_size: int | None) -> tuple[int, int, int]:
        with nengo_nb.Simulator(net, minibatch_size=minibatch_size, progress_bar=False) as sim:
            run = sim._parts.simulation.runner.executor
            return (
                max(segment.least_room for segment in run.segments.values()),
                run.room,
                run.wide_room,
            )

    room_needed, first, wide = least(None)
    assert first < room_needed == wide
    assert least(80)[0] == 0
