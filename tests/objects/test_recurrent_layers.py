"""Recurrent layers and attention of Keras, and those of keras-lmu, train within a network."""

from __future__ import annotations

import keras
import nengo
import numpy as np
import pytest
from keras import layers as L  # noqa: N812 - as in the tests of layers

import nengo_nb
from nengo_nb.objects.layer import Layer
from nengo_nb.objects.tensor_node import TensorNode

N_STEPS, N_FEATURES = 5, 3
X = np.random.default_rng(0).standard_normal((20, 1, N_STEPS * N_FEATURES)).astype("float32")
SEQUENCES = X.reshape(20, N_STEPS, N_FEATURES)
Y = SEQUENCES[:, 0:1, :1] - SEQUENCES[:, 3:4, :1]
"""Targets for which the first step of a sequence has to be remembered."""


def attention():
    sequence = keras.Input((N_STEPS, N_FEATURES))
    seen = L.MultiHeadAttention(2, 4)(sequence, sequence)
    return keras.Model(sequence, L.Flatten()(seen))


def lmu_module():
    """keras-lmu is not installed with the tests: its license is not open."""
    return pytest.importorskip("keras_lmu", reason="keras-lmu is not installed")


LAYERS = {
    "LSTM": lambda: L.LSTM(6),
    "GRU and LSTM": lambda: keras.Sequential([L.GRU(4, return_sequences=True), L.LSTM(6)]),
    "cells": lambda: L.RNN([L.LSTMCell(4), L.GRUCell(6)]),
    "both ways": lambda: L.Bidirectional(L.SimpleRNN(4)),
    "attention": attention,
    "LMU": lambda: lmu_module().LMU(1, 4, 5, L.LSTMCell(6), hidden_to_memory=True),
    "LMU cell": lambda: L.RNN(
        lmu_module().LMUCell(1, 4, 5, L.SimpleRNNCell(6), memory_to_memory=True)
    ),
    "feedforward LMU": lambda: lmu_module().LMUFeedforward(1, 4, 5, L.SimpleRNNCell(6)),
}


def network(layer, as_layer=True):
    """A whole sequence in every step, through a layer and a linear read-out."""
    keras.utils.set_random_seed(1)
    with nengo.Network(seed=0) as net:
        net.source = nengo.Node(np.zeros(X.shape[-1]), label="source")
        net.layer = layer()
        if as_layer:
            node = Layer(net.layer)(net.source, shape_in=(N_STEPS, N_FEATURES), label="sequence")
        else:
            node = TensorNode(net.layer, shape_in=(N_STEPS, N_FEATURES), label="sequence")
            nengo.Connection(net.source, node, synapse=None)
        net.readout = L.Dense(1)
        net.probe = nengo.Probe(Layer(net.readout)(node, label="readout"), label="answer")
    return net


def open_simulator(net):
    return nengo_nb.Simulator(net, minibatch_size=5, progress_bar=False)


@pytest.mark.parametrize("name", LAYERS)
def test_it_is_trained_saved_and_loaded(name, tmp_path):
    net = network(LAYERS[name])
    with open_simulator(net) as sim:
        sim.compile(keras.optimizers.Adam(0.05), loss="mse")
        losses = sim.fit(X, Y, epochs=8, verbose=0).history["loss"]
        file = sim.save_params(tmp_path / "weights")
        learned = sim.predict(X)[net.probe]
    by_keras = net.readout(net.layer(SEQUENCES))

    assert losses[-1] < losses[0] / 2
    np.testing.assert_allclose(learned[:, 0], by_keras, atol=1e-5)

    other = network(LAYERS[name], as_layer=False)
    with open_simulator(other) as sim:
        assert not np.allclose(sim.predict(X)[other.probe], learned, atol=0.01)
        sim.load_params(file)
        np.testing.assert_allclose(sim.predict(X)[other.probe], learned, atol=1e-5)


def test_a_cell_that_takes_a_step_of_the_network_at_a_time_is_the_layer_of_keras():
    """The states come back in the next step, through a connection."""
    units = 4
    layer = L.LSTM(units)
    layer.build((None, N_STEPS, N_FEATURES))

    def step(x):
        inputs, hidden, carry = (
            x[:, :N_FEATURES],
            x[:, N_FEATURES:-units],
            x[:, -units:],
        )
        _, states = layer.cell(inputs, [hidden, carry])
        return keras.ops.concatenate(states, axis=-1)

    with nengo.Network(seed=0) as net:
        nengo_nb.configure_settings(keep_history=False)
        source = nengo.Node(np.zeros(N_FEATURES))
        cell = TensorNode(
            step, shape_in=N_FEATURES + 2 * units, shape_out=2 * units, pass_time=False
        )
        nengo.Connection(source, cell[:N_FEATURES], synapse=None)
        nengo.Connection(cell, cell[N_FEATURES:], synapse=0)
        answer = nengo.Node(size_in=1)
        nengo.Connection(cell[:units], answer, transform=nengo_nb.dists.Glorot(), synapse=None)
        probe, hidden = nengo.Probe(answer, label="answer"), nengo.Probe(cell[:units])
    with open_simulator(net) as sim:
        before = sim.predict({source: SEQUENCES})[hidden][:, -1]
        np.testing.assert_allclose(before, layer(SEQUENCES), atol=1e-5)

        sim.compile(keras.optimizers.Adam(0.05), loss={probe: "mse"})
        losses = sim.fit({source: SEQUENCES}, {probe: Y}, epochs=10, verbose=0).history["loss"]
        after = sim.predict({source: SEQUENCES})[hidden][:, -1]

    assert losses[-1] < losses[0] / 2
    assert not np.allclose(after, before, atol=0.01)
    np.testing.assert_allclose(after, layer(SEQUENCES), atol=1e-5)
