"""Transfer states between a simulation and a training plan, for ``fit(stateful=True)``."""

from __future__ import annotations

import numpy as np

from nengo_nb.engine.forward import States
from nengo_nb.errors import FeedError
from nengo_nb.on_demand import tf
from nengo_nb.plan.program import Plan, State
from nengo_nb.plan.stages import StageKind
from nengo_nb.simulator.run.runner import Runner


def states_of(runner: Runner, plan: Plan, batch: int) -> States:
    """Return the states of a simulation in the layout of another plan of the same network.

    Args:
        runner: The simulation.
        plan: The other plan.
        batch: Number of examples, the first items of the simulation's minibatch.

    Raises:
        FeedError: The simulation has fewer items.
    """
    if batch > runner.batch:
        raise FeedError(
            f"a minibatch of {batch} examples cannot go on from a simulation of {runner.batch}: "
            "with stateful=True, "
            "minibatches may not be larger than minibatch_size."
        )

    def state(held: State) -> tf.Tensor:
        flat = np.tile(held.initial.reshape(1, -1), (runner.batch, 1))
        # Several signals share one packed state, so each is copied to its flat positions.
        for start, positions in held.members.items():
            now = runner.current(plan.graph.signal(start))
            if now is not None:
                flat[:, positions] = now.reshape(runner.batch, -1)
        return tf.constant(flat[:batch].reshape(batch, *held.initial.shape), runner.executor.dtype)

    states: list[tuple[tf.Tensor, ...]] = []
    for stage in plan.stages:
        is_fed = stage.kind in (StageKind.PYTHON, StageKind.MIXED)
        states.append(() if is_fed else tuple(map(state, stage.states)))
    return tuple(states)


def hand_back(runner: Runner, plan: Plan, states: States, n_steps: int) -> None:
    """Set a simulation to the final states of another plan; states that plan lacks stay.

    Args:
        runner: The simulation.
        plan: The other plan.
        states: Its final states; fewer items than the simulation has are its first ones.
        n_steps: Number of steps it took.
    """
    values = {}
    for stage, after in zip(plan.stages, states, strict=True):
        # Not strict: stages that call Python have states but are fed, so they hand back none.
        for state, tensor in zip(stage.states, after, strict=False):
            flat = tensor.numpy().reshape(len(tensor), -1)
            values.update(
                {
                    plan.graph.signal(start): flat[:, positions]
                    for start, positions in state.members.items()
                }
            )
    runner.adopt(values, n_steps)
