"""``sim.explain()``: the plan, its compile time, and what XLA cannot compile, as text."""

from __future__ import annotations

from nengo_nb import compiler
from nengo_nb.objects.operator import SimTensorNode
from nengo_nb.plan.program import PythonPart, describe
from nengo_nb.plan.stages import Sort

from .runner import Machine


def explain(machine: Machine) -> str:
    """Return the stages of a machine as a table, with notes on Python and the compiler."""
    plan = machine.plan
    lines = [describe(plan, machine.names), ""]
    if machine.compile_seconds is None:
        lines.append("Not compiled yet: that happens when it first runs.")
    else:
        lines.append(f"Compiling took {machine.compile_seconds:.2f} s.")
    lines.append(f"{machine.parameter_count()} constants; {machine.batch} minibatch item(s).")
    for stage in plan.stages:
        if stage.sort is Sort.MIXED:
            names = [
                machine.names[o.op]
                for part in stage.parts
                if isinstance(part, PythonPart)
                for o in part.operations
            ]
            lines.append(
                f"Python takes part in every step, in a loop with the network: {', '.join(names)}."
            )
    lines += [
        f"XLA cannot compile {o.op.refusal} in {machine.names[o.op]}."
        for o in plan.graph.operations
        if o.in_python and isinstance(o.op, SimTensorNode)
    ]
    lines += compiler.describe()
    return "\n".join(lines)
