"""One learning simulator after the other: TensorFlow has nothing to warn of."""

from __future__ import annotations

import logging

import nengo
import numpy as np

import nengo_nb


def learn_and_measure(n_neurons: int) -> None:
    """Do with a new simulator all that makes TensorFlow trace a function."""
    with nengo.Network(seed=0) as net:
        node = nengo.Node(np.zeros(1))
        ens = nengo.Ensemble(n_neurons, 1, neuron_type=nengo.RectifiedLinear())
        nengo.Connection(node, ens, synapse=None)
        probe = nengo.Probe(ens)
    x, y = np.ones((8, 2, 1)), np.zeros((8, 2, 1))
    with nengo_nb.Simulator(net, minibatch_size=4, progress_bar=False) as sim:
        sim.compile("sgd", loss="mse", metrics=["mae"])
        sim.fit({node: x}, {probe: y}, validation_data=({node: x}, {probe: y}), verbose=0)
        sim.evaluate({node: x[:3]}, {probe: y[:3]}, verbose=0)
        sim.keras_model.train_on_batch(x[:4], y[:4])
        sim.keras_model.test_on_batch(x[:4], y[:4])
        sim.predict({node: x})
        sim.check_gradients()
        sim.run_steps(3)


def test_many_learning_simulators_bring_no_warning_of_tensorflow(caplog):
    logger = logging.getLogger("tensorflow")
    logger.addHandler(caplog.handler)
    try:
        for n_neurons in range(2, 9):
            learn_and_measure(n_neurons)
    finally:
        logger.removeHandler(caplog.handler)

    assert [record.getMessage() for record in caplog.records if record.name == "tensorflow"] == []
