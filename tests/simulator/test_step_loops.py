"""``sim.step()`` in a loop: each step goes on as the last one, unless something came in between."""

from __future__ import annotations

import os
import signal

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.errors import NodeError, NonFiniteError
from nengo_nb.simulator.run.function_access import FunctionAccess
from tests.costs import change_costs

from .networks import channel, reference
from .test_first_steps import network


@pytest.fixture(autouse=True)
def steps_in_numpy(monkeypatch):
    """As many steps in NumPy as any test here takes, if it does not say otherwise."""
    change_costs(monkeypatch, most_numpy_steps=1000)


@pytest.fixture
def again(monkeypatch):
    """For each call of ``sim.step()``, whether it went on as the one before."""
    answers: list[bool] = []
    step_again = FunctionAccess.step_again

    def noting(access):
        answers.append(step_again(access))
        return answers[-1]

    monkeypatch.setattr(FunctionAccess, "step_again", noting)
    return answers


def stepped(net, n_steps, **arguments):
    """The data of each probe after single steps."""
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        for _ in range(n_steps):
            sim.step(**arguments)
        assert sim.n_steps == n_steps
        assert sim.time == sim.signals[sim.model.time]
        return {probe: np.array(sim.data[probe]) for probe in net.probes}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_steps_in_a_loop_are_those_that_are_prepared_one_by_one_to_the_last_bit(again, dtype):
    net = network(dtype)

    loop = stepped(net, 60)

    assert again == [False] + [True] * 59
    prepared = stepped(net, 60, data={})
    for probe in net.probes:
        np.testing.assert_array_equal(loop[probe], prepared[probe])


def test_the_loop_goes_on_in_the_compiled_program(monkeypatch, again):
    change_costs(monkeypatch, most_numpy_steps=30)
    net = network()

    loop = stepped(net, 40)

    assert again == [False] + [True] * 29 + [False] * 10
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(40)
        for probe in net.probes:
            np.testing.assert_array_equal(loop[probe], sim.data[probe])


def test_after_half_of_the_steps_in_numpy_the_loop_compiles_ahead(monkeypatch):
    change_costs(monkeypatch, most_numpy_steps=30)
    with nengo_nb.Simulator(network(), progress_bar=False) as sim:
        runner = sim._parts.simulation.runner
        for _ in range(15):
            sim.step()
        assert runner._compiling is None

        sim.step()

        assert runner._compiling is not None


@pytest.mark.parametrize("arguments", [{}, {"data": {}}])
def test_a_step_whose_function_fails_can_be_taken_again(arguments):
    calls = []

    def fails_once(t):
        calls.append(t)
        if len(calls) == 3:
            raise ValueError("a cable is loose")
        return len(calls)

    with nengo.Network() as net:
        source = nengo.Node(fails_once)
        ensemble = nengo.Ensemble(10, 1, seed=1)
        nengo.Connection(source, ensemble)
        probe = nengo.Probe(source)
        decoded = nengo.Probe(ensemble, synapse=0.01)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        calls.clear()
        sim.step(**arguments)
        sim.step(**arguments)
        before = sim.signals[sim.model.sig[decoded]["in"]].copy()

        with pytest.raises(ValueError, match="a cable is loose") as error:
            sim.step(**arguments)

        assert any("at 0.003 s (step 3)" in note for note in error.value.__notes__)
        assert sim.n_steps == 2
        assert len(sim.data[probe]) == len(sim.data[decoded]) == 2
        np.testing.assert_array_equal(sim.signals[sim.model.sig[decoded]["in"]], before)
        sim.step(**arguments)
        sim.step(**arguments)
        assert sim.data[probe].tolist() == [[1], [2], [4], [5]]


@pytest.mark.parametrize("arguments", [{}, {"data": {}}])
def test_a_step_with_numbers_that_are_an_error_is_kept(arguments):
    with nengo.Network() as net:
        nengo_nb.configure_settings(non_finite="error")
        node = nengo.Node(size_in=1)
        nengo.Connection(nengo.Node([1.0]), node, transform=2.0**40, synapse=None)
        nengo.Connection(node, node, transform=2.0**40, synapse=0)
        probe = nengo.Probe(node)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.step(**arguments)
        sim.step(**arguments)

        with pytest.raises(NonFiniteError, match=r"step 3 \(t = 0.003 s\)"):
            sim.step(**arguments)

        assert sim.n_steps == 3
        np.testing.assert_array_equal(sim.data[probe][:, 0], [2.0**40, 2.0**80, 2.0**120])


