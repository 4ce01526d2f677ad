"""``Triangle`` filters: their first steps are Nengo's, and ``sim.signals`` shows their rings."""

from __future__ import annotations

import nengo
import numpy as np
import pytest
from nengo.builder.processes import SimProcess
from nengo.exceptions import SimulationError

import nengo_nb
from tests.costs import change_costs


@pytest.fixture(params=[0, 5, 1000], ids=["compiled", "handed over", "in NumPy"])
def last_in_numpy(request, monkeypatch):
    """The number of the last step in NumPy."""
    change_costs(monkeypatch, most_numpy_steps=request.param)
    return request.param


@pytest.fixture
def net():
    """Filters that set their outputs and one that adds to them, two of them equal."""
    with nengo.Network(seed=1) as net:
        nengo_nb.configure_settings(dtype="float64")
        wave = nengo.Node(lambda t: [np.sin(900 * t), np.cos(700 * t)])
        ensemble = nengo.Ensemble(20, 2)
        relay = nengo.Node(size_in=2)
        nengo.Connection(wave, ensemble, synapse=nengo.Triangle(0.004))
        nengo.Connection(wave, relay, synapse=nengo.Triangle(0.004))
        nengo.Connection(wave[0], relay[1], synapse=nengo.Triangle(0.002))
        nengo.Probe(ensemble, synapse=nengo.Triangle(0.003))
        nengo.Probe(relay)
    return net


def rings(sim):
    """The signals of the filters' states, by name and in Nengo's order."""
    filters = [op for op in sim.model.operators if isinstance(op, SimProcess)]
    states = [op.state for op in filters if isinstance(op.process, nengo.Triangle)]
    assert len(states) == 4
    return states


def assert_same_signals(ours, theirs):
    for mine, nengos in zip(rings(ours), rings(theirs), strict=True):
        for name in ("X", "Xi", "Y"):
            np.testing.assert_allclose(
                ours.signals[mine[name]], theirs.signals[nengos[name]], rtol=0, atol=1e-14
            )


def assert_same_data(ours, theirs, atol=1e-12):
    for probe in theirs.model.probes:
        np.testing.assert_allclose(ours.data[probe], theirs.data[probe], rtol=0, atol=atol)


@pytest.mark.parametrize("runs", [(1,), (7,), (4, 1, 5), (1,) * 12])
def test_data_and_states_are_nengos_wherever_a_run_stops(last_in_numpy, net, runs):
    with (
        nengo_nb.Simulator(net, progress_bar=False) as ours,
        nengo.Simulator(net, progress_bar=False, optimize=False) as theirs,
    ):
        assert ours._parts.simulation.numpy_steps == last_in_numpy
        for n_steps in runs:
            ours.run_steps(n_steps)
            theirs.run_steps(n_steps)
            assert_same_signals(ours, theirs)
        assert_same_data(ours, theirs)


def test_a_run_in_parts_is_the_run_in_one_to_the_last_bit(last_in_numpy, net):
    with (
        nengo_nb.Simulator(net, progress_bar=False) as whole,
        nengo_nb.Simulator(net, progress_bar=False) as parts,
    ):
        whole.run_steps(20)
        for n_steps in (2, 1, 4, 13):
            parts.restore(parts.snapshot())
            parts.run_steps(n_steps)

        assert_same_data(parts, whole, atol=0)


@pytest.mark.parametrize("name", ["X", "Y"])
def test_what_is_written_to_a_state_is_what_nengo_makes_of_it(last_in_numpy, net, name):
    with (
        nengo_nb.Simulator(net, progress_bar=False) as ours,
        nengo.Simulator(net, progress_bar=False, optimize=False) as theirs,
    ):
        for sim in (ours, theirs):
            sim.run_steps(7)
            for state in rings(sim):
                array = sim.signals[state[name]]
                array[...] += 0.01 * np.arange(array.size).reshape(array.shape)
            sim.run_steps(9)

        assert_same_signals(ours, theirs)
        assert_same_data(ours, theirs)


def test_a_position_that_is_written_is_refused_and_nothing_is_lost(net, last_in_numpy):
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(7)
        position = sim.signals[rings(sim)[0]["Xi"]]
        before = position.copy()
        position[...] = 1

        with pytest.raises(SimulationError, match="number of the step, modulo"):
            sim.run_steps(2)

        position[...] = before
        sim.run_steps(2)
        assert sim.n_steps == 9


def test_a_function_that_holds_the_states_sees_and_changes_nengos_rings(net):
    seen = {}
    for simulator in (nengo.Simulator, nengo_nb.Simulator):
        held, looks = [], []
        with net:
            look = nengo.Node(changing(held, looks))
        with simulator(net, progress_bar=False) as sim:
            held += [sim.signals[rings(sim)[1][name]] for name in ("X", "Y", "Xi")]
            sim.run_steps(12)
            looks.append(sim.data[net.probes[1]].copy())
        net.nodes.remove(look)
        seen[simulator] = looks

    np.testing.assert_allclose(
        np.concatenate([np.ravel(look) for look in seen[nengo_nb.Simulator]]),
        np.concatenate([np.ravel(look) for look in seen[nengo.Simulator]]),
        rtol=0,
        atol=1e-12,
    )


def changing(held, looks):
    """A node's function that notes the arrays it holds, and writes to them once."""

    def look(t):
        for array in held:
            looks.append(array.copy())
            if t == pytest.approx(0.006) and array is held[0]:
                array[...] *= 2
        return 0.0

    return look


def test_the_items_of_a_minibatch_have_rings_of_their_own():
    with nengo.Network() as net:
        nengo_nb.configure_settings(dtype="float64")
        source = nengo.Node([0.0])
        relay = nengo.Node(size_in=1)
        nengo.Connection(source, relay, synapse=nengo.Triangle(0.003))
        nengo.Probe(relay)
    inputs = np.random.RandomState(1).randn(2, 6, 1)
    with nengo_nb.Simulator(net, minibatch_size=2, progress_bar=False) as ours:
        ours.run_steps(6, data={source: inputs})
        (state,) = [op.state for op in ours.model.operators if isinstance(op, SimProcess)]
        together = ours.signals[state["X"]].copy()
        position = ours.signals[state["Xi"]]
        assert position.shape == (2, 1)
        assert (position == 2).all()

    for item in range(2):
        with net:
            fed = nengo.Node(nengo.processes.PresentInput(inputs[item], 0.001))
            nengo.Connection(fed, relay, synapse=nengo.Triangle(0.003))
        with nengo.Simulator(net, progress_bar=False, optimize=False) as theirs:
            theirs.run_steps(6)
            *_, last = [
                op.state
                for op in theirs.model.operators
                if isinstance(op, SimProcess) and isinstance(op.process, nengo.Triangle)
            ]
            np.testing.assert_allclose(together[item], theirs.signals[last["X"]], atol=1e-15)
