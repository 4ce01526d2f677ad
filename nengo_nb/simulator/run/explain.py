"""``sim.explain()``: the plan, its compile time, and what XLA cannot compile, as text."""

from __future__ import annotations

from nengo_nb import compiler
from nengo_nb.objects.operator import SimTensorNode
from nengo_nb.plan.program import describe
from nengo_nb.plan.stages import StageKind

from .runner import Runner


def explain(runner: Runner) -> str:
    """Return the stages of a runner as a table, with notes on Python and the compiler."""
    plan = runner.plan
    lines = [describe(plan, runner.names), ""]
    if runner.compile_seconds is None:
        lines.append("Not compiled yet: that happens when it first runs.")
    else:
        lines.append(f"Compiling took {runner.compile_seconds:.2f} s.")
    lines.append(f"{runner.parameter_count()} constants; {runner.batch} minibatch item(s).")
    for stage in plan.stages:
        if stage.kind is StageKind.MIXED:
            names = [runner.names[o.op] for o in stage.python_operations]
            lines.append(
                f"Python takes part in every step, in a loop with the network: {', '.join(names)}."
            )
    lines += [
        f"XLA cannot compile {o.op.refusal} in {runner.names[o.op]}."
        for o in plan.graph.operations
        if o.in_python and isinstance(o.op, SimTensorNode)
    ]
    lines += compiler.describe()
    return "\n".join(lines)
