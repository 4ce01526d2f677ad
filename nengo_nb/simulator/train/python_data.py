"""Outputs of Python functions of an input during training, fed to the differentiated part as data.

No gradient passes through Python, so its outputs are data for the training: up to the last such
function, the network is run as it is planned for training, and outputs of functions are fed to the
part that is differentiated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from nengo.builder import Signal
from nengo.exceptions import SimulationError

from nengo_nb.engine.executor import Executor, States
from nengo_nb.engine.journal import Journal
from nengo_nb.on_demand import tf
from nengo_nb.plan.graph import Operation
from nengo_nb.plan.program import Plan, Stage
from nengo_nb.plan.stages import StageKind

from .noise import MakeSteps

Tensor = Any
Values = Callable[[], Mapping[Signal, np.ndarray]]


def called_with_inputs(stage: Stage) -> list[Operation]:
    """Return the Python operations of a stage that have both inputs and outputs."""
    return [o for o in stage.python_operations if o.inputs and o.outputs]


def is_data(stage: Stage) -> bool:
    """Whether a stage calls Python with an input or in a loop: training takes it as data."""
    return stage.kind is StageKind.MIXED or bool(called_with_inputs(stage))


class PythonData:
    """Runs the part of a plan that leads to Python.

    Args:
        plan: The training plan.
        make_steps: Makes the steps of Python operations.
        values: Looks up the present values of parameters.
        dtype: ``"float32"`` or ``"float64"``.
        device: TensorFlow device, or None.
    """

    def __init__(
        self, plan: Plan, make_steps: MakeSteps, values: Values, dtype: str, device: str | None
    ) -> None:
        # Stages are sorted by dataflow: none after the last Python function leads to its inputs.
        last = max((s for s, stage in enumerate(plan.stages) if is_data(stage)), default=-1)
        self.plan = replace(plan, stages=plan.stages[: last + 1], probes={})
        self.make_steps = make_steps
        self.values = values
        self.dtype = dtype
        self.device = device
        self.wanted: tuple[int, ...] = ()
        for stage in self.plan.stages:
            if is_data(stage):
                self.wanted += stage.gives
        self._runs: dict[int, _Run] = {}

    def __call__(self, feeds: Mapping[int, Tensor], first: int) -> dict[int, Tensor]:
        """Return the outputs of Python in some steps, ``(batch, steps, size)``, by value.

        Args:
            feeds: Fed values and outputs of processes in these steps, ``(batch, steps or 1,
                size)``, by value.
            first: Number of the first step; 1 begins at the initial state, others continue the last
                call.

        Raises:
            SimulationError: The tensors are symbolic, so that there are no numbers to call Python
                with.
        """
        if not self.wanted:
            return {}
        if any(tf.is_symbolic_tensor(tensor) for tensor in feeds.values()):
            raise SimulationError(
                "functions of this network run in Python, so its Keras model cannot be called in "
                "a tf.function."
            )
        arrays = {
            v: np.asarray(tensor, self.dtype).transpose(1, 0, 2) for v, tensor in feeds.items()
        }
        steps, batch = max(len(a) for a in arrays.values()), next(iter(arrays.values())).shape[1]
        if batch not in self._runs:
            self._runs[batch] = _Run(self, batch)
        return self._runs[batch](arrays, first, steps)


class _Run:
    """Executor and Python steps for one number of minibatch items."""

    def __init__(self, data: PythonData, batch: int) -> None:
        self.data = data
        self.executor = Executor(data.plan, batch, data.dtype, data.device)
        self.steps: dict[int, Journal] = data.make_steps(data.plan.python_operations, batch)
        # Memory before the first step, to which each minibatch goes back.
        self.memory = {index: step.get_state() for index, step in self.steps.items()}
        self.states: States = ()

    def __call__(
        self, feeds: Mapping[int, np.ndarray], first: int, steps: int
    ) -> dict[int, Tensor]:
        """Run the steps chunk by chunk; arguments as those of ``PythonData``, with time first."""
        if first == 1:
            self.states = self.executor.initial_states()
            for index, memory in self.memory.items():
                self.steps[index].set_state(memory)
        # Training has changed them since the last minibatch.
        self.executor.set_parameters(self.data.values())
        parts: dict[int, list[np.ndarray]] = {v: [] for v in self.data.wanted}
        for begin in range(0, steps, self.executor.capacity):
            count = min(self.executor.capacity, steps - begin)
            window = {v: a[begin : begin + count] if len(a) > 1 else a for v, a in feeds.items()}
            chunk = self.executor.run(self.states, first + begin, count, self.steps, window)
            self.states = chunk.states
            for v, chunks in parts.items():
                # A value that is the same at all steps has a time axis of length 1.
                chunks.append(
                    np.array(np.broadcast_to(chunk.values[v], (count, *chunk.values[v].shape[1:])))
                )
        whole = {v: np.concatenate(chunks).transpose(1, 0, 2) for v, chunks in parts.items()}
        return {v: tf.constant(array, self.data.dtype) for v, array in whole.items()}
