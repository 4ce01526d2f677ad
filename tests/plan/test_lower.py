"""Every argument finds its place, and every state its tensor."""

from __future__ import annotations

import nengo
import numpy as np

from nengo_nb.plan.lower import constant_value, make_states
from nengo_nb.plan.program import Segment, Source
from nengo_nb.plan.refs import Piece, Ref, all_values
from tests.plan.networks import mixed_bag, plan_of


def array_of(n_ensembles: int) -> Segment:
    """The program of an integrator of ensembles."""
    with nengo.Network(seed=0) as net:
        array = nengo.networks.EnsembleArray(10, n_ensembles)
        nengo.Connection(array.output, array.input, synapse=0.1)
        nengo.Probe(array.output)
    (segment,) = plan_of(net).segments
    return segment


def test_constant_arguments_are_parameters_and_all_others_are_not():
    for segment in plan_of(mixed_bag()).segments:
        for group in segment.groups:
            for gather, is_constant in zip(group.arguments, group.parametric, strict=True):
                sources = {span.place.source for span in gather.spans}
                assert is_constant == (sources <= {Source.PARAMETER})


def test_a_parameter_is_what_its_reference_stands_for():
    plan = plan_of(mixed_bag())
    for segment in plan.segments:
        for parameter in segment.parameters:
            np.testing.assert_array_equal(
                parameter.array.reshape(-1), constant_value(plan.graph, parameter.ref)
            )


def test_a_trained_signal_replaces_what_it_was_built_with():
    plan = plan_of(mixed_bag())
    parameter = next(p for p in plan.segments[0].parameters if p.array.size > 1)
    signals = {plan.graph.signal(value) for value in parameter.ref.values()}

    found = constant_value(plan.graph, parameter.ref, {s: np.full(s.shape, 5.0) for s in signals})

    np.testing.assert_array_equal(found, np.full(parameter.array.size, 5.0))


def test_constants_are_read_backwards_and_with_gaps():
    plan = plan_of(mixed_bag())
    read = set()
    for segment in plan.segments:
        read |= all_values(parameter.ref for parameter in segment.parameters)
    value = min(v for v in read if plan.graph.values[v].size >= 5)
    flat = np.reshape(plan.graph.signal(value).initial_value, -1)

    found = constant_value(plan.graph, Ref((Piece(value, 4, -2, 3), Piece(value, 1, 0, 2))))

    np.testing.assert_array_equal(found, flat[[4, 2, 0, 1, 1]])


def test_siblings_whose_states_move_on_together_share_a_tensor_laid_out_as_their_result():
    segment = array_of(4)

    whole = [gather for _, gather in segment.next_states if len(gather.spans) == 1]

    assert len(whole) == len(segment.next_states)
    assert {gather.spans[0].place.source for gather in whole} == {Source.RESULT}


def test_as_many_tensors_hold_the_states_of_few_ensembles_as_of_many():
    assert len(array_of(3).next_states) == len(array_of(12).next_states)


def test_states_that_no_group_moves_on_together_lie_side_by_side_in_one_tensor():
    plan = plan_of(mixed_bag())
    starts = list(plan.graph.next_value)[:3]

    (state,) = make_states(plan.graph, [], starts)

    sizes = [plan.graph.values[start].size for start in starts]
    assert state.initial.size == sum(sizes)
    np.testing.assert_array_equal(
        np.concatenate(list(state.members.values())), np.arange(sum(sizes))
    )
    assert state.name.endswith("and 2 more")
