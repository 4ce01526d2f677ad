"""Nodes: what their functions are given, how often and in which order they are called, and
what they may return.
"""

from __future__ import annotations

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.errors import NodeError
from nengo_nb.plan.stages import StageKind

from .networks import assert_as_nengo, simulate


def test_time_is_a_python_float_and_every_step_is_one_call():
    times = []

    def record(t):
        times.append(t)
        return t

    with nengo.Network() as net:
        node = nengo.Node(record)
        probe = nengo.Probe(node)
    times.clear()

    sim = simulate(net, 20)

    assert all(type(t) is float for t in times)
    np.testing.assert_array_equal(times, np.arange(1, 21) * 0.001)
    np.testing.assert_allclose(sim.data[probe][:, 0], times, rtol=1e-6)


def test_an_input_arrives_as_an_array_of_its_own():
    seen = []
    with nengo.Network() as net:
        source = nengo.Node([1.0, 2.0])

        def keep(t, x):
            seen.append(x)

        sink = nengo.Node(keep, size_in=2)
        nengo.Connection(source, sink, synapse=None)
    seen.clear()

    simulate(net, 3)

    assert len(seen) == 3
    assert all(x.dtype == np.float64 and x.shape == (2,) for x in seen)
    seen[0][:] = 7
    np.testing.assert_array_equal(seen[1], [1, 2])


def test_a_closed_loop_through_a_python_object_is_nengo_step_by_step():
    """The world is moved by one node and seen by another; nothing else connects them."""

    class World:
        position = 0.0

        def see(self, t):
            return self.position

        def move(self, t, x):
            self.position += x[0] + 1

    def network():
        world = World()
        with nengo.Network(seed=0) as net:
            nengo_nb.configure_settings(dtype="float64")
            eye = nengo.Node(world.see)
            hand = nengo.Node(world.move, size_in=1)
            nengo.Connection(eye, hand, synapse=0.005, transform=0.1)
            net.probe = nengo.Probe(eye)
        return net, world

    ours, theirs = network(), network()
    for _, world in (ours, theirs):
        world.position = 0.0
    sim = simulate(ours[0], 50)
    with nengo.Simulator(theirs[0], progress_bar=False, optimize=False) as ref:
        ref.run_steps(50)

    assert any(stage.kind is StageKind.MIXED for stage in sim.plan.stages)
    np.testing.assert_allclose(sim.data[ours[0].probe], ref.data[theirs[0].probe], atol=1e-12)
    assert sim.data[ours[0].probe][-1] > 50


def test_a_loop_of_neurons_and_python_is_nengo():
    with nengo.Network(seed=4) as net:
        nengo_nb.configure_settings(dtype="float64")
        ens = nengo.Ensemble(30, 2)
        node = nengo.Node(lambda t, x: [x[1] + np.sin(t), -x[0]], size_in=2)
        nengo.Connection(ens, node, synapse=0.01)
        nengo.Connection(node, ens, synapse=0.02)
        nengo.Connection(ens, ens, function=lambda x: x**2, synapse=0, transform=0.1)
        nengo.Probe(ens, synapse=0.01)
        nengo.Probe(node)

    assert_as_nengo(net, 60)


def test_python_between_two_compiled_parts_is_nengo():
    with nengo.Network(seed=5) as net:
        nengo_nb.configure_settings(dtype="float64")
        stimulus = nengo.Node(np.cos)
        a = nengo.Ensemble(20, 1)
        middle = nengo.Node(lambda t, x: x**2 + t, size_in=1)
        b = nengo.Ensemble(20, 1)
        end = nengo.Node(lambda t, x: -x, size_in=1)
        nengo.Connection(stimulus, a)
        nengo.Connection(a, middle)
        nengo.Connection(middle, b, synapse=None)
        nengo.Connection(b, end, synapse=0.01)
        for obj in (stimulus, middle, b, end):
            nengo.Probe(obj)

    assert_as_nengo(net, 60)
    plan = simulate(net, 1).plan
    assert [s.kind for s in plan.stages] == [
        StageKind.PYTHON,
        StageKind.SCAN,
        StageKind.PYTHON,
        StageKind.SCAN,
        StageKind.PYTHON,
    ]


