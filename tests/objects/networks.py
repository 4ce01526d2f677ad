"""A TensorNode on its own, and one whose function has build stages."""

from __future__ import annotations

import nengo
import tensorflow as tf

import nengo_nb
from nengo_nb.objects.tensor_node import TensorNode
from tests.simulator.networks import simulate


def network(tensor_func, value=(0.5, -0.1), dtype="float32", **arguments):
    """A constant into a TensorNode, probed."""
    with nengo.Network(seed=0) as net:
        nengo_nb.configure_settings(dtype=dtype)
        net.source = nengo.Node(value, label="source")
        net.node = TensorNode(tensor_func, **{"shape_in": len(value), "label": "node", **arguments})
        if net.node.shape_in is not None:
            nengo.Connection(net.source, net.node, synapse=None)
        net.probe = nengo.Probe(net.node)
    return net


def output(net, n_steps=1, **arguments):
    """Run a network; return the samples of its TensorNode."""
    return simulate(net, n_steps, **arguments).data[net.probe]


class Stages:
    """Tells when it is called."""

    def __init__(self):
        self.calls = []

    def pre_build(self, shape_in, shape_out):
        self.calls.append(("pre_build", shape_in, shape_out))
        self.weights = tf.Variable(tf.ones((shape_in[-1], shape_out[-1])))

    def __call__(self, t, x):
        self.calls.append(("call", x.shape))
        return x @ self.weights

    def post_build(self, sess, rng):
        self.calls.append(("post_build", sess))
        self.weights.assign(rng.uniform(size=self.weights.shape))
