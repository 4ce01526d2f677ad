"""Training with Keras: ``compile``, ``fit`` and ``evaluate``.

What is derived from a class of Keras' is imported where it is used, as a simulator that only runs
may do without Keras.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from nengo.exceptions import ValidationError

from nengo_nb.errors import FeedError
from nengo_nb.objects.operator import node_weights, uncompiled
from nengo_nb.on_demand import keras
from nengo_nb.simulator.argument_checks import drop_without_effect
from nengo_nb.simulator.params.parameter_values import ParameterValues
from nengo_nb.simulator.params.parameters import signals_of
from nengo_nb.simulator.progress import with_verbose
from nengo_nb.simulator.run.interrupt import Interruptible
from nengo_nb.simulator.run.simulation import Simulation

from .class_weights import class_weights
from .datasets import Examples, check_weights, count_minibatches, is_stream, peeked, told_of_data
from .gradient_flow import Flow, check_flow
from .gradient_report import GradientReport, make_gradient_report
from .losses import Loss, losses_of, probes_of
from .old_optimizers import refuse_old_optimizer
from .outputs import spread, weigh
from .predictor import Predictor
from .scheduling import make_schedule
from .training_outputs import Arrays, make_training_outputs
from .training_plans import TrainingPlans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nengo.builder import Signal

    from nengo_nb.simulator.params.parameters import Parameter

    from .keras_model import NetworkModel


class Trainer:
    """Trains and measures the network with the interface of a Keras model, which it owns.

    Args:
        simulation: The simulation that is trained.
        plans: Its training plans.
        parameters: The parameters that are trained.
        predictor: Runs examples with spikes, for ``evaluate``.
    """

    def __init__(
        self,
        simulation: Simulation,
        plans: TrainingPlans,
        parameters: ParameterValues,
        predictor: Predictor,
    ) -> None:
        self.simulation = simulation
        self.plans = plans
        self.parameters = parameters
        self.predictor = predictor

    @cached_property
    def keras_model(self) -> NetworkModel:
        """The network as a ``keras.Model``."""
        from .keras_model import Host, NetworkModel

        model, plans = self.simulation.model, self.plans
        own: list[keras.Variable] = []
        for weights in node_weights(model).values():
            own += weights
        network = NetworkModel(
            self.parameters,
            host=Host(
                run=self.predictor.run,
                refresh=self.predictor.expect_changes,
                use=self.parameters.hand_over,
                start=lambda: make_schedule(plans, self.parameters, list(plans.probes)),
                pair=lambda x, y: self.make_examples().pair(x, y),
            ),
            dtype=self.simulation.dtype,
            own=own,
            compiles=not uncompiled(model),
        )
        network.losses_by_output = {
            name: Loss((name,), (shape,), plans.samples[name])
            for name, shape in plans.shapes.items()
        }
        return network

    @cached_property
    def training_outputs(self) -> Callable[[Arrays, int], Arrays]:
        """Function that computes all probes as a training step does."""
        return make_training_outputs(self.plans, self.parameters)

    def make_examples(self) -> Examples:
        """Return a converter of training data, for the outputs that have a loss now."""
        return self.plans.make_examples(self.keras_model.losses_by_output)

    def compile(
        self,
        /,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        metrics: Any = None,
        loss_weights: Any = None,
        jit_compile: bool | None = None,
        **arguments: Any,
    ) -> None:
        """Configure the model for training; arguments as those of ``keras.Model.compile``.

        Args:
            optimizer: A Keras optimizer or its name.
            loss: One loss for all probes, a list, or a mapping from probes (or their names) to
                losses, given by name (Keras' or ``nengo_nb.losses``'s) or themselves. A tuple of
                probes has a joint loss, a function of two lists: targets and outputs.
            metrics: The same for metrics.
            loss_weights: The same for the weights of losses.
            jit_compile: Whether XLA compiles training; by default where it gains something.
            **arguments: Passed on to Keras.

        Raises:
            ValidationError: A probe is unknown, or there is none.
        """
        from nengo_nb.objects.losses import resolve_names

        self.simulation.check_open("learn")
        refuse_old_optimizer(optimizer)
        shapes, samples = self.plans.shapes, self.plans.samples
        find_probe = self.plans.names.find_probe
        losses = losses_of(loss, shapes, samples, find_probe)
        measured = spread(resolve_names(metrics), losses, find_probe)
        # Outputs with a metric and no loss are computed all the same; their loss function is None.
        for name in set(measured or ()) - set(losses):
            losses[name] = Loss((name,), (shapes[name],), samples[name])
        model = self.keras_model
        model.follow(make_schedule(self.plans, self.parameters, probes_of(losses)))
        model.losses_by_output = losses
        model.use_xla = jit_compile
        model.compile(
            jit_compile=False,  # NetworkModel decides for each program it makes
            optimizer=optimizer,
            loss={name: loss.keras() for name, loss in losses.items() if loss.function is not None}
            or None,
            metrics=measured,
            loss_weights=weigh(loss_weights, losses, find_probe),
            **arguments,
        )

    def fit(
        self,
        /,
        x: Any = None,
        y: Any = None,
        n_steps: int | None = None,
        stateful: bool = False,
        *,
        truncation: int | None = None,
        recompute_every: int | None = None,
        **arguments: Any,
    ) -> Any:
        """Train on examples; further arguments as those of ``keras.Model.fit``.

        Args:
            x: For each fed node (or its name), an array ``(examples, n_steps, size)``; or a list of
                arrays for the first input nodes, or one array. A ``tf.data.Dataset``, a
                ``keras.utils.PyDataset`` or a generator gives minibatches ``(x, y)``, with names
                for keys.
            y: For each probe (or its name), the target, ``(examples, samples, *shape)``; or a list
                of arrays, or one array. There is a sample for every step, unless ``sample_every``
                or ``keep_history`` say otherwise.
            n_steps: Number of steps, where no node is fed.
            stateful: Whether each minibatch goes on where the one before ended, and the simulation
                is then where the last one ended; otherwise each begins at the initial state.
            truncation: Number of steps after which gradients are cut and weights are changed, so
                that memory is bounded; by default the whole length of an example.
            recompute_every: Number of steps between two states that are kept for gradients. What
                lies between is computed twice, so that memory for ``n`` steps is that of
                ``n / recompute_every + recompute_every``.
            **arguments: ``epochs``, ``callbacks``, ``validation_data``, ``validation_split``,
                ``shuffle``, ... A callback that is called for each minibatch finds the weights of
                that moment; one that does not look at them may say so by an attribute
                ``reads_weights = False``, with which many small arrays are trained faster.

        Returns:
            A Keras ``History``.

        Raises:
            FeedError: Examples do not fit, or hold NaN.
            SimulationError: Nothing can be learned, or the loss became NaN.
            KeyboardInterrupt: After the minibatch in which an interrupt came; trained parameters
                are kept. A second one is raised at once.

        Warns:
            GradientWarning: Some parameters cannot learn.
        """
        from .callbacks import (
            HandBackWeights,
            StopAtInterrupt,
            StopWhereLossIsNoNumber,
            looks_between_minibatches,
        )

        self.simulation.check_open("learn")
        if not self.keras_model.trainable_weights:
            raise ValidationError("nothing in this network can be trained", attr="network")
        arguments = drop_without_effect(arguments, self.simulation.batch)
        prepared, steps = self._prepared(x, y, n_steps, arguments)
        validation = arguments.pop("validation_data", None)
        if is_stream(validation):
            arguments["validation_data"] = self.make_examples().stream(validation)
        elif validation is not None:
            pair = self.make_examples().pair(validation[0], validation[1], n_steps)
            arguments["validation_data"] = (*pair, *validation[2:])
        self.choose_schedule(stateful, truncation, recompute_every)
        self._check_flow(min(steps, truncation or steps))
        callbacks = arguments.pop("callbacks", None) or ()
        shown = with_verbose(arguments, in_a_file=2)
        try:
            n_minibatches = count_minibatches(prepared, arguments)
            is_unwatched = not any(map(looks_between_minibatches, callbacks))
            with (
                Interruptible() as interrupt,
                told_of_data(),
                self.keras_model.expecting(n_minibatches, is_unwatched),
            ):
                # After those of the user, which see each minibatch before an error ends training.
                last = [StopWhereLossIsNoNumber(), StopAtInterrupt(interrupt)]
                every = [HandBackWeights(), *callbacks, *last]
                return self.keras_model.fit(**{**prepared, **shown}, callbacks=every)
        finally:
            # Also after an error or an interrupt, which keep the weights of the minibatches before.
            self.parameters.hand_over()

    def _prepared(
        self, x: Any, y: Any, n_steps: int | None, arguments: dict[str, Any]
    ) -> tuple[dict[str, Any], int]:
        """Return data arguments for Keras, with class weights applied, and the number of steps."""
        class_weight = arguments.pop("class_weight", None)
        self._check_compiled()
        examples = self.make_examples()
        if not is_stream(x):
            inputs, targets = examples.pair(x, y, n_steps)
            steps = next(iter(inputs.values())).shape[1]
            if class_weight is not None:
                by_output = class_weights(targets, class_weight, arguments.get("sample_weight"))
                arguments["sample_weight"] = {
                    name: weights.numpy() for name, weights in by_output.items()
                }
            # NaN in a weight would be blamed on the learning rate by the check of the loss.
            check_weights(arguments.get("sample_weight"))
            return {"x": inputs, "y": targets, "batch_size": self.simulation.batch}, steps
        if y is not None:
            raise FeedError("a generator or dataset has its own targets, so y must be left out.")
        first, stream = peeked(examples.stream(x, class_weight))
        # Keras warns of ``shuffle=True``, its default, for anything but arrays and a ``PyDataset``.
        as_it_comes = {} if isinstance(stream, keras.utils.PyDataset) else {"shuffle": False}
        return {"x": stream, **as_it_comes}, np.shape(next(iter(first[0].values())))[1]

    def _check_compiled(self) -> None:
        if not self.keras_model.compiled:
            raise ValidationError(
                "there is none; call sim.compile(optimizer, loss) first", attr="loss"
            )

    def evaluate(
        self,
        /,
        x: Any = None,
        y: Any = None,
        n_steps: int | None = None,
        stateful: bool = False,
        **arguments: Any,
    ) -> dict[str, float]:
        """Return loss and metrics over examples; spiking neurons spike.

        Args:
            x: As for ``fit``.
            y: As for ``fit``.
            n_steps: As for ``fit``.
            stateful: Whether each minibatch goes on where the one before ended, beginning where the
                simulation is.
            **arguments: As those of ``keras.Model.evaluate``.

        Returns:
            ``"loss"``, and for each probe ``"<probe>_loss"`` and its metrics,
            ``"<probe>_<metric>"``. Of a single probe the metrics are there as Keras names them,
            too: without the probe's name.
        """
        self.simulation.check_open("learn")
        self._check_compiled()
        arguments = drop_without_effect(arguments, self.simulation.batch)
        examples = self.make_examples()
        if is_stream(x):
            x, y = examples.stream(x), None
        else:
            x, y = examples.pair(x, y, n_steps)
            arguments["batch_size"] = (
                self.simulation.batch if stateful else self.predictor.count_at_once(x)
            )
        with self.predictor.going_on(stateful), told_of_data():
            shown = with_verbose(arguments, in_a_file=0)
            measured = self.keras_model.evaluate(x, y, return_dict=True, **shown)
        # Keras drops the name of the output where there is only one.
        (only, *others) = self.keras_model.losses_by_output
        named = {} if others else {f"{only}_{name}": value for name, value in measured.items()}
        return {name: float(value) for name, value in {**measured, **named}.items()}

    def choose_schedule(
        self,
        stateful: bool = False,
        truncation: int | None = None,
        recompute_every: int | None = None,
    ) -> None:
        """Choose how minibatches are trained on from now on; arguments as those of ``fit``."""
        probes = probes_of(self.keras_model.losses_by_output)
        schedule = make_schedule(
            self.plans, self.parameters, probes, stateful, truncation, recompute_every
        )
        self.keras_model.follow(schedule)

    def gradient_report(self, x: Any, y: Any) -> GradientReport:
        """Return the size of each parameter's gradient, and where gradients vanish or are cut.

        Nothing is changed. The gradients are those of ``fit`` for one minibatch, with spikes by
        their surrogate.

        Args:
            x: A minibatch of examples, as for ``fit``; of more, the first are taken.
            y: Their targets.

        Raises:
            ValidationError: The simulator was not compiled, or data do not fit.
        """
        self.simulation.check_open("learn")
        self._check_compiled()
        inputs, targets = self.make_examples().pair(x, y)
        batch = self.simulation.batch
        inputs = {name: array[:batch] for name, array in inputs.items()}
        targets = {name: array[:batch] for name, array in targets.items()}
        self.choose_schedule()
        n_steps = next(iter(inputs.values())).shape[1]
        flow, changed = self._flow(), self._changed()
        obstacles = {
            parameter.name: reason
            for parameter, own_signals in changed.items()
            if (reason := flow.obstacle(own_signals, n_steps))
        }
        return make_gradient_report(self.keras_model, inputs, targets, obstacles)

    def _flow(self) -> Flow:
        """Return the paths of gradients in the present schedule."""
        simulation = self.simulation
        plan = self.keras_model._chosen().forward.forward.plan
        return Flow(plan, simulation.model, simulation.dtype, simulation.runner.names)

    def _changed(self) -> dict[Parameter, Sequence[Signal]]:
        """Return the signals of each parameter that an optimizer may change."""
        return {
            parameter: signals_of(self.simulation.model, parameter)
            for parameter, variable in self.keras_model.variables_by_parameter.items()
            if variable.trainable
        }

    def _check_flow(self, n_steps: int) -> None:
        """Warn of parameters that no gradient reaches."""
        names = list(self.keras_model.losses_by_output)
        check_flow(self._flow(), self._changed(), names, n_steps)
