"""Observed signals: intermediate values that a plan keeps for ``sim.signals``.

A compiled program hands on the values that probes and later stages need, and no others. An observed
signal takes part in a plan as if it had a probe, but is no probe of the network, and no samples of
it are recorded.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from nengo.builder import Model, Signal
from nengo.builder.probe import SimProbe
from nengo.exceptions import SimulationError

from nengo_nb.engine.executor import Chunk, Executor, States
from nengo_nb.engine.journal import Calls, Journal
from nengo_nb.plan.program import Plan
from nengo_nb.simulator.object_names import Names

from .planning import make_plan_of

if TYPE_CHECKING:
    from .runner import Runner


@dataclass(frozen=True, eq=False)
class Observed:
    """Key of an observed signal in a plan's probes.

    Args:
        signal: The signal.
    """

    signal: Signal

    @property
    def obj(self) -> str:
        """Name of the signal, for messages about probes."""
        return self.signal.name

    def __str__(self) -> str:
        return f"sim.signals[{self.signal.name}]"


@dataclass(frozen=True)
class Recent:
    """The last chunk of a run, and all that is needed to compute it again.

    Args:
        states: The states before it.
        first: Number of its first step.
        chunk: Its results.
        changed: The parameters whose values were not the built ones.
        state: The state after it.
    """

    states: States
    first: int
    chunk: Chunk
    changed: Mapping[Signal, np.ndarray]
    state: Any


def observing(model: Model, signals: Iterable[Signal], only: bool = False) -> Model:
    """Return a copy of a built model that observes some signals; the model itself stays as it is.

    Args:
        model: The built model.
        signals: Base signals.
        only: Whether the probes of the network are left out.
    """
    # Shallow, with lists and ``sig`` replaced below: all plans share Nengo's operators and signals.
    wider = copy.copy(model)
    keys = [Observed(signal) for signal in signals]
    wider.probes = keys if only else [*model.probes, *keys]
    wider.operators = [*model.operators, *(SimProbe(key.signal) for key in keys)]
    wider.sig = copy.copy(model.sig)
    # The order of Python calls and seeds is that of the model without these operators.
    wider.unobserved = getattr(model, "unobserved", model)
    for key in keys:
        wider.sig[key] = {"in": key.signal}
    return wider


def take_observed(chunk: Chunk) -> dict[Signal, np.ndarray]:
    """Pop the observed signals, ``(batch, size)`` at the last step, from a chunk's records."""
    keys = [key for key in chunk.records if isinstance(key, Observed)]
    arrays = {key.signal: chunk.records.pop(key) for key in keys}
    return {signal: array[-1] for signal, array in arrays.items() if len(array)}


def replay(model: Model, runner: Runner, recent: Recent, signal: Signal) -> np.ndarray:
    """Compute the last chunk again for the value of a signal at its end, ``(batch, size)``.

    No Python function is called again: its results are fed.

    Args:
        model: The built model.
        runner: The machine that ran the chunk.
        recent: The chunk.
        signal: A base signal.

    Raises:
        SimulationError: It depends on Python in a loop, whose results were not kept, or on what was
            not computed.
    """
    executor = runner.executor
    batch = executor.batch
    narrower = observing(model, [signal], only=True)
    plan = make_plan_of(narrower, batch, executor.device, probes=narrower.probes)
    journals = {op: runner.python[index] for index, op in runner.operators.items()}
    # New journals, as those of the simulation may hold results of steps to come.
    called = [o for o in plan.graph.operations if o.op in journals]
    python = {o.index: Journal(journals[o.op].step, journals[o.op].name, Calls()) for o in called}
    feeds = _results_of_python(model, executor.plan, plan, recent.chunk, signal)
    again = Executor(plan, batch, executor.dtype, executor.device, executor.on_any_thread)
    plan.graph.changed = dict(recent.changed)
    again.set_parameters(recent.changed)
    # The two plans keep the same signals in different places; states move over by signal.
    arrays = [list(map(np.array, stage)) for stage in again.initial_states()]
    there = {executor.plan.graph.signal(v): place for v, place in _places(executor.plan).items()}
    for value, (s, i, positions) in _places(plan).items():
        source = there.get(plan.graph.signal(value))
        if source is None:
            raise refuse(model, signal)
        # A view, as the arrays were copied contiguously: writing to it fills them.
        flat = arrays[s][i].reshape(batch, -1)
        flat[:, positions] = np.asarray(recent.states[source[0]][source[1]]).reshape(batch, -1)[
            :, source[2]
        ]
    chunk = again.run(again.as_states(arrays), recent.first, recent.chunk.count, python, feeds)
    return take_observed(chunk)[signal]


def _places(plan: Plan) -> dict[int, tuple[int, int, np.ndarray]]:
    """Locate each ``STATE`` value: stage, number of the state, and flat positions."""
    places = {}
    for s, stage in enumerate(plan.stages):
        for i, state in enumerate(stage.states):
            places.update({start: (s, i, positions) for start, positions in state.members.items()})
    return places


def _results_of_python(
    model: Model, ran: Plan, plan: Plan, chunk: Chunk, signal: Signal
) -> dict[int, np.ndarray]:
    """Return results of Python and constant nodes in a chunk, as feeds of another plan."""
    outputs = {o.op: o.outputs for o in ran.graph.operations if o.in_python}
    feeds = {}
    for stage in plan.stages:
        for part in stage.parts:
            for operation in getattr(part, "operations", ()):
                for value, original in zip(
                    operation.outputs, outputs.get(operation.op, ()), strict=False
                ):
                    if original not in chunk.values:
                        raise refuse(model, signal)
                    feeds[value] = chunk.values[original]
    there = {ran.graph.signal(v): v for v in ran.held}
    for value in plan.held:
        feeds[value] = chunk.values[there[plan.graph.signal(value)]]
    return feeds


def states_besides(plan: Plan, homes: Mapping[Signal, Any]) -> list[Signal]:
    """Return the signals of the states that a plan carries besides some."""
    states = [plan.graph.signal(value) for value in _places(plan)]
    return [signal for signal in states if signal not in homes]


def refuse(model: Model, signal: Signal) -> SimulationError:
    """Return the error for a signal that a run has not computed, or not kept."""
    return SimulationError(
        f"the signal {Names(model).signal(signal)} is not among the values that were kept of this "
        "run. Ask for it "
        "before the first step (after sim.reset(), for example) and it is kept from then on, or "
        "add a probe."
    )