def test_what_is_written_between_two_steps_is_what_the_next_one_reads(again):
    model = channel(dtype="float64")
    data = {}
    for simulator in (nengo.Simulator, nengo_nb.Simulator):
        with simulator(model.net, progress_bar=False) as sim:
            voltage = sim.model.sig[model.a.neurons]["voltage"]
            for k in range(30):
                sim.step()
                if k == 10:
                    sim.signals[voltage][...] = 0.5
            data[simulator] = np.array(sim.data[model.decoded])

    np.testing.assert_allclose(data[nengo_nb.Simulator], data[nengo.Simulator], rtol=0, atol=1e-12)
    # The step after the writing is prepared, and from the next on the loop goes on again.
    assert again.count(True) == 28
    assert again[-1]


def looking_at(simulators, looks):
    """A node's function that notes what it sees of simulators, once there are any."""

    def look(t):
        for sim in simulators:
            time = sim.signals[sim.model.time]
            (probe,) = sim.model.probes
            looks.append((sim.n_steps, float(time), len(sim.data[probe])))
        return t

    return look


def test_a_node_that_is_handed_the_simulator_in_a_loop_sees_what_nengos_sees():
    seen = {}
    for simulator in (nengo.Simulator, nengo_nb.Simulator):
        simulators, seen[simulator] = [], []
        look = looking_at(simulators, seen[simulator])
        with nengo.Network() as net:
            nengo.Probe(nengo.Node(look))
        with simulator(net, progress_bar=False) as sim:
            for k in range(15):
                if k == 10:
                    simulators.append(sim)
                sim.step()

    assert len(seen[nengo_nb.Simulator]) == 5
    assert seen[nengo_nb.Simulator] == seen[nengo.Simulator]


def test_a_probe_that_is_added_in_a_loop_records_from_there(again):
    model = channel()
    with nengo_nb.Simulator(model.net, progress_bar=False) as sim:
        for _ in range(10):
            sim.step()

        probe = sim.watch(model.a.neurons)
        for _ in range(10):
            sim.step()

        spikes = sim.data[model.spikes]
        assert len(spikes) == 20
        np.testing.assert_array_equal(sim.data[probe], spikes[10:])
    assert not all(again[9:])


def test_a_reset_in_a_loop_begins_anew():
    model = channel()
    with nengo_nb.Simulator(model.net, progress_bar=False) as sim:
        for _ in range(5):
            sim.step()
        sim.reset()
        for _ in range(20):
            sim.step()

        np.testing.assert_allclose(
            sim.data[model.decoded], reference(model.net, 20).data[model.decoded], atol=1e-6
        )


def test_an_interrupt_in_a_loop_of_steps_is_raised_after_the_step():
    with nengo.Network() as net:
        node = nengo.Node(lambda t: os.kill(os.getpid(), signal.SIGINT) or t if t > 0.0035 else t)
        probe = nengo.Probe(node)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        for _ in range(3):
            sim.step()

        with pytest.raises(KeyboardInterrupt):
            sim.step()

        assert sim.n_steps == len(sim.data[probe]) == 4


def test_a_function_that_returns_no_number_names_its_node_in_a_loop():
    with nengo.Network() as net:
        node = nengo.Node(lambda t: float("nan") if t > 0.0025 else t, label="sensor")
        probe = nengo.Probe(node)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.step()
        sim.step()

        with pytest.raises(NodeError, match="sensor"):
            sim.step()

        assert len(sim.data[probe]) == 2


def test_a_step_is_refused_to_a_function_that_the_loop_calls():
    simulators = []

    def steps_itself(t):
        for sim in simulators:
            sim.step()
        return t

    with nengo.Network() as net:
        nengo.Probe(nengo.Node(steps_itself))
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.step()
        sim.step()
        simulators.append(sim)

        with pytest.raises(nengo.exceptions.SimulationError, match="cannot be called"):
            sim.step()

        assert sim.n_steps == 2
