"""Functions of the user that reach simulators and networks."""

from __future__ import annotations

import nengo
import numpy as np
import pytest
from nengo.exceptions import SimulationError

import nengo_nb

from .networks import simulate


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


class MemoryNetwork(nengo.Network):
    """One node writes a memory, another reads it; both reach it through the network."""

    def __init__(self, memory):
        super().__init__(seed=0)
        self.memory = memory
        with self:
            clock = nengo.Node(lambda t: 1000 * t)
            writer = nengo.Node(self.write, size_in=1)
            reader = nengo.Node(memory.copy, size_in=1, size_out=1)
            nengo.Connection(clock, writer, synapse=None)
            nengo.Connection(reader, writer, synapse=0, transform=0.1)
            nengo.Connection(clock, reader, synapse=0)
            nengo.Probe(reader)

    def write(self, t, x):
        self.memory.values[0] = x[0]


class ListMemory:
    def __init__(self):
        self.values = [0.0]

    def copy(self, t, x):
        return self.values[0]


def test_a_memory_that_a_network_of_ones_own_holds_is_written_and_read_in_nengos_order():
    with nengo_nb.Simulator(MemoryNetwork(ListMemory()), progress_bar=False) as sim:
        sim.run_steps(5)
    with nengo.Simulator(MemoryNetwork(ListMemory()), progress_bar=False, optimize=False) as ref:
        ref.run_steps(5)

    (probe,), (same,) = sim.model.toplevel.all_probes, ref.model.toplevel.all_probes
    np.testing.assert_allclose(sim.data[probe], ref.data[same], rtol=1e-6)
    assert len(np.unique(sim.data[probe])) > 3
