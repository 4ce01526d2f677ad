"""Pickle a simulator: the built model and its state; plan and programs are made anew."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from nengo_nb.errors import PickleError

from .planning import plan_model
from .sim_state import SimState
from .simulation import Simulation

if TYPE_CHECKING:
    from nengo_nb.simulator.simulator import Simulator

ARGUMENTS = ("model", "seed", "device", "minibatch_size", "progress_bar", "optimize")
"""Attributes of a simulator that cannot be derived from others."""


def state_of(simulator: Simulator, simulation: Simulation) -> dict[str, Any]:
    """Return the state of a simulator, for ``pickle``.

    Raises:
        PickleError: A function of the network cannot be pickled.
    """
    runner = simulation.runner
    for op in runner.model.operators:
        try:
            # One by one, as pickling the whole model would not say which function is to blame.
            pickle.dumps(getattr(op, "fn", None))
        except Exception as error:
            raise PickleError(
                f"The function of {runner.names[op]} cannot be pickled, so this simulator cannot "
                f"({error}). "
                "Use a function defined at the top level of a module."
            ) from error
    state = runner.state
    return {
        **{name: getattr(simulator, name) for name in (*ARGUMENTS, "closed")},
        "n_steps": state.n_steps,
        "states": [list(map(np.asarray, stage)) for stage in state.states],
        "memory": runner.get_state(),
        "observed": list(runner.memory.observed),
        "overwritten": runner.memory.overwritten,
        "recordings": {probe: r.samples for probe, r in simulation.recordings.items()},
    }


def make_simulation(state: Mapping[str, Any]) -> Simulation:
    """Return a simulation of a pickled model, before its first step."""
    model, minibatch_size, device = state["model"], state["minibatch_size"], state["device"]
    plan = plan_model(model, minibatch_size, device)
    simulation = Simulation(model, plan, minibatch_size, device, state["seed"])
    if state["observed"]:
        simulation.observe(state["observed"])
    return simulation


def go_on(simulation: Simulation, state: Mapping[str, Any]) -> None:
    """Restore a pickled state into a new simulation of the same model."""
    runner = simulation.runner
    runner.state = SimState(state["n_steps"], runner.executor.as_states(state["states"]))
    runner.set_state(state["memory"])
    runner.memory.set({signal: array[np.newaxis] for signal, array in state["overwritten"].items()})
    for probe, samples in state["recordings"].items():
        if samples is not None:
            simulation.recordings[probe].append(samples)
    if state["closed"]:
        simulation.close()
