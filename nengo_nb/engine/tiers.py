"""Tiers: how many steps of a simulation are taken in NumPy before those of the compiled program.

Compiling a small network takes as long as thousands of its steps in NumPy. So a simulation takes
its first steps there, about as many as fit into the time that compiling takes; that is never more
than twice the best choice, however long the simulation will be (the ski rental problem: Karlin,
Manasse, Rudolph and Sleator 1988, "Competitive snoopy caching"). Their number follows from network
and plan alone, neither from the clock nor from what a cache holds, so that runs repeat to the last
bit.
"""

from __future__ import annotations

from collections.abc import Iterable

from nengo.builder import Operator
from nengo.builder.neurons import SimNeurons
from nengo.builder.operator import DotInc
from nengo.builder.transforms import GeneralConvInc

from nengo_nb.numpy_steps.grouping import Group
from nengo_nb.plan.cost import CostModel
from nengo_nb.plan.program import Plan
from nengo_nb.plan.stages import StageKind

from .host_callback import can_call_python

ALWAYS = 2**62
"""Number of steps in NumPy of a simulation that is never handed over."""


def count_numpy_steps(plan: Plan, groups: Iterable[Group], on_any_thread: bool = False) -> int:
    """Return the number of steps to take in NumPy.

    Args:
        plan: The plan of the program.
        groups: Nengo's operators of one step, as they are computed together in NumPy.
        on_any_thread: Whether programs call Python on whichever thread they run on.
    """
    cost = plan.cost
    gained = numpy_seconds(groups, cost) - program_seconds(plan, on_any_thread)
    # Between its calls of Python a program gains nothing over the operators of a small network.
    if gained <= 0:
        return min(ALWAYS, cost.most_numpy_steps)
    n_steps = round(compile_seconds(plan) / gained)
    # For a few steps it is not worth having all signals in memory once more.
    return min(n_steps, cost.most_numpy_steps) if n_steps >= cost.fewest_numpy_steps else 0


def numpy_seconds(groups: Iterable[Group], cost: CostModel) -> float:
    """Estimate the time of a step in NumPy, without that of the user's functions."""
    seconds = 0.0
    for group in groups:
        seconds += cost.operator_seconds
        if isinstance(group.ops[0], SimNeurons):
            seconds += cost.neuron_type_seconds
        seconds += sum(element_seconds(op, cost) for op in group.ops)
    return seconds


def element_seconds(op: Operator, cost: CostModel) -> float:
    """Estimate what the elements of an operator add to a step in NumPy."""
    n_elements = sum(signal.size for signal in op.all_signals)
    if isinstance(op, GeneralConvInc):
        n_elements += op.W.size * (op.Y.size // op.conv.n_filters)
    elif isinstance(op, DotInc) and op.X.ndim == 2:  # the weights are counted once, above
        n_elements += op.A.size * op.X.shape[1]
    return n_elements * cost.element_seconds


def program_seconds(plan: Plan, on_any_thread: bool = False) -> float:
    """Return the time of a compiled step to count with: that of its calls of Python, next to which
    other programs take none.
    """
    # A call on the very thread that computes takes no more than a call between steps in NumPy.
    if on_any_thread and can_call_python(plan.cost.device):
        return 0.0
    n_mixed = sum(stage.kind is StageKind.MIXED for stage in plan.stages)
    return n_mixed * plan.cost.mixed_step_seconds


def compile_seconds(plan: Plan) -> float:
    """Estimate the time to trace and compile the programs of a plan."""
    n_groups = sum(len(segment.groups) for segment in plan.segments)
    return plan.cost.program_seconds + n_groups * plan.cost.group_seconds