def test_a_python_function_that_feeds_itself_a_step_later_is_nengo():
    with nengo.Network(seed=5) as net:
        nengo_nb.configure_settings(dtype="float64")
        counter = nengo.Node(lambda t, x: x + 1, size_in=1)
        nengo.Connection(counter, counter, synapse=0)
        nengo.Probe(counter)

    assert_as_nengo(net, 20)


def test_functions_on_connections_and_slices_are_nengo():
    with nengo.Network(seed=6) as net:
        nengo_nb.configure_settings(dtype="float64")
        source = nengo.Node(lambda t: [np.sin(t), t, 1])
        target = nengo.Node(size_in=3)
        nengo.Connection(source[::-1], target, function=lambda x: x * 2, synapse=None)
        nengo.Connection(source[[0, 0, 2]], target[::-1], synapse=None)
        nengo.Connection(source[1], target[[2, 0]], transform=[[1], [2]], synapse=0.01)
        direct = nengo.Ensemble(1, 3, neuron_type=nengo.Direct())
        nengo.Connection(target, direct)
        nengo.Connection(direct, target, function=lambda x: np.tanh(x), transform=0.1)
        nengo.Probe(target)
        nengo.Probe(target[::-1])
        nengo.Probe(direct[1:])

    assert_as_nengo(net, 40)


def test_functions_that_print_are_called_in_turn(capsys):
    with nengo.Network() as net:
        nengo.Node(lambda t: print(f"a{t:.3f}"))
        nengo.Node(lambda t: print(f"b{t:.3f}"))
    capsys.readouterr()

    simulate(net, 3)

    lines = capsys.readouterr().out.split()
    assert sorted(lines[:2]) == ["a0.001", "b0.001"]
    assert lines[2:4] == [line[0] + "0.002" for line in lines[:2]]


@pytest.mark.parametrize("value", [None, np.nan, np.inf, "text", [1, 2, 3]])
def test_a_bad_value_is_refused_with_the_name_of_the_node_and_nothing_is_lost(value):
    def output(t):
        return 1.0 if t < 0.0205 else value

    with nengo.Network() as net:
        probe = nengo.Probe(nengo.Node(output, size_out=1, label="naughty"))
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(10)
        with pytest.raises(NodeError, match="naughty"):
            sim.run_steps(100)

        assert 10 <= sim.n_steps <= 20
        assert len(sim.data[probe]) == sim.n_steps


def test_an_error_in_a_node_surfaces_as_itself_with_the_name_of_the_node():
    def output(t, x):
        if t > 0.0205:
            raise KeyError("lost")
        return x

    with nengo.Network(seed=1) as net:
        ens = nengo.Ensemble(10, 1)
        node = nengo.Node(output, size_in=1, label="fragile")
        nengo.Connection(ens, node)
        nengo.Connection(node, ens)
        probe = nengo.Probe(node)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        with pytest.raises(KeyError, match="lost") as caught:
            sim.run_steps(100)

        assert any("fragile" in note for note in caught.value.__notes__)
        assert sim.n_steps == len(sim.data[probe]) <= 20


def test_minibatch_items_call_a_function_of_an_input_once_each():
    with nengo.Network() as net:
        source = nengo.Node([0.0])
        node = nengo.Node(lambda t, x: x * 10, size_in=1)
        nengo.Connection(source, node, synapse=None)
        probe = nengo.Probe(node)
    with nengo_nb.Simulator(net, minibatch_size=3, progress_bar=False) as sim:
        sim.run_steps(4, data={source: np.arange(12.0).reshape(3, 4, 1)})

    np.testing.assert_allclose(sim.data[probe], np.arange(12.0).reshape(3, 4, 1) * 10)
