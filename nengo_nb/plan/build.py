"""Makes a plan from a built Nengo model: all passes, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from nengo.base import NengoObject
from nengo.builder import Model

from . import check
from .cost import CostModel
from .dataflow import SignatureOf
from .graph import Operation
from .passes import PASSES, Draft, Request, ShareGroups
from .program import Plan
from .refs import Ref


def make_plan(
    model: Model,
    signature_of: SignatureOf,
    share_groups: ShareGroups,
    cost: CostModel,
    over_time: Callable[[Operation], bool] = lambda _: False,
    learned_from: Callable[[Operation], Ref | None] = lambda _: None,
    probes: Iterable[NengoObject] | None = None,
) -> Plan:
    """Plan the simulation of a built model.

    Args:
        model: The built model. It is only read.
        signature_of: Function from an operator to its rule's signature, or None where it runs in
            Python.
        share_groups: Tells which Python operations may share mutable state.
        cost: The cost model of the device that the plan is for.
        over_time: Tells which operations to compute for all steps of a chunk at once, where no
            circle forbids it.
        learned_from: Tells of an operation that changes many weights what it multiplies the error
            with.
        probes: The probes that are wanted; then Python runs only where they need it. By default
            all, and all Python.

    Raises:
        InconsistentPlanError: A pass gave something unsound. This is looked for where
            ``check.is_on``.
    """
    wanted = None if probes is None else tuple(probes)
    draft = Draft(Request(model, signature_of, share_groups, cost, over_time, learned_from, wanted))
    is_checked = check.is_on()
    for compiler_pass in PASSES:
        draft = compiler_pass.run(draft)
        if is_checked:
            check.refuse(compiler_pass.name, compiler_pass.problems(draft))
    return draft.plan()
