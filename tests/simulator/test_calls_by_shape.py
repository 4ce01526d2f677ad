"""A function finds its program by the shapes of its arguments, and returns what TensorFlow
would.
"""

from operator import attrgetter

import pytest
import tensorflow as tf

from nengo_nb.simulator.train import calls_by_shape
from nengo_nb.simulator.train.calls_by_shape import ByShapes


@pytest.fixture
def traced():
    """How often the function below was written into a program."""
    return []


@pytest.fixture(params=[False, True], ids=["plain", "XLA"])
def function(traced, request):
    total = tf.Variable(0.0)

    def add(x, weight, states):
        traced.append(None)
        total.assign_add(tf.reduce_sum(x["a"]))
        scaled = x["b"] if weight is None else weight * x["b"]
        return {"total": total.read_value(), "b": scaled}, states

    return ByShapes(add, jit_compile=request.param)


def inputs(size):
    return {"b": tf.fill((size,), 2.0), "a": tf.ones((size,))}


def test_each_shape_is_written_once_and_variables_go_on(function, traced):
    states = (tf.zeros((2,)), tf.ones((3,)))
    totals = [float(function(inputs(size), None, states)[0]["total"]) for size in (3, 3, 2, 3)]

    assert totals == [3.0, 6.0, 8.0, 11.0]
    assert len(traced) == 2


def test_structures_come_back_as_they_were(function):
    found, states = function(inputs(2), tf.constant(3.0), (tf.zeros((2,)), tf.ones((3,))))

    assert found["b"].numpy().tolist() == [6.0, 6.0]
    assert [state.numpy().tolist() for state in states] == [[0.0, 0.0], [1.0, 1.0, 1.0]]


def test_none_is_told_from_a_tensor(function):
    without, _ = function(inputs(1), None, None)
    doubled, _ = function(inputs(1), tf.constant(2.0), None)

    assert (without["b"].numpy().tolist(), doubled["b"].numpy().tolist()) == ([2.0], [4.0])


def test_a_tensorflow_without_the_private_way_in_returns_the_same(function, traced, monkeypatch):
    monkeypatch.setattr(calls_by_shape, "PRIVATE", attrgetter("inference_fn.no_such_method"))
    states = (tf.zeros((2,)), tf.ones((3,)))

    totals = [float(function(inputs(size), None, states)[0]["total"]) for size in (3, 3, 2, 3)]

    assert totals == [3.0, 6.0, 8.0, 11.0]
    assert function.programs == {}
    assert len(traced) == 2
