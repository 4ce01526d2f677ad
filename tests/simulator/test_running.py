"""Running, stepping, resetting and closing."""

from __future__ import annotations

import gc

import nengo
import numpy as np
import pytest
from nengo.exceptions import NengoWarning, ReadonlyError, SimulatorClosed, ValidationError

import nengo_nb
from nengo_nb.simulator.run import chunk_size
from tests.costs import change_costs

from .networks import assert_as_nengo, channel, reference, simulate


def test_a_spiking_network_in_float64_is_nengo_to_rounding():
    assert_as_nengo(channel(dtype="float64").net, 300)


def test_a_rate_network_in_float32_is_nengo_to_float32_accuracy():
    model = channel(nengo.LIFRate())

    ours, theirs = simulate(model.net, 300), reference(model.net, 300)

    assert ours.data[model.decoded].dtype == np.float32
    np.testing.assert_allclose(ours.data[model.decoded], theirs.data[model.decoded], atol=1e-5)
    np.testing.assert_allclose(
        ours.data[model.spikes], theirs.data[model.spikes], rtol=1e-4, atol=1e-2
    )


def test_two_short_runs_equal_one_long_run():
    """State is carried over: 30 + 70 steps is 100 steps."""
    model = channel()
    with nengo_nb.Simulator(model.net, progress_bar=False) as parts:
        parts.run_steps(30)
        parts.run_steps(70)

    whole = simulate(model.net, 100)

    np.testing.assert_array_equal(parts.data[model.decoded], whole.data[model.decoded])
    np.testing.assert_array_equal(parts.data[model.spikes], whole.data[model.spikes])


def test_the_length_of_chunks_changes_nothing(monkeypatch):
    model = channel()
    usual = simulate(model.net, 100)

    change_costs(monkeypatch, first_steps=1)
    monkeypatch.setattr(chunk_size.Pace, "took", lambda *_: None)
    single_steps = simulate(model.net, 100)

    np.testing.assert_array_equal(usual.data[model.decoded], single_steps.data[model.decoded])


def test_stepping_is_running_one_step():
    model = channel()
    with nengo_nb.Simulator(model.net, progress_bar=False) as sim:
        for _ in range(10):
            sim.step()

    np.testing.assert_array_equal(
        sim.data[model.decoded], simulate(model.net, 10).data[model.decoded]
    )
    assert sim.n_steps == 10
    assert sim.time == pytest.approx(0.01)
    np.testing.assert_allclose(sim.trange(), np.arange(1, 11) * 0.001)


def test_a_reset_simulation_repeats_itself():
    with nengo.Network(seed=2) as net:
        noise = nengo.Node(nengo.processes.WhiteNoise(), size_out=2)
        ens = nengo.Ensemble(20, 2, noise=nengo.processes.WhiteNoise(nengo.dists.Gaussian(0, 0.1)))
        nengo.Connection(noise, ens)
        probe = nengo.Probe(ens)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(50)
        first = sim.data[probe]
        sim.reset()
        assert sim.n_steps == 0
        assert len(sim.data[probe]) == 0
        sim.run_steps(50)

        np.testing.assert_array_equal(sim.data[probe], first)

        sim.reset(seed=12)
        sim.run_steps(50)
        assert sim.seed == 12
        assert not np.allclose(sim.data[probe], first)


def test_processes_give_the_streams_of_nengo():
    with nengo.Network(seed=3) as net:
        nengo_nb.configure_settings(dtype="float64")
        for process in (
            nengo.processes.WhiteNoise(),
            nengo.processes.WhiteSignal(1, 10),
            nengo.processes.FilteredNoise(seed=4),
            nengo.processes.PresentInput([[1], [2]], 0.01),
        ):
            nengo.Probe(nengo.Node(process, size_out=1), synapse=None)
        ens = nengo.Ensemble(10, 1, noise=nengo.processes.FilteredNoise())
        nengo.Probe(ens, synapse=0.01)

    assert_as_nengo(net, 50)


def test_a_run_that_is_not_stateful_leaves_the_simulation_where_it_was():
    model = channel()
    with nengo_nb.Simulator(model.net, progress_bar=False) as sim:
        sim.run_steps(20)
        sim.run_steps(30, stateful=False)
        assert sim.n_steps == 20
        sim.clear_probes()
        sim.run_steps(30)

    np.testing.assert_array_equal(
        sim.data[model.decoded], simulate(model.net, 50).data[model.decoded][20:]
    )


@pytest.mark.parametrize("time", [-1, float("nan"), float("inf")])
def test_a_time_that_cannot_be_run_is_refused(time):
    with nengo_nb.Simulator(channel().net, progress_bar=False) as sim:
        with pytest.raises(ValidationError, match="Must be positive"):
            sim.run(time)

        assert sim.n_steps == 0


