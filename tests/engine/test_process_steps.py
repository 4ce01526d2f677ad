"""Steps of processes give what Nengo's give, to the last bit."""

from __future__ import annotations

import nengo
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nengo.processes import Piecewise

import nengo_nb
from nengo_nb.engine.process_steps import make_process_step

DT = 0.001
TIMES = st.one_of(
    st.integers(-2, 3),
    st.floats(-1, 2, allow_nan=False),
    st.integers(-5, 30).map(lambda k: k * DT),  # on the border of two steps
)


def steps_of(process):
    """Nengo's step of a process, and ours."""
    shape, rng = (process.size_out,), np.random.RandomState(0)
    state = process.make_state((0,), shape, DT)
    theirs = process.make_step((0,), shape, DT, rng, state)
    return theirs, make_process_step(process, shape, DT, rng, state)


@given(st.dictionaries(TIMES, st.lists(st.floats(-5, 5), min_size=2, max_size=2), min_size=1))
def test_a_piecewise_constant_function_is_nengos_at_every_step(data):
    theirs, ours = steps_of(Piecewise(data))

    for step in range(1, 40):
        np.testing.assert_array_equal(ours(step * DT), theirs(step * DT), strict=True)


def test_what_holds_before_the_first_time_is_zero():
    _, ours = steps_of(Piecewise({0.005: 1, 0.01: -1}))

    assert [float(ours(t)[0]) for t in (0.001, 0.005, 0.009, 0.01, 100.0)] == [0, 1, 1, -1, -1]


class Doubled(Piecewise):
    def make_step(self, *arguments):
        step = super().make_step(*arguments)
        return lambda t: 2 * step(t)


@pytest.mark.parametrize(
    "process",
    [
        Piecewise({0: np.sin, 0.01: 1}),
        Piecewise({0: 0, 0.01: 1, 0.03: -1}, interpolation="linear"),
        Doubled({0: 1, 0.01: 2}),
    ],
    ids=["a function", "interpolated", "a subclass"],
)
def test_any_other_function_is_left_to_nengo(process):
    theirs, ours = steps_of(process)

    for step in range(1, 29):
        np.testing.assert_array_equal(ours(step * DT), theirs(step * DT))


@pytest.mark.parametrize("minibatch_size", [None, 2])
def test_a_network_gets_the_same_numbers(minibatch_size):
    with nengo.Network() as network:
        nengo_nb.configure_settings(dtype="float64")
        node = nengo.Node(Piecewise({0: [0, 1], 0.01: [2, -1], 0.02: [0.1, 0]}))
        probe = nengo.Probe(node)
    with nengo.Simulator(network, progress_bar=False) as reference:
        reference.run_steps(40)

    with nengo_nb.Simulator(network, minibatch_size=minibatch_size, progress_bar=False) as sim:
        sim.run_steps(40)
        data = sim.data[probe]

    for item in data if minibatch_size else [data]:
        np.testing.assert_array_equal(item, reference.data[probe])
