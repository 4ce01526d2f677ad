"""Synapses filter as Nengo's do: every kind of step, every mode, merged or not."""

from __future__ import annotations

import nengo
import numpy as np
import pytest
from nengo.builder.processes import SimProcess
from nengo.builder.signal import Signal
from nengo.synapses import LinearFilter

from nengo_nb.ops import find_rule
from nengo_nb.ops.synapses import state_space, taps

from .reference import DT, Case, assert_agrees, random_case, run_nengo, run_rule

SIZES = (5, 1, 3)

SYNAPSES = {
    "lowpass": [nengo.Lowpass(0.005), nengo.Lowpass(0.1), nengo.Lowpass(0.00001)],
    "no time constant": [nengo.Lowpass(0), nengo.Lowpass(0), nengo.Lowpass(0)],
    "alpha": [nengo.Alpha(0.005), nengo.Alpha(0.1), nengo.Alpha(0.002)],
    "gains": [LinearFilter([2], [4]), LinearFilter([3], [1]), LinearFilter([1], [2], analog=False)],
    "second order": [
        LinearFilter([1], [0.02, 0.3, 1]),
        LinearFilter([0.1, 1], [0.02, 0.3, 1]),
        LinearFilter([2], [0.01, 1, 1]),
    ],
    "passing through": [
        LinearFilter([0.01, 1], [0.02, 1]),
        LinearFilter([0.03, 1], [0.02, 1]),
        LinearFilter([1, 0], [0.1, 1]),
    ],
    "passing through, all the same": [LinearFilter([0.01, 1], [0.02, 1])] * 3,
    "bilinear": [LinearFilter([1], [tau, 1], method="bilinear") for tau in (0.01, 0.02, 0.1)],
    "zero of the passage": [
        LinearFilter([-DT / 2, 1], [tau, 1], method="bilinear") for tau in (0.01, 0.02, 0.1)
    ],
    "euler": [LinearFilter([1], [tau, 1], method="euler") for tau in (0.01, 0.02, 0.1)],
    "digital": [LinearFilter([1], [1, -a], analog=False) for a in (0.5, 0.9, -0.3)],
    "digital, passing through": [
        LinearFilter([1, 0.5, 2], [1, -a, 0.1], analog=False) for a in (0.5, 0.9, 0.3)
    ],
    "fifth order": [LinearFilter([1], np.poly([-100, -200, -300, -400, -500]) / 1.2e12)] * 3,
    "triangle": [nengo.synapses.Triangle(0.01)] * 3,
    "short triangle": [nengo.synapses.Triangle(0)] * 3,
}


def synapse_ops(synapses, mode, sizes=SIZES):
    ops = []
    for synapse, n in zip(synapses, sizes, strict=True):
        state = {k: Signal(v) for k, v in synapse.make_state((n,), (n,), DT).items()}
        t = Signal(np.zeros(()))
        ops.append(
            SimProcess(synapse, Signal(np.zeros(n)), Signal(np.zeros(n)), t, mode=mode, state=state)
        )
    return ops


@pytest.mark.parametrize("mode", ["update", "set", "inc"])
@pytest.mark.parametrize("synapses", SYNAPSES.values(), ids=SYNAPSES)
def test_synapses_filter_as_nengos_do(synapses, mode, rng):
    """With different time constants side by side; the reference sets, as some of Nengo's
    steps cannot increment.
    """
    case = random_case(synapse_ops(synapses, mode), rng)
    reference = Case(synapse_ops(synapses, "set"), case.inputs)

    for a, b in zip(run_rule(case), run_nengo(reference), strict=True):
        np.testing.assert_allclose(a[0], b[0], atol=1e-10 * max(1, np.abs(b[0]).max()))


@pytest.mark.parametrize("name", ["lowpass", "alpha", "second order", "fifth order", "triangle"])
def test_synapses_filter_as_nengos_do_in_float32(name, rng):
    """To the rounding of their state."""
    case = random_case(synapse_ops(SYNAPSES[name], "update"), rng)

    for a, b in zip(run_rule(case, "float32"), run_nengo(case), strict=True):
        np.testing.assert_allclose(a[0], b[0], atol=1e-5 * np.abs(b[0]).max())


@pytest.mark.parametrize("mode", ["update", "inc"])
def test_a_constant_input_is_spread_over_the_batch(mode, rng):
    """A synapse on a constant is still different for each item, in principle."""
    assert_agrees(
        random_case(synapse_ops(SYNAPSES["lowpass"], mode), rng, constant=(0,), n_steps=5)
    )


def test_a_lowpass_keeps_one_tensor(rng):
    """Its output is its state, so nothing else is carried or written."""
    (op,) = synapse_ops([nengo.Lowpass(0.01)], "update", (4,))

    signature = find_rule(op).signature(op)

    assert signature.carried == (op.output,)
    assert [signal for signal, _ in signature.writes] == [op.output]


def test_a_set_output_is_not_taken_for_the_state():
    """Others may add to it."""
    (op,) = synapse_ops([nengo.Lowpass(0.01)], "set", (4,))

    assert find_rule(op).signature(op).carried == (op.state["X"],)


def test_high_orders_merge_only_where_they_are_the_same():
    """One matrix product then serves all elements."""
    five = np.poly([-100, -200, -300, -400, -500]) / 1.2e12
    ops = synapse_ops(
        [LinearFilter([1], five), LinearFilter([1], five), LinearFilter([2], five)], "update"
    )

    first, second, third = (find_rule(op).signature(op).kind for op in ops)

    assert first == second
    assert first != third


@pytest.mark.parametrize("name", [name for name in SYNAPSES if "triangle" not in name])
def test_a_nengo_without_its_private_method_gives_the_same_matrices(name, monkeypatch):
    before = [state_space(synapse, DT) for synapse in SYNAPSES[name]]

    monkeypatch.delattr(LinearFilter, "_get_ss")

    for synapse, expected in zip(SYNAPSES[name], before, strict=True):
        for matrix, other in zip(state_space(synapse, DT), expected, strict=True):
            np.testing.assert_array_equal(matrix, other)


@pytest.mark.parametrize("t", [0.0004, 0.001, 0.0105, 0.3])
def test_the_weights_of_a_triangle_are_nengos(t):
    """A step's response falls from the newest weight by equal differences, as Nengo's own
    step has it.
    """
    triangle = nengo.synapses.Triangle(t)
    impulse = np.eye(round(t / DT) + 3, 1)

    response = triangle.filt(impulse, dt=DT, y0=0)

    newest, difference = taps(triangle, DT)
    np.testing.assert_allclose(response[:2, 0], [newest, max(newest - difference, 0)], atol=1e-15)
