"""Functions of the user that fail: every step before is kept, and none is called twice for
a step.
"""

from __future__ import annotations

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.errors import NodeError

from .networks import simulate


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
    """A counting source, neurons behind it, a counting sink, and the function that fails
    somewhere among them.
    """
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
def test_a_function_that_fails_at_step_50_keeps_49_steps_and_goes_on_from_there(
    with_input, result, text
):
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
