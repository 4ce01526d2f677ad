"""Probe data as a training step computes them: by rates where neurons spike in a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from nengo_nb.on_demand import tf
from nengo_nb.simulator.params.parameter_values import ParameterValues

from .calls_by_shape import ByShapes
from .scheduling import make_schedule
from .training_plans import TrainingPlans

Tensor = Any
Arrays = dict[str, np.ndarray]


def make_training_outputs(
    plans: TrainingPlans, parameters: ParameterValues
) -> Callable[[Arrays, int], Arrays]:
    """Return a function that computes the probes of examples, in minibatches.

    Neurons have their rates, or their spikes with a surrogate gradient, as ``fit`` has them, and
    Keras layers are told that they are being trained.

    Args:
        plans: The training plans of the network.
        parameters: The parameters, which are left as they are.

    Returns:
        ``outputs(inputs, size)``: from arrays ``(examples, n_steps, size)`` by node, and the number
        of examples in a minibatch, to arrays ``(examples, samples, *shape)`` by probe.
    """
    schedule = make_schedule(plans, parameters, list(plans.probes))
    # Made here, as no variable may be made while ``run`` is traced.
    parameters.make_variables()

    def run(x: Mapping[str, Tensor], noise: Mapping[int, Tensor]) -> Mapping[str, Tensor]:
        return schedule.forward(x, parameters.tensors(), noise)[0]

    program = ByShapes(run, jit_compile=False)

    def outputs(inputs: Arrays, size: int) -> Arrays:
        parts = []
        for begin in range(0, len(next(iter(inputs.values()))), size):
            x = {
                name: tf.constant(array[begin : begin + size], plans.dtype)
                for name, array in inputs.items()
            }
            parts.append(program(x, schedule.noise(x, 1)))
        joined = {}
        for name in plans.probes:
            joined[name] = np.concatenate([part[name].numpy() for part in parts])
        return joined

    return outputs
