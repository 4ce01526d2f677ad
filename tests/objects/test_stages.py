"""The stages of building a TensorNode, and what happens to one that XLA cannot compile."""

from __future__ import annotations

import nengo
import numpy as np
import pytest
import tensorflow as tf

import nengo_nb
from nengo_nb.errors import PythonStepWarning
from nengo_nb.objects.tensor_node import TensorNode
from nengo_nb.simulator.run.planning import plan_model
from tests.simulator.networks import simulate

from .networks import Stages, network, output


def test_the_stages_of_building_come_in_order_once_for_each_simulator():
    stages = Stages()
    net = network(stages, shape_out=3)
    assert stages.calls == []

    for _ in range(2):
        with nengo_nb.Simulator(net, progress_bar=False):
            pass

    once = [("pre_build", (1, 2), (1, 3)), ("call", (1, 2)), ("post_build", None)]
    assert stages.calls == once * 2


def test_post_build_follows_the_seed_of_the_network():
    first, second = (output(network(Stages(), shape_out=3)) for _ in range(2))

    np.testing.assert_array_equal(first, second)
    assert not np.allclose(first, first[0, 0])


def test_post_build_may_do_without_a_session():
    class Late(Stages):
        def post_build(self, rng):
            self.rng = rng

    stages = Late()
    output(network(stages, shape_out=2))

    assert isinstance(stages.rng, np.random.RandomState)


def test_variables_may_be_written_while_it_runs():
    class Counter:
        def pre_build(self, shape_in, shape_out):
            self.count = tf.Variable(0.0)

        def __call__(self, t):
            return tf.reshape(self.count.assign_add(1.0), (1, 1))

    net = network(Counter(), shape_in=None, shape_out=1)

    np.testing.assert_array_equal(output(net, 40)[:, 0], np.arange(1, 41))


# --- what does not compile


def test_what_xla_cannot_compile_runs_and_is_named():
    net = network(lambda t, x: tf.py_function(lambda a, b: a + b, [t, x], tf.float32), shape_out=2)

    with pytest.warns(
        PythonStepWarning, match="'node'.* holds the TensorFlow operation EagerPyFunc"
    ) as caught:
        sim = nengo_nb.Simulator(net, minibatch_size=2, progress_bar=False)
    with sim:
        sim.run_steps(3)
        text = sim.explain()

    assert len(caught) == 1
    assert "XLA cannot compile the TensorFlow operation EagerPyFunc in <TensorNode 'node'>" in text
    np.testing.assert_allclose(
        sim.data[net.probe][1], [[0.501, -0.099], [0.502, -0.098], [0.503, -0.097]], atol=1e-6
    )


def test_what_xla_cannot_compile_may_be_part_of_a_loop():
    with nengo.Network() as net:
        node = TensorNode(
            lambda x: tf.py_function(lambda a: a + 1, [x], tf.float32),
            shape_in=1,
            shape_out=1,
            pass_time=False,
        )
        square = TensorNode(lambda t, x: x**2, shape_in=1)
        nengo.Connection(node, node, synapse=0)
        nengo.Connection(node, square, synapse=None)
        probe = nengo.Probe(square)

    with pytest.warns(PythonStepWarning):
        np.testing.assert_allclose(simulate(net, 4).data[probe][:, 0], [1, 4, 9, 16])


def test_tensorflow_can_print(capfd):
    def show(t, x):
        tf.print("t is", t)
        return x

    with pytest.warns(PythonStepWarning):
        output(network(show), 2)

    assert [line for line in capfd.readouterr().err.splitlines() if line.startswith("t is")] == [
        "t is 0.001",
        "t is 0.002",
    ]


def test_an_error_in_python_names_the_node():
    def fail(x):
        raise RuntimeError("no such thing")

    net = network(lambda t, x: tf.py_function(fail, [x], tf.float32), shape_out=2)

    with (
        pytest.warns(PythonStepWarning),
        pytest.raises(tf.errors.UnknownError, match="no such thing") as caught,
    ):
        output(net)
    assert caught.value.__notes__ == ["This happened in <TensorNode 'node'>, at 0.001 s (step 1)."]


def test_a_minibatch_has_its_own_shape_in_all_stages():
    stages = Stages()
    net = network(stages, shape_out=3)
    model = nengo.builder.Model()
    model.build(net)

    plan_model(model, 5)

    assert stages.calls == [("pre_build", (5, 2), (5, 3)), ("call", (5, 2)), ("post_build", None)]
