"""``keras.Model`` of a network: parameters are weights, input nodes inputs, probes outputs."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from nengo.builder import Signal
from nengo.exceptions import SimulationError

from nengo_nb.engine.assembly import Assembled, Slot
from nengo_nb.engine.forward import States
from nengo_nb.on_demand import keras, tf
from nengo_nb.plan.stages import StageKind
from nengo_nb.simulator.params.parameter_values import ParameterValues
from nengo_nb.simulator.params.parameters import Parameter

from .build_ahead import build_ahead
from .calls_by_shape import ByShapes
from .class_weights import class_weights
from .data_iterators import ClosingModel
from .losses import Loss, probes_of
from .merged_arrays import MergedArrays
from .schedules import Arrays, Schedule, Tensor, Tensors
from .split_step import Minibatch, SplitStep, are_finite


@dataclass(frozen=True)
class Host:
    """Functions of the simulator that its Keras model calls.

    Args:
        run: Runs the network as it is, with spikes: from inputs to probe data,
            ``(batch, samples, *shape)``.
        refresh: Called before an evaluation, as parameters may have changed.
        use: Lets the simulation run with the parameters as they are now.
        start: Returns the schedule to follow as long as ``follow`` chose none.
        pair: From inputs and targets as users write them, to these by name, checked.
    """

    run: Callable[[Arrays], Arrays]
    refresh: Callable[[], None]
    use: Callable[[], None]
    start: Callable[[], Schedule]
    pair: Callable[[Any, Any], tuple[Arrays, Arrays]]


class NetworkModel(ClosingModel):
    """The Keras model that ``fit`` and ``evaluate`` train and measure.

    Args:
        parameters: The parameters, whose variables are its weights.
        host: The simulator.
        dtype: ``"float32"`` or ``"float64"``.
        own: Variables that belong to TensorNodes.
        compiles: Whether XLA can compile all of it.
    """

    train_function: Any
    test_function: Any

    def __init__(
        self,
        parameters: ParameterValues,
        host: Host,
        dtype: str,
        own: Sequence[keras.Variable] = (),
        compiles: bool = True,
    ) -> None:
        super().__init__(name="network", dtype=dtype)
        self.parameters = parameters
        self.host = host
        self.own_variables = list(own)
        self.can_compile = compiles
        self.use_xla: bool | None = None
        self.minibatches_done = 0
        self.minibatches_in_sight = math.inf
        """Number of minibatches at the end of this training, with those of all before it."""
        self.is_unwatched = False
        self.merged: MergedArrays | None = None
        self.losses_by_output: dict[str, Loss] = {}
        self.schedule: Schedule | None = None
        # As attributes of the model, by which Keras finds, saves and loads them.
        self.layers_by_owner = parameters.variables.layers
        self.variables_by_parameter = parameters.variables.by_parameter
        self.built = True

    def get_config(self) -> dict[str, Any]:
        """Return the names of the parameters, for a saved model; weights are saved beside it."""
        return {"parameters": [parameter.name for parameter in self.variables_by_parameter]}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> NetworkModel:  # noqa: ARG003
        """Refuse to make a network of a saved model.

        Raises:
            SimulationError: Always, with the way to use the file.
        """
        raise SimulationError(
            "a Keras file holds the parameters of a network, but not the network. Build it, and "
            "read them with "
            "sim.keras_model.load_weights(path)."
        )

    def _chosen(self) -> Schedule:
        if self.schedule is None:
            self.schedule = self.host.start()
        return self.schedule

    def trained(self) -> dict[Signal, Tensor]:
        """Return the present values of signals, as tensors that can be differentiated."""
        return self.parameters.tensors()

    def call(self, x: Tensors, training: bool = False) -> dict[str, Tensor]:
        """Return the outputs that have a loss, ``(batch, samples, size)``, as in training."""
        schedule = self._chosen()
        outputs, _ = schedule.forward(x, self.trained(), schedule.noise(x, 1))
        return self.joined(outputs)

    def joined(self, outputs: Tensors) -> dict[str, Tensor]:
        """Concatenate the outputs of joint losses; one tensor for each loss."""
        joined = {}
        for name, loss in self.losses_by_output.items():
            parts = [outputs[part] for part in loss.parts]
            joined[name] = parts[0] if len(parts) == 1 else tf.concat(parts, axis=-1)
        return joined

    def follow(self, schedule: Schedule) -> None:
        """Set the schedule of minibatches from now on."""
        # Traced programs hold the forward function; all else of a schedule is read for each
        # minibatch.
        if self.schedule is None or schedule.forward is not self.schedule.forward:
            self.train_function = None
        self.schedule = schedule

    # -- learning

    def make_train_function(self, force: bool = False) -> Callable[[Iterator], Any]:
        """Return a function that trains on a minibatch, with one program for each shape."""
        if self.train_function is None or force:
            plain, compiled = self._steps()

            def train(iterator: Iterator) -> Any:
                x, y, weight = keras.utils.unpack_x_y_sample_weight(next(iterator))
                build_ahead(self, y)
                return self._work_through(compiled if self._compiles(x) else plain, x, y, weight)

            self.train_function = train
        return self.train_function

    def _steps(self) -> list[Callable[..., Any]]:
        """Return a gradient step without XLA and one with it, both in one program or in two."""
        plan = self._chosen().forward.forward.plan
        copies = self.parameters.copies(plan)
        self.hand_back()
        self.merged = None
        if copies is None or len(copies.signals) < plan.cost.many_trained:
            return [ByShapes(self._learn, jit_compile) for jit_compile in (False, True)]
        # One for both, as minibatches of different lengths may be of either.
        self.merged = MergedArrays(self, copies)
        return [SplitStep(self, copies, self.merged, jit_compile) for jit_compile in (False, True)]

    def assemble(
        self, trained: Mapping[Signal, Tensor], slots: Collection[Slot] | None = None
    ) -> dict[Slot, Tensor]:
        """Return parameters of merged groups, by default all, of values by signal."""
        return dict(self._chosen().forward.forward.assemble(trained, slots).by_slot)

    def hand_back(self) -> None:
        """Give the variables the values that were learned, if these are kept elsewhere."""
        if self.merged is not None:
            self.merged.hand_back()

    def _work_through(self, learn: Callable[..., Any], x: Tensors, y: Tensors, weight: Any) -> Any:
        """Train on a minibatch, in one piece or in windows of time (truncated backpropagation)."""
        schedule = self._chosen()
        batch, steps = next(iter(x.values())).shape[:2]
        window = schedule.truncation or steps
        states, first = (None, 1) if schedule.begin is None else schedule.begin(batch)
        if states is None and window < steps:
            states = schedule.forward.forward.initial_states(batch)
        logs: Any = None
        for begin in range(0, steps, window):
            end = min(begin + window, steps)
            cut = x if end - begin == steps else _window(x, begin, end)
            aim = y if end - begin == steps else _window(y, begin, end)
            noise = schedule.noise(cut, first + begin)
            part = _window_of_weights(weight, begin, end, steps)
            logs, after = learn(cut, aim, part, noise, states, tf.constant(first + begin, tf.int64))
            states = after if states is not None else None
        if schedule.begin is not None and states is not None:
            schedule.end(states, steps)
        self.minibatches_done += 1
        return logs

    def _learn(
        self, x: Tensors, y: Tensors, weight: Any, noise: Any, states: States | None, first: Tensor
    ) -> tuple[Any, States]:
        """Apply one gradient step, unless the loss or a gradient is not finite."""
        with tf.GradientTape() as tape:
            batch = (x, y, weight, noise, states, first)
            outputs, loss, after = self.run_forward(batch, self.trained())
            scaled = self.optimizer.scale_loss(loss)
        variables = self.trainable_weights
        gradients = tape.gradient(scaled, [v.value for v in variables])
        pairs = [(g, v) for g, v in zip(gradients, variables, strict=True) if g is not None]
        finite = are_finite(loss, [gradient for gradient, _ in pairs])
        tf.cond(finite, lambda: self.apply(pairs), lambda: tf.constant(0))
        return self.report(batch, outputs, tf.where(finite, loss, float("nan"))), after

    def run_forward(
        self, batch: Minibatch, trained: Mapping[Signal, Tensor] | Assembled
    ) -> tuple[dict[str, Tensor], Tensor, States]:
        """Return the outputs that have a loss, the loss of a minibatch and the states behind it."""
        x, y, weight, noise, states, first = batch
        probe_outputs, after = self._chosen().forward(x, trained, noise, states, first)
        outputs = self.joined(probe_outputs)
        loss = self.compute_loss(x=x, y=y, y_pred=outputs, sample_weight=weight, training=True)
        return outputs, loss, after

    def report(self, batch: Minibatch, outputs: Tensors, loss: Tensor) -> Any:
        """Count a minibatch in loss and metrics, and return these as Keras logs them."""
        x, y, weight, *_ = batch
        self._loss_tracker.update_state(loss, sample_weight=tf.cast(_size(outputs), loss.dtype))
        return self.compute_metrics(x, y, outputs, sample_weight=weight)

    def apply(self, pairs: Sequence[tuple[Tensor, Any]]) -> Tensor:
        """Apply gradients by the optimizer; return a tensor, as a branch of a condition must."""
        self.optimizer.apply(*zip(*pairs, strict=True))
        return tf.constant(0)

    def _compiles(self, x: Tensors) -> bool:
        """Whether a training step goes through XLA."""
        if not self.can_compile or self.use_xla is not None:
            return self.can_compile and bool(self.use_xla)
        if tf.config.list_logical_devices("GPU"):
            return True
        plan = self._chosen().forward.forward.plan
        loops = any(stage.kind is StageKind.SCAN for stage in plan.stages)
        n_steps = next(iter(x.values())).shape[1]
        return plan.cost.is_worth_compiling(n_steps, self.minibatches_in_sight, loops)

    @contextmanager
    def expecting(self, minibatches: float, is_unwatched: bool) -> Iterator[None]:
        """Context of a training.

        Args:
            minibatches: Number of its minibatches, infinity if that is not known.
            is_unwatched: Whether nobody looks at the variables between two minibatches.
        """
        self.minibatches_in_sight = self.minibatches_done + minibatches
        self.is_unwatched = is_unwatched
        try:
            yield
        finally:
            self.minibatches_in_sight = math.inf
            self.is_unwatched = False
            # Also after an error or an interrupt.
            self.hand_back()

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: Mapping[int, float] | None = None,
        return_dict: bool = False,
    ) -> Any:
        """``keras.Model.train_on_batch`` with data as for ``sim.fit``; the simulation then has the
        new weights.
        """
        inputs, targets = self.host.pair(x, y)
        if class_weight is not None:
            sample_weight = class_weights(targets, class_weight, sample_weight)
        batch = _tensors(inputs), _tensors(targets), _tensors(sample_weight)
        logs = super().train_on_batch(*batch, return_dict=return_dict)
        self.host.use()
        return logs

    # -- measuring

    def test_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """``keras.Model.test_on_batch`` with data as for ``sim.fit``; spiking neurons spike."""
        inputs, targets = self.host.pair(x, y)
        batch = _tensors(inputs), _tensors(targets), _tensors(sample_weight)
        return super().test_on_batch(*batch, return_dict=return_dict)

    def make_test_function(self, force: bool = False) -> Callable[[Iterator], Any]:
        """Return a function that runs one batch, with spikes, and measures it."""
        # Keras calls this once before all batches of an evaluation.
        self.hand_back()
        self.host.refresh()
        if self.test_function is None or force:
            measure = ByShapes(self._measure, jit_compile=False)

            def test(iterator: Iterator) -> Any:
                x, y, weight = keras.utils.unpack_x_y_sample_weight(next(iterator))
                build_ahead(self, y)
                outputs = self.host.run({name: tensor.numpy() for name, tensor in x.items()})
                wanted = probes_of(self.losses_by_output)
                tensors = {name: tf.constant(outputs[name]) for name in wanted}
                return measure(x, y, tensors, weight)

            self.test_function = test
        return self.test_function

    def _measure(self, x: Any, y: Any, found: Any, weight: Any) -> Any:
        """Compute loss and metrics of given outputs."""
        outputs = self.joined(found)
        loss = self.compute_loss(x=x, y=y, y_pred=outputs, sample_weight=weight, training=False)
        self._loss_tracker.update_state(loss, sample_weight=tf.cast(_size(outputs), loss.dtype))
        return self.compute_metrics(x, y, outputs, sample_weight=weight)

    # -- the parameters

    def load_weights(self, *arguments: Any, **options: Any) -> None:
        """``keras.Model.load_weights``; the simulation then has the loaded weights."""
        super().load_weights(*arguments, **options)
        self.host.use()

    def values(self) -> dict[Parameter, np.ndarray]:
        """Return all parameters as arrays."""
        return self.parameters.variables.values()

    def assign(self, values: Mapping[Parameter, np.ndarray]) -> None:
        """Give parameters new values."""
        self.parameters.variables.assign(values)


def _tensors(arrays: Any) -> Any:
    """Convert arrays, nested or None, to tensors."""
    return tf.nest.map_structure(lambda a: None if a is None else tf.convert_to_tensor(a), arrays)


def _window(tensors: Any, begin: int, end: int) -> Any:
    """Slice steps out of tensors ``(batch, steps, ...)``."""
    return {name: tensor[:, begin:end] for name, tensor in tensors.items()}


def _window_of_weights(weight: Any, begin: int, end: int, steps: int) -> Any:
    """Slice steps out of sample weights; those without a time axis hold for all steps."""

    def cut(tensor: Any) -> Any:
        has_steps = tensor is not None and len(tensor.shape) > 1 and tensor.shape[1] == steps
        return tensor[:, begin:end] if has_steps else tensor

    return tf.nest.map_structure(cut, weight)


def _size(outputs: Tensors) -> Tensor:
    """Return the number of examples."""
    return tf.shape(next(iter(outputs.values())))[0]
