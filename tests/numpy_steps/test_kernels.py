"""Operators that are computed at once give what each of them gives by itself."""

import nengo
import numpy as np
import pytest
from nengo.builder import Model, Signal
from nengo.builder.operator import Copy, DotInc, ElementwiseInc, Reset
from nengo.builder.signal import SignalDict

from nengo_nb.numpy_steps.elements import Elements
from nengo_nb.numpy_steps.kernels import Kernels
from nengo_nb.numpy_steps.kinds import ELEMENTWISE
from nengo_nb.numpy_steps.lif import lif_step
from nengo_nb.numpy_steps.step_groups import StepGroups
from nengo_nb.plan.dataflow import step_order
from nengo_nb.simulator.run.signal_pool import SignalPool

N_STEPS = 40


def model_of(network):
    model = Model(dt=0.001)
    model.build(network)
    return model


def initial_arrays(order):
    """Arrays of the base signals before the first step."""
    arrays = SignalDict()
    for op in order:
        for signal in op.all_signals:
            dict.__setitem__(arrays, signal.base, np.array(signal.base.initial_value))
    return arrays


def run_singly(order):
    """Arrays after some steps of Nengo's operators, one after the other."""
    arrays = initial_arrays(order)
    steps = [op.make_step(arrays, 0.001, np.random.RandomState(0)) for op in order]
    for _ in range(N_STEPS):
        for step in steps:
            step()
    return arrays


def run_in_groups(order, inputs=()):
    """Arrays after the same steps, and the groups they were computed in."""
    grouped = StepGroups(order, inputs, (), 0.001)
    arrays = initial_arrays(order)
    pool = SignalPool({base: arrays[base] for base in grouped.pooled})
    for base, array in pool.arrays.items():
        dict.__setitem__(arrays, base, array)
    kernels = Kernels(pool.flat, pool.begins, arrays, grouped.kinds)
    steps = []
    for group in grouped.groups:
        kernel = kernels.of(group)
        singly = [op.make_step(arrays, 0.001, np.random.RandomState(0)) for op in group.ops]
        steps += singly if kernel is None else [kernel]
    for _ in range(N_STEPS):
        for step in steps:
            step()
    return arrays, grouped.groups


def assert_equal_in_groups(order):
    expected = run_singly(order)
    arrays, groups = run_in_groups(order)
    for base, array in expected.items():
        np.testing.assert_allclose(arrays[base], array, rtol=1e-13, atol=1e-13, err_msg=base.name)
    return groups


@pytest.mark.parametrize("neuron_type", ELEMENTWISE, ids=lambda kind: kind.__name__)
def test_neurons_of_a_type_are_nengos(neuron_type):
    with nengo.Network(seed=3) as net:
        stimulus = nengo.Node([0.7])
        for n_neurons, dimensions in ((10, 1), (7, 2), (30, 1)):
            ensemble = nengo.Ensemble(n_neurons, dimensions, neuron_type=neuron_type())
            nengo.Connection(stimulus, ensemble[0])
            nengo.Probe(ensemble, synapse=0.01)

    groups = assert_equal_in_groups(step_order(model_of(net)))

    assert sum(group.kind is not None and group.kind.name == "neurons" for group in groups) == 1


def test_a_network_of_many_parts_is_nengos():
    with nengo.Network(seed=4) as net:
        stimulus = nengo.Node([0.4, -0.3])
        array = nengo.networks.EnsembleArray(20, 6)
        product = nengo.networks.Product(25, 2)
        nengo.Connection(stimulus, array.input[1:3])
        nengo.Connection(stimulus, array.input[[5, 0]], synapse=nengo.Alpha(0.01))
        nengo.Connection(array.output[:2], product.input_a, synapse=None)
        nengo.Connection(array.output[::3], product.input_b, transform=[[0, 2], [1, 0.5]])
        nengo.Connection(product.output, stimulus_sink := nengo.Node(size_in=2), synapse=0.02)
        learned = nengo.Connection(
            array.ea_ensembles[0], product.output[0], learning_rule_type=nengo.PES()
        )
        nengo.Connection(stimulus_sink[0], learned.learning_rule)
        nengo.Connection(product.output[0], array.ea_ensembles[1].neurons, transform=[[0.1]] * 20)

    groups = assert_equal_in_groups(step_order(model_of(net)))

    # Sixteen ensembles, each with several operators.
    assert len(groups) < 40


