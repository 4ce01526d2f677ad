"""Learning rules change weights as Nengo's do, for each batch item its own."""

from __future__ import annotations

import numpy as np
import pytest
from nengo.builder.learning_rules import SimBCM, SimOja, SimPES, SimRLS, SimVoja
from nengo.builder.signal import Signal

from .reference import assert_agrees, random_case

PRE, POST = 6, 4


def zeros(*shape):
    return Signal(np.zeros(shape))


def pes(i):
    return SimPES(zeros(PRE), zeros(POST), zeros(POST, PRE), 1e-2 * (i + 1))


def bcm(i):
    return SimBCM(zeros(PRE), zeros(POST), zeros(POST), zeros(POST, PRE), 1e-2 * (i + 1))


def oja(i):
    return SimOja(
        zeros(PRE), zeros(POST), zeros(POST, PRE), zeros(POST, PRE), 1e-2 * (i + 1), beta=i
    )


def voja(i):
    scale = np.arange(POST) + 0.5 * i
    return SimVoja(
        zeros(PRE), zeros(POST), zeros(POST, PRE), zeros(POST, PRE), scale, zeros(1), 1e-2 * (i + 1)
    )


def rls(i):
    return SimRLS(zeros(PRE), zeros(POST), zeros(POST, PRE), Signal(np.eye(PRE) * 0.1 * (i + 1)))


@pytest.mark.parametrize("constant", [(), (0,), (1,)])
@pytest.mark.parametrize("make", [pes, bcm, oja, voja, rls])
def test_weights_change_as_nengos_do(make, constant, rng):
    """With different learning rates, stacked, and with activities or errors that do not change."""
    ops = [make(i) for i in range(3)]

    assert_agrees(random_case(ops, rng, constant), float32=None if constant else 2e-5)


def test_an_error_of_one_number_is_a_row(rng):
    """Also where its signal has no axis."""
    ops = [SimPES(zeros(PRE), zeros(), zeros(1, PRE), 1e-2) for _ in range(2)]

    assert_agrees(random_case(ops, rng, n_steps=3))
