"""Keras callbacks for ``sim.fit``: TensorBoard, resets of state, checks of the loss, interrupts.

Every callback of Keras works as well. ``NengoSummaries`` and ``TensorBoard`` need the package
``tensorboard``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
from nengo.ensemble import Neurons
from nengo.exceptions import SimulationError, ValidationError

from nengo_nb.on_demand import keras, tf
from nengo_nb.simulator.run.interrupt import Interruptible

if TYPE_CHECKING:
    from nengo_nb.simulator.simulator import Simulator

TensorBoard = keras.callbacks.TensorBoard
"""Keras' own, under the name it has in NengoDL."""

ATTRIBUTES = {nengo.Ensemble: "encoders", Neurons: "bias", nengo.Connection: "weights"}


class NengoSummaries(keras.callbacks.Callback):
    """Writes histograms of parameters for TensorBoard, one at the end of each epoch.

    Args:
        log_dir: Folder of the log.
        sim: The simulator that is trained.
        objects: Ensembles (their encoders), neurons (their biases) and connections (their weights).

    Raises:
        ImportError: The package ``tensorboard`` is not installed.
        ValidationError: An object has no parameters, or is not in the network.
    """

    def __init__(self, log_dir: str | Path, sim: Simulator, objects: Sequence[Any]) -> None:
        super().__init__()
        if find_spec("tensorboard") is None:
            raise ImportError("NengoSummaries needs TensorBoard: pip install tensorboard")
        self.log_dir = str(log_dir)
        self.parameters = [_parameter(sim, obj) for obj in objects]
        self.writer: Any = None

    def on_train_begin(self, logs: Any = None) -> None:
        """Open the log."""
        self.writer = tf.summary.create_file_writer(self.log_dir)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Write a histogram of each object's parameters."""
        values = self.model.values()
        with self.writer.as_default():
            for parameter in self.parameters:
                tf.summary.histogram(parameter.name, values[parameter], step=epoch)

    def on_train_end(self, logs: Any = None) -> None:
        """Close the log."""
        self.writer.close()


def _parameter(sim: Simulator, obj: Any) -> Any:
    attribute = next((name for kind, name in ATTRIBUTES.items() if isinstance(obj, kind)), "")
    # Biases belong to neurons in Nengo's interface, but to the ensemble among the parameters.
    owner = obj.ensemble if isinstance(obj, Neurons) else obj
    parameters = {(p.obj, p.attribute): p for p in sim.keras_model.variables_by_parameter}
    if (owner, attribute) not in parameters:
        names = ", ".join(p.name for p in parameters.values()) or "none"
        raise ValidationError(
            f"{obj} has no parameter that can be shown; there are {names}", attr="objects"
        )
    return parameters[owner, attribute]


class IsolateState(keras.callbacks.Callback):
    """Resets the simulation state after every minibatch, for ``fit(stateful=True)``.

    Args:
        sim: The simulator that is trained.
    """

    def __init__(self, sim: Simulator) -> None:
        super().__init__()
        self.sim = sim

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Reset the state; parameters and recorded data stay."""
        self.sim.reset(include_trainable=False, include_probes=False)

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Reset the state after a minibatch of ``evaluate``."""
        self.sim.reset(include_trainable=False, include_probes=False)


class HandBackWeights(keras.callbacks.Callback):
    """Gives a model's variables what it has learned, before other callbacks look at them.

    ``sim.fit`` adds it by itself.
    """

    reads_weights = False

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Give them the values after the last minibatch."""
        self.model.hand_back()


BETWEEN = ("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end")
"""Methods that Keras calls before or after a minibatch."""


def looks_between_minibatches(callback: keras.callbacks.Callback) -> bool:
    """Whether a callback may look at weights, or change them, between two minibatches.

    One that does not says so by an attribute ``reads_weights``.
    """
    if not getattr(callback, "reads_weights", True):
        return False
    # ``LambdaCallback`` has them as attributes of its own.
    return any(
        name in vars(callback)
        or getattr(type(callback), name) is not getattr(keras.callbacks.Callback, name)
        for name in BETWEEN
    )


class StopWhereLossIsNoNumber(keras.callbacks.Callback):
    """Ends training at the first NaN or infinite loss, with the weights before it.

    ``sim.fit`` adds it by itself.
    """

    def __init__(self) -> None:
        super().__init__()
        self.epoch = 0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Remember the epoch, for the message."""
        self.epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Check the losses of the minibatch.

        Raises:
            SimulationError: It is no finite number.
        """
        # Metrics may be NaN for good reasons; losses may not.
        losses = {name: value for name, value in (logs or {}).items() if name.endswith("loss")}
        bad = [name for name, value in losses.items() if not np.isfinite(value)]
        if bad:
            probes = [name.removesuffix("_loss") for name in bad if name != "loss"]
            # With one output there is only "loss", without the name of the probe.
            probes = probes or list(self.model.losses_by_output)
            raise SimulationError(
                f"the loss of {', '.join(probes)} became NaN or infinite in epoch "
                f"{self.epoch + 1}, minibatch "
                f"{batch + 1}. The weights are those before this minibatch; a smaller learning "
                "rate may help."
            )


class StopAtInterrupt(keras.callbacks.Callback):
    """Raises an interrupt between two minibatches. ``sim.fit`` adds it by itself.

    Raised where it comes, an interrupt is lost if that is in a finalizer or a callback from C, of
    which TensorFlow has
    many: Python reports such an exception and goes on.
    """

    def __init__(self, interrupt: Interruptible) -> None:
        super().__init__()
        self.interrupt = interrupt

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Raise the interrupt, if there was one."""
        self.interrupt.check()

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Raise the interrupt while validating."""
        self.interrupt.check()
