"""Contradictions in a plan are found, and named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nengo_nb.errors import InconsistentPlanError
from nengo_nb.plan import Plan, check
from nengo_nb.plan.check import graph_problems, live_problems, plan_problems, schedule_problems
from nengo_nb.plan.graph import Graph, all_inputs
from nengo_nb.plan.program import Gather, Segment, Stage
from nengo_nb.plan.refs import Piece, Ref, whole
from nengo_nb.plan.stages import StageKind, assign_stages
from tests.plan.networks import mixed_bag, plan_of


@pytest.fixture
def plan() -> Plan:
    return plan_of(mixed_bag())


def with_operation(graph: Graph, index: int, **changes: object) -> Graph:
    """The graph, with one operation changed."""
    operations = list(graph.operations)
    operations[index] = replace(operations[index], **changes)
    return replace(graph, operations=operations)


def with_stage(plan: Plan, s: int, **changes: object) -> Plan:
    """The plan, with one stage changed."""
    stages = list(plan.stages)
    stages[s] = replace(stages[s], **changes)
    return replace(plan, stages=tuple(stages))


def compiled(plan: Plan) -> tuple[int, Stage, Segment]:
    """The last compiled stage, its number and its segment."""
    s = max(i for i, stage in enumerate(plan.stages) if stage.kind is StageKind.SCAN)
    return s, plan.stages[s], plan.stages[s].parts[0]


def with_segment(plan: Plan, **changes: object) -> Plan:
    """The plan, with the last segment changed."""
    s, _, segment = compiled(plan)
    return with_stage(plan, s, parts=(replace(segment, **changes),))


def says(problems, words: str) -> bool:
    return any(words in problem for problem in problems)


def test_a_sound_plan_has_no_problems(plan):
    assert list(graph_problems(plan.graph, plan.probes)) == []
    assert list(plan_problems(plan)) == []


def test_a_value_that_two_operations_write_is_found(plan):
    first, second = [o for o in plan.graph.operations if o.outputs][:2]
    graph = with_operation(
        plan.graph, second.index, outputs=(first.outputs[0], *second.outputs[1:])
    )

    assert says(
        graph_problems(graph, {}), f"is written by operations {first.index} and {second.index}"
    )


def test_a_result_that_is_read_before_it_is_computed_is_found(plan):
    last = next(o for o in reversed(plan.graph.operations) if o.outputs)
    first = next(o for o in plan.graph.operations if o.inputs)
    late = whole(last.outputs[0], plan.graph.values[last.outputs[0]].size)
    graph = with_operation(plan.graph, first.index, inputs=(late, *first.inputs[1:]))

    assert says(graph_problems(graph, {}), "which come no earlier than it does")


def test_a_slice_behind_the_end_of_its_value_is_found(plan):
    reader = next(o for o in plan.graph.operations if o.inputs and o.inputs[0].values())
    (piece, *others) = reader.inputs[0].pieces
    size = plan.graph.values[piece.value].size
    beyond = Ref((Piece(piece.value, size - piece.length + 1, 1, piece.length), *others))
    graph = with_operation(plan.graph, reader.index, inputs=(beyond, *reader.inputs[1:]))

    assert says(graph_problems(graph, {}), f"of a value of {size} elements")


def test_a_state_without_a_next_value_is_found(plan):
    start = min(plan.graph.all_starts(all_inputs(plan.graph.operations)))
    next_value = {v: ref for v, ref in plan.graph.next_value.items() if v != start}

    assert says(
        graph_problems(replace(plan.graph, next_value=next_value), {}), "which has no next value"
    )


def test_an_operation_that_was_dropped_and_is_read_is_found(plan):
    live = [o for o in plan.graph.operations if not o.in_python]

    assert says(live_problems(plan.graph, plan.probes, live), "which were dropped")


def test_stages_in_the_wrong_order_are_found(plan):
    live = plan.graph.operations
    schedule = assign_stages(plan.graph, live, ())

    assert list(schedule_problems(plan.graph, live, (), schedule)) == []
    assert says(schedule_problems(plan.graph, live, (), schedule[::-1]), "from later stages")


def test_python_functions_that_share_state_and_are_in_different_stages_are_found(plan):
    live = plan.graph.operations
    schedule = assign_stages(plan.graph, live, ())
    apart = frozenset(members[0].index for sort, members in schedule if sort is StageKind.PYTHON)

    assert len(apart) == 2
    assert says(schedule_problems(plan.graph, live, [apart], schedule), "may share state in Python")


def test_two_states_that_are_kept_in_the_same_place_are_found(plan):
    s, stage, _ = compiled(plan)
    shared = next(state for state in stage.states if len(state.members) > 1)
    members = dict(shared.members)
    first, second = list(members)[:2]
    members[second] = members[first][: len(members[second])]
    states = tuple(
        replace(state, members=members) if state is shared else state for state in stage.states
    )

    assert says(
        plan_problems(with_stage(plan, s, states=states)), "holds two elements in the same place"
    )


def test_a_state_that_is_never_moved_on_is_found(plan):
    _, _, segment = compiled(plan)

    assert says(
        plan_problems(with_segment(plan, next_states=segment.next_states[1:])), "moves on states"
    )


def test_a_state_that_is_moved_on_twice_is_found(plan):
    _, _, segment = compiled(plan)
    twice = (*segment.next_states, segment.next_states[0])

    assert says(plan_problems(with_segment(plan, next_states=twice)), "moves on states")


def test_an_argument_that_is_cut_out_beyond_its_tensor_is_found(plan):
    _, _, segment = compiled(plan)
    g, group = next(
        (g, group) for g, group in enumerate(segment.groups) if group.arguments[0].spans
    )
    gather = group.arguments[0]
    moved = tuple(span._replace(start=span.start + 10**6) for span in gather.spans)
    arguments = (Gather(moved, gather.shape), *group.arguments[1:])
    groups = list(segment.groups)
    groups[g] = replace(group, arguments=arguments)

    assert says(plan_problems(with_segment(plan, groups=tuple(groups))), "of a tensor of")


def test_groups_in_the_wrong_order_are_found(plan):
    _, _, segment = compiled(plan)

    found = list(plan_problems(with_segment(plan, groups=segment.groups[::-1])))

    assert says(found, "which is not there yet")


def test_a_value_that_no_stage_gives_a_probe_is_found(plan):
    last = compiled(plan)[0]
    silent = with_segment(plan, gives=(), outputs=())

    assert last == len(plan.stages) - 1
    assert says(plan_problems(silent), "which none of its parts writes")
    assert says(plan_problems(with_stage(silent, last, gives=())), "which no stage gives")


def test_a_value_that_two_stages_give_is_found(plan):
    twice = replace(plan, stages=(*plan.stages, plan.stages[-1]))

    assert says(plan_problems(twice), "is given by stages")


def test_an_error_names_the_first_problems_and_the_pass():
    with pytest.raises(
        InconsistentPlanError, match="'lower'.*at fault: 0; 1; 2; 3; 4. Please report"
    ):
        check.refuse("lower", map(str, np.arange(100)))
