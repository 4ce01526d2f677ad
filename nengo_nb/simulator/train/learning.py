"""Training with Keras: ``compile``, ``fit``, ``evaluate`` and ``check_gradients``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
from nengo.exceptions import ValidationError

from nengo_nb.errors import FeedError
from nengo_nb.objects.losses import resolve_names
from nengo_nb.objects.operator import uncompiled
from nengo_nb.ops.rules import ExecutionMode
from nengo_nb.plan.program import Plan
from nengo_nb.simulator.compat.nengo_dl_2 import NengoDL2
from nengo_nb.simulator.params.keeping import Keeping
from nengo_nb.simulator.params.parameters import signals_of
from nengo_nb.simulator.progress import with_verbose
from nengo_nb.simulator.run.interrupt import Interruptible, one_sentence
from nengo_nb.simulator.run.locking import in_turn

from .callbacks import StopAtInterrupt, StopWhereLossIsNoNumber
from .class_weights import class_weights
from .datasets import check_weights, is_stream, peeked, told_of_data
from .gradient_check import compare, refuse_differences
from .gradient_flow import Flow, check_flow
from .losses import Loss, losses_of
from .predictor import Prediction
from .python_data import called_with_inputs
from .schedules import Schedule
from .state_transfer import hand_back, states_of
from .training_plans import refuse_old_optimizer


class Learning(Keeping, Prediction, NengoDL2):
    """Mixin of ``Simulator``: training and evaluation with the interface of a Keras model."""

    def compile(
        self,
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
        self._check_open("learn")
        refuse_old_optimizer(optimizer)
        shapes, samples = self._trainable.shapes, self._trainable.samples
        losses = losses_of(loss, shapes, samples, self._probe_name)
        measured = self._per_output(resolve_names(metrics), losses)
        # Outputs with a metric and no loss are computed all the same; their loss function is None.
        for name in set(measured or ()) - set(losses):
            losses[name] = Loss((name,), (shapes[name],), samples[name])
        model = self.keras_model
        model.follow(self._course(self._trainable.forward(self._mode, self._parts(losses))))
        model.losses_by_output = losses
        model.use_xla = jit_compile
        model.compile(
            jit_compile=False,  # NetworkModel decides for each program it makes
            optimizer=optimizer,
            loss={name: loss.keras() for name, loss in losses.items() if loss.function is not None}
            or None,
            metrics=measured,
            loss_weights=self._weights(loss_weights, losses),
            **arguments,
        )

    @one_sentence(
        "training was stopped; what was learned so far is kept, and fit goes on from there."
    )
    @in_turn
    def fit(
        self,
        x: Any = None,
        y: Any = None,
        *,
        n_steps: int | None = None,
        stateful: bool = False,
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
                ``shuffle``, ...

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
        self._check_open("learn")
        if not self.keras_model.trainable_weights:
            raise ValidationError("nothing in this network can be trained", attr="network")
        prepared, steps = self._prepared(x, y, n_steps, arguments)
        validation = arguments.pop("validation_data", None)
        if is_stream(validation):
            arguments["validation_data"] = self._examples().stream(validation)
        elif validation is not None:
            pair = self._examples().pair(validation[0], validation[1], n_steps)
            arguments["validation_data"] = (*pair, *validation[2:])
        self._set_course(stateful, truncation, recompute_every)
        self._check_flow(min(steps, truncation or steps))
        callbacks = arguments.pop("callbacks", None) or ()
        shown = with_verbose(arguments, in_a_file=2)
        try:
            with Interruptible() as interrupt, told_of_data():
                # After those of the user, which see each minibatch before an error ends training.
                own = [StopWhereLossIsNoNumber(), StopAtInterrupt(interrupt)]
                return self.keras_model.fit(**{**prepared, **shown}, callbacks=[*callbacks, *own])
        finally:
            # Also after an error or an interrupt, which keep the weights of the minibatches before.
            self._use_trained()

    def _prepared(
        self, x: Any, y: Any, n_steps: int | None, arguments: dict[str, Any]
    ) -> tuple[dict[str, Any], int]:
        """Return data arguments for Keras, with class weights applied, and the number of steps."""
        class_weight = arguments.pop("class_weight", None)
        self._check_compiled()
        examples = self._examples()
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
            return {"x": inputs, "y": targets, "batch_size": self.minibatch_size or 1}, steps
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

    @in_turn
    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        *,
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
        self._check_open("learn")
        self._check_compiled()
        examples = self._examples()
        if is_stream(x):
            x, y = examples.stream(x), None
        else:
            x, y = examples.pair(x, y, n_steps)
            arguments["batch_size"] = (
                self.minibatch_size or 1 if stateful else self._predicted_at_once(x)
            )
        with self._going_on(stateful), told_of_data():
            shown = with_verbose(arguments, in_a_file=0)
            measured = self.keras_model.evaluate(x, y, return_dict=True, **shown)
        # Keras drops the name of the output where there is only one.
        (only, *others) = self.keras_model.losses_by_output
        named = {} if others else {f"{only}_{name}": value for name, value in measured.items()}
        return {name: float(value) for name, value in {**measured, **named}.items()}

    def check_gradients(
        self,
        inputs: Sequence[Any] | None = None,
        outputs: Sequence[Any] | None = None,
        atol: float = 1e-5,
        rtol: float = 1e-3,
        n_steps: int = 5,
    ) -> dict[str, dict[str, tuple[np.ndarray, np.ndarray]]]:
        """Compare gradients with finite differences, along random directions, at random inputs.

        Spiking neurons are differentiated by their rates. Where there are TensorNodes everything is
        computed in the type of the simulation, whose rounding then asks for larger tolerances;
        otherwise in float64.

        Args:
            inputs: Which input nodes (or names); by default all. Parameters are always compared.
            outputs: Which probes (or names); by default all.
            atol: Absolute tolerance.
            rtol: Relative tolerance.
            n_steps: Number of steps.

        Returns:
            For each probe by name, for each input and parameter by name, the derivatives by
            gradients and by differences.

        Raises:
            SimulationError: They differ, or are no numbers.
        """
        self._check_open("learn")
        probes = (
            [self._probe_name(probe) for probe in outputs]
            if outputs is not None
            else list(self._probes)
        )
        examples = self._examples()
        chosen = (
            list(examples.given(dict.fromkeys(inputs)))
            if inputs is not None
            else list(examples.nodes)
        )
        # TensorNodes compute in the type of the simulation; all else can be checked in float64.
        dtype = (
            self.dtype if self.keras_model.own_variables or uncompiled(self.model) else "float64"
        )
        forward = self._trainable.forward(ExecutionMode.RATES, probes, dtype=dtype)
        # A seed may be any integer; ``RandomState`` takes 32 bits.
        rng = np.random.RandomState(self.seed % 2**32)
        batch = self.minibatch_size or 1
        x = {
            name: rng.uniform(-1, 1, (batch, n_steps, node.size_out))
            for name, node in examples.nodes.items()
        }
        # Without input nodes, an empty input still tells the number of items and steps.
        x = x or {"": np.zeros((batch, n_steps, 0))}
        results = compare(
            forward,
            x,
            self.keras_model.values(),
            self.keras_model.host.signals,
            self._noise(forward)(x, 1),
            chosen,
            self.seed % 2**32,
        )
        refuse_differences(results, atol, rtol)
        return results

    # -- how a minibatch is worked through

    def _set_course(
        self, stateful: bool, truncation: int | None, recompute_every: int | None
    ) -> None:
        model, runner = self.keras_model, self._runner
        for name, value in (("truncation", truncation), ("recompute_every", recompute_every)):
            if value is not None and not (isinstance(value, int | np.integer) and value >= 1):
                raise ValidationError(
                    f"must be a positive number of steps (got {value!r})", attr=name
                )
        parts = self._parts(model.losses_by_output)
        some = [name for name in parts if not self._trainable.samples[name].are_all]
        if truncation is not None and some:
            raise ValidationError(
                f"{some[0]} does not record every step, so that windows of time have no targets "
                "of their own; leave "
                "truncation out, or let the probe record all (keep_history=True, no sample_every)",
                attr="truncation",
            )
        forward = self._trainable.forward(self._mode, parts, recompute_every)
        plan = forward.forward.plan
        if not stateful:
            model.follow(self._course(forward, truncation))
            return
        self._refuse_data(plan)
        model.follow(
            Schedule(
                forward,
                truncation,
                self._noise(forward),
                # For each minibatch anew, as ``end`` moves the simulation on after each.
                begin=lambda batch: (states_of(runner, plan, batch), runner.state.n_steps + 1),
                end=lambda states, n_steps: hand_back(runner, plan, states, n_steps),
            )
        )

    def _refuse_data(self, plan: Plan) -> None:
        """Refuse ``stateful=True`` where functions in Python have inputs.

        Raises:
            ValidationError: Python stands between the inputs and the probes.
        """
        # ``PythonData`` starts functions anew for each minibatch: their memory cannot be carried
        # on.
        operations = [o for stage in plan.stages for o in called_with_inputs(stage)]
        if operations:
            names = ", ".join(
                dict.fromkeys(self._runner.names[o.op] for o in operations if o.op is not None)
            )
            raise ValidationError(
                f"{names} runs in Python, so each minibatch begins at the initial state; leave "
                "stateful out, or replace it by a nengo_nb.TensorNode",
                attr="stateful",
            )

    def _check_flow(self, n_steps: int) -> None:
        """Warn of parameters that no gradient reaches."""
        model = self.keras_model
        forward = model._chosen().forward.forward
        check_flow(
            Flow(forward.plan, self.model, self.dtype, self._runner.names),
            {
                p: signals_of(self.model, p)
                for p, v in model.variables_by_parameter.items()
                if v.trainable
            },
            list(model.losses_by_output),
            n_steps,
        )

    @staticmethod
    def _parts(losses: Mapping[str, Loss]) -> list[str]:
        """Return the names of the probes that losses need."""
        return list(dict.fromkeys(part for loss in losses.values() for part in loss.parts))

    # -- what users write

    def _weights(self, given: Any, losses: Mapping[str, Loss]) -> Any:
        """Return a weight for each loss; those that are not given are one."""
        weights = self._per_output(given, losses)
        return weights and {
            name: weights.get(name, 1.0)
            for name, loss in losses.items()
            if loss.function is not None
        }

    def _per_output(self, given: Any, losses: Mapping[str, Loss]) -> Any:
        """Spread one value, a list or a mapping over the outputs, by name."""
        if isinstance(given, Mapping):
            return {
                "+".join(
                    self._probe_name(p) for p in (key if isinstance(key, tuple) else (key,))
                ): value
                for key, value in given.items()
            }
        if (
            isinstance(given, Sequence)
            and not isinstance(given, str)
            and len(given) == len(losses) > 1
        ):
            return dict(zip(losses, given, strict=True))
        return None if given is None else dict.fromkeys(losses, given)
