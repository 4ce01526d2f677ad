"""A program that calls Python at every step is Nengo, and calls Python as Nengo does."""

import threading
from concurrent.futures import ThreadPoolExecutor

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import SimulationError

import nengo_nb
from nengo_nb.engine import host_callback

ANYWHERE = pytest.mark.parametrize("anywhere", [False, True], ids=["own-thread", "any-thread"])

pytestmark = pytest.mark.skipif(
    not host_callback.can_call_python(nengo_nb.plan.cost.Device.CPU), reason="no program calls back"
)


def network(function, anywhere=False, size=1, **node):
    """A function in a loop with neurons."""
    with nengo.Network(seed=3) as net:
        nengo_nb.configure_settings(dtype="float64", functions_on_any_thread=anywhere)
        # With an output, which Nengo would else find out by a call.
        net.node = nengo.Node(function, size_in=size, **{"size_out": size, **node})
        net.ens = nengo.Ensemble(30 * size, size)
        nengo.Connection(net.ens, net.node, synapse=0.01)
        if net.node.size_out:
            nengo.Connection(net.node, net.ens, synapse=0.02)
            net.probe = nengo.Probe(net.node)
        net.decoded = nengo.Probe(net.ens, synapse=0.01)
    return net


def decay(t, x):
    return np.sin(20 * t) - 0.5 * x


class Sum(nengo.Process):
    """A process of the user's, with a state."""

    def make_state(self, shape_in, shape_out, dt, dtype=None):
        return {"total": np.zeros(shape_out)}

    def make_step(self, shape_in, shape_out, dt, rng, state):
        def step(t, x):
            state["total"] *= 0.9
            state["total"] += x
            return state["total"]

        return step


class World:
    """An environment that one node moves, and another one looks at."""

    def __init__(self):
        self.position = 0.0

    def see(self, t):
        return self.position

    def move(self, t, x):
        self.position += 0.1 * (1 - x[0])


def world_network(anywhere):
    world = World()
    with nengo.Network(seed=3) as net:
        nengo_nb.configure_settings(dtype="float64", functions_on_any_thread=anywhere)
        net.eye = nengo.Node(world.see, size_out=1)
        net.ens = nengo.Ensemble(30, 1)
        hand = nengo.Node(world.move, size_in=1, size_out=0)
        nengo.Connection(net.eye, net.ens)
        nengo.Connection(net.ens, hand, synapse=0.01)
        net.seen, net.decoded = nengo.Probe(net.eye), nengo.Probe(net.ens, synapse=0.01)
    return net


def data_of(net, n_steps, simulator=nengo_nb.Simulator, **options):
    with simulator(net, progress_bar=False, **options) as sim:
        sim.run_steps(n_steps)
        return [np.array(sim.data[probe]) for probe in net.all_probes]


def assert_close(ours, theirs):
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-12)


@ANYWHERE
@pytest.mark.parametrize("size", [1, 3])
def test_it_is_nengo(anywhere, size):
    net = network(decay, anywhere, size)

    assert_close(data_of(net, 300), data_of(net, 300, nengo.Simulator))


def test_it_is_the_loop_without_calls_by_a_program(monkeypatch):
    ours = data_of(network(decay), 200)
    monkeypatch.setattr(host_callback, "register", lambda: False)

    assert_close(ours, data_of(network(decay), 200))


def test_items_of_a_minibatch_have_calls_of_their_own():
    seen = []

    def note(t, x):
        seen.append(round(t * 1000))
        return decay(t, x)

    net = network(note)
    single = data_of(network(decay), 50)

    batch = data_of(net, 50, minibatch_size=3)

    assert sorted(seen) == sorted([*range(1, 51)] * 3)
    for array, expected in zip(batch, single, strict=True):
        assert_close(array, [expected] * 3)


