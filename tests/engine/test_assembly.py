"""Merged parameters are made of trained signals, and their gradients are cut into those of signals.

TensorFlow's own gradient of the assembly says what is right.
"""

import nengo
import numpy as np
import pytest
import tensorflow as tf

from nengo_nb.engine.assembly import Copies, assemble
from nengo_nb.engine.forward import parameter_signals
from nengo_nb.ops.rules import ExecutionMode
from nengo_nb.simulator.run.planning import plan_for_training


def parallel():
    a, b, probed = nengo.Node([0.5]), nengo.Node([0.25]), nengo.Node(size_in=1)
    for i in range(4):
        ens = nengo.Ensemble(5, 1, neuron_type=nengo.Tanh())
        nengo.Connection((a, b)[i % 2], ens)
        nengo.Connection(ens, probed)
    return nengo.Probe(probed)


def convolution():
    product = nengo.networks.CircularConvolution(5, 2)
    nengo.Connection(nengo.Node([1, 0]), product.input_a)
    nengo.Connection(nengo.Node([0, 1]), product.input_b)
    return nengo.Probe(product.output)


def scaled():
    """A scalar weight of both dimensions, which a merged parameter holds for each."""
    relay = nengo.Node(size_in=2)
    nengo.Connection(nengo.Node([1, 0]), relay, transform=0.5, synapse=None)
    probed = nengo.Node(size_in=2)
    for _ in range(2):
        ens = nengo.Ensemble(5, 2, neuron_type=nengo.Tanh())
        nengo.Connection(relay, ens)
        nengo.Connection(ens, probed)
    return nengo.Probe(probed)


@pytest.fixture(params=[parallel, convolution, scaled])
def plan(request):
    with nengo.Network(seed=0) as net:
        probe = request.param()
    built = nengo.builder.Model(dt=0.001)
    built.build(net)
    return plan_for_training(built, ExecutionMode.RATES, [probe])


@pytest.fixture
def trained(plan):
    """The values of all parameters that a plan reads but one, which stays as it was built."""
    _, *signals = sorted(parameter_signals(plan), key=str)
    return {signal: tf.constant(signal.initial_value, "float64") for signal in signals}


def random_gradients(by_slot):
    rng = np.random.RandomState(0)
    return {slot: tf.constant(rng.randn(*tensor.shape)) for slot, tensor in by_slot.items()}


def test_merged_parameters_have_the_values_they_were_built_with(plan, trained):
    by_slot = assemble(plan, trained, "float64").by_slot

    assert len(by_slot) < len(trained)
    for (stage, k), tensor in by_slot.items():
        parameter = plan.stages[stage].segments[0].parameters[k]
        np.testing.assert_array_equal(tensor, parameter.array)


def test_gradients_of_signals_are_those_of_tensorflow(plan, trained):
    with tf.GradientTape() as tape:
        tape.watch(list(trained.values()))
        by_slot = assemble(plan, trained, "float64").by_slot
    gradients = random_gradients(by_slot)
    merged, weights = list(by_slot.values()), list(gradients.values())
    expected = tape.gradient(merged, list(trained.values()), output_gradients=weights)

    copies = Copies(plan, trained)
    found = copies.take_apart(gradients)

    assert found.keys() == trained.keys()
    for signal, gradient in zip(trained, expected, strict=True):
        np.testing.assert_allclose(found[signal], gradient, rtol=1e-12)


def test_only_gradients_of_what_is_trained_are_left(plan, trained):
    gradients = random_gradients(assemble(plan, trained, "float64").by_slot)
    (held, *learned) = trained
    copies = Copies(plan, learned)
    gradients = {slot: gradient for slot, gradient in gradients.items() if slot in copies.slots}

    only = copies.only(gradients)

    everything = Copies(plan, [held, *learned]).take_apart(only)
    np.testing.assert_array_equal(everything.get(held, 0), np.zeros(held.shape))
    for signal, gradient in copies.take_apart(gradients).items():
        np.testing.assert_array_equal(everything[signal], gradient)


def test_numpy_merges_and_splits_as_tensorflow_does(plan, trained):
    by_slot = assemble(plan, trained, "float64").by_slot
    gradients = random_gradients(by_slot)
    copies = Copies(plan, trained)

    merged = copies.merge(copies.slots, {s: t.numpy() for s, t in trained.items()}, is_kept=False)
    apart = copies.split({slot: tensor.numpy() for slot, tensor in gradients.items()})

    assert merged.keys() == by_slot.keys()
    for slot, tensor in by_slot.items():
        np.testing.assert_array_equal(merged[slot], tensor)
    expected = copies.take_apart(gradients)
    assert apart.keys() == expected.keys()
    for signal, gradient in expected.items():
        np.testing.assert_allclose(apart[signal], gradient, rtol=1e-12)


def test_what_an_optimizer_keeps_is_zero_beside_trained_signals(plan, trained):
    (held, *learned) = trained
    copies = Copies(plan, learned)

    kept = copies.merge(copies.slots, {s: np.ones(s.shape) for s in learned}, is_kept=True)

    everything = Copies(plan, [held, *learned]).split(kept)
    assert not np.any(everything.get(held, 0))
    assert all(np.all(everything[signal]) for signal in learned)


def test_signals_that_are_held_more_than_once_are_in_no_whole_parameter(plan, trained):
    copies = Copies(plan, trained)

    whole = copies.whole_slots()

    held = copies.split({slot: np.ones(copies.slots[slot].array.shape) for slot in copies.slots})
    for slot in copies.slots:
        is_once = all(np.all(held[signal] == 1) for signal in copies.signals_in(slot))
        assert (slot in whole) == is_once
