"""Packed neurons spike and charge as those with a voltage and a refractory time do."""

from __future__ import annotations

import nengo
import numpy as np
import pytest
import tensorflow as tf

from nengo_nb.ops import find_rule

from .reference import group_of, random_case
from .test_neurons import neurons

SIZES = (40, 40, 40)


def packed(types, rng, sizes=SIZES, dtype="float32"):
    """A group of neurons with its rule, its packed form, and what it carries at first."""
    case = random_case(neurons(types, rng, sizes), rng)
    group = group_of(case, dtype)
    rule = find_rule(group.ops[0])
    states = []
    for signals in zip(*map(rule.carried, group.ops), strict=True):
        initial = np.concatenate([signal.initial_value for signal in signals])
        states.append(tf.constant(np.stack([initial, initial]), dtype))
    return rule.make_step(group), rule.packed(group), states


TYPES = [
    [nengo.LIF(), nengo.LIF(tau_rc=0.05, tau_ref=0.0042), nengo.LIF(amplitude=0.3, tau_rc=0.002)],
    [nengo.LIF(min_voltage=-1), nengo.LIF(tau_ref=0.001), nengo.LIF(tau_ref=0.0123)],
    [nengo.LIF(), nengo.LIF(tau_ref=0), nengo.LIF(tau_ref=0.0003)],
    [
        nengo.AdaptiveLIF(),
        nengo.AdaptiveLIF(tau_n=0.1, inc_n=0.1),
        nengo.AdaptiveLIF(tau_ref=0.005),
    ],
]


@pytest.mark.parametrize("sizes", [SIZES, (50, 1, 20)], ids=str)
@pytest.mark.parametrize(
    "types", TYPES, ids=["usual", "long refractory", "short refractory", "adaptive"]
)
def test_spikes_and_voltages_are_those_of_the_rule(types, sizes, rng):
    """In float64 the two differ by rounding alone, through some hundreds of spikes."""
    step, form, states = packed(types, rng, sizes, "float64")
    carried = form.pack(*states)
    n_spikes = 0

    for _ in range(100):
        J = tf.constant(rng.normal(1.5, 3.0, size=(2, sum(sizes))))
        wanted = step(J, *states)
        carried = form.step(J, *carried)
        states = wanted[1:]
        found = form.results(*carried)
        n_spikes += np.count_nonzero(wanted[0])

        for k in set(range(len(wanted))) - {1 + hidden for hidden in form.hidden}:
            np.testing.assert_allclose(found[k], wanted[k], atol=1e-9)

    assert n_spikes > 300


def test_packing_and_unpacking_changes_nothing_that_matters(rng):
    """Packed anew before every step, neurons go on as if nothing had happened."""
    _, form, states = packed(TYPES[0], rng)
    carried = form.pack(*states)

    for _ in range(50):
        J = tf.constant(rng.normal(1.5, 3.0, size=(2, sum(SIZES))), tf.float32)
        (again,) = form.step(J, *form.pack(*form.results(*carried)[1:]))
        carried = form.step(J, *carried)

        np.testing.assert_allclose(again, carried[0], atol=2e-6)


@pytest.mark.parametrize(
    "odd",
    [
        nengo.LIF(min_voltage=-2),
        nengo.LIF(initial_state={"voltage": nengo.dists.Choice([1.5])}),
        nengo.LIF(
            initial_state={
                "voltage": nengo.dists.Choice([0.5]),
                "refractory_time": nengo.dists.Choice([0.01]),
            }
        ),
    ],
    ids=["low voltage", "high voltage", "voltage while refractory"],
)
def test_what_the_packed_form_cannot_hold_is_not_packed(odd, rng):
    _, form, _ = packed([nengo.LIF(), odd, nengo.LIF()], rng)

    assert form is None