def test_functions_are_called_on_the_thread_of_the_run():
    threads = set()

    def note(t, x):
        threads.add(threading.get_ident())
        return x

    data_of(network(note), 100)
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(threading.get_ident).result()
        pool.submit(data_of, network(note), 100).result()

    assert threads == {threading.get_ident(), other}


@ANYWHERE
def test_each_step_calls_once_and_in_order(anywhere):
    calls = []

    def first(t, x):
        calls.append(("first", round(t * 1000)))
        return x

    def second(t, x):
        calls.append(("second", round(t * 1000)))
        return -x

    net = network(first, anywhere)
    with net:
        later = nengo.Node(second, size_in=1, size_out=1)
        nengo.Connection(net.node, later, synapse=None)
        nengo.Connection(later, net.ens, synapse=0.01)

    data_of(net, 40)

    assert calls[::2] == [("first", k) for k in range(1, 41)]
    assert calls[1::2] == [("second", k) for k in range(1, 41)]


@ANYWHERE
@pytest.mark.filterwarnings("ignore:Sum has no TensorFlow rule")
@pytest.mark.parametrize("kind", ["no output", "constant", "tuple", "process"])
def test_functions_of_every_kind_are_nengo(anywhere, kind):
    if kind == "no output":
        net = network(lambda t, x: None, anywhere, size_out=0)
    elif kind == "process":
        net = network(Sum(), anywhere)
    else:
        net = network(
            (lambda t, x: 0.3) if kind == "constant" else (lambda t, x: (x[0],)), anywhere
        )

    assert_close(data_of(net, 60), data_of(net, 60, nengo.Simulator))


@ANYWHERE
def test_an_error_names_the_node_and_the_steps_before_it_are_kept(anywhere):
    calls = []
    fails = [True]

    def fail_once(t, x):
        calls.append(round(t * 1000))
        if fails and calls[-1] == 70:
            fails.clear()
            raise ValueError("out of reach")
        return decay(t, x)

    net = network(fail_once, anywhere)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        with pytest.raises(ValueError, match="out of reach") as error:
            sim.run_steps(100)
        assert sim.n_steps == 69
        sim.run_steps(31)
        ours = [np.array(sim.data[probe]) for probe in net.all_probes]

    assert any("at 0.07 s (step 70)" in note for note in error.value.__notes__)
    assert calls == [*range(1, 71), *range(70, 101)]
    assert_close(ours, data_of(network(decay), 100, nengo.Simulator))


@ANYWHERE
def test_an_invalid_result_ends_the_run_at_its_step(anywhere):
    net = network(lambda t, x: np.nan if t > 0.0495 else x, anywhere)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        with pytest.raises(nengo.exceptions.SimulationError, match="non-finite"):
            sim.run_steps(100)
        assert sim.n_steps == 49


@ANYWHERE
def test_a_function_that_runs_its_own_simulator_is_refused(anywhere):
    found = []

    def run(t, x):
        if round(t * 1000) == 5:
            found[0].run_steps(1)
        return x

    # Hidden from the search for functions that look inside.
    net = network(lambda t, x: table["run"](t, x), anywhere)
    table = {"run": run}
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        found.append(sim)
        with pytest.raises(SimulationError, match="cannot be called from a Python function"):
            sim.run_steps(20)


@ANYWHERE
def test_a_function_may_call_tensorflow_and_another_simulator(anywhere):
    inner = network(decay)
    layer = tf.keras.layers.Dense(1, kernel_initializer="ones")

    with nengo_nb.Simulator(inner, progress_bar=False) as sim:

        def call(t, x):
            sim.run_steps(3)
            return layer(x[np.newaxis])[0] * 0.5

        ours = data_of(network(call, anywhere), 30)
        assert sim.n_steps == 90

    assert_close(ours[:1], data_of(network(lambda t, x: 0.5 * x), 30, nengo.Simulator)[:1])


@ANYWHERE
def test_an_environment_of_two_nodes_is_nengo(anywhere):
    ours, theirs = world_network(anywhere), world_network(anywhere)

    assert_close(data_of(ours, 60), data_of(theirs, 60, nengo.Simulator, optimize=False))


