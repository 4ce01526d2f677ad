"""Operators without a rule run their own Python step, and say so."""

from __future__ import annotations

import nengo
import numpy as np
import pytest
from nengo.builder import Builder, Operator, Signal
from nengo.builder.learning_rules import build_or_passthrough, get_pre_ens
from nengo.learning_rules import LearningRuleType
from nengo.neurons import NeuronType
from nengo.synapses import Synapse

import nengo_nb
from nengo_nb.errors import PythonStepWarning, UnsupportedOperatorError

from .networks import reference, simulate


class Cubic(NeuronType):
    """Cubes its input, and remembers it."""

    state = {"memory": nengo.dists.Choice([0.5])}

    def gain_bias(self, max_rates, intercepts):
        return np.ones_like(max_rates), np.zeros_like(max_rates)

    def max_rates_intercepts(self, gain, bias):
        return np.ones_like(gain), np.zeros_like(gain)

    def rates(self, x, gain, bias):
        return self.current(x, gain, bias) ** 3

    def step(self, dt, J, output, memory):
        output[...] = J**3 + memory
        memory[...] += dt * output


class Delay(Synapse):
    """Three steps late."""

    def make_state(self, shape_in, shape_out, dt, dtype=None, y0=0):
        return {"line": np.zeros((3, *shape_out))}

    def make_step(self, shape_in, shape_out, dt, rng, state):
        line = state["line"]

        def step(t, x):
            out = line[0].copy()
            line[:-1] = line[1:]
            line[-1] = x
            return out

        return step


class Decay(LearningRuleType):
    """Weights shrink with the activity."""

    modifies = "decoders"
    probeable = ("delta",)

    def __init__(self):
        super().__init__(0.1, size_in=0)


class SimDecay(Operator):
    def __init__(self, activities, weights, delta):
        super().__init__()
        self.sets, self.incs, self.reads, self.updates = [], [], [activities, weights], [delta]

    def make_step(self, signals, dt, rng):
        activities, weights = (signals[s] for s in self.reads)
        delta = signals[self.updates[0]]

        def step():
            delta[...] = -dt * weights * (activities > 0)

        return step


@Builder.register(Decay)
def build_decay(model, decay, rule):
    conn = rule.connection
    activities = build_or_passthrough(
        model, nengo.Lowpass(0.01), model.sig[get_pre_ens(conn).neurons]["out"]
    )
    model.add_op(SimDecay(activities, model.sig[conn]["weights"], model.sig[rule]["delta"]))


def network(neuron_type=None, synapse=0.005, learning_rule_type=None):
    with nengo.Network(seed=0) as net:
        nengo_nb.configure_settings(dtype="float64")
        source = nengo.Node(lambda t: np.sin(20 * t))
        ens = nengo.Ensemble(12, 1, neuron_type=neuron_type or nengo.LIF())
        sink = nengo.Node(size_in=1)
        nengo.Connection(source, ens)
        nengo.Connection(ens, sink, synapse=synapse, learning_rule_type=learning_rule_type)
        nengo.Probe(sink)
        nengo.Probe(ens.neurons)
    return net


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"neuron_type": Cubic()}, "Cubic"),
        ({"synapse": Delay()}, "Delay"),
        ({"learning_rule_type": Decay()}, "SimDecay"),
    ],
    ids=["a neuron type", "a synapse", "a learning rule"],
)
def test_a_users_own_object_runs_as_in_nengo_with_one_warning_that_names_it(arguments, name):
    net = network(**arguments)

    with pytest.warns(PythonStepWarning, match=name) as caught:
        sim = simulate(net, 50)

    assert len([w for w in caught if w.category is PythonStepWarning]) == 1
    ref = reference(net, 50)
    for probe in net.all_probes:
        np.testing.assert_allclose(sim.data[probe], ref.data[probe], atol=1e-12)


def test_one_warning_names_all_objects_and_no_address():
    with nengo.Network(seed=0) as net:
        first, second = nengo.Ensemble(5, 1, neuron_type=Cubic(), label="a"), nengo.Ensemble(5, 1)
        sink = nengo.Node(size_in=1)
        nengo.Connection(first, second.neurons, transform=np.ones((5, 1)), synapse=Delay())
        nengo.Connection(second, sink, learning_rule_type=Decay())

    with pytest.warns(PythonStepWarning) as caught:
        simulate(net, 2)

    (message,) = {str(w.message) for w in caught if w.category is PythonStepWarning}
    assert "neuron type Cubic of ensemble 'a'" in message
    assert "synapse Delay of connection 'a->ensemble'" in message
    assert "operator SimDecay of " in message
    assert " at 0x" not in message
    assert "{" not in message


def test_a_reset_brings_its_memory_back():
    net = network(neuron_type=Cubic())
    with pytest.warns(PythonStepWarning), nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(20)
        first = [sim.data[probe] for probe in net.all_probes]
        sim.reset()
        sim.run_steps(20)

        for probe, data in zip(net.all_probes, first, strict=True):
            np.testing.assert_array_equal(sim.data[probe], data)


def test_minibatch_items_have_memories_of_their_own():
    net = network(neuron_type=Cubic())
    source = net.all_nodes[0]
    signals = np.random.RandomState(0).uniform(-1, 1, size=(2, 20, 1))
    with (
        pytest.warns(PythonStepWarning),
        nengo_nb.Simulator(net, minibatch_size=2, progress_bar=False) as sim,
    ):
        sim.run_steps(20, data={source: signals})

    for item in range(2):
        with pytest.warns(PythonStepWarning), nengo_nb.Simulator(net, progress_bar=False) as alone:
            alone.run_steps(20, data={source: signals[item : item + 1]})
        for probe in net.all_probes:
            np.testing.assert_allclose(sim.data[probe][item], alone.data[probe], atol=1e-12)


def test_an_operator_of_ones_own_that_reads_nothing_runs():
    class Counter(Operator):
        def __init__(self, signal: Signal):
            super().__init__()
            self.sets, self.incs, self.reads, self.updates = [signal], [], [], []

        def make_step(self, signals, dt, rng):
            def step():
                signals[self.sets[0]][...] += 1

            return step

    model = nengo.builder.Model()
    with nengo.Network() as net:
        probe = nengo.Probe(nengo.Node(size_in=1))
    model.build(net)
    signal = Signal(np.zeros(1), name="count")
    model.sig[probe]["in"] = signal
    model.add_op(Counter(signal))

    with (
        pytest.warns(PythonStepWarning, match="Counter"),
        nengo_nb.Simulator(None, model=model) as sim,
    ):
        sim.run_steps(5, progress_bar=False)

    np.testing.assert_array_equal(sim.data[probe][:, 0], [1, 2, 3, 4, 5])


def test_an_operator_without_a_step_is_named():
    class Mute(Operator):
        def __init__(self, signal: Signal):
            super().__init__()
            self.sets, self.incs, self.reads, self.updates = [signal], [], [], []

    model = nengo.builder.Model()
    model.add_op(Mute(Signal(np.zeros(1), name="silent")))

    with pytest.raises(
        UnsupportedOperatorError, match="Mute has neither a TensorFlow rule nor a Python step"
    ):
        nengo_nb.Simulator(None, model=model, progress_bar=False)
