"""The rule of a group is the one its operators were planned with."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import nengo
import pytest

from nengo_nb.engine.rule_of import rule_of
from nengo_nb.ops import find_rule
from tests.plan.networks import groups_of


def lif_and_sum() -> nengo.Network:
    """An ensemble that two large connections, with synapses of their own, excite."""
    with nengo.Network(seed=0) as net:
        ens = nengo.Ensemble(10, 1)
        nengo.Connection(ens, ens, synapse=0.1)
        nengo.Connection(ens, ens, synapse=nengo.Alpha(0.1))
        nengo.Probe(ens.neurons)
    return net


def test_the_rule_of_neurons_is_the_one_that_is_registered_for_their_type():
    rules = {group.ops[0]: rule_of(group) for group in groups_of(lif_and_sum()) if group.ops}

    assert {"lif", "linear_filter", "dot_inc"} <= {rule.name for rule in rules.values()}
    for op, rule in rules.items():
        assert rule is find_rule(op)


def test_a_sum_has_no_rule():
    sums = [group for group in groups_of(lif_and_sum()) if not group.ops]

    assert sums
    assert [rule_of(group) for group in sums] == [None] * len(sums)


def test_what_was_planned_without_a_rule_of_ours_is_refused_by_name():
    group = next(group for group in groups_of(lif_and_sum()) if group.ops)
    foreign = SimpleNamespace(name="foreign", uses_counter=False)
    strange = replace(group, operations=tuple(replace(o, rule=foreign) for o in group.operations))

    with pytest.raises(TypeError, match="foreign"):
        rule_of(strange)
