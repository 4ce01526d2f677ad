"""A sweep runs the same network for each value of an input, keeps the runs, and leaves no trace."""

from __future__ import annotations

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.jupyter.live.handlers import answer
from nengo_nb.jupyter.live.runs import live_runs
from nengo_nb.jupyter.live.specs import LivePlot
from nengo_nb.jupyter.live.sweep import begin_sweep
from nengo_nb.jupyter.protocol import runs as r
from nengo_nb.jupyter.protocol.sweep import StopSweep
from tests.jupyter.live.conftest import PATIENCE, Listener


def samples(kept, probe):
    return kept.history(probe, 0).values


def feed(network, n_steps, begin=0, wave=(None, None)):
    """Return what the wave puts out by itself, or is held at, as data of a run."""
    times = np.arange(begin + 1, begin + n_steps + 1) * 0.001
    own = np.stack([np.sin(6 * times), np.cos(6 * times)], axis=1)
    for i, value in enumerate(wave):
        if value is not None:
            own[:, i] = value
    return {network.wave: own[np.newaxis]}


# --- exact runs


def test_each_run_is_what_the_simulator_computes_with_that_value(run, ran, sweep, network):
    ran(57)
    kept = sweep("wave", [-1, 0, 0.5], 0.2)

    assert [one.name for one in kept] == ["wave[0] = -1", "wave[0] = 0", "wave[0] = 0.5"]
    for one, value in zip(kept, [-1, 0, 0.5], strict=True):
        with nengo_nb.Simulator(network.net, progress_bar=False) as alone:
            alone.run_steps(200, data=feed(network, 200, wave=(value, None)))
        assert (one.begin, one.end) == (0, 200)
        for probe in (network.decoded, network.spikes, network.slow):
            np.testing.assert_allclose(samples(one, probe), alone.data[probe], atol=1e-6)


def test_nengos_simulator_computes_the_same(run, sweep):
    with nengo.Network(seed=3) as net:
        level = nengo.Node([0.0], label="level")
        crowd = nengo.Ensemble(20, 1, seed=1)
        nengo.Connection(level, crowd)
        probe = nengo.Probe(crowd, synapse=0.01)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        own = live_runs.open(sim)
        listener = Listener(own)
        begin_sweep(own, "level", 0, [-0.5, 1], 0.1, from_now=False)
        listener.until(lambda: own.sweep is None)
        swept = [samples(kept, probe) for kept in own.kept_runs.runs]
        own.end("the test is over")
        assert own.join(PATIENCE)

    for values, each in zip([-0.5, 1], swept, strict=True):
        level.output = [values]
        with nengo.Simulator(net, progress_bar=False) as reference:
            reference.run(0.1)
        np.testing.assert_allclose(each, reference.data[probe], atol=1e-5)


def test_other_inputs_stay_where_they_are_put(run, sweep, network):
    run.overrides.grab("wave", [None, 0.25])
    run.overrides.grab("constant", [0.75])
    first, _ = sweep("wave", [0.1, 0.2], 0.05)

    slow = samples(first, network.slow)
    np.testing.assert_allclose(slow, [[0.1, 0.25]] * 5, rtol=1e-6)
    assert run.overrides.held == {"wave": (None, 0.25), "constant": (0.75,)}


def test_runs_from_now_go_on_from_the_present_state(run, ran, sweep, sim, network):
    ran(100)
    kept = sweep("wave", [-1, 1], 0.1, dimension=1, from_now=True)

    assert [(one.begin, one.end) for one in kept] == [(100, 200), (100, 200)]
    for one, value in zip(kept, [-1, 1], strict=True):
        with nengo_nb.Simulator(network.net, progress_bar=False) as alone:
            alone.run_steps(100)
            alone.run_steps(100, data=feed(network, 100, 100, (None, value)))
        expected = alone.data[network.decoded][100:]
        np.testing.assert_allclose(samples(one, network.decoded), expected, atol=1e-6)
        np.testing.assert_allclose(one.history(network.decoded, 0).times(0, 1), [0.101])


# --- no trace


