"""A TensorNode refuses wrong results, other simulators, and copies."""

from __future__ import annotations

import copy
import pickle

import keras
import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import SimulationError, ValidationError

import nengo_nb
from nengo_nb.errors import PickleError
from nengo_nb.objects.tensor_node import TensorNode
from tests.simulator.networks import simulate

from .networks import Stages, network


def test_the_shape_of_the_output_is_found_out_without_running_anything(capfd):
    def show(t, x):
        tf.print("running")
        return tf.concat([x, x, tf.reshape(t, (1, 1))], axis=1)

    with nengo.Network():
        node = TensorNode(show, size_in=3)

    assert (node.shape_out, node.size_out) == ((7,), 7)
    assert "running" not in capfd.readouterr().err


def test_a_given_shape_is_trusted():
    with nengo.Network():
        node = TensorNode(lambda t, x: 1 / 0, size_in=3, size_out=4)
        image = TensorNode(lambda t, x: 1 / 0, shape_in=(2, 3), shape_out=(3, 2))

    assert (node.size_in, node.size_out, node.shape_out) == (3, 4, (4,))
    assert (image.size_in, image.size_out) == (6, 6)


BAD = {
    "neither an input": (lambda: 0, {"shape_in": None, "pass_time": False}),
    "f(t, x), but too many positional arguments": (lambda x: x, {}),
    "f(x), but missing a required argument: 'x'": (lambda t, x: x, {"pass_time": False}),
    "must return a tensor, but returned None": (lambda t, x: None, {}),
    "must return a tensor, but returned a ndarray": (lambda t, x: np.zeros((1, 2)), {}),
    "must return a tensor, but returned a tuple": (lambda t, x: (x, x), {}),
    "of shape (), but (minibatch, any size)": (lambda t, x: tf.constant(1.0), {}),
    "of shape (2,), but (minibatch, any size)": (lambda t, x: tf.constant([1.0, 2]), {}),
    "of shape (5, 2), but (minibatch, any size)": (lambda t, x: tf.ones((5, 2)), {}),
    "returned a tensor of type float64, but the simulation is in float32": (
        lambda t, x: tf.constant([[1.0]], "float64"),
        {},
    ),
    "which is not known yet: shape_out is needed": (
        lambda t, x: tf.py_function(lambda a: a, [x], tf.float32),
        {},
    ),
    "makes new variables": (lambda t, x: keras.layers.Dense(3)(x), {}),
    "failed: ZeroDivisionError": (lambda t, x: x * (1 / 0), {}),
    "has a pre_build, which is told the output's shape": (Stages(), {}),
    "which is not the size of shape": (lambda t, x: x, {"shape_in": (2, 2), "size_in": 3}),
    "Dense is a class": (keras.layers.Dense, {}),
    "must be a function": (3, {}),
}


@pytest.mark.parametrize("message", BAD)
def test_a_function_that_cannot_work_is_refused_by_name(message):
    function, arguments = BAD[message]

    with nengo.Network(), pytest.raises(ValidationError) as caught:
        TensorNode(function, **{"shape_in": 2, "label": "odd", **arguments})

    assert message in str(caught.value)
    if not isinstance(function, int | type):
        assert "<TensorNode 'odd'>" in str(caught.value)


def test_a_wrong_shape_that_was_given_is_found_when_a_simulator_is_built():
    net = network(lambda t, x: x, shape_out=3)

    with pytest.raises(
        ValidationError, match=r"'node'> returned a tensor of shape \(1, 2\), but \(minibatch, 3\)"
    ):
        nengo_nb.Simulator(net, progress_bar=False)


def test_other_simulators_say_which_one_to_use():
    net = network(lambda t, x: x)

    with (
        nengo.Simulator(net, progress_bar=False) as sim,
        pytest.raises(
            SimulationError,
            match="'node'> computes with TensorFlow, which only nengo_nb.Simulator can run",
        ),
    ):
        sim.step()
    with pytest.raises(SimulationError, match="nengo_nb.Simulator"):
        net.node.output(0.0, np.zeros(2))


def double(t, x):
    return 2 * x


def test_networks_with_it_can_be_copied_and_pickled():
    net = network(double)

    for again in (copy.deepcopy(net), pickle.loads(pickle.dumps(net)), net.copy()):
        (probe,) = again.probes
        np.testing.assert_allclose(simulate(again, 1).data[probe], [[1, -0.2]])


def test_a_function_that_cannot_be_pickled_is_named():
    with (
        nengo_nb.Simulator(network(lambda t, x: x), progress_bar=False) as sim,
        pytest.raises(PickleError, match="The function of <TensorNode 'node'> cannot be pickled"),
    ):
        pickle.dumps(sim)


def test_a_simulator_with_it_can_be_pickled():
    net = network(double)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(2)
        again = pickle.loads(pickle.dumps(sim))
        sim.run_steps(1)

    with again:
        again.run_steps(1)
    (probe,) = again.model.toplevel.probes

    np.testing.assert_array_equal(again.data[probe], sim.data[net.probe])