def test_a_time_shorter_than_half_a_step_runs_nothing_and_says_so():
    with nengo_nb.Simulator(channel().net, progress_bar=False) as sim:
        with pytest.warns(UserWarning, match="0 timesteps"):
            sim.run(0.0004)

        assert sim.n_steps == 0


def test_a_time_that_is_no_multiple_of_dt_is_rounded():
    with nengo_nb.Simulator(channel().net, progress_bar=False) as sim:
        sim.run(0.0104)

        assert sim.n_steps == 10


@pytest.mark.parametrize("n_steps", [0, -3, 2.5, True, "many"])
def test_a_number_of_steps_must_be_a_positive_integer(n_steps):
    with (
        nengo_nb.Simulator(channel().net, progress_bar=False) as sim,
        pytest.raises(ValidationError, match="n_steps"),
    ):
        sim.run_steps(n_steps)


def test_a_closed_simulator_keeps_its_data_and_runs_no_more():
    model = channel()
    sim = simulate(model.net, 10)

    assert sim.closed
    assert len(sim.data[model.decoded]) == 10
    for action in (sim.step, sim.reset, lambda: sim.run(1), sim.__enter__):
        with pytest.raises(SimulatorClosed):
            action()


def test_a_forgotten_simulator_warns():
    sim = nengo_nb.Simulator(nengo.Network(), progress_bar=False)

    with pytest.warns(ResourceWarning, match="deallocated while open"):
        sim.__del__()
    sim.close()
    del sim
    gc.collect()


def test_an_empty_network_runs():
    sim = simulate(nengo.Network(), 5)

    assert sim.n_steps == 5


def test_dt_cannot_be_set():
    sim = simulate(nengo.Network(), 1, dt=0.002)

    with pytest.raises(ReadonlyError):
        sim.dt = 0.1
    assert sim.time == pytest.approx(0.002)


@pytest.mark.parametrize(
    "arguments", [{"minibatch_size": 0}, {"minibatch_size": 2.5}, {"unroll_simulation": 0}]
)
def test_sizes_must_be_positive_integers(arguments):
    with pytest.raises(ValidationError, match=next(iter(arguments))):
        nengo_nb.Simulator(nengo.Network(), progress_bar=False, **arguments)


def test_unrolling_is_said_to_have_no_effect_and_steps_stay_exact():
    with pytest.warns(NengoWarning, match="no effect"):
        sim = simulate(nengo.Network(), 7, unroll_simulation=5)

    assert sim.n_steps == 7


def test_an_unknown_device_is_named():
    with pytest.raises(ValidationError, match=r"no device '/gpu:7' here; there are /cpu:0"):
        nengo_nb.Simulator(nengo.Network(), device="/gpu:7", progress_bar=False)


def test_the_cpu_can_be_asked_for():
    model = channel()

    sim = simulate(model.net, 10, device="/cpu:0")

    np.testing.assert_array_equal(
        sim.data[model.decoded], simulate(model.net, 10).data[model.decoded]
    )


def test_a_built_model_can_be_run():
    model = channel(dtype="float64")
    built = nengo.builder.Model(dt=0.001)
    built.build(model.net)
    with nengo_nb.Simulator(None, model=built, progress_bar=False) as sim:
        sim.run_steps(20)

    np.testing.assert_allclose(
        sim.data[model.decoded], reference(model.net, 20).data[model.decoded], atol=1e-12
    )


def test_the_network_and_the_global_configuration_are_left_as_they_were():
    model = channel()
    before = dict(nengo.rc.items("precision"))
    objects = [str(vars(obj)) for obj in model.net.all_objects]

    simulate(model.net, 5)

    assert dict(nengo.rc.items("precision")) == before
    assert [str(vars(obj)) for obj in model.net.all_objects] == objects


def test_explain_names_what_runs():
    sim = simulate(channel().net, 5)

    text = sim.explain()

    assert "LIF x2" in text
    assert "stimulus" in text
    assert "Compiling took" in text


def test_long_runs_of_wide_networks_get_longer_chunks_and_the_same_data():
    with nengo.Network(seed=0) as net:
        stimulus = nengo.Node(lambda t: np.sin(20 * t))
        wide = nengo.Ensemble(
            8000, 1, encoders=nengo.dists.Choice([[1.0]]), eval_points=np.ones((10, 1))
        )
        nengo.Connection(stimulus, wide, synapse=None)
        spikes = nengo.Probe(wide.neurons)

    with (
        nengo_nb.Simulator(net, progress_bar=False) as sim,
        nengo_nb.Simulator(net, progress_bar=False) as other,
    ):
        executor = sim._parts.simulation.runner.executor
        room = executor.capacity
        while executor._widening is None:
            sim.run_steps(1000)
        executor._widening.result()
        sim.reset()
        sim.run_steps(500)
        for _ in range(20):
            other.run_steps(25)

        assert room < executor.capacity
        np.testing.assert_array_equal(sim.data[spikes], other.data[spikes])
