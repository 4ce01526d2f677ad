"""TensorFlow code inside a network: what it is given, and what comes out; functions and
Keras layers.
"""

from __future__ import annotations

import keras
import nengo
import numpy as np
import pytest
import tensorflow as tf

import nengo_nb
from nengo_nb.objects.tensor_node import TensorNode
from tests.simulator.networks import simulate

from .networks import network, output


def test_it_is_given_the_time_and_its_input():
    """The tutorial's example."""
    found = output(network(lambda t, x: tf.add(t, x), shape_in=None, size_in=2), 10)

    np.testing.assert_allclose(found[0], [0.501, -0.099], atol=1e-6)
    np.testing.assert_allclose(found[-1], [0.510, -0.090], atol=1e-6)
    np.testing.assert_allclose(found[:, 0] - found[:, 1], 0.6, atol=1e-6)


def test_time_goes_on_between_runs_and_in_steps():
    net = network(lambda t, x: t + x)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(3)
        sim.step()
        sim.run_steps(2)

    np.testing.assert_allclose(sim.data[net.probe][:, 0], 0.5 + 0.001 * np.arange(1, 7), atol=1e-6)


def test_it_may_do_without_the_time():
    np.testing.assert_allclose(output(network(lambda x: x * 2, pass_time=False)), [[1, -0.2]])


def test_it_may_do_without_an_input():
    net = network(lambda t: tf.reshape(tf.stack([t, 2 * t]), (1, 2)), shape_in=None)

    np.testing.assert_allclose(
        output(net, 3), [[0.001, 0.002], [0.002, 0.004], [0.003, 0.006]], atol=1e-7
    )
    assert output(net, 3, minibatch_size=4).shape == (4, 3, 2)


def test_its_input_has_the_shape_it_asks_for():
    net = network(
        lambda x: tf.reduce_sum(x, axis=2), np.arange(6.0), shape_in=(2, 3), pass_time=False
    )

    assert (net.node.size_in, net.node.size_out, net.node.shape_out) == (6, 2, (2,))
    np.testing.assert_allclose(output(net), [[3, 12]])


def test_it_gets_the_whole_minibatch_at_once():
    net = network(lambda x: x + tf.reduce_sum(x, axis=0, keepdims=True), pass_time=False)
    data = np.random.default_rng(0).standard_normal((3, 4, 2))

    with nengo_nb.Simulator(net, minibatch_size=3, progress_bar=False) as sim:
        sim.run_steps(4, data={net.source: data})

    np.testing.assert_allclose(sim.data[net.probe], data + data.sum(axis=0), rtol=1e-5)


def test_an_input_without_connections_is_zero():
    with nengo.Network() as net:
        node = TensorNode(lambda t, x: x + 1, shape_in=3)
        probe = nengo.Probe(node)

    np.testing.assert_array_equal(
        simulate(net, 2, minibatch_size=2).data[probe], np.ones((2, 2, 3))
    )


def test_it_may_be_part_of_a_loop():
    """``y += 1`` through a connection back to itself, one step later."""
    with nengo.Network() as net:
        node = TensorNode(lambda x: x + 1, shape_in=1, pass_time=False)
        nengo.Connection(node, node, synapse=0)
        probe = nengo.Probe(node)

    np.testing.assert_allclose(simulate(net, 4).data[probe][:, 0], [1, 2, 3, 4])


def test_it_takes_part_in_a_network_like_any_node():
    with nengo.Network(seed=0) as net:
        source = nengo.Node(lambda t: np.sin(20 * t))
        ens = nengo.Ensemble(50, 1)
        node = TensorNode(lambda x: tf.square(x), shape_in=1, pass_time=False)
        sink = nengo.Ensemble(50, 1, neuron_type=nengo.Direct())
        nengo.Connection(source, ens)
        nengo.Connection(ens, node)
        nengo.Connection(node[0], sink, transform=2, synapse=None)
        into, out = nengo.Probe(node), nengo.Probe(sink)
        decoded = nengo.Probe(ens, synapse=nengo.Lowpass(0.005))

    data = simulate(net, 200).data

    np.testing.assert_allclose(data[into], data[decoded] ** 2, atol=1e-5)
    np.testing.assert_allclose(data[out], 2 * data[into], atol=1e-5)


