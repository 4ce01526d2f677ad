"""Groups keep the order in which a step sets, increments, reads and updates."""

import nengo
import numpy as np
from nengo.builder import Model, Signal
from nengo.builder.operator import Copy, Reset, SimPyFunc

from nengo_nb.numpy_steps.kinds import CONSTANT
from nengo_nb.numpy_steps.step_groups import StepGroups
from nengo_nb.plan.dataflow import step_order


def groups_of(order, in_python=(), inputs=()):
    return StepGroups(order, inputs, in_python, 0.001).groups


def place_of(groups, op):
    return next(k for k, group in enumerate(groups) if op in group.ops)


def test_functions_of_the_user_are_called_in_nengos_order_before_what_reads_their_results():
    a, b, sum_ = (Signal(np.zeros(1), name=name) for name in "abs")
    first, second = (SimPyFunc(s, lambda t: t, Signal(0.0), None) for s in (a, b))
    adds = [Copy(a, sum_, inc=True), Copy(b, sum_, inc=True)]
    order = [Reset(sum_), first, second, *adds]

    groups = groups_of(order, in_python=(first, second))

    assert place_of(groups, first) < place_of(groups, second)
    assert place_of(groups, first) < place_of(groups, adds[0])
    assert place_of(groups, second) < place_of(groups, adds[1])


def test_what_updates_a_signal_comes_after_all_that_read_it():
    with nengo.Network(seed=1) as net:
        ensembles = [nengo.Ensemble(5, 1) for _ in range(3)]
        for a, b in zip(ensembles, [*ensembles[1:], ensembles[0]], strict=True):
            nengo.Connection(a, b, synapse=0.01)
    model = Model(dt=0.001)
    model.build(net)
    order = step_order(model)

    groups = groups_of(order)

    updates = [op for op in order if op.updates]
    assert len({place_of(groups, op) for op in updates}) == 1
    for op in order:
        for update in updates:
            if set(op.reads) & set(update.updates):
                assert place_of(groups, op) < place_of(groups, update)


def test_an_input_that_may_change_between_runs_is_no_constant_however_large():
    for size in (2, 2**15):
        given, copied = Signal(np.ones(size)), Signal(np.zeros(2))

        (group,) = groups_of([Copy(given[:2], copied)], inputs=[given])

        assert group.kind != CONSTANT


def test_signals_too_large_to_be_looked_at_together_are_computed_by_themselves():
    large, small = Signal(np.zeros(2**15)), Signal(np.zeros(2))

    groups = groups_of([Reset(large), Reset(small), Reset(small[1:])])

    assert [len(group.ops) for group in groups if group.kind is None] == [1]
