"""A network as a Keras model: its parameters are weights, its input nodes inputs, its probes outputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from nengo.base import NengoObject
from nengo.exceptions import SimulationError

from nengo_nb.engine.forward import Forward

from .parameters import Parameter, as_built

Tensor = Any
Arrays = dict[str, np.ndarray]


class Weights(keras.layers.Layer):
    """The parameters of one Nengo object."""

    def add(self, attribute: str, array: np.ndarray, dtype: str, trainable: bool) -> Any:
        """A variable that starts with the values of an array."""
        return self.add_weight(
            name=attribute,
            shape=array.shape,
            dtype=dtype,
            trainable=trainable,
            initializer=lambda shape, dtype=None: tf.constant(array, dtype),  # noqa: ARG005 - Keras' signature
        )


class StopWhereLossIsNoNumber(keras.callbacks.Callback):
    """Ends training at the first minibatch whose loss is NaN or infinite; the weights are those before it."""

    def __init__(self) -> None:
        super().__init__()
        self.epoch = 0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Remember the epoch."""
        self.epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Look at the loss.

        Raises:
            SimulationError: It is no finite number.
        """
        losses = {name: value for name, value in (logs or {}).items() if name.endswith("loss")}
        bad = [name for name, value in losses.items() if not np.isfinite(value)]
        if bad:
            probes = [name.removesuffix("_loss") for name in bad if name != "loss"] or list(self.model.wanted)
            raise SimulationError(
                f"the loss of {', '.join(probes)} became NaN or infinite in epoch {self.epoch + 1}, minibatch "
                f"{batch + 1}. The weights are those before this minibatch; a smaller learning rate may help."
            )


class NetworkModel(keras.Model):
    """What ``fit`` and ``evaluate`` work on.

    Args:
        forward: The network as a function, spiking neurons by their rates.
        parameters: What has a variable.
        trainable: Which of them an optimizer may change.
        inputs: The value of each input node, by the node's name.
        probes: The probes, by name.
        predict: Runs the network as it is, with spikes: from inputs to probe data, ``(batch, steps, size)``.
        refresh: Lets the network run with the parameters as they are now.
        own: Variables that belong to TensorNodes.
        compiles: Whether XLA can compile all of it.
    """

    train_function: Any
    test_function: Any

    def __init__(
        self,
        forward: Forward,
        parameters: Sequence[Parameter],
        trainable: Callable[[Parameter], bool],
        inputs: Mapping[str, int],
        probes: Mapping[str, NengoObject],
        predict: Callable[[Arrays], Arrays],
        refresh: Callable[[], None],
        own: Sequence[keras.Variable] = (),
        compiles: bool = True,
    ) -> None:
        super().__init__(name="network", dtype=forward.dtype)
        self.forward = forward
        self.input_values = dict(inputs)
        self.probes_by_name = dict(probes)
        self.run_network = predict
        self.refresh = refresh
        self.own_variables = list(own)
        self.can_compile = compiles
        self.use_xla: bool | None = None
        self.wanted: tuple[str, ...] = tuple(probes)
        self.layers_by_owner: dict[str, Weights] = {}
        self.variables_by_parameter: dict[Parameter, Any] = {}
        for parameter in parameters:
            layer = self._layer(parameter.owner)
            variable = layer.add(
                parameter.attribute, as_built(parameter), forward.dtype, trainable(parameter)
            )
            self.variables_by_parameter[parameter] = variable
        self.built = True

    def _layer(self, owner: str) -> Weights:
        if owner not in self.layers_by_owner:
            layer = Weights(name=owner.replace("->", "_to_"))
            layer.built = True
            self.layers_by_owner[owner] = layer
        return self.layers_by_owner[owner]

    def call(self, x: Mapping[str, Tensor], training: bool = False) -> dict[str, Tensor]:
        """The probes that are wanted, each ``(batch, steps, size)``, spiking neurons by their rates."""
        feeds = {self.input_values[name]: tensor for name, tensor in x.items()}
        trained = {p.signal: v.value for p, v in self.variables_by_parameter.items()}
        outputs = self.forward(feeds, trained, [self.probes_by_name[name] for name in self.wanted])
        return {name: outputs[self.probes_by_name[name]] for name in self.wanted}

    def train_step(self, data: Any) -> dict[str, Tensor]:
        """One minibatch. Where the loss or a gradient is no finite number, the weights stay as they are."""
        x, y, weight = keras.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=outputs, sample_weight=weight, training=True)
            scaled = self.optimizer.scale_loss(loss)
        variables = self.trainable_weights
        gradients = tape.gradient(scaled, [v.value for v in variables])
        pairs = [(g, v) for g, v in zip(gradients, variables, strict=True) if g is not None]
        finite = tf.math.is_finite(
            tf.add_n([loss, *(tf.cast(tf.reduce_sum(gradient), loss.dtype) for gradient, _ in pairs)])
        )
        tf.cond(finite, lambda: self._apply(pairs), lambda: tf.constant(0))
        size = tf.shape(next(iter(outputs.values())))[0]
        self._loss_tracker.update_state(
            tf.where(finite, loss, float("nan")), sample_weight=tf.cast(size, loss.dtype)
        )
        return self.compute_metrics(x, y, outputs, sample_weight=weight)

    def _apply(self, pairs: Sequence[tuple[Tensor, Any]]) -> Tensor:
        """Let the optimizer change the weights."""
        self.optimizer.apply(*zip(*pairs, strict=True))
        return tf.constant(0)

    def make_train_function(self, force: bool = False) -> Callable[[Iterator], Any]:
        """One training batch, compiled for its very shape, so that a smaller last batch is a program of its own."""
        if self.train_function is None or force:
            plain, compiled = (
                tf.function(self.train_step, jit_compile=xla, autograph=False) for xla in (False, True)
            )

            def train(iterator: Iterator) -> Any:
                data = next(iterator)
                return (compiled if self._compiles(data) else plain)(data)

            self.train_function = train
        return self.train_function

    def make_test_function(self, force: bool = False) -> Callable[[Iterator], Any]:
        """One batch run as it is, with spikes, then measured; Keras asks for this once before all batches."""
        self.refresh()
        if self.test_function is None or force:
            measure = tf.function(self._measure, reduce_retracing=False)

            def test(iterator: Iterator) -> Any:
                x, y, weight = keras.utils.unpack_x_y_sample_weight(next(iterator))
                outputs = self.run_network({name: tensor.numpy() for name, tensor in x.items()})
                return measure(x, y, {name: tf.constant(outputs[name]) for name in self.wanted}, weight)

            self.test_function = test
        return self.test_function

    def _measure(self, x: Any, y: Any, outputs: Any, weight: Any) -> Any:
        """Loss and metrics of given outputs."""
        loss = self.compute_loss(x=x, y=y, y_pred=outputs, sample_weight=weight, training=False)
        size = tf.shape(next(iter(outputs.values())))[0]
        self._loss_tracker.update_state(loss, sample_weight=tf.cast(size, loss.dtype))
        return self.compute_metrics(x, y, outputs, sample_weight=weight)

    def check_gradients_flow(self, batch: int, n_steps: int, sizes: Mapping[str, int]) -> None:
        """Make sure that an optimizer can change something, before it is asked to.

        Args:
            batch: Number of examples in a minibatch.
            n_steps: Number of steps of each example.
            sizes: Size of each input.

        Raises:
            SimulationError: No probe depends on any parameter within that many steps.
        """
        found: list[Tensor | None] = []

        def trace() -> None:
            x = {name: tf.zeros((batch, n_steps, size), self.forward.dtype) for name, size in sizes.items()}
            with tf.GradientTape() as tape:
                total = tf.add_n([tf.reduce_sum(output) for output in self(x).values()])
            found.extend(tape.gradient(total, [variable.value for variable in self.trainable_weights]))

        tf.function(trace, autograph=False).get_concrete_function()
        if all(gradient is None for gradient in found):
            steps = f"{n_steps} step{'s' if n_steps > 1 else ''}"
            raise SimulationError(
                f"no gradient reaches any parameter from {', '.join(self.wanted)} within {steps}: every path passes a "
                "synapse, which delays by a step, or something without a gradient. Train with more steps, or with "
                "synapse=None."
            )

    def _compiles(self, data: Any) -> bool:
        """Whether a training step goes through XLA.

        On a CPU it gains nothing where there is no loop over time, and costs a second of compiling.
        """
        if self.use_xla is not None:
            return self.can_compile and self.use_xla
        x, _, _ = keras.utils.unpack_x_y_sample_weight(data)
        n_steps = next(iter(x.values())).shape[1]
        return self.can_compile and (n_steps > 1 or bool(tf.config.list_logical_devices("GPU")))

    def values(self) -> dict[Parameter, np.ndarray]:
        """All parameters as they are now."""
        return {parameter: variable.numpy() for parameter, variable in self.variables_by_parameter.items()}

    def assign(self, values: Mapping[Parameter, np.ndarray]) -> None:
        """Give parameters new values."""
        for parameter, array in values.items():
            self.variables_by_parameter[parameter].assign(array)
