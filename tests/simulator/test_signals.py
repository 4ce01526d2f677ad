"""``sim.signals`` are running arrays, to read and to write between two steps, as in Nengo's
simulator.
"""

from __future__ import annotations

import pickle

import nengo
import numpy as np
import pytest
from nengo.builder import Model, Signal
from nengo.builder.operator import DotInc
from nengo.exceptions import SimulationError

import nengo_nb

from .networks import channel


def learner():
    with nengo.Network(seed=1) as net:
        nengo_nb.configure_settings(dtype="float64")
        source = nengo.Node([0.5], label="source")
        pre, post = nengo.Ensemble(20, 1), nengo.Ensemble(20, 1)
        error = nengo.Node(size_in=1)
        nengo.Connection(source, pre)
        net.learned = nengo.Connection(pre, post, learning_rule_type=nengo.PES(1e-2))
        nengo.Connection(post, error)
        nengo.Connection(error, net.learned.learning_rule)
        net.source, net.pre, net.post = source, pre, post
        net.probe = nengo.Probe(post, synapse=0.01)
    return net


def both(net, use, **arguments):
    """Return what ``use(sim)`` returns here and in Nengo, with the samples of the probes."""
    found = []
    for make, more in ((nengo_nb.Simulator, arguments), (nengo.Simulator, {"optimize": False})):
        with make(net, progress_bar=False, **more) as sim:
            seen = use(sim)
            found.append((seen, [sim.data[probe] for probe in net.all_probes]))
    return found


def assert_same(net, use):
    ours, theirs = both(net, use)
    for mine, his in zip((ours[0] or []) + ours[1], (theirs[0] or []) + theirs[1], strict=True):
        assert np.shape(mine) == np.shape(his)
        np.testing.assert_allclose(mine, his, atol=1e-11)


def test_neurons_are_ablated_by_writing_to_their_bias():
    model = channel(dtype="float64")

    def use(sim):
        sim.run_steps(50)
        bias = sim.signals[sim.model.sig[model.a.neurons]["bias"]]
        bias.setflags(write=True)
        bias[:20] = -1000
        sim.run_steps(50)
        return [bias.copy()]

    assert_same(model.net, use)


def test_voltages_are_clamped_and_signals_set_by_item():
    model = channel(dtype="float64")

    def use(sim):
        voltage = sim.model.sig[model.b.neurons]["voltage"]
        for _ in range(30):
            sim.run_steps(1)
            sim.signals[voltage][::2] = 0
        sim.signals[voltage] = 0.5
        sim.run_steps(20)

    assert_same(model.net, use)


def test_learned_weights_are_read_copied_and_zeroed():
    net = learner()

    def use(sim):
        weights = sim.signals[sim.model.sig[net.learned]["weights"]]
        sim.run_steps(40)
        first = weights.copy()
        weights[...] = 0
        sim.run_steps(40)
        return [first, weights.copy()]

    assert_same(net, use)


def test_values_of_the_last_step_the_step_and_the_time_are_shown():
    model = channel(dtype="float64")

    def use(sim):
        sim.run_steps(33)
        sig = sim.model.sig
        current = sim.signals[sig[model.b.neurons]["in"]]
        shown = [
            current.copy(),
            sim.signals[sig[model.b.neurons]["out"]].copy(),
            sim.signals[sig[model.a]["in"]].copy(),
        ]
        sim.run_steps(10)  # what is held goes on
        return [
            *shown,
            current.copy(),
            sim.signals[sim.model.time].copy(),
            sim.signals[sim.model.step].copy(),
        ]

    assert_same(model.net, use)


def test_a_held_array_follows_a_run_and_stays_the_same_object():
    model = channel(dtype="float64")

    def use(sim):
        signal = sim.model.sig[model.a.neurons]["voltage"]
        held = sim.signals[signal]
        before = held.copy()
        sim.run_steps(25)
        assert sim.signals[signal] is held
        return [before, held.copy()]

    assert_same(model.net, use)


def test_a_view_and_its_base_are_the_same_memory():
    with nengo.Network(seed=0) as net:
        nengo_nb.configure_settings(dtype="float64")
        a, b = nengo.Ensemble(10, 2), nengo.Ensemble(10, 1)
        nengo.Connection(a[1], b)
        nengo.Probe(b, synapse=0.01)

    def use(sim):
        base = sim.model.sig[a]["encoders"]
        row = base[3:5]
        whole, part = (
            sim.signals[base],
            sim.signals[row] if isinstance(sim, nengo_nb.Simulator) else None,
        )
        part = sim.signals[base][3:5] if part is None else part
        whole.setflags(write=True)
        whole[3] = 7
        assert part[0, 0] == 7
        sim.run_steps(10)
        return [part.copy()]

    assert_same(net, use)


def test_the_output_of_a_constant_node_may_be_written():
    net = learner()

    def use(sim):
        sim.run_steps(20)
        source = sim.signals[sim.model.sig[net.source]["out"]]
        source.setflags(write=True)
        source[:] = -1
        sim.run_steps(20)

    assert_same(net, use)


def test_signals_that_nobody_probes_are_computed_when_they_are_asked_for():
    with nengo.Network(seed=0) as net:
        nengo_nb.configure_settings(dtype="float64")
        ens = nengo.Ensemble(10, 1)

    def use(sim):
        voltage = sim.signals[sim.model.sig[ens.neurons]["voltage"]]
        spikes = sim.signals[sim.model.sig[ens.neurons]["out"]]
        sim.run_steps(30)
        return [voltage.copy(), spikes.copy()]

    assert_same(net, use)


