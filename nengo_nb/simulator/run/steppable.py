"""Which simulations can be stepped by Nengo's own operators, and how many steps are."""

from __future__ import annotations

from nengo import transforms
from nengo.builder import Operator, Signal
from nengo.builder.operator import SparseDotInc
from nengo.builder.processes import SimProcess
from nengo.builder.transforms import GeneralConvInc

from nengo_nb.engine.tiers import count_numpy_steps
from nengo_nb.objects.operator import SimTensorNode
from nengo_nb.plan.deferred import read_before

from .runner import Runner


def can_step(runner: Runner, minibatch_size: int | None) -> bool:
    """Whether the state of a runner can be handed to Nengo's own steps, and back.

    Args:
        runner: The runner.
        minibatch_size: Number of minibatch items; has to be None, as Nengo has none.
    """
    ops, memory = runner.order, runner.memory
    if minibatch_size is not None or any(isinstance(op, SimTensorNode) for op in ops):
        return False
    if any(map(_is_refused, ops)):
        return False
    own: set[Signal] = set()
    for op in ops:
        own.update(op.all_signals)
    if any(signal not in own for signal in memory.trained):
        return False  # time constants
    if runner.state.n_steps == 0:
        return True
    return keeps_states(runner)


def _is_refused(op: Operator) -> bool:
    """Whether Nengo's own step of an operator does not do, although a compiled one does."""
    if isinstance(op, GeneralConvInc):
        return bool(op.conv.dimensions > 2)  # not supported
    # Made dense, with a warning, where SciPy is not installed.
    return isinstance(op, SparseDotInc) and transforms.scipy_sparse is None


def count_steps(runner: Runner, minibatch_size: int | None) -> int:
    """Return how many steps to take before the compiled ones, of a runner at the first step."""
    n_steps = count_numpy_steps(
        runner.plan, runner.step_groups.groups, runner.executor.on_any_thread
    )
    # A run in two parts has to equal one in one part, wherever it is cut. This is looked at last:
    # a large network has many states and no such steps.
    return n_steps if n_steps and can_step(runner, minibatch_size) and keeps_states(runner) else 0


def keeps_states(runner: Runner) -> bool:
    """Whether a runner keeps all states as Nengo's operators have them."""
    memory = runner.memory
    own: set[Signal] = set()
    for op in runner.order:
        own.update(op.all_signals)
    # Nothing can be lost of empty ones, such as the state of Lowpass(0).
    lost = {s.base for s in own if s.base.size and memory.is_folded(s.base)}
    for op in runner.order:
        # Postponed operators are computed again.
        if op in read_before:
            lost.difference_update(op.updates)
        # A program leaves out what nothing needs, as the input of an ensemble without a probe.
        elif isinstance(op, SimProcess) and op.mode == "update" and op.output not in runner.homes:
            lost.difference_update(op.state.values())
    return not lost
