"""Read and write the values of signals between two steps, wherever a machine keeps them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from nengo.builder import Model, Operator, Signal
from nengo.builder.neurons import SimNeurons
from nengo.builder.processes import SimProcess
from nengo.exceptions import SimulationError
from nengo.synapses import LinearFilter, Triangle

from nengo_nb.engine.floating_types import narrow
from nengo_nb.engine.python_ops import OperatorStep, ProcessStep
from nengo_nb.ops.membrane import set_by_hand
from nengo_nb.plan.lower import constant_value
from nengo_nb.simulator.object_names import Names

from .observed_signals import Observed, Recent
from .rings import Ring, find_rings, reorder

if TYPE_CHECKING:
    from .runner import Runner


MEMBRANE = {"voltage", "refractory_time"}


class Memory:
    """Values of a machine's base signals between steps; all arrays are ``(batch, *shape)``.

    Args:
        runner: The runner.
    """

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.recent: Recent | None = None
        self.trained: Mapping[Signal, np.ndarray] = {}
        self.overwritten: dict[Signal, np.ndarray] = {}
        self._last: Mapping[Signal, np.ndarray] = {}
        self._last_state: object = None

    @cached_property
    def held(self) -> dict[Signal, int]:
        """Signals of constant nodes, and their values in the plan."""
        plan = self.runner.plan
        return {plan.graph.signal(v): v for v in plan.held}

    @cached_property
    def written(self) -> set[Signal]:
        """The signals that Nengo's operators write to."""
        operators = self.runner.model.operators
        written: set[Signal] = set()
        for op in operators:
            written.update(signal.base for signal in op.sets + op.incs + op.updates)
        return written

    @cached_property
    def observed(self) -> set[Signal]:
        """Signals that each chunk hands on because ``sim.signals`` was asked for them."""
        return {key.signal for key in self.runner.plan.probes if isinstance(key, Observed)}

    @cached_property
    def python(self) -> dict[Signal, tuple[int, Any]]:
        """Signals kept by a Python operation: index of the operation, and key in its arrays."""
        places: dict[Signal, tuple[int, Any]] = {}
        for index, op in self.runner.operators.items():
            step = self.runner.python[index].step
            if op is None:
                continue
            if isinstance(step, ProcessStep):
                places.update({signal: (index, key) for key, signal in op.state.items()})
            elif isinstance(step, OperatorStep):
                state = list(op.state.values()) if isinstance(op, SimProcess) else []
                places.update({s: (index, s) for s in [*op.updates, *state] if not s.is_view})
        return {s: place for s, place in places.items() if s not in self.runner.homes}

    @cached_property
    def membranes(self) -> dict[Signal, Operator]:
        """Spiking neurons, by the signals of their voltages and refractory times."""
        membranes: dict[Signal, Operator] = {}
        for op in self.runner.model.operators:
            if isinstance(op, SimNeurons) and op.state.keys() >= MEMBRANE:
                membranes.update(dict.fromkeys((op.state[name] for name in MEMBRANE), op))
        return membranes

    @cached_property
    def filters(self) -> dict[Signal, Signal]:
        """States of filters that equal the filter's output, each with the signal of that output."""
        outputs = {}
        for op in self.runner.model.operators:
            if (
                isinstance(op, SimProcess)
                and isinstance(op.process, LinearFilter | Triangle)
                and op.mode == "update"
            ):
                state = op.state.get("Y" if isinstance(op.process, Triangle) else "X")
                # Without delay there is no state.
                has_state = state is not None and state.size
                ours = has_state and state not in self.runner.plan.graph.final
                if ours and state not in self.python and op.output in self.runner.homes:
                    outputs[state] = op.output
        return outputs

    @cached_property
    def rings(self) -> dict[Signal, Ring]:
        """Last inputs of ``Triangle`` filters, which a program keeps in another order."""
        return find_rings(self.runner.model.operators, self.runner.homes)

    @cached_property
    def positions(self) -> dict[Signal, Ring]:
        """The same, by the signals of their positions."""
        return {ring.position: ring for ring in self.rings.values()}

    def hidden(self) -> set[Signal]:
        """Return the states that a packed loop gives back in another, equivalent form."""
        runner = self.runner
        signals: set[Signal] = set()
        for (s, _), segment in runner.executor.segments.items():
            for packing in segment.emitter.packings.values():
                for number in packing.form.hidden:
                    members = runner.plan.stages[s].states[packing.states[number]].members
                    signals.update(runner.plan.graph.signal(start) for start in members)
        return signals

    def _own_arrays(self, base: Signal) -> list[np.ndarray]:
        """Return the arrays of a Python operation, one for each minibatch item."""
        index, key = self.python[base]
        step = self.runner.python[index].step
        kept = step.states if isinstance(step, ProcessStep) else cast("OperatorStep", step).signals
        return [arrays[key] for arrays in kept]

    def is_kept(self, base: Signal) -> bool:
        """Whether the value of a signal is known at the end of each chunk."""
        model = self.runner.model
        if base in self.runner.homes:
            return base not in self.hidden()
        is_stored = any(
            base in kept
            for kept in (self.python, self.held, self.observed, self.filters, self.positions)
        )
        return is_stored or base in (model.step, model.time) or self._is_constant(base)

    def is_given(self, base: Signal) -> bool:
        """Whether a signal is a parameter or the output of a constant node."""
        return base in self.held or self._is_constant(base)

    def is_folded(self, base: Signal) -> bool:
        """Whether a compiled rule keeps this state of Nengo's in another form."""
        if base not in self.written or base in self.runner.homes:
            return False
        if base in self.python or base in self.filters or base in self.positions:
            return False
        if base in (self.runner.model.step, self.runner.model.time):
            return False
        ref = self.runner.plan.graph.final.get(base)
        values = self.runner.plan.graph.values
        return ref is None or any(values[v].signal is base for v in ref.values())

    def _is_constant(self, base: Signal) -> bool:
        """Whether no step changes a signal."""
        graph = self.runner.plan.graph
        if self.is_folded(base):
            return False
        return base not in graph.final or graph.is_fixed(graph.final[base])

    def get(self, base: Signal) -> np.ndarray | None:
        """Return the value of a signal; None if it was not kept."""
        runner = self.runner
        model, graph, batch = runner.model, runner.plan.graph, runner.batch
        shape = (batch, *base.shape)
        if base is model.step or base is model.time:
            n_steps = runner.state.n_steps
            return np.full(shape, n_steps if base is model.step else n_steps * graph.dt)
        if base in runner.homes and base not in self.hidden():
            value = runner.current(base)
            if value is None or base not in self.rings:
                return value
            return reorder(value, self.rings[base].position_after(runner.state.n_steps))
        if base in self.positions:
            return np.full(shape, self.positions[base].position_after(runner.state.n_steps))
        if base in self.filters:
            output = runner.current(self.filters[base])
            return None if output is None else output.reshape(shape)
        if base in self.python:
            return np.stack(self._own_arrays(base))
        if base in self.held:
            return runner.executor.held[self.held[base]][0].reshape(shape)
        if self._is_constant(base):
            ref = graph.final.get(base)
            flat = (
                graph.changed.get(base, base.initial_value)
                if ref is None
                else constant_value(graph, ref)
            )
            return np.broadcast_to(self.overwritten.get(base, np.reshape(flat, base.shape)), shape)
        # Each chunk makes a new state, so identity tells whether these values are of now.
        last = self._last.get(base) if self._last_state is runner.state else None
        if last is not None:
            return last.reshape(shape)
        # Before the first step every signal still holds its initial value.
        return np.broadcast_to(base.initial_value, shape) if runner.state.n_steps == 0 else None

    def set(self, arrays: Mapping[Signal, np.ndarray]) -> None:
        """Replace values of signals, except those that each step computes anew.

        Raises:
            SimulationError: The values of a signal are compiled as a constant, or it is a position
                that follows from the number of the step.
        """
        runner = self.runner
        # Steps of Nengo's move the very array that a function holds; that is no other position.
        moved = [
            base
            for base, array in arrays.items()
            if base in self.positions and (array != self.get(base)).any()
        ]
        if moved:
            raise SimulationError(
                f"{Names(runner.model).signal(moved[0])} is the number of the step, modulo the "
                "number of inputs that the filter remembers, and cannot be written; write these "
                "inputs, its state 'X', in another order."
            )
        # The state of such a filter and its output are one number here.
        arrays = {
            self.filters.get(base, base): array
            for base, array in arrays.items()
            if base not in self.positions
        }
        states = {
            base: self._as_state(base, a).reshape(runner.batch, -1)
            for base, a in arrays.items()
            if base in runner.homes
        }
        if states:
            self._amend(states)
            self._unbind(states)
        for base, array in arrays.items():
            if base in runner.homes:
                continue
            if base is runner.model.step:
                self._amend({}, int(array.flat[0]))
            elif base in self.python:
                for item, own in zip(array, self._own_arrays(base), strict=True):
                    # In place: the step functions of Nengo hold these very arrays.
                    own[...] = item
            elif base in self.held:
                self._hold(base, array)
            elif self._is_constant(base):
                self._set_constant(base, array)

    def _as_state(self, base: Signal, array: np.ndarray) -> np.ndarray:
        """Return the value of a signal as the program has it."""
        ring = self.rings.get(base)
        if ring is None:
            return array
        return reorder(array, ring.position_after(self.runner.state.n_steps))

    def _unbind(self, written: Collection[Signal]) -> None:
        """Compile neurons anew whose written voltages violate the bounds of their rule."""
        for op in {self.membranes[base] for base in written if base in self.membranes} - set(
            set_by_hand
        ):
            voltage, rest = (
                self.runner.current(op.state[name]) for name in ("voltage", "refractory_time")
            )
            if voltage is None or rest is None:
                continue
            # LIF keeps one number: the refractory time where more than dt of it is left, else the
            # voltage.
            refractory = rest > self.runner.plan.graph.dt
            if (np.abs(voltage) > 1).any() or voltage[refractory].any():
                set_by_hand.add(op)
                self.runner.rebuild()

    def _hold(self, base: Signal, array: np.ndarray) -> None:
        """Set the output of a constant node."""
        runner = self.runner
        flat = narrow(array.reshape(1, runner.batch, -1), runner.dtype)
        runner.executor.held[self.held[base]] = flat

    def _set_constant(self, base: Signal, array: np.ndarray) -> None:
        """Set the value of a parameter.

        Raises:
            SimulationError: Items of a minibatch have different values, or the value is compiled as
                a constant.
        """
        if (array != array[0]).any():
            name = Names(self.runner.model).signal(base)
            raise SimulationError(
                f"{name} is shared by all items of a minibatch, so they cannot be given different "
                "values."
            )
        plan = self.runner.plan
        # A value that the plan reads is a tensor; otherwise an operator has taken the numbers into
        # its rule.
        traced = any(value.signal is base for value in plan.graph.values)
        if not traced and any(base in _bases_of(stage) for stage in plan.stages):
            raise refuse_constant(self.runner.model, base)
        self.overwritten[base] = array[0].copy()
        self._use_parameters()

    def _amend(self, values: Mapping[Signal, np.ndarray], n_steps: int | None = None) -> None:
        """Replace states without taking a step.

        Args:
            values: The values of signals, ``(batch, size)``.
            n_steps: Number of steps taken so far, if that changes too.
        """
        runner, before = self.runner, self.runner.state
        runner.adopt(values, 0 if n_steps is None else n_steps - before.n_steps)
        # Still the same step: what is known of it stays known under the new state.
        if self._last_state is before:
            self._last_state = runner.state
        if self.recent is not None and self.recent.state is before:
            self.recent = replace(self.recent, state=runner.state)

    # -- what a run leaves behind

    def keep(self, values: Mapping[Signal, np.ndarray]) -> None:
        """Keep values of signals after the last step, ``(batch, ...)``, until the next chunk."""
        is_new = self._last_state is not self.runner.state
        self._last = values if is_new else {**self._last, **values}
        self._last_state = self.runner.state

    def use_trained(self, values: Mapping[Signal, np.ndarray]) -> None:
        """Set trained parameters. Values written to ``sim.signals`` stay, unless training changed
        them since.
        """
        for signal in values.keys() & self.overwritten.keys():
            if not np.array_equal(values[signal], self.trained.get(signal, signal.initial_value)):
                del self.overwritten[signal]
        self.trained = values
        self._use_parameters()

    def reset(self) -> None:
        """Forget the values written to signals that Nengo resets; read-only ones keep theirs."""
        kept = {signal: array for signal, array in self.overwritten.items() if signal.readonly}
        if len(kept) < len(self.overwritten):
            self.overwritten = kept
            self._use_parameters()

    def return_to(self, overwritten: Mapping[Signal, np.ndarray]) -> None:
        """Use values that were written to signals before a reset again."""
        if self.overwritten or overwritten:
            self.overwritten = dict(overwritten)
            self._use_parameters()

    def adopt_state(self, other: Memory) -> None:
        """Use the parameters of another runner for the same network."""
        self.overwritten = dict(other.overwritten)
        self.use_trained(other.trained)
        for base, value in other.held.items():
            self.runner.executor.held[self.held[base]] = other.runner.executor.held[value]

    def _use_parameters(self) -> None:
        """Hand trained and written parameters to the executor; others get built values."""
        graph = self.runner.plan.graph
        values = {**self.trained, **self.overwritten}
        # Parameters that were other than built before this call, and are not any more.
        back = {s: np.asarray(s.initial_value) for s in graph.changed if s not in values}
        # A new dictionary, by whose identity ``NengoSteps.go_on`` sees that parameters changed.
        graph.changed = values
        if values or back:
            self.runner.executor.set_parameters({**back, **values})


def refuse_constant(model: Model, base: Signal) -> SimulationError:
    """Return the error for writing to a signal whose values are compiled into a program."""
    return SimulationError(
        f"{Names(model).signal(base)} is compiled as a constant, so that writing to sim.signals "
        "cannot change it. "
        "Build a network with the other values, or use a transform that is not sparse."
    )


def _bases_of(stage: Any) -> set[Signal]:
    """Return the base signals of the compiled operators of a stage."""
    bases: set[Signal] = set()
    for segment in stage.segments:
        for group in segment.groups:
            for op in group.ops:
                bases.update(signal.base for signal in op.all_signals)
    return bases