def test_signals_that_were_not_computed_are_refused_by_name():
    with nengo.Network(seed=0) as net:
        ens = nengo.Ensemble(10, 1, label="unseen")
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(5)

        with pytest.raises(
            SimulationError,
            match=r"'out' of ensemble 'unseen' is not among .* before the first step",
        ):
            sim.signals[sim.model.sig[ens.neurons]["out"]]
        with pytest.raises(KeyError):
            sim.signals[Signal(np.zeros(1), name="foreign")]


def test_a_sparse_matrix_that_is_compiled_as_a_constant_refuses_to_be_written():
    with nengo.Network(seed=0) as net:
        a, b = nengo.Node([1.0]), nengo.Node(size_in=1)
        conn = nengo.Connection(
            a, b, transform=nengo.Sparse((1, 1), indices=[[0, 0]]), synapse=None
        )
        nengo.Probe(b)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        signal = sim.model.sig[conn]["weights"]

        with pytest.raises(SimulationError, match="compiled as a constant"):
            sim.signals[signal] = 3


def test_reset_brings_states_back_but_not_what_nengo_holds_constant():
    model = channel(dtype="float64")

    def use(sim):
        sig = sim.model.sig
        bias, voltage = (
            sim.signals[sig[model.a.neurons]["bias"]],
            sim.signals[sig[model.a.neurons]["voltage"]],
        )
        bias.setflags(write=True)
        sim.run_steps(10)
        bias[:5], voltage[:] = -50, 0.3
        sim.reset()
        after = [bias.copy(), voltage.copy()]
        sim.run_steps(10)
        return after

    assert_same(model.net, use)


def test_written_values_outlive_watching_pickling_and_snapshots():
    with nengo.Network(seed=4) as net:
        nengo_nb.configure_settings(dtype="float64")
        ens = nengo.Ensemble(20, 1)
        probe = nengo.Probe(ens.neurons)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        bias = sim.signals[sim.model.sig[ens.neurons]["bias"]]
        bias.setflags(write=True)
        bias[:] = -100
        voltage = sim.signals[sim.model.sig[ens.neurons]["voltage"]]
        moment, first = sim.snapshot(), voltage.copy()
        copy = pickle.loads(pickle.dumps(sim))
        sim.run_steps(30)
        sim.watch(ens)
        sim.run_steps(30)
        assert not sim.data[probe].any()
        sim.restore(moment)
        np.testing.assert_array_equal(voltage, first)
    with copy:
        copy.run_steps(30)
        assert not copy.data[copy.model.probes[0]].any()


def test_minibatch_items_have_arrays_of_their_own():
    model = channel(dtype="float64")
    with nengo_nb.Simulator(model.net, minibatch_size=2, progress_bar=False) as sim:
        sig = sim.model.sig[model.a.neurons]
        voltage, bias = sim.signals[sig["voltage"]], sim.signals[sig["bias"]]
        assert voltage.shape == (2, 40)
        for _ in range(40):
            voltage[1] = 0
            sim.run_steps(1)
        spikes = sim.data[model.spikes]

        assert spikes[0].any()
        assert not spikes[1].any()
        bias.setflags(write=True)
        bias[0] = 3
        with pytest.raises(SimulationError, match="shared by all items"):
            sim.run_steps(1)


def test_the_state_of_a_synapse_is_read_and_written():
    model = channel(dtype="float64")

    def use(sim):
        ops = [
            op for op in sim.model.operators if isinstance(op, nengo.builder.processes.SimProcess)
        ]
        signals = [op.state["X"] for op in ops]
        sim.run_steps(30)
        states = [sim.signals[signal] for signal in signals]
        first = [state.copy() for state in states]
        states[0][...] = 0.5
        sim.run_steps(10)
        output = sim.signals[ops[1].output]
        output[...] = -0.5  # which Nengo shows for one step
        sim.run_steps(10)
        return [*first, *states, output]

    assert_same(model.net, use)


def test_refractory_times_are_those_of_nengo():
    model = channel(dtype="float64")

    def use(sim):
        rest = sim.signals[sim.model.sig[model.a.neurons]["refractory_time"]]
        sim.run_steps(40)
        rest[::2] = 0.01
        sim.run_steps(5)
        return [rest.copy()]

    assert_same(model.net, use)


def test_a_voltage_far_from_any_that_neurons_reach_by_themselves_is_taken():
    model = channel(dtype="float64")

    def use(sim):
        sim.run_steps(20)
        sim.signals[sim.model.sig[model.a.neurons]["voltage"]][...] = -2
        sim.run_steps(20)

    assert_same(model.net, use)


def test_a_signal_that_was_looked_at_before_the_first_step_is_kept_from_then_on():
    """Nothing else in the network needs it, and nobody holds its array."""
    factor, total = Signal([2.0], name="factor"), Signal([5.0], name="total")
    model = Model(dt=0.001)
    model.add_op(DotInc(factor, factor, total))
    with nengo_nb.Simulator(None, model=model, progress_bar=False) as sim:
        assert sim.signals[total][0] == 5
        sim.run_steps(3)
        assert sim.signals[total][0] == 17