@pytest.mark.parametrize("from_now", [False, True])
@pytest.mark.parametrize("before", [0, 20, 700])
def test_afterwards_all_is_as_before(run, ran, sweep, sim, network, before, from_now):
    if before:
        ran(before)
    outputs = dict(run.reached.outputs)
    decoded = sim.data[network.decoded].copy()
    moments = run.checkpoints.times
    sweep("wave", [-1, 1], 0.1, from_now=from_now)

    assert not run.playing
    assert (sim.n_steps, run.reached.n_steps) == (before, before)
    np.testing.assert_array_equal(sim.data[network.decoded], decoded)
    assert run.checkpoints.times == moments
    assert run.overrides.held == {}
    assert outputs.keys() == run.reached.outputs.keys()
    for name, values in outputs.items():
        np.testing.assert_array_equal(run.reached.outputs[name], values)
    ran(50)
    with nengo_nb.Simulator(network.net, progress_bar=False) as whole:
        whole.run_steps(before + 50)
    np.testing.assert_array_equal(sim.data[network.decoded], whole.data[network.decoded])
    np.testing.assert_array_equal(sim.data[network.spikes], whole.data[network.spikes])


class Counter(nengo.Process):
    """A process that counts in a place which nothing can copy."""

    def make_step(self, shape_in, shape_out, dt, rng, state):
        count = iter(range(100_000))
        return lambda t: [next(count)]


def test_noise_and_memory_of_processes_are_those_of_before():
    def run_of(net, probes, swept):
        with nengo_nb.Simulator(net, seed=4, progress_bar=False) as sim:
            run = live_runs.open(sim)
            listener = Listener(run)
            run.set_speed(None)
            for n_steps in (60, 120):
                run.run_to(n_steps * 0.001)
                listener.until(lambda goal=n_steps: run.reached.n_steps == goal)
                if swept and n_steps == 60:
                    begin_sweep(run, "level", 0, [0, 1], 0.03, from_now=False)
                    listener.until(lambda: run.sweep is None)
            data = [sim.data[probe].copy() for probe in probes]
            kept = [recorded(one) for one in run.kept_runs.runs]
            run.end("the test is over")
            assert run.join(PATIENCE)
        return data, kept

    with nengo.Network(seed=1) as net:
        nengo.Node([0.0], label="level")
        noise = nengo.Node(nengo.processes.WhiteNoise())
        count = nengo.Node(Counter(default_size_in=0, default_size_out=1))
        probes = [nengo.Probe(noise), nengo.Probe(count)]

    def recorded(kept_run):
        return [samples(kept_run, probe) for probe in probes]

    with_sweep, kept = run_of(net, probes, swept=True)
    without, _ = run_of(net, probes, swept=False)

    for one, other in zip(with_sweep, without, strict=True):
        np.testing.assert_array_equal(one, other)
    # All runs of the sweep have the noise of the beginning.
    for runs in kept:
        np.testing.assert_array_equal(runs[0], without[0][:30])
    np.testing.assert_array_equal(kept[0][1], without[1][:30])


def test_samples_are_drawn_anew_after_a_sweep(run, ran, sweep, layout, network):
    layout.add_plot(LivePlot(network.decoded, "lines"))
    ran(40)
    before, numbers = layout.frame(1)
    sweep("wave", [-1, 1], 0.4)
    for name in ("1", "2"):
        answer(layout, r.ForgetRun(run=name))
    after, again = layout.frame(2)

    assert (before.begin, before.end) == (after.begin, after.end)
    np.testing.assert_array_equal(np.frombuffer(numbers, "f4"), np.frombuffer(again, "f4"))


# --- progress, pause and stop


class Pauser:
    """Pauses a run at the second value of its sweep, on the run's own thread."""

    def __init__(self, run):
        self.run = run
        self.seen = []
        self.has_paused = False
        run.listen(self)

    def on_change(self):
        sweep = self.run.sweep
        if sweep is not None:
            self.seen.append(sweep.info)
            if self.seen[-1].number == 2 and not self.has_paused:
                self.has_paused = True  # before it is told of that
                self.run.pause()

    def on_pause(self, sim):
        pass


def test_it_tells_how_far_it_is_and_can_be_paused(run, listener, sim):
    pauser = Pauser(run)
    run.set_speed(1e-3)  # which does not hold it up
    begin_sweep(run, "constant", 0, [0, 1, 2], 1.0, from_now=False)
    listener.until(lambda: listener.rests == 1)
    paused, n_steps = run.sweep.info, sim.n_steps
    run.play()
    listener.until(lambda: run.sweep is None)

    done = [info.done for info in pauser.seen]
    assert done == sorted(done)
    assert {(info.label, info.count) for info in pauser.seen} == {("constant", 3)}
    assert (paused.number, paused.value) == (2, 1.0)
    assert n_steps == round((paused.done * 3 - 1) * 1000)
    assert [kept.name for kept in run.kept_runs.runs] == [f"constant = {i}" for i in range(3)]


