"""Where a run meets functions of the user: what they return is copied, and each is called once for each step."""

from __future__ import annotations

from collections import deque
from decimal import Decimal

import nengo
import numpy as np
import pytest
from nengo.exceptions import SimulationError

import nengo_nb
from nengo_nb.errors import NodeError

from .networks import assert_as_nengo, simulate


def recorded(make_function, n_steps=20, size_in=0, **simulator):
    """What a node records here and in Nengo."""
    data = []
    for kind in (nengo_nb.Simulator, nengo.Simulator):
        with nengo.Network(seed=0) as net:
            size = {"size_in": size_in} if size_in else {}
            node = nengo.Node(make_function(), **size)
            if size_in:
                nengo.Connection(nengo.Node(lambda t, n=size_in: [1000 * t] * n), node, synapse=None)
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


class Failing:
    """A function that fails once, and notes every time for which it was called."""

    def __init__(self, at, result=ValueError):
        self.at = at
        self.result = result
        self.times = []

    def __call__(self, t, *x):
        step = round(t / 0.001)
        if step == self.at:
            self.at = None
            if self.result is ValueError:
                raise ValueError("enough")
            return self.result
        self.times.append(step)
        return len(self.times)


def failing_network(failing, with_input):
    """A counting source, neurons behind it, a counting sink, and the function that fails somewhere among them."""
    counts = {"source": [], "sink": []}

    def source(t):
        counts["source"].append(t)
        return len(counts["source"])

    def sink(t, x):
        counts["sink"].append(t)
        return len(counts["sink"])

    with nengo.Network(seed=0) as net:
        first = nengo.Node(source)
        neurons = nengo.Ensemble(10, 1)
        middle = nengo.Node(failing, size_in=1 if with_input else 0, size_out=1, label="middle")
        last = nengo.Node(sink, size_in=1, size_out=1)
        nengo.Connection(first, neurons)
        if with_input:
            nengo.Connection(neurons, middle)
        nengo.Connection(middle, last, synapse=0.01)
        net.probes_of = [nengo.Probe(obj) for obj in (first, neurons, middle, last)]
    counts["source"].clear()
    counts["sink"].clear()
    failing.times.clear()
    return net, counts


@pytest.mark.parametrize("with_input", [False, True], ids=["of time", "of an input"])
@pytest.mark.parametrize(
    ("result", "text"),
    [
        (ValueError, "enough"),
        (None, "returned None"),
        (float("nan"), "non-finite"),
        ([1.0, 2.0], "1 numbers are expected"),
    ],
    ids=["an exception", "None", "NaN", "a wrong size"],
)
def test_a_function_that_fails_at_step_50_keeps_49_steps_and_goes_on_from_there(with_input, result, text):
    failing = Failing(50, result)
    net, counts = failing_network(failing, with_input)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        with pytest.raises((ValueError, NodeError), match=text) as caught:
            sim.run_steps(200)

        assert sim.n_steps == 49
        assert [len(sim.data[probe]) for probe in net.probes_of] == [49] * 4
        (note,) = caught.value.__notes__
        assert "'middle'" in note
        assert "0.05 s (step 50)" in note
        sim.run_steps(51)
        assert sim.n_steps == 100

    for calls in counts.values():
        assert calls[:100] == pytest.approx(0.001 * np.arange(1, 101))
        assert len(set(calls)) == len(calls)
    assert failing.times == sorted(set(failing.times))
    whole = simulate(failing_network(Failing(None), with_input)[0], 100)
    for probe, same in zip(net.probes_of, whole.model.toplevel.probes_of, strict=True):
        np.testing.assert_array_equal(sim.data[probe], whole.data[same])


def test_a_function_that_fails_in_a_loop_keeps_every_step_before():
    failing = Failing(50)
    with nengo.Network(seed=0) as net:
        neurons = nengo.Ensemble(10, 1)
        node = nengo.Node(failing, size_in=1, size_out=1)
        nengo.Connection(neurons, node)
        nengo.Connection(node, neurons)
        probe = nengo.Probe(node)
    failing.times.clear()
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        with pytest.raises(ValueError, match="enough"):
            sim.run_steps(200)
        assert sim.n_steps == 49
        sim.run_steps(51)

    np.testing.assert_array_equal(sim.data[probe][:, 0], np.arange(1, 101))
    assert failing.times == [*range(1, 101)]


def test_items_of_a_minibatch_before_the_one_that_failed_are_not_called_again():
    seen = []

    def fail_once(t, x):
        seen.append(float(x[0]))
        if seen == [1, 2, 3]:
            raise RuntimeError("third")
        return x

    with nengo.Network() as net:
        source = nengo.Node([0.0])
        node = nengo.Node(fail_once, size_in=1, size_out=1)
        nengo.Connection(source, node, synapse=None)
        probe = nengo.Probe(node)
    seen.clear()
    feed = {source: np.arange(1, 5).reshape(4, 1, 1)}
    with nengo_nb.Simulator(net, minibatch_size=4, progress_bar=False) as sim:
        with pytest.raises(RuntimeError, match="third"):
            sim.run_steps(1, data=feed)
        assert sim.n_steps == 0
        sim.run_steps(1, data=feed)

    assert seen == [1, 2, 3, 3, 4]
    np.testing.assert_array_equal(sim.data[probe].ravel(), [1, 2, 3, 4])


