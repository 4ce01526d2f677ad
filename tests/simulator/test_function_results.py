"""Results of the user's functions are copied and checked at their step."""

from __future__ import annotations

from collections import deque
from decimal import Decimal

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.errors import NodeError

from .networks import assert_as_nengo


def recorded(make_function, n_steps=20, size_in=0, **simulator):
    """Return the samples of a node here and in Nengo."""
    data = []
    for kind in (nengo_nb.Simulator, nengo.Simulator):
        with nengo.Network(seed=0) as net:
            size = {"size_in": size_in} if size_in else {}
            node = nengo.Node(make_function(), **size)
            if size_in:
                nengo.Connection(
                    nengo.Node(lambda t, n=size_in: [1000 * t] * n), node, synapse=None
                )
            probe = nengo.Probe(node)
        arguments = simulator if kind is nengo_nb.Simulator else {}
        with kind(net, progress_bar=False, **arguments) as sim:
            sim.run_steps(n_steps, progress_bar=False)
            data.append(np.array(sim.data[probe]))
    return data


def counting_in_place():
    state = np.zeros(1)

    def count(t):
        state[0] += 1
        return state

    return count


def writing_into_a_buffer():
    buffer = np.zeros(2)
    return lambda t: np.sin([t, 2 * t], out=buffer)


def viewing_a_rolling_history():
    history = np.zeros(5)

    def roll(t):
        history[:-1] = history[1:]
        history[-1] = t
        return history[1:4]

    return roll


def keeping_a_list():
    values = [0.0, 0.0]

    def change(t):
        values[0] = t
        values[1] += 1
        return values

    return change


def keeping_an_array_of_no_dimensions():
    value = np.zeros(())

    def change(t):
        value[...] = t
        return value

    return change


@pytest.mark.parametrize(
    "make_function",
    [
        counting_in_place,
        writing_into_a_buffer,
        viewing_a_rolling_history,
        keeping_a_list,
        keeping_an_array_of_no_dimensions,
    ],
)
def test_a_function_of_time_may_return_the_same_object_at_every_step(make_function):
    ours, nengos = recorded(make_function)

    np.testing.assert_allclose(ours, nengos, rtol=1e-6)
    assert len(np.unique(ours[:, -1])) > 1


def adding_to_a_buffer():
    buffer = np.zeros(2)

    def add(t, x):
        buffer[:] += x
        return buffer

    return add


def returning_its_input():
    def change(t, x):
        x += t
        return x

    return change


def delaying():
    line = deque([np.zeros(2)] * 3)

    def delay(t, x):
        line.append(x)
        return line.popleft()

    return delay


@pytest.mark.parametrize("make_function", [adding_to_a_buffer, returning_its_input, delaying])
def test_a_function_of_an_input_may_return_the_same_object_at_every_step(make_function):
    ours, nengos = recorded(make_function, size_in=2)

    np.testing.assert_allclose(ours, nengos, rtol=1e-5)
    assert len(np.unique(ours[:, -1])) > 1


def test_a_function_that_returns_one_array_serves_every_item_of_a_minibatch():
    buffer = np.zeros(1)

    def tenfold(t, x):
        buffer[:] = 10 * x
        return buffer

    with nengo.Network() as net:
        source = nengo.Node([0.0])
        node = nengo.Node(tenfold, size_in=1)
        nengo.Connection(source, node, synapse=None)
        probe = nengo.Probe(node)
    with nengo_nb.Simulator(net, minibatch_size=3, progress_bar=False) as sim:
        sim.run_steps(2, data={source: [[[1], [1]], [[2], [2]], [[3], [3]]]})

    np.testing.assert_array_equal(sim.data[probe][..., 0], [[10, 10], [20, 20], [30, 30]])


def test_training_and_predicting_copy_what_a_function_of_time_returns():
    with nengo.Network(seed=0) as net:
        source = nengo.Node(counting_in_place())
        probe = nengo.Probe(source)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        predicted = sim.predict(n_steps=5)[probe]

    assert np.unique(np.diff(predicted[0, :, 0])).tolist() == [1]


def test_a_process_may_return_the_same_array_at_every_step():
    class Count(nengo.Process):
        def make_state(self, shape_in, shape_out, dt, dtype=None):
            return {}

        def make_step(self, shape_in, shape_out, dt, rng, state):
            output = np.zeros(shape_out)

            def step(t):
                output[:] += 1
                return output

            return step

    with nengo.Network() as net:
        nengo.Probe(nengo.Node(Count(default_size_out=2)))

    assert_as_nengo(net, 30)


def test_fed_arrays_are_copied_when_a_run_begins():
    feed = np.ones((1, 40, 1), np.float32)

    def spoil(t, x):
        feed[:] = 7
        return x

    with nengo.Network() as net:
        source = nengo.Node([0.0])
        node = nengo.Node(spoil, size_in=1)
        nengo.Connection(source, node, synapse=None)
        probe = nengo.Probe(node)
    feed[:] = 1
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(40, data={source: feed})
        assert (sim.data[probe] == 1).all()
        feed[:] = 8
        assert sim.outputs[source] == 1


@pytest.mark.parametrize(
    "value",
    [
        *("5", b"1", ["1", "2"], 10**400, 2**70, Decimal(1), 1j, {1.0, 2.0}, [], [1.0, 2.0, 3.0]),
        *(np.ones((2, 2)), np.ones((2, 1)), np.array([1.0, 2.0], object), [None, 1.0], None),
        *(float("inf"), [1.0, float("nan")], np.ma.array([1.0, 2.0], mask=[False, True]), object()),
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("with_input", [False, True], ids=["of time", "of an input"])
def test_what_is_no_vector_of_finite_numbers_is_refused_at_its_step(value, with_input):
    def change(t, *x):
        return value if t > 0.0055 else [1.0, 2.0]

    with nengo.Network() as net:
        nengo.Node(change, size_in=1 if with_input else 0, size_out=2, label="odd")
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        with pytest.raises(NodeError, match=r"Function 'change' of <Node 'odd'>"):
            sim.run_steps(20)
        assert sim.n_steps == 5


@pytest.mark.parametrize(
    "value",
    [
        True,
        3,
        1.5,
        np.float32(3),
        np.array(2.0),
        [1],
        (1, 2),
        range(2),
        np.array([1, 2], np.int8),
        np.ones((1, 2)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_numpy_assigns_to_a_vector_is_accepted_as_in_nengo(value):
    with nengo.Network() as net:
        nengo.Probe(nengo.Node(lambda t, x: value, size_in=1, size_out=2))

    assert_as_nengo(net, 5)