def test_stopped_it_keeps_the_runs_that_are_complete(run, ran, listener, layout, sim, network):
    ran(10)
    decoded = sim.data[network.decoded].copy()
    begin_sweep(run, "constant", 0, [0, 1, 2], 4.0, from_now=False)
    listener.until(lambda: run.sweep and run.sweep.info.number == 2)
    answer(layout, StopSweep())
    listener.until(lambda: run.sweep is None)

    assert [kept.name for kept in run.kept_runs.runs][:1] == ["constant = 0"]
    assert len(run.kept_runs.runs) < 3
    np.testing.assert_array_equal(sim.data[network.decoded], decoded)
    assert layout.frame(1)[0].sweep is None


@pytest.mark.parametrize(
    "order",
    [
        lambda run: run.reset(),
        lambda run: run.step(5),
        lambda run: run.run_to(100),
        lambda run: run.go_back(0),
        lambda run: begin_sweep(run, "wave", 0, [1, 2], 1, from_now=False),
    ],
    ids=["reset", "step", "run to", "go back", "sweep"],
)
def test_meanwhile_nothing_else_is_done_with_the_run(run, ran, listener, order):
    ran(10)
    begin_sweep(run, "constant", 0, [0, 1], 5.0, from_now=False)

    with pytest.raises(ValueError, match="a sweep is under way: pause it, or stop it first"):
        order(run)

    run.stop_sweep()
    listener.until(lambda: run.sweep is None)


def test_a_slider_that_is_moved_meanwhile_takes_effect_afterwards(run, listener, sim, network):
    begin_sweep(run, "wave", 0, [3, 4], 1.0, from_now=False)
    listener.until(lambda: run.sweep and run.sweep.info.done > 0)
    run.overrides.grab("wave", [-5, -5])
    listener.until(lambda: run.sweep is None)

    for kept, value in zip(run.kept_runs.runs, [3, 4], strict=True):
        slow = samples(kept, network.slow)
        np.testing.assert_allclose(slow[:, 0], value)
        assert abs(slow[:, 1]).max() <= 1
    assert run.overrides.held == {"wave": (-5, -5)}


def test_an_error_ends_it_where_it_was_before():
    def fragile(t, x):
        if x > 1.5:
            raise RuntimeError("broken")
        return x

    with nengo.Network() as net:
        level = nengo.Node([0.0], label="level")
        probe = nengo.Probe(fragile_node := nengo.Node(fragile, size_in=1, label="fragile"))
        nengo.Connection(level, fragile_node, synapse=None)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        run = live_runs.open(sim)
        listener = Listener(run)
        sim.run_steps(7)
        begin_sweep(run, "level", 0, [1, 2, 3], 0.05, from_now=False)
        listener.until(lambda: run.error and run.sweep is None)

        assert run.error.startswith("RuntimeError: broken")
        assert [kept.name for kept in run.kept_runs.runs] == ["level = 1"]
        assert sim.n_steps == len(sim.data[probe]) == 7
        run.end("the test is over")
        assert run.join(PATIENCE)


def test_a_cell_that_resets_meanwhile_ends_it(run, ran, listener, sim):
    ran(20)
    begin_sweep(run, "constant", 0, [0, 1], 60.0, from_now=False)
    listener.until(lambda: run.sweep and run.sweep.info.done > 0.001)
    sim.reset()
    listener.until(lambda: run.sweep is None and run.error)

    assert "a cell has run or reset the simulator meanwhile" in run.error
    assert sim.n_steps == 20


def test_a_simulator_that_is_closed_meanwhile_has_the_samples_of_before(
    run, ran, listener, sim, network
):
    ran(30)
    decoded = sim.data[network.decoded].copy()
    begin_sweep(run, "constant", 0, [0, 1], 60.0, from_now=False)
    listener.until(lambda: run.sweep and run.sweep.info.done > 0.001)
    sim.close()

    assert run.join(PATIENCE)
    np.testing.assert_array_equal(sim.data[network.decoded], decoded)


def test_hooks_are_called_for_each_run(sim):
    starts, steps = [], []
    view = nengo_nb.live(
        sim, plots=[], on_start=lambda sim: starts.append(sim.n_steps), on_step=steps.append
    )
    listener = Listener(view.run)
    view.sweep("constant", [0, 1], 0.01)
    listener.until(lambda: view.run.sweep is None)
    view.close()
    assert view.run.join(PATIENCE)

    assert starts == [0, 0]
    assert len(steps) == 20