def test_it_computes_in_the_precision_of_the_network():
    net = network(lambda t, x: x / 3, dtype="float64")

    np.testing.assert_array_equal(output(net), [np.array([0.5, -0.1]) / 3])


# --- Keras layers


def test_a_layer_is_called_without_the_time_and_keeps_its_weights():
    layer = keras.layers.Dense(3, bias_initializer="ones")
    net = network(layer)
    x = np.array([0.5, -0.1])

    kernel, bias = (w.numpy() for w in layer.weights)

    np.testing.assert_allclose(output(net)[0], x @ kernel + bias, rtol=1e-5)


def test_weights_may_change_while_a_simulator_exists():
    """They are no constants of the compiled program."""
    layer = keras.layers.Dense(1, use_bias=False)
    net = network(layer)

    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        for kernel in (1, 2):
            layer.set_weights([np.full((2, 1), kernel)])
            sim.run_steps(1)

    np.testing.assert_allclose(sim.data[net.probe][:, 0], [0.4, 0.8], rtol=1e-5)


def test_a_layer_used_twice_shares_its_weights():
    layer = keras.layers.Dense(2)
    with nengo.Network() as net:
        source = nengo.Node([1, 2])
        probes = []
        for _ in range(2):
            node = TensorNode(layer, shape_in=2)
            nengo.Connection(source, node, synapse=None)
            probes.append(nengo.Probe(node))

    data = simulate(net, 1).data

    np.testing.assert_array_equal(data[probes[0]], data[probes[1]])


def test_batch_normalization_uses_its_moving_averages():
    layer = keras.layers.BatchNormalization(epsilon=0, momentum=0.9)
    net = network(layer)
    layer.set_weights([np.array(w) for w in ([1, 2], [0, 1], [0.5, 0.5], [4, 4])])

    np.testing.assert_allclose(output(net, minibatch_size=2)[1], [[0, -0.6 / 2 * 2 + 1]], atol=1e-6)


def test_images_go_through_convolutions():
    layer = keras.layers.Conv2D(2, 3, padding="same")
    image = np.random.default_rng(0).standard_normal((2, 3, 60)).astype("float32")
    with nengo.Network() as net:
        source = nengo.Node(np.zeros(60), label="source")
        node = TensorNode(layer, shape_in=(5, 6, 2))
        nengo.Connection(source, node, synapse=None)
        probe = nengo.Probe(node)

    with nengo_nb.Simulator(net, minibatch_size=2, progress_bar=False) as sim:
        sim.run_steps(3, data={source: image})

    wanted = layer(image.reshape(6, 5, 6, 2)).numpy().reshape(2, 3, -1)
    assert node.shape_out == (5, 6, 2)
    np.testing.assert_allclose(sim.data[probe], wanted, atol=1e-5)


class Deep(keras.Model):
    """A model with layers in a list in a model."""

    def __init__(self):
        super().__init__()
        self.inner = [
            keras.layers.Dense(4, activation="tanh"),
            keras.Sequential([keras.layers.Dense(3)]),
        ]

    def call(self, x, training=False):
        for layer in self.inner:
            x = layer(x)
        return x + 1 if training else x


def functional():
    x = keras.Input((2,))
    return keras.Model(x, keras.layers.Dense(2)(keras.layers.Dense(5, activation="relu")(x)))


@pytest.mark.parametrize(
    "make",
    [
        Deep,
        functional,
        lambda: keras.Sequential(
            [keras.layers.Dense(4), keras.layers.Dropout(0.5), keras.layers.Dense(1)]
        ),
        lambda: keras.Sequential([keras.Input((2,)), functional()]),
    ],
    ids=["subclass", "functional", "sequential", "nested"],
)
def test_models_are_layers_too(make):
    model = make()
    net = network(model)
    x = np.array([[0.5, -0.1]] * 3, "float32")

    found = output(net, minibatch_size=3)

    np.testing.assert_allclose(found[:, 0], model(x), atol=1e-6)


def test_a_layer_may_be_called_inside_a_function():
    layer = keras.layers.Dense(2)
    net = network(lambda t, x: layer(x) * 2)

    np.testing.assert_allclose(output(net)[0], 2 * layer(np.array([[0.5, -0.1]]))[0], rtol=1e-5)


def test_a_layer_computes_in_its_own_precision():
    net = network(keras.layers.Dense(2), dtype="float64")

    assert output(net).dtype == np.float64
