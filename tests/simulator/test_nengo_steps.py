"""Functions that write to running arrays while the network runs change what they change in
Nengo.
"""

from __future__ import annotations

import types

import nengo
import numpy as np
import pytest
from nengo.exceptions import SimulationError

import nengo_nb


def clamp(box, t):
    box.voltage[:10] = 0
    return 0


def silence(box, t):
    if t > 0.02:
        box.bias[:15] = -1000
    return 0


def unlearn(box, t):
    if t > 0.02:
        box.weights[...] = 0
    return box.weights.sum()


def watch(box, t):
    return box.voltage[0] + box.current[1] + box.spikes.sum()


def ask(box, t):
    return box.sim.signals[box.sim.model.sig[box.ens.neurons]["voltage"]][0]


def hold(sim, box):
    """Take hold of arrays, as a script does before it runs."""

    def array(obj, key):
        found = sim.signals[sim.model.sig[obj][key]]
        found.setflags(write=True)
        return found

    box.sim = sim
    box.voltage, box.bias = array(box.ens.neurons, "voltage"), array(box.ens.neurons, "bias")
    box.current, box.spikes = array(box.ens.neurons, "in"), array(box.ens.neurons, "out")
    box.weights = array(box.learned, "weights")


def network(box, function, size_in=0, dimensions=1, synapse=0.005):
    with nengo.Network(seed=2) as net:
        nengo_nb.configure_settings(dtype="float64")
        source = nengo.Node(lambda t: [np.sin(20 * t)] * dimensions)
        box.ens = nengo.Ensemble(20, dimensions)
        post = nengo.Ensemble(20, dimensions)
        nengo.Connection(source, box.ens, synapse=synapse)
        box.learned = nengo.Connection(box.ens, post, learning_rule_type=nengo.PES(1e-3))
        nengo.Connection(post, box.learned.learning_rule)
        node = nengo.Node(lambda t, *x: function(box, t), size_in=size_in, size_out=1)
        if size_in:
            nengo.Connection(post[0], node)
            nengo.Connection(node, box.ens[0])
        box.probes = [
            nengo.Probe(post, synapse=0.01),
            nengo.Probe(box.ens.neurons),
            nengo.Probe(node),
        ]
    return net


def runs(function, use, **arguments):
    """Return the samples here and in Nengo, with ``use(sim, box)`` for the run."""
    found = []
    for make, more in ((nengo_nb.Simulator, {}), (nengo.Simulator, {"optimize": False})):
        box = types.SimpleNamespace()
        net = network(box, function, **arguments)
        with make(net, progress_bar=False, **more) as sim:
            use(sim, box)
            found.append([sim.data[probe].copy() for probe in box.probes])
    return found


def assert_same(function, use, **arguments):
    ours, theirs = runs(function, use, **arguments)
    for mine, his in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, his, atol=1e-9)


@pytest.mark.parametrize("size_in", [0, 1], ids=["of time", "in a loop"])
@pytest.mark.parametrize("function", [clamp, silence, unlearn, watch, ask])
def test_a_function_that_holds_running_arrays_acts_within_the_step(function, size_in):
    def use(sim, box):
        hold(sim, box)
        sim.run_steps(30)
        sim.run_steps(20)

    assert_same(function, use, size_in=size_in)


@pytest.mark.parametrize("dimensions", [1, 3])
@pytest.mark.parametrize("synapse", [0.005, nengo.Alpha(0.01)], ids=str)
def test_a_compiled_run_goes_over_into_nengos_steps_and_back(dimensions, synapse):
    def act(box, t):
        if hasattr(box, "voltage"):
            box.voltage[:5] = 0
        return 0

    def use(sim, box):
        sim.run_steps(20)
        hold(sim, box)
        sim.run_steps(20)
        for name in ("sim", "voltage", "bias", "current", "spikes", "weights"):
            delattr(box, name)
        sim.run_steps(20)

    assert_same(act, use, dimensions=dimensions, synapse=synapse)


def test_steps_one_by_one_are_those_of_a_long_run():
    def use(sim, box):
        hold(sim, box)
        for k in range(25):
            sim.step()
            if k == 12:
                box.voltage[:] = 0.4

    assert_same(clamp, use)


def test_an_error_keeps_the_steps_before_it():
    def fail(box, t):
        if t > 0.0105:
            raise ZeroDivisionError
        return box.voltage[0]

    box = types.SimpleNamespace()
    with nengo_nb.Simulator(network(box, fail), progress_bar=False) as sim:
        hold(sim, box)
        with pytest.raises(ZeroDivisionError):
            sim.run_steps(30)

        assert sim.n_steps == 10
        assert len(sim.data[box.probes[0]]) == 10


def test_minibatches_see_the_step_before_and_are_written_after_it():
    box = types.SimpleNamespace(voltage=np.zeros((2, 20)))
    with nengo_nb.Simulator(network(box, clamp), minibatch_size=2, progress_bar=False) as sim:
        box.voltage = sim.signals[sim.model.sig[box.ens.neurons]["voltage"]]
        sim.run_steps(30)

        assert box.voltage.shape == (2, 20)
        assert not np.allclose(box.voltage, 0)


def test_what_a_compiled_run_left_out_is_refused_in_the_next_one():
    def look(box, t):
        return (
            box.sim.signals[box.sim.model.sig[box.unseen.neurons]["voltage"]][0] if box.sim else 0.0
        )

    box = types.SimpleNamespace(sim=None)
    net = network(box, look)
    with net:
        box.unseen = nengo.Ensemble(5, 1, label="unseen")
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(5)
        box.sim = sim
        with pytest.raises(SimulationError, match="unseen"):
            sim.run_steps(5)
