"""Build a network: Nengo's builder, then the plan, with progress, and a simulation of it."""

from __future__ import annotations

import nengo
import numpy as np
from nengo.builder import Model
from nengo.utils.numpy import maxint
from nengo.utils.progress import ProgressBar

from nengo_nb.progress import Phase
from nengo_nb.simulator.progress import track
from nengo_nb.tensorflow_log import require_tensorflow

from .planning import new_model, plan_model
from .simulation import Simulation


def build(
    network: nengo.Network | None,
    dt: float,
    seed: int | None,
    model: Model | None,
    device: str | None,
    minibatch_size: int | None,
    progress_bar: bool | ProgressBar,
) -> Simulation:
    """Return a simulation before its first step; arguments as those of ``Simulator``."""
    # Here, although its first steps need none: nobody should learn it in the middle of a run.
    require_tensorflow()
    model = new_model(network, dt) if model is None else model
    with track(progress_bar, Phase.BUILDING, None, model.dt) as tracker:
        if network is not None:
            with np.errstate(divide="ignore"):  # Nengo divides by the gain of silent neurons
                model.build(network, progress=tracker.begin(Phase.BUILDING))
        plan = plan_model(model, minibatch_size, device)
    if seed is None:
        # Nengo's rule, so that the same network gets the same noise from both simulators.
        own = None if network is None else network.seed
        seed = np.random.randint(maxint) if own is None else own + 1
    return Simulation(model, plan, minibatch_size, device, seed)
