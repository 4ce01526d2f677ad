"""A layer is a TensorNode, or neurons, and the connection to it."""

from __future__ import annotations

import keras
import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import ValidationError

import nengo_nb
from nengo_nb.errors import PythonStepWarning
from nengo_nb.objects.layer import Layer, tensor_layer
from nengo_nb.objects.printing import print_op
from nengo_nb.objects.tensor_node import TensorNode
from tests.simulator.networks import simulate

X = np.array([0.5, -0.1])


def output(make, n_steps=1):
    """Return the output of a layer on a constant."""
    with nengo.Network(seed=0) as net:
        probe = nengo.Probe(make(nengo.Node(X)))
    return simulate(net, n_steps).data[probe]


def test_a_function_of_its_input():
    np.testing.assert_allclose(output(Layer(tf.tanh)), [np.tanh(X)], rtol=1e-6)


def test_a_function_of_time_and_input():
    found = output(lambda x: Layer(lambda t, x: t + x)(x, pass_time=True), 2)

    np.testing.assert_allclose(found, [X + 0.001, X + 0.002], rtol=1e-6)


def test_a_keras_layer():
    layer = keras.layers.Dense(3)

    found = output(Layer(layer))

    np.testing.assert_allclose(found, layer(X[np.newaxis].astype("float32")), rtol=1e-6)


def test_layers_follow_each_other_without_delay():
    found = output(lambda x: Layer(tf.abs)(Layer(nengo.RectifiedLinear())(Layer(tf.negative)(x))))

    np.testing.assert_allclose(found, [[0, 0.1]], rtol=1e-6)


def test_neurons_get_their_input_as_a_current():
    """Gains are one and biases zero, unless said otherwise."""
    neuron_type = nengo.RectifiedLinear(amplitude=2)

    np.testing.assert_allclose(output(Layer(neuron_type)), [[1, 0]], rtol=1e-6)
    np.testing.assert_allclose(
        output(lambda x: Layer(neuron_type)(x, bias=np.ones(2))), [[3, 1.8]], rtol=1e-6
    )


@pytest.mark.parametrize(
    ("transform", "wanted"),
    [
        (2, 2 * X),
        (np.array([1, 10]), X * [1, 10]),
        ([[1, 1], [0, 2], [3, 0]], [0.4, -0.2, 1.5]),
        (nengo.transforms.Dense((1, 2), init=[[1, 1]]), [0.4]),
        (nengo.transforms.Sparse((1, 2), indices=[[0, 1]], init=[3]), [-0.3]),
    ],
    ids=["a factor", "factors", "a matrix", "Dense", "Sparse"],
)
def test_a_transform_decides_the_size(transform, wanted):
    layers = (Layer(lambda x: x + 0), Layer(nengo.Sigmoid(tau_ref=1)))

    plain, sigmoid = (
        output(lambda x, layer=layer: layer(x, transform=transform)) for layer in layers
    )

    np.testing.assert_allclose(plain, [wanted], rtol=1e-6)
    np.testing.assert_allclose(sigmoid, [1 / (1 + np.exp(-np.asarray(wanted)))], rtol=1e-6)


def test_a_transform_is_not_trained():
    with nengo.Network() as net:
        x = nengo.Node(X)
        _, fixed = Layer(tf.identity)(x, transform=2, return_conn=True)
        other = nengo.Connection(x, nengo.Node(size_in=2))

    assert [nengo_nb.settings.get_setting(net, "trainable", conn) for conn in (fixed, other)] == [
        False,
        True,
    ]


def test_a_distribution_is_a_square_transform():
    assert output(
        lambda x: Layer(tf.identity)(x, transform=nengo_nb.objects.dists.Glorot())
    ).shape == (1, 2)


def test_a_shape_a_synapse_and_the_connection():
    with nengo.Network():
        x = nengo.Node(np.zeros(12))
        layer = Layer(keras.layers.Conv1D(2, 3))
        node, conn = layer(x[2:], shape_in=(5, 2), synapse=0.1, return_conn=True, label="conv")

    assert isinstance(node, TensorNode)
    assert (node.shape_in, node.shape_out, node.label) == ((5, 2), (3, 2), "conv")
    assert conn.post is node
    assert conn.synapse == nengo.Lowpass(0.1)


def test_it_applies_to_whatever_has_an_output():
    with nengo.Network():
        ens = nengo.Ensemble(10, 3)
        sizes = [
            Layer(tf.identity)(pre).size_out
            for pre in (ens, ens.neurons, ens[:2], nengo.Node(size_in=4))
        ]

    assert sizes == [3, 10, 2, 4]


def test_in_nengodl_2_arguments_go_to_the_function():
    def scaled(x, momentum, shift=0):
        return momentum * x + shift

    np.testing.assert_allclose(
        output(lambda x: tensor_layer(x, scaled, momentum=0.9)), [0.9 * X], rtol=1e-6
    )
    np.testing.assert_allclose(
        output(lambda x: tensor_layer(x, scaled, momentum=2, shift=1, transform=-1)),
        [1 - 2 * X],
        rtol=1e-6,
    )


def test_a_class_of_layers_is_made_with_its_arguments():
    with nengo.Network():
        node = tensor_layer(
            nengo.Node(X), keras.layers.BatchNormalization, momentum=0.8, label="norm"
        )

    assert node.tensor_func.momentum == 0.8
    assert node.label == "norm"


def test_the_same_words_as_layer():
    with nengo.Network():
        neurons, conn = tensor_layer(
            nengo.Node(X), nengo.LIFRate(), transform=np.ones((3, 2)), synapse=0.2, return_conn=True
        )
        node = tensor_layer(neurons, lambda x: x[:, :, 0], shape_in=(3, 1), shape_out=(3,))

    assert neurons.size_in == node.size_out == 3
    assert conn.synapse.tau == 0.2


def test_a_transform_with_three_axes_is_refused():
    with nengo.Network(), pytest.raises(ValidationError, match="at most two axes"):
        Layer(tf.identity)(nengo.Node(X), transform=np.ones((2, 2, 2)))


def test_what_a_tensor_holds_can_be_printed(capsys):
    """The tutorial's example: in order, in every step."""

    def tensor_func(t, x):
        t = print_op(t, "t:")
        with tf.control_dependencies([t]):
            x = print_op(x, "x:")
        return tf.add(t, x)

    with pytest.warns(PythonStepWarning, match="PyFunc"):
        found = output(lambda x: Layer(tensor_func)(x, pass_time=True), 2)

    np.testing.assert_allclose(found, [X + 0.001, X + 0.002], rtol=1e-5)
    assert capsys.readouterr().out.splitlines() == [
        "t: 0.001",
        "x: [[ 0.5 -0.1]]",
        "t: 0.002",
        "x: [[ 0.5 -0.1]]",
    ]
