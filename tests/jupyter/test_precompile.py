"""A cell that defines a network has TensorFlow imported, and the network compiled, behind it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from threading import Event

import nengo
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.eager import context

import nengo_nb
from nengo_nb.jupyter.precompile import WarmUp
from nengo_nb.simulator.run.precompile import compile_ahead

SCRIPT = """
import sys
import nengo
from nengo_nb.jupyter.precompile import WarmUp
with nengo.Network() as net:
    nengo.Probe(nengo.Ensemble(10, 1))
warm_up = WarmUp()
warm_up.begin(net, 0.001, None)
assert "tensorflow" not in sys.modules or warm_up.thread.is_alive()
import nengo_nb
simulator = nengo_nb.Simulator
warm_up.thread.join()
assert "tensorflow" in sys.modules
print(simulator.__name__)
"""


def small_network(seed: int | None = None, n_neurons: int = 23) -> nengo.Network:
    """A network with a loop, a function and a process."""
    with nengo.Network(seed=seed) as net:
        noise = nengo.Node(nengo.processes.WhiteSignal(1.0, high=5, seed=0))
        group = nengo.Ensemble(n_neurons, 1)
        nengo.Connection(noise, group)
        nengo.Connection(group, group, function=np.square, synapse=0.1)
        nengo.Probe(group)
    return net


def programs() -> set[str]:
    """The programs that TensorFlow knows by their content."""
    return {name for name in context.context().list_function_names() if "nengo_nb_" in name}


def test_whoever_needs_the_simulator_meanwhile_waits_for_it():
    environment = {
        name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"
    }

    found = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=Path(__file__).parents[2],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert found.stdout.split() == ["Simulator"]
    assert found.stderr == ""


@pytest.mark.parametrize("minibatch_size", [None, 3])
@pytest.mark.parametrize("seed", [None, 5])
def test_what_was_compiled_ahead_is_what_runs(seed, minibatch_size):
    net = small_network(
        seed, n_neurons=30 + (minibatch_size or 0) + (seed or 0)
    )  # that no test before compiled
    before = programs()

    assert compile_ahead(net, 0.001, minibatch_size, lambda: False)

    ahead = programs()
    with nengo_nb.Simulator(net, minibatch_size=minibatch_size, progress_bar=False) as sim:
        sim.run_steps(3)
    assert ahead > before
    assert programs() == ahead


def test_compiling_ahead_draws_no_random_number_and_leaves_the_network_as_it_is():
    net = small_network()
    np.random.seed(0)
    state = np.random.get_state()[1].copy()

    compile_ahead(net, 0.001, None, lambda: False)

    assert (np.random.get_state()[1] == state).all()
    assert net.seed is None
    assert [e.seed for e in net.ensembles] == [None]


def test_it_builds_nothing_that_could_count_its_calls():
    class Own(nengo.Process):
        """A process of somebody's own."""

        def make_step(self, shape_in, shape_out, dt, rng, state):
            raise AssertionError("built ahead")

    with nengo.Network() as with_process:
        nengo.Node(Own(default_size_in=0, default_size_out=1))
    with nengo.Network() as with_layer:
        nengo_nb.TensorNode(lambda t: tf.reshape(t, (1, 1)))

    assert [
        compile_ahead(net, 0.001, None, lambda: False) for net in (with_process, with_layer)
    ] == [
        False,
        False,
    ]


def test_it_ends_when_the_real_work_begins():
    stop = Event()
    stop.set()

    assert not compile_ahead(small_network(), 0.001, None, stop.is_set)


def test_an_error_is_left_to_whoever_builds_the_simulator():
    with nengo.Network() as net:
        nengo.Ensemble(10, 1, encoders=np.full((10, 1), np.nan))
    warm_up = WarmUp()

    warm_up.begin(net, 0.001, None)
    warm_up.thread.join()

    with pytest.raises(nengo.exceptions.BuildError, match="NaN"):
        nengo_nb.Simulator(net, progress_bar=False)
