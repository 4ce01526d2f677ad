"""How many steps are taken in NumPy follows from network and plan, and from nothing else."""

import subprocess
import sys

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.engine import tiers
from nengo_nb.engine.tiers import compile_seconds, count_numpy_steps, numpy_seconds
from nengo_nb.plan.cost import MODELS
from tests.costs import change_costs

MANY = 2**62


@pytest.fixture(autouse=True)
def as_users_have_it(monkeypatch):
    change_costs(monkeypatch, most_numpy_steps=MANY)


def channel(n_neurons=50, n_ensembles=2):
    with nengo.Network(seed=1) as net:
        previous = nengo.Node(lambda t: np.sin(20 * t))
        for _ in range(n_ensembles):
            ensemble = nengo.Ensemble(n_neurons, 1)
            nengo.Connection(previous, ensemble)
            previous = ensemble
        nengo.Probe(previous, synapse=0.01)
    return net


def plant():
    """A Python function in a loop with the network."""
    with nengo.Network(seed=1) as net:
        plant = nengo.Node(lambda t, x: -0.5 * x, size_in=1)
        controller = nengo.Ensemble(50, 1)
        nengo.Connection(plant, controller)
        nengo.Connection(controller, plant, synapse=0.01)
        nengo.Probe(plant)
    return net


def groups_of(sim):
    return sim._parts.simulation.runner.step_groups.groups


def steps_of(network):
    with nengo_nb.Simulator(network, progress_bar=False) as sim:
        return count_numpy_steps(sim.plan, groups_of(sim)), sim


def test_they_take_about_as_long_as_compiling():
    steps, sim = steps_of(channel())

    taken = steps * numpy_seconds(groups_of(sim), sim.plan.cost)

    assert taken == pytest.approx(compile_seconds(sim.plan), rel=0.01)
    assert 1000 < steps < 100_000


def test_they_are_the_same_for_every_seed_and_every_build():
    assert len({steps_of(channel())[0] for _ in range(3)}) == 1


def test_a_larger_network_is_handed_over_earlier():
    assert steps_of(channel(2000))[0] < steps_of(channel(50))[0]


def test_a_network_in_a_loop_with_python_stays_in_numpy_if_a_program_would_gain_nothing():
    assert steps_of(plant())[0] == MANY


@pytest.mark.parametrize("can_call", [True, False])
def test_it_is_handed_over_if_programs_may_call_python_on_any_thread_and_can(can_call, monkeypatch):
    monkeypatch.setattr(tiers, "can_call_python", lambda device: can_call)
    net = plant()
    with net:
        nengo_nb.configure_settings(functions_on_any_thread=True)

    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        steps = sim._parts.simulation.numpy_steps

    assert (1000 < steps < 100_000) if can_call else (steps == MANY)


def test_a_network_that_would_be_handed_over_at_once_is_compiled_at_once(monkeypatch):
    change_costs(monkeypatch, fewest_numpy_steps=MANY)

    assert steps_of(channel())[0] == 0


def test_a_convolution_counts_every_place_of_its_kernel():
    def with_images(size):
        with nengo.Network(seed=1) as net:
            image = nengo.Node(np.zeros(size * size))
            kernels = nengo.Convolution(4, (size, size, 1), kernel_size=(5, 5))
            layer = nengo.Ensemble(kernels.output_shape.size, 1, neuron_type=nengo.LIFRate())
            nengo.Connection(image, layer.neurons, transform=kernels)
            nengo.Probe(layer.neurons)
        return net

    small, large = (steps_of(with_images(size))[1] for size in (8, 32))

    def convolved(sim):
        return numpy_seconds(groups_of(sim), sim.plan.cost)

    weights, places = 4 * 25, 28 * 28 - 4 * 4
    assert convolved(large) - convolved(small) > weights * places * large.plan.cost.element_seconds


def test_they_can_be_limited(monkeypatch):
    change_costs(monkeypatch, most_numpy_steps=7)

    assert steps_of(channel())[0] == 7


def end_in_nothing(network):
    with network:
        nengo.Connection(network.ensembles[-1], nengo.Ensemble(20, 1))


def end_in_a_node(network):
    with network:
        nengo.Connection(network.ensembles[-1], nengo.Node(size_in=1), synapse=nengo.Alpha(0.01))


def learn_for_nothing(network):
    with network:
        neurons = nengo.Ensemble(20, 1, neuron_type=nengo.AdaptiveLIF())
        nengo.Connection(network.ensembles[-1], neurons, learning_rule_type=nengo.PES())


def have_no_probe(network):
    network.probes.clear()


@pytest.mark.parametrize(
    "change", [end_in_nothing, end_in_a_node, learn_for_nothing, have_no_probe]
)
def test_what_nothing_needs_does_not_keep_a_network_from_its_first_steps(change, monkeypatch):
    change_costs(monkeypatch, most_numpy_steps=30)
    net = channel()
    change(net)
    with net:
        nengo_nb.configure_settings(dtype="float64")
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(80)
        watched = sim.watch(net.ensembles[-1])
        sim.run_steps(20)

    with nengo.Simulator(net, progress_bar=False, optimize=False) as reference:
        reference.run_steps(100)
    assert sim._parts.simulation.numpy_steps == 30
    assert len(sim.data[watched]) == 20
    for probe in net.probes:
        np.testing.assert_allclose(sim.data[probe], reference.data[probe], atol=1e-11)


def test_no_minibatch_is_stepped_in_numpy():
    with nengo_nb.Simulator(channel(), minibatch_size=2, progress_bar=False) as sim:
        assert sim._parts.simulation.numpy_steps == 0


def test_every_kind_of_device_has_an_estimate():
    assert all(model.program_seconds > 0 for model in MODELS.values())


def test_a_short_run_imports_no_tensorflow():
    script = (
        "import sys, nengo, nengo_nb\n"
        "with nengo.Network(seed=0) as net:\n"
        "    p = nengo.Probe(nengo.Ensemble(20, 1))\n"
        "with nengo_nb.Simulator(net, progress_bar=False) as sim:\n"
        "    sim.run(0.1)\n"
        "    assert len(sim.data[p]) == 100\n"
        "print('tensorflow' in sys.modules, 'keras' in sys.modules)\n"
    )

    finished = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert (finished.stdout.strip(), finished.stderr) == ("False False", "")
