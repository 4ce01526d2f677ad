"""Choice of a training schedule by the arguments of ``fit``, with checks of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from nengo.exceptions import ValidationError

from nengo_nb.plan.graph import Operation
from nengo_nb.plan.program import Plan
from nengo_nb.simulator.params.parameter_values import ParameterValues
from nengo_nb.simulator.run.runner import Runner

from .python_data import called_with_inputs
from .schedules import Schedule
from .state_transfer import hand_back, states_of
from .training_plans import TrainingPlans


def make_schedule(
    plans: TrainingPlans,
    parameters: ParameterValues,
    probes: Sequence[str],
    stateful: bool = False,
    truncation: int | None = None,
    recompute_every: int | None = None,
) -> Schedule:
    """Return the schedule by which minibatches are trained on; the last arguments are ``fit``'s.

    Args:
        plans: The training plans of the network.
        parameters: The parameters, as functions in Python see them.
        probes: Names of the probes that are computed.
        stateful: Whether each minibatch goes on where the one before ended.
        truncation: Number of steps after which gradients are cut; None for all.
        recompute_every: See ``Forward``.

    Raises:
        ValidationError: An argument is out of range, or the network does not allow it.
    """
    _check_steps("truncation", truncation)
    _check_steps("recompute_every", recompute_every)
    some = [name for name in probes if not plans.samples[name].are_all]
    if truncation is not None and some:
        raise ValidationError(
            f"{some[0]} does not record every step, so that windows of time have no targets of "
            "their own; leave truncation out, or let the probe record all (keep_history=True, no "
            "sample_every)",
            attr="truncation",
        )
    forward = plans.forward(plans.mode, probes, recompute_every)
    noise = plans.noise(forward, parameters.by_signal)
    if not stateful:
        return Schedule(forward, truncation, noise)
    plan, simulation = forward.forward.plan, plans.simulation
    _refuse_data(plan, simulation.runner)
    return Schedule(
        forward,
        truncation,
        noise,
        # For each minibatch anew, as ``end`` moves the simulation on after each.
        begin=lambda batch: (
            states_of(simulation.runner, plan, batch),
            simulation.runner.state.n_steps + 1,
        ),
        end=lambda states, n_steps: hand_back(simulation.runner, plan, states, n_steps),
    )


def _check_steps(name: str, value: int | None) -> None:
    if value is not None and not (isinstance(value, int | np.integer) and value >= 1):
        raise ValidationError(f"must be a positive number of steps (got {value!r})", attr=name)


def _refuse_data(plan: Plan, runner: Runner) -> None:
    """Refuse ``stateful=True`` where functions in Python have inputs.

    Raises:
        ValidationError: Python stands between the inputs and the probes.
    """
    # ``PythonData`` starts functions anew for each minibatch: their memory cannot be carried on.
    operations: list[Operation] = []
    for stage in plan.stages:
        operations += called_with_inputs(stage)
    if operations:
        named = dict.fromkeys(runner.names[o.op] for o in operations if o.op is not None)
        raise ValidationError(
            f"{', '.join(named)} runs in Python, so each minibatch begins at the initial state; "
            "leave stateful out, or replace it by a nengo_nb.TensorNode",
            attr="stateful",
        )
