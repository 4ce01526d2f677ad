"""Fine-tuning: a converted network goes on learning, with spikes in the forward pass.

Weights of a model suit rates. With spikes in the forward pass the loss is that of the spiking
network itself, after as many steps as it is given, and a surrogate derivative takes the place of
that of a spike.

References:
    Neftci, Mostafa & Zenke (2019), Surrogate gradient learning in spiking neural networks. IEEE
    Signal Processing Magazine 36(6).
    Rathi, Srinivasan, Panda & Roy (2020), Enabling deep spiking neural networks with hybrid
    conversion and spike timing dependent backpropagation. ICLR.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import nengo
import numpy as np
from nengo.exceptions import ValidationError

from nengo_nb.on_demand import keras
from nengo_nb.settings import configure_settings
from nengo_nb.simulator import Simulator

from .conversion import Conversion
from .tuning import check_labels, check_spiking
from .verification import arrays_of, feeds_of

LEARNING_RATE = 1e-4


@dataclass(frozen=True)
class Training:
    """How a network goes on learning.

    Args:
        loss: A loss, its name, or a function; None for none, which is refused.
        metrics: Metrics, likewise.
        optimizer: An optimizer or its name; None for Adam with a rate of ``LEARNING_RATE``.
        surrogate: Derivative in place of a spike's.
        minibatch_size: Number of examples in a minibatch.
    """

    loss: Any
    metrics: Any
    optimizer: Any
    surrogate: Any
    minibatch_size: int


def fine_tune(
    conversion: Conversion,
    x: Any,
    y: Any,
    n_steps: int,
    training: Training,
    arguments: dict[str, Any],
) -> Any:
    """Train a network with spikes, and keep what it learned; see ``Converter.fine_tune``."""
    check_spiking(conversion, "fine_tune")
    if n_steps < 1:
        raise ValidationError(f"must be at least 1, not {n_steps}", attr="n_steps")
    if training.loss is None:
        raise ValidationError(
            "is needed, as the model was not compiled with one: fine_tune(..., loss="
            "keras.losses.SparseCategoricalCrossentropy(from_logits=True))",
            attr="loss",
        )
    (probe,) = conversion.probes.values()

    def pair(x: Any, y: Any) -> tuple[Mapping[nengo.Node, np.ndarray], dict[Any, np.ndarray]]:
        """Return examples at every step, and targets for the last one."""
        arrays, targets = arrays_of(conversion, x), np.asarray(y)
        check_labels(targets, len(arrays[0]))
        # Views: the examples are many, and the steps as well.
        shown = {
            node: np.broadcast_to(array, (len(array), n_steps, array.shape[2]))
            for node, array in feeds_of(conversion, arrays).items()
        }
        return shown, {probe: targets.reshape(len(targets), 1, -1)}

    inputs, targets = pair(x, y)
    if arguments.get("validation_data") is not None:
        arguments = {**arguments, "validation_data": pair(*arguments["validation_data"])}
    # Settings of a network around it: those of the user's network are left as they are.
    with nengo.Network(seed=0, add_to_container=False) as outer:
        outer.add(conversion.net)
        # The output at the last step is the one that is read, so the loss is taken there.
        configure_settings(surrogate=training.surrogate, keep_history=False)
    with Simulator(
        outer, minibatch_size=training.minibatch_size, progress_bar=False, seed=0
    ) as sim:
        sim.compile(
            optimizer=training.optimizer or keras.optimizers.Adam(LEARNING_RATE),
            loss={probe: training.loss},
            metrics=None if training.metrics is None else {probe: training.metrics},
        )
        history = sim.fit(inputs, targets, **arguments)
        sim.freeze_params(conversion.net)
    return history