def test_more_equal_ensembles_make_no_more_groups():
    def n_groups(n_ensembles):
        with nengo.Network(seed=1) as net:
            stimulus = nengo.Node([0.5] * n_ensembles)
            array = nengo.networks.EnsembleArray(10, n_ensembles)
            array.add_output("square", np.square)
            nengo.Connection(stimulus, array.input)
            nengo.Connection(array.square, array.input, synapse=0.1)
            nengo.Probe(array.output, synapse=0.01)
        return len(assert_equal_in_groups(step_order(model_of(net))))

    assert n_groups(24) == n_groups(2)


def test_increments_of_one_element_are_all_added():
    total, parts = Signal(np.zeros(3), name="total"), Signal(np.arange(3.0), name="parts")
    read = Signal(np.zeros(3), name="read")
    order = [
        Reset(total, 1),
        Copy(parts, total, inc=True),
        Copy(parts, total[:2], src_slice=[2, 1], inc=True),
        Copy(parts[1:], total[1:], inc=True),
        Copy(parts, total, src_slice=[0, 1, 2], dst_slice=[1, 1, -1], inc=True),
        DotInc(Signal(np.full((3, 3), 0.5)), parts, total),
        ElementwiseInc(Signal(np.array(2.0)), total, read),
    ]

    assert_equal_in_groups(order)


@pytest.mark.parametrize("min_voltage", [0, -1, -np.inf])
def test_a_step_of_lif_neurons_is_nengos_to_the_last_bit(min_voltage):
    rng = np.random.RandomState(1)
    lif = nengo.LIF(tau_rc=0.03, tau_ref=0.0025, min_voltage=min_voltage, amplitude=0.4)
    n = 200
    states = [np.zeros(n), rng.uniform(-1, 1, n), rng.uniform(0, 0.003, n)]
    ours = [array.copy() for array in states]
    current = np.empty(n)
    step = lif_step(lif, 0.001, current, *ours)

    for _ in range(200):
        current[:] = rng.uniform(-5, 30, n)
        lif.step(0.001, current, *states)
        step()
        for array, own in zip(states, ours, strict=True):
            np.testing.assert_array_equal(own, array)


def test_a_voltage_that_is_no_number_stays_none():
    states = [np.zeros(3), np.array([0.5, np.nan, 0.5]), np.zeros(3)]

    lif_step(nengo.LIF(), 0.001, np.array([1.0, 1.0, np.nan]), *states)()

    np.testing.assert_array_equal(np.isnan(states[1]), [False, True, True])


@pytest.mark.parametrize("positions", [[2, 3, 4], [4, 0, 2], []])
def test_elements_are_read_set_and_added_to_wherever_they_are(positions):
    flat = np.arange(6.0)
    elements = Elements(flat, np.array(positions, int))

    np.testing.assert_array_equal(elements.reader()(), positions)
    elements.adder()(np.full(len(positions), 10.0))
    np.testing.assert_array_equal(flat[positions], np.array(positions) + 10.0)
    elements.writer()(np.zeros(len(positions)))

    assert flat.sum() == 15 - sum(positions)


def test_long_runs_are_set_one_by_one():
    flat = np.zeros(500)
    positions = np.r_[100:200, 0:90, 300:410]

    Elements(flat, positions).writer()(np.arange(1.0, 301))

    np.testing.assert_array_equal(flat[positions], np.arange(1, 301))
    assert np.count_nonzero(flat) == 300
