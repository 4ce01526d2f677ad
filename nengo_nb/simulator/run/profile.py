"""``sim.profile()``: measured time per step of stages and groups of operators."""

from __future__ import annotations

from collections.abc import Iterable

import nengo
from nengo.base import NengoObject
from nengo.builder import Model, Operator, Signal
from nengo.ensemble import Neurons

from nengo_nb.engine.measure import time_group
from nengo_nb.plan.program import PythonPart, group_name
from nengo_nb.plan.stages import StageKind
from nengo_nb.simulator.argument_checks import checked_steps

from .simulation import Simulation

MOST_NAMES = 3
"""Largest number of objects that are named of a group; others are counted."""


def profile(simulation: Simulation, n_steps: int) -> str:
    """Return the time per step, in microseconds, by stage and by group, as a table."""
    simulation.check_open("profile")
    n_steps = checked_steps(n_steps)
    runner = simulation.runner
    runner.start_compiling().result()
    stages = runner.time_stages(n_steps)
    owners = owners_of(runner.model)
    lines = ["stage   us per step   what"]
    for s, stage in enumerate(runner.plan.stages):
        lines.append(f"{s:>5} {stages[s] * 1e6:>13.2f}   {stage.kind.value}, all together")
        rows = []
        for p, part in enumerate(stage.parts):
            if isinstance(part, PythonPart):
                called = ", ".join(runner.names[o.op] for o in part.operations if o.op is not None)
                lines.append(f"{'':>5} {'':>13}   in Python: {called}")
                continue
            for g, group in enumerate(part.groups):
                seconds = time_group(runner.executor.segments[s, p], g, n_steps)
                rows.append(
                    (
                        seconds,
                        f"{group_name(group)} x{len(group.operations)}{named(owners, group.ops)}",
                    )
                )
        rows.sort(reverse=True)
        lines += [f"{'':>5} {seconds * 1e6:>13.2f}     {what}" for seconds, what in rows]
    lines.append(f"{sum(stages) * 1e6:>19.2f}   in all, for {runner.batch} minibatch item(s)")
    if any(stage.kind is not StageKind.PYTHON for stage in runner.plan.stages):
        lines.append(
            "Groups were measured each in a loop of its own; in a stage they are fused, and share "
            "its loop."
        )
    return "\n".join(lines)


def owners_of(model: Model) -> dict[Signal, NengoObject]:
    """Map each base signal to the object it belongs to."""
    owners: dict[Signal, NengoObject] = {}
    for obj, signals in model.sig.items():
        owner = obj.ensemble if isinstance(obj, Neurons) else obj
        for signal in signals.values():
            if isinstance(signal, Signal) and isinstance(owner, NengoObject):
                owners.setdefault(signal.base, owner)
    return owners


def named(owners: dict[Signal, NengoObject], ops: Iterable[Operator]) -> str:
    """Name the first few objects that operators belong to, and count the rest."""
    objects = list(dict.fromkeys(obj for op in ops if (obj := _owner(owners, op)) is not None))
    if not objects:
        return ""
    more = f" and {len(objects) - MOST_NAMES} more" if len(objects) > MOST_NAMES else ""
    return f": {', '.join(map(str, objects[:MOST_NAMES]))}{more}"


def _owner(owners: dict[Signal, NengoObject], op: Operator) -> NengoObject | None:
    """Return the object an operator belongs to; a connection rather than its ends."""
    signals = [*op.reads, *op.sets, *op.incs, *op.updates]
    objects = [owners[s.base] for s in signals if s.base in owners]
    return next(
        (obj for obj in objects if isinstance(obj, nengo.Connection)),
        objects[0] if objects else None,
    )
