"""Time in long runs: step numbers beyond 2**31 and 2**32, and times that float32 holds as
well as it can.
"""

from __future__ import annotations

import keras
import nengo
import numpy as np
import pytest
import tensorflow as tf

import nengo_nb
from nengo_nb.engine.forward import Forward
from nengo_nb.ops.rules import ExecutionMode
from nengo_nb.plan.stages import StageKind
from nengo_nb.simulator.run.planning import plan_for_training
from nengo_nb.simulator.run.sim_state import SimState

from .networks import open_simulator, regression, simulate

FAR = [5_000_000, 123_456_789, 2**31 - 10, 2**32 - 10, 2**40]


def go_to(sim: nengo_nb.Simulator, n_steps: int) -> None:
    """Pretend that so many steps have been taken; the states stay what they are."""
    runner = sim._parts.simulation.runner
    runner.state = SimState(n_steps, runner.state.states)


def clocks(dtype: str):
    """The time as a TensorNode, a Python node, and a node behind neurons see it."""
    with nengo.Network(seed=0) as net:
        nengo_nb.configure_settings(dtype=dtype)
        tensor = nengo_nb.TensorNode(lambda t: tf.reshape(t, (1, 1)), shape_out=1)
        python = nengo.Node(lambda t: t)
        ens = nengo.Ensemble(5, 1)
        behind = nengo.Node(lambda t, x: t, size_in=1)
        nengo.Connection(tensor, ens, transform=1e-12)
        nengo.Connection(ens, behind)
        probes = [nengo.Probe(node) for node in (tensor, python, behind)]
    return net, probes


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("begin", FAR)
def test_time_is_right_to_the_last_bit_however_long_a_run_is(begin, dtype):
    net, probes = clocks(dtype)
    wanted = (np.arange(begin + 1, begin + 21) * 0.001).astype(dtype)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        go_to(sim, begin)
        sim.run_steps(20)

        assert sim.n_steps == begin + 20
        for probe in probes:
            np.testing.assert_array_equal(sim.data[probe][:, 0], wanted)


@pytest.mark.parametrize("begin", [2**31 - 10, 2**32 - 10])
def test_random_spikes_go_on_and_never_repeat(begin):
    """The steps from 2**32 on have numbers of their own, and those before keep theirs."""
    with nengo.Network(seed=0) as net:
        ens = nengo.Ensemble(30, 1, neuron_type=nengo.StochasticSpiking(nengo.LIFRate()))
        probe = nengo.Probe(ens.neurons)
    start = simulate(net, 20).data[probe]
    with nengo_nb.Simulator(net, progress_bar=False) as whole:
        go_to(whole, begin)
        whole.run_steps(20)
    with nengo_nb.Simulator(net, progress_bar=False) as parts:
        go_to(parts, begin)
        parts.run_steps(7)
        parts.run_steps(13)

    np.testing.assert_array_equal(parts.data[probe], whole.data[probe])
    assert whole.data[probe][:10].any()
    assert whole.data[probe][10:].any()
    assert (whole.data[probe][10:] != start[:10]).any()


def test_samples_are_taken_at_the_same_steps():
    with nengo.Network() as net:
        probe = nengo.Probe(nengo.Node(lambda t: t), sample_every=0.004)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        go_to(sim, 2**31 - 10)
        sim.run_steps(20)

    steps = [n for n in range(2**31 - 9, 2**31 + 11) if n % 4 == 0]
    np.testing.assert_array_equal(
        sim.data[probe][:, 0], (np.array(steps) * 0.001).astype("float32")
    )


def test_weights_that_learn_in_blocks_do_so_far_from_the_start():
    """An error of its own for each step shows whether a block's steps keep their order."""
    with nengo.Network(seed=0) as net:
        pre = nengo.Ensemble(400, 1, gain=np.ones(400), bias=np.full(400, 5.0))
        post = nengo.Node(size_in=300)
        learned = nengo.Connection(
            pre,
            post,
            solver=nengo.solvers.NoSolver(np.zeros((400, 300))),
            function=lambda x: np.zeros(300),
            learning_rule_type=nengo.PES(1e-4),
        )
        nengo.Connection(nengo.Node(np.linspace(-1, 1, 300)), learned.learning_rule)
        nengo.Connection(post, learned.learning_rule)
        probe = nengo.Probe(post)
    runs = []
    for begin in (0, 2**31 - 30):
        with nengo_nb.Simulator(net, progress_bar=False) as sim:
            for segment in sim._parts.simulation.runner.executor.segments.values():
                segment.least_room = 0  # or so short a run would go step by step
            go_to(sim, begin)
            sim.run_steps(64)
            runs.append(sim.data[probe])

    assert any(stage.kind is StageKind.BLOCKS for stage in sim.plan.stages)
    np.testing.assert_allclose(runs[1], runs[0], rtol=1e-5)
    assert np.abs(runs[0]).max() > 0


def test_a_function_for_training_tells_the_same_time():
    net, (probe, *_) = clocks("float32")
    model = nengo.builder.Model(dt=0.001)
    model.build(net)
    with nengo_nb.Simulator(None, model=model, progress_bar=False):
        plan = plan_for_training(model, ExecutionMode.RATES, [probe])
    wanted = (np.arange(2**31 - 2, 2**31 + 8) * 0.001).astype("float32")

    found, _ = Forward(plan, "float32")(
        {-1: tf.zeros((1, 10, 1))}, {}, [probe], first=tf.constant(2**31 - 2, tf.int64)
    )

    np.testing.assert_array_equal(found[probe][0, :, 0], wanted)


def test_a_stateful_training_goes_on_beyond_the_largest_small_integer():
    model = regression(nengo.LIFRate(), nengo.Lowpass(0.003), n_steps=12, n_neurons=20)
    with open_simulator(model) as sim:
        sim.compile(keras.optimizers.SGD(0.01), loss="mse")
        go_to(sim, 2**31 - 6)
        sim.fit(model.x[:50], model.y[:50], stateful=True, truncation=4, verbose=0)

        assert sim.n_steps == 2**31 + 6