@ANYWHERE
def test_what_a_node_in_the_loop_puts_out_can_be_replaced_by_data(anywhere):
    given = np.linspace(-1, 1, 40)[:, np.newaxis]
    own = data_of(world_network(anywhere), 20)[0]

    def run(data):
        net = world_network(anywhere)
        with nengo_nb.Simulator(net, progress_bar=False) as sim:
            sim.run_steps(40, data={net.eye: data[np.newaxis]})
            return sim.data[net.seen]

    np.testing.assert_allclose(run(given), given)
    partly = run(np.ma.masked_less(given, 0))
    np.testing.assert_allclose(partly[20:], given[20:])
    np.testing.assert_allclose(partly[:20], own, atol=1e-12)


@ANYWHERE
def test_an_output_that_nothing_reads_is_no_trouble(anywhere):
    net = network(decay, anywhere, size=2)
    with net:
        unread = nengo.Node(lambda t, x: [x[0], -x[0]], size_in=1, size_out=2)
        nengo.Connection(net.ens[0], unread)
        nengo.Connection(net.node, net.ens, synapse=0.05)

    assert_close(data_of(net, 40), data_of(net, 40, nengo.Simulator))


@ANYWHERE
def test_an_environment_whose_output_is_not_used_goes_on_being_called(anywhere):
    world = World()
    with nengo.Network(seed=3) as net:
        nengo_nb.configure_settings(dtype="float64", functions_on_any_thread=anywhere)
        eye = nengo.Node(world.see, size_out=1)
        ens = nengo.Ensemble(30, 1)
        hand = nengo.Node(lambda t, x: [world.move(t, x), t][1:] * 2, size_in=1, size_out=2)
        nengo.Connection(eye, ens)
        nengo.Connection(ens, hand, synapse=0.01)
        nengo.Probe(ens)

    data_of(net, 30)

    assert world.position > 1


def test_two_simulators_run_side_by_side():
    alone = data_of(network(decay, anywhere=True), 400)
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(data_of, network(decay, a), 400) for a in (True, False, True)]

    for run in runs:
        assert_close(run.result(), alone)


def test_numpy_treats_errors_as_in_a_run_of_nengo():
    with np.errstate(all="ignore"):
        net = network(lambda t, x: np.log(x - 5), anywhere=True)
        with (
            nengo_nb.Simulator(net, progress_bar=False) as sim,
            pytest.raises(FloatingPointError, match="invalid"),
        ):
            sim.run_steps(5)


def test_it_is_told_which_thread_answers():
    for anywhere, thread in ((False, "the thread of the run"), (True, "any thread")):
        with nengo_nb.Simulator(network(decay, anywhere), progress_bar=False) as sim:
            assert f"Compiled programs call it, on {thread}." in sim.explain()


def test_an_interrupt_between_two_answers_ends_the_program_and_the_run(monkeypatch):
    respond, calls = host_callback.Callbacks._respond, []

    def interrupted(self, call):
        calls.append(call.k)
        if len(calls) == 20:
            raise KeyboardInterrupt
        respond(self, call)

    monkeypatch.setattr(host_callback.Callbacks, "_respond", interrupted)
    net = network(decay)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        with pytest.raises(KeyboardInterrupt):
            sim.run_steps(100)
        assert sim.n_steps < 100
        sim.run_steps(100 - sim.n_steps)
        ours = [np.array(sim.data[probe]) for probe in net.all_probes]

    assert_close(ours, data_of(network(decay), 100, nengo.Simulator))


def test_buffers_of_earlier_calls_are_forgotten():
    with nengo_nb.Simulator(network(decay), progress_bar=False) as sim:
        for _ in range(30):
            sim.run_steps(3)
        (loop,) = sim._parts.simulation.runner.executor.loops.values()
        assert 1 <= len(loop.callbacks._arrays) < 10