def test_going_on_with_other_inputs_calls_a_function_for_them():
    inputs = []

    def note(t, x):
        inputs.append(float(x[0]))
        return x

    failing = Failing(5)
    with nengo.Network() as net:
        source = nengo.Node([0.0])
        node = nengo.Node(note, size_in=1, size_out=1)
        nengo.Connection(source, node, synapse=None)
        last = nengo.Node(failing, size_in=1, size_out=1)
        nengo.Connection(node, last, synapse=None)
        probe = nengo.Probe(node)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        with pytest.raises(ValueError, match="enough"):
            sim.run_steps(10, data={source: np.full((1, 10, 1), 2)})
        assert sim.n_steps == 4
        sim.run_steps(6, data={source: np.full((1, 6, 1), 3)})

    np.testing.assert_array_equal(sim.data[probe][:, 0], [2] * 4 + [3] * 6)


def test_a_reset_forgets_what_functions_were_called_ahead_for():
    failing = Failing(50)
    net, counts = failing_network(failing, with_input=True)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        with pytest.raises(ValueError, match="enough"):
            sim.run_steps(200)
        sim.reset()
        counts["source"].clear()
        sim.run_steps(10)

    assert len(counts["source"]) >= 10
    assert counts["source"][0] == 0.001


def test_a_snapshot_after_a_failure_holds_what_was_called_ahead():
    failing = Failing(50)
    net, counts = failing_network(failing, with_input=True)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        with pytest.raises(ValueError, match="enough"):
            sim.run_steps(200)
        called = len(counts["source"])
        moment = sim.snapshot()
        sim.run_steps(called - 49)
        sim.restore(moment)
        sim.run_steps(called - 49)

    assert len(counts["source"]) == called


@pytest.mark.parametrize(
    "method", ["run", "step", "reset", "clear_probes", "close", "load_params", "predict"]
)
@pytest.mark.parametrize("with_input", [False, True], ids=["of time", "of an input"])
def test_a_function_cannot_run_or_change_the_simulator_that_calls_it(method, with_input):
    sims = []
    arguments = {"run": (1,), "load_params": ("none.npz",)}.get(method, ())

    def meddle(t, *x):
        if sims and t > 0.0105:
            getattr(sims[0], method)(*arguments)
        return t

    with nengo.Network() as net:
        node = nengo.Node(meddle, size_in=1 if with_input else 0, size_out=1)
        probe = nengo.Probe(node)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sims.append(sim)
        with pytest.raises(
            SimulationError, match="cannot be called from a Python function of the network.*running"
        ):
            sim.run_steps(20)
        sims.clear()
        assert not sim.closed
        assert sim.n_steps == 10
        assert len(sim.data[probe]) == 10
        sim.run_steps(10)

    np.testing.assert_allclose(sim.data[probe][:, 0], 0.001 * np.arange(1, 21), rtol=1e-6)


def test_a_function_may_use_another_simulator():
    with nengo.Network() as inner:
        probe = nengo.Probe(nengo.Node(lambda t: 2 * t))
    with nengo_nb.Simulator(inner, progress_bar=False) as other:

        def ask(t):
            other.run_steps(1)
            return other.data[probe][-1]

        with nengo.Network() as net:
            asked = nengo.Probe(nengo.Node(ask))
        other.reset()
        sim = simulate(net, 10)

    np.testing.assert_allclose(sim.data[asked][:, 0], 0.002 * np.arange(1, 11), rtol=1e-6)


@pytest.mark.parametrize(
    "value",
    [
        *("5", b"1", ["1", "2"], 10**400, 2**70, Decimal(1), 1j, {1.0, 2.0}, [], [1.0, 2.0, 3.0]),
        *(np.ones((2, 2)), np.ones((2, 1)), np.array([1.0, 2.0], object), [None, 1.0], None),
        *(float("inf"), [1.0, float("nan")], np.ma.array([1.0, 2.0], mask=[False, True]), object()),
    ],
    ids=lambda value: repr(value)[:30].replace("\n", ""),
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
    ids=repr,
)
def test_what_numpy_assigns_to_a_vector_is_accepted_as_in_nengo(value):
    with nengo.Network() as net:
        nengo.Probe(nengo.Node(lambda t, x: value, size_in=1, size_out=2))

    assert_as_nengo(net, 5)


@pytest.mark.parametrize("way", ["by the call", "by the setting"])
def test_a_run_that_keeps_no_state_goes_back_also_after_an_error(way):
    failing = Failing(50)
    with nengo.Network(seed=0) as net:
        if way == "by the setting":
            nengo_nb.configure_settings(stateful=False)
        noise = nengo.Node(nengo.processes.WhiteNoise(seed=1), size_out=1)
        neurons = nengo.Ensemble(10, 1)
        nengo.Connection(noise, neurons)
        nengo.Connection(neurons, nengo.Node(failing, size_in=1, size_out=1))
        probe = nengo.Probe(neurons)
    arguments = {"stateful": False} if way == "by the call" else {}
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        with pytest.raises(ValueError, match="enough"):
            sim.run_steps(100, **arguments)
        assert sim.n_steps == 0
        sim.clear_probes()
        sim.run_steps(20, **arguments)
        again = sim.data[probe]

    np.testing.assert_array_equal(again, simulate(net, 20).data[probe])
