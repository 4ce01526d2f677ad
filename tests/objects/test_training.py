"""Gradients pass through TensorNodes, to their inputs and to their weights, whether or not
there is a loop.
"""

from __future__ import annotations

import keras
import nengo
import numpy as np
import pytest
import tensorflow as tf

import nengo_nb
from nengo_nb.errors import PythonStepWarning
from nengo_nb.objects.operator import node_weights, uncompiled
from nengo_nb.objects.printing import print_op
from nengo_nb.objects.tensor_node import TensorNode

DATA = np.random.default_rng(0).standard_normal((3, 4, 2)).astype("float32")
"""Three examples of four steps."""


def network(tensor_func, **arguments):
    with nengo.Network(seed=0) as net:
        net.source = nengo.Node(np.zeros(2), label="source")
        net.node = TensorNode(tensor_func, **{"shape_in": 2, **arguments})
        nengo.Connection(net.source, net.node, transform=[[1, 0], [0, 2]], synapse=None)
        net.probe = nengo.Probe(net.node, label="probe")
    return net


def forward(sim, data=DATA, training=True):
    """The probe, as training computes it, and the derivatives of its sum."""
    model = sim.keras_model
    weights = []
    for of_node in node_weights(sim.model).values():
        weights += [weight.value for weight in of_node if weight.trainable]

    @tf.function(jit_compile=not uncompiled(sim.model))
    def both(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            (result,) = model({"source": x}, training=training).values()
            total = tf.reduce_sum(result)
        return result, tape.gradient(total, [x, *weights])

    result, gradients = both(tf.constant(data))
    return result.numpy(), [g.numpy() for g in gradients]


def test_gradients_reach_the_weights_of_a_layer_at_once_or_step_by_step():
    layer = keras.layers.Dense(1)
    scaled = DATA * [1, 2]

    for function, arguments in ((layer, {}), (lambda x: layer(x), {"pass_time": False})):
        with nengo_nb.Simulator(network(function, **arguments), progress_bar=False) as sim:
            result, (at_input, at_kernel, at_bias) = forward(sim)

        kernel = layer.kernel.numpy()[:, 0]
        np.testing.assert_allclose(result[..., 0], scaled @ kernel, atol=1e-5)
        np.testing.assert_allclose(at_kernel[:, 0], scaled.sum(axis=(0, 1)), rtol=1e-5)
        np.testing.assert_allclose(at_bias, [12])
        np.testing.assert_allclose(
            at_input, np.broadcast_to(kernel * [1, 2], DATA.shape), rtol=1e-5
        )


def test_gradients_reach_variables_made_before_the_loop():
    class Scale:
        def pre_build(self, shape_in, shape_out):
            self.factor = tf.Variable(tf.fill((2,), 3.0), name="factor")
            self.fixed = tf.Variable(1.0, trainable=False)

        def __call__(self, t, x):
            return self.factor * x * self.fixed + t

    with nengo_nb.Simulator(network(Scale(), shape_out=2), progress_bar=False) as sim:
        result, (_, at_factor) = forward(sim)

    times = 0.001 * np.arange(1, 5)[:, np.newaxis]
    np.testing.assert_allclose(result, 3 * DATA * [1, 2] + times, atol=1e-5)
    np.testing.assert_allclose(at_factor, (DATA * [1, 2]).sum(axis=(0, 1)), rtol=1e-5)


def test_variables_of_a_function_are_keras_variables_that_share_its_values():
    variable = tf.Variable(np.ones(2, "float32"), name="gain")
    with nengo_nb.Simulator(network(lambda t, x: x * variable), progress_bar=False) as sim:
        ((weight,),) = node_weights(sim.model).values()
        optimizer = keras.optimizers.SGD(0.5)
        optimizer.apply([tf.ones(2)], [weight])
        sim.run_steps(1, data={sim.model.toplevel.source: DATA[:1, :1]})

    assert (weight.name, weight.trainable) == ("gain", True)
    np.testing.assert_allclose(variable, [0.5, 0.5])
    np.testing.assert_allclose(
        sim.data[sim.model.toplevel.probe], DATA[0, :1] * [0.5, 1], rtol=1e-5
    )


def test_layers_know_when_they_are_trained():
    """Batch normalization uses the statistics of the batch, at each step, and moves its
    averages.
    """
    layer = keras.layers.BatchNormalization(epsilon=0)
    with nengo_nb.Simulator(network(layer), progress_bar=False) as sim:
        result, _ = forward(sim)

    scaled = DATA * [1, 2]
    np.testing.assert_allclose(
        result, (scaled - scaled.mean(axis=0)) / scaled.std(axis=0), atol=1e-4
    )
    assert layer.moving_mean.numpy().any()


@pytest.mark.parametrize(
    ("function", "arguments", "alone"),
    [
        (keras.layers.Dense(2), {}, True),
        (keras.Sequential([keras.layers.Dense(2), keras.layers.ReLU()]), {}, True),
        (keras.layers.Conv1D(2, 1), {"shape_in": (2, 1)}, True),
        (keras.layers.BatchNormalization(), {}, False),
        (keras.Sequential([keras.layers.BatchNormalization()]), {}, False),
        (lambda x: x, {"pass_time": False}, False),
    ],
)
def test_only_what_computes_each_example_by_itself_gets_all_steps_at_once(
    function, arguments, alone
):
    with nengo.Network():
        node = TensorNode(function, **{"shape_in": 2, **arguments})

    assert node.function().itemwise is alone


def test_a_layer_used_twice_has_its_weights_once():
    layer = keras.layers.Dense(2)
    with nengo.Network() as net:
        nodes = [TensorNode(layer, shape_in=2, label=label) for label in "ab"]
        nengo.Probe(nodes[0])
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        found = node_weights(sim.model)

    assert list(found) == nodes
    assert [len(weights) for weights in found.values()] == [2, 0]


def test_what_xla_cannot_compile_is_trained_without_it(capsys):
    variable = tf.Variable(2.0)
    net = network(lambda t, x: print_op(x * variable, "seen"))
    with pytest.warns(PythonStepWarning), nengo_nb.Simulator(net, progress_bar=False) as sim:
        assert uncompiled(sim.model)
        result, (_, at_variable) = forward(sim)

    np.testing.assert_allclose(result, 2 * DATA * [1, 2], rtol=1e-5)
    np.testing.assert_allclose(at_variable, (DATA * [1, 2]).sum(), rtol=1e-4)
    assert capsys.readouterr().out.count("seen") == 4


def test_fit_trains_the_weights_of_a_layer_in_the_network_and_the_simulation_uses_them():
    dense = keras.layers.Dense(1, kernel_initializer="zeros")
    with nengo.Network(seed=0) as net:
        source = nengo.Node(np.zeros(2))
        node = nengo_nb.TensorNode(dense, shape_in=(2,), pass_time=False)
        nengo.Connection(source, node, synapse=None)
        probe = nengo.Probe(node)
    x = np.random.RandomState(0).uniform(-1, 1, size=(200, 1, 2))
    y = x @ [[2.0], [-1.0]] + 0.5
    with nengo_nb.Simulator(net, minibatch_size=20, progress_bar=False) as sim:
        sim.compile(keras.optimizers.Adam(0.1), loss="mse")
        sim.fit({source: x}, {probe: y}, epochs=20, verbose=0)

        np.testing.assert_allclose(dense.kernel.numpy()[:, 0], [2, -1], atol=0.05)
        np.testing.assert_allclose(sim.predict({source: x})[probe], y, atol=0.1)
        sim.run_steps(1, data={source: x[:20]})
        np.testing.assert_allclose(sim.data[probe], y[:20], atol=0.1)
