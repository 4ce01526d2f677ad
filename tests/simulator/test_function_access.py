"""Python functions that look at the simulator which calls them see what they see in Nengo."""

from __future__ import annotations

import time
import types

import nengo
import numpy as np
import pytest
from nengo.exceptions import SimulationError

import nengo_nb

from .networks import channel


def observe(build, use=lambda sim: sim.run_steps(40), **arguments):
    """Return ``box.seen``, which ``build(box)`` fills while ``use(sim)`` runs, ours and Nengo's.

    The simulator is bound to ``box.sim`` after it was made, as scripts bind it to a global.
    """
    found = []
    for make, more in ((nengo_nb.Simulator, arguments), (nengo.Simulator, {"optimize": False})):
        box = types.SimpleNamespace(seen=[], sim=None)
        with nengo.Network(seed=2) as net:
            nengo_nb.configure_settings(dtype="float64")
            build(box)
        with make(net, progress_bar=False, **more) as box.sim:
            use(box.sim)
            found.append((box.seen, [box.sim.data[probe] for probe in net.all_probes]))
    return found


def assert_same(build, use=lambda sim: sim.run_steps(40)):
    (seen, ours), (expected, theirs) = observe(build, use)
    assert len(seen) == len(expected)
    for mine, his in zip(seen + ours, expected + theirs, strict=True):
        np.testing.assert_allclose(mine, his, atol=1e-11)


def test_a_node_reads_the_time_and_the_data_of_the_step_before():
    def build(box):
        def look(t):
            data = box.sim.data[box.probe]
            box.seen.append(
                [box.sim.n_steps, box.sim.time, len(data), data[-1, 0] if len(data) else 0.0]
            )
            return np.sin(9 * t)

        ens = nengo.Ensemble(20, 1)
        nengo.Connection(nengo.Node(look, size_out=1), ens)
        box.probe = nengo.Probe(ens, synapse=0.01)

    assert_same(build)


def test_a_node_with_an_input_that_looks_steers_what_it_sees():
    def build(box):
        def control(t, x):
            data = box.sim.data[box.probe]
            return 1.0 if len(data) < 5 or data[-5:].mean() < 0.3 else -1.0

        ens = nengo.Ensemble(20, 1)
        node = nengo.Node(control, size_in=1, size_out=1)
        nengo.Connection(ens, node)
        nengo.Connection(node, ens)
        box.probe = nengo.Probe(ens, synapse=0.01)

    assert_same(build, lambda sim: sim.run_steps(150))


def test_a_process_that_holds_the_simulator_looks_at_it():
    class Watcher(nengo.Process):
        def __init__(self, box):
            super().__init__(default_size_in=0, default_size_out=1)
            self.box = box

        def make_step(self, shape_in, shape_out, dt, rng, state):
            return lambda t: self.box.sim.n_steps

    def build(box):
        nengo.Probe(nengo.Node(Watcher(box)))

    assert_same(build)


def test_a_look_that_nobody_could_foresee_is_refused_by_a_sentence(monkeypatch):
    def build(box):
        nengo.Node(lambda t: globals()["hidden"].n_steps, size_out=1)

    def use(sim):
        monkeypatch.setitem(globals(), "hidden", sim)
        sim.run_steps(40)

    with pytest.raises(
        SimulationError, match="reads the number of steps or the time while several steps"
    ):
        observe(build, use)


def test_functions_that_do_not_look_run_in_long_chunks():
    model = channel()
    with nengo_nb.Simulator(model.net, progress_bar=False) as sim:
        held = sim.signals[sim.model.sig[model.a.neurons]["voltage"]]
        chunks = []
        run = sim._parts.simulation.runner.executor.run_until
        sim._parts.simulation.runner.executor.run_until = lambda *a: chunks.append(a[2]) or run(*a)
        sim.run_steps(16)

    assert chunks == [16]
    assert held.any()


def test_a_subclass_that_paces_its_steps_is_asked_for_each():
    class Paced(nengo_nb.Simulator):
        count = 0

        def step(self, **arguments):
            super().step(**arguments)
            self.count += 1

    model = channel(dtype="float64")
    with (
        Paced(model.net, progress_bar=False) as sim,
        nengo.Simulator(model.net, progress_bar=False) as ref,
    ):
        sim.run(0.01)
        sim.run_steps(5, data={model.stimulus: np.ones((1, 5, 1))})
        ref.run_steps(10)

        assert sim.count == sim.n_steps == 15
        np.testing.assert_allclose(
            sim.data[model.decoded][:10], ref.data[model.decoded], atol=1e-12
        )


def test_a_step_put_in_place_of_the_simulators_own_is_called():
    model = channel()
    with nengo_nb.Simulator(model.net, progress_bar=False) as sim:
        own, times = sim.step, []
        sim.step = lambda: (own(), times.append(time.perf_counter()))
        sim.run_steps(3)

    assert len(times) == 3
