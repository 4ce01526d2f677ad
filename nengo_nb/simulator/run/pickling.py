"""Pickle a simulator: the built model and its state; plan and programs are made anew."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from nengo import Probe

from nengo_nb.errors import PickleError
from nengo_nb.simulator.record.recording import Recording

from .runner import Runner
from .sim_state import SimState

if TYPE_CHECKING:
    from nengo_nb.simulator.simulator import Simulator

ARGUMENTS = ("model", "seed", "device", "minibatch_size", "progress_bar", "optimize")
"""Attributes of a simulator that cannot be derived from others."""


def state_of(
    simulator: Simulator, runner: Runner, recordings: Mapping[Probe, Recording]
) -> dict[str, Any]:
    """Return the state of a simulator, for ``pickle``.

    Raises:
        PickleError: A function of the network cannot be pickled.
    """
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
        "states": [[np.asarray(tensor) for tensor in stage] for stage in state.states],
        "memory": runner.get_state(),
        "observed": list(runner.memory.observed),
        "overwritten": runner.memory.overwritten,
        "recordings": {probe: r.samples for probe, r in recordings.items()},
    }


def go_on(runner: Runner, recordings: Mapping[Probe, Recording], state: Mapping[str, Any]) -> None:
    """Restore a pickled state into a new runner for the same model, and its recordings."""
    runner.state = SimState(state["n_steps"], runner.executor.as_states(state["states"]))
    runner.set_state(state["memory"])
    runner.memory.set({signal: array[np.newaxis] for signal, array in state["overwritten"].items()})
    for probe, samples in state["recordings"].items():
        if samples is not None:
            recordings[probe].append(samples)
