"""A program's name says what it computes, so that equal programs are compiled once."""

from __future__ import annotations

import nengo
import numpy as np
import pytest
import tensorflow as tf

import nengo_nb
from nengo_nb.engine import content_addressed
from nengo_nb.engine.content_addressed import NamedProgram, TracedProgram


def counting(step: float):
    """A loop, traced anew: TensorFlow gives it another number each time."""

    def count(start):
        return tf.while_loop(lambda i, x: i < 5, lambda i, x: (i + 1, x + step), (0, start))[1]

    return tf.function(count, jit_compile=True).get_concrete_function(
        tf.TensorSpec([2], tf.float32)
    )


def test_equal_programs_have_one_name():
    assert NamedProgram(counting(1.0)).name == NamedProgram(counting(1.0)).name


def test_another_program_has_another_name():
    assert NamedProgram(counting(1.0)).name != NamedProgram(counting(2.0)).name


def test_it_computes_what_was_traced():
    program = NamedProgram(counting(2.0))

    (found,) = program([tf.constant([0.0, 1.0])])

    assert found.numpy().tolist() == [10.0, 11.0]


@pytest.fixture
def programs(monkeypatch) -> list[bytes]:
    """The names of the programs that simulators call."""
    names: list[bytes] = []
    call = NamedProgram.__call__

    def record(program, tensors):
        names.append(program.name)
        return call(program, tensors)

    monkeypatch.setattr(NamedProgram, "__call__", record)
    return names


def network(size: float) -> tuple[nengo.Network, nengo.Probe]:
    with nengo.Network(seed=1) as net:
        ens = nengo.Ensemble(20, 1)
        nengo.Connection(nengo.Node(size), ens)
        return net, nengo.Probe(ens, synapse=0.01)


def test_a_network_that_is_built_again_is_not_compiled_again(programs):
    """Weights, and whatever else a program is given, may have changed meanwhile."""
    data = []
    for size in (0.2, 0.2, 0.8):
        net, probe = network(size)
        with nengo_nb.Simulator(net, progress_bar=False) as sim:
            sim.run_steps(50)
            data.append(sim.data[probe])

    assert len(set(programs)) == 1
    np.testing.assert_array_equal(data[0], data[1])
    assert np.abs(data[2] - data[0]).max() > 0.1


@pytest.mark.parametrize("error", [ImportError, AttributeError])
def test_where_tensorflow_has_moved_its_private_context_results_are_the_same(monkeypatch, error):
    def moved():
        raise error("not where it was")

    net, probe = network(0.5)
    data = []
    for _ in range(2):
        with nengo_nb.Simulator(net, progress_bar=False) as sim:
            sim.run_steps(50)
            data.append(sim.data[probe])
        monkeypatch.setattr(content_addressed, "eager_context", moved)

    assert isinstance(content_addressed.make_program(counting(2.0)), TracedProgram)
    np.testing.assert_array_equal(data[0], data[1])
