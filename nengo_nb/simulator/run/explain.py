"""``sim.explain()``: the plan, its compile time, and what XLA cannot compile, as text."""

from __future__ import annotations

from nengo_nb import compiler
from nengo_nb.engine.tiers import ALWAYS
from nengo_nb.objects.operator import SimTensorNode
from nengo_nb.plan.program import describe
from nengo_nb.plan.stages import StageKind

from .simulation import Simulation


def explain(simulation: Simulation) -> str:
    """Return the stages of a step as a table, with notes on Python, NumPy and the compiler."""
    runner, n_in_numpy = simulation.runner, simulation.numpy_steps
    plan = runner.plan
    lines = [describe(plan, runner.names), ""]
    if runner.compile_seconds is None:
        lines.append("Not compiled yet: that happens when it first runs.")
    else:
        lines.append(f"Compiling took {runner.compile_seconds:.2f} s.")
    if n_in_numpy >= ALWAYS:
        lines.append(
            "All steps are taken in NumPy: Python takes part in each, so a program gains nothing."
        )
    elif n_in_numpy:
        lines.append(
            f"The first {n_in_numpy} steps are taken in NumPy, which takes as long as compiling."
        )
    lines.append(f"{runner.parameter_count()} constants; {runner.batch} minibatch item(s).")
    for stage in plan.stages:
        if stage.kind is StageKind.MIXED:
            names = [runner.names[o.op] for o in stage.python_operations]
            lines.append(
                f"Python takes part in every step, in a loop with the network: {', '.join(names)}."
            )
    if runner.executor.loops and n_in_numpy < ALWAYS:
        thread = "any thread" if runner.executor.on_any_thread else "the thread of the run"
        lines.append(f"Compiled programs call it, on {thread}.")
    lines += [
        f"XLA cannot compile {o.op.refusal} in {runner.names[o.op]}."
        for o in plan.graph.operations
        if o.in_python and isinstance(o.op, SimTensorNode)
    ]
    lines += compiler.describe()
    return "\n".join(lines)
