"""The simulator learns: ``compile``, ``fit``, ``evaluate`` and ``predict``, as a Keras model has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import nengo
import numpy as np
from nengo.builder import Model
from nengo.exceptions import SimulationError, ValidationError

from nengo_nb.engine.forward import Forward, parameter_signals
from nengo_nb.errors import FeedError
from nengo_nb.objects.operator import node_weights, uncompiled
from nengo_nb.plan.program import Plan, PythonPart
from nengo_nb.plan.stages import Sort
from nengo_nb.settings import get_setting

from . import saving
from .build import plan_for_training
from .feeds import find_node
from .machine import Machine
from .network_model import Arrays, NetworkModel, StopWhereLossIsNoNumber
from .parameters import Parameter, as_built, find_parameters, object_names


class Learning:
    """What a simulator needs for learning; ``Simulator`` is one."""

    model: Model
    dtype: str
    minibatch_size: int | None
    _machine: Machine
    _check_open: Callable[[str], None]

    @cached_property
    def _names(self) -> dict[Any, str]:
        """A name for every object of the network."""
        return {} if self.model.toplevel is None else object_names(self.model.toplevel)

    @cached_property
    def _probes(self) -> dict[str, nengo.Probe]:
        """The network's probes by name; those that only this simulator watches take no part in learning."""
        return {self._names[probe]: probe for probe in self.model.probes if probe in self._names}

    @cached_property
    def keras_model(self) -> NetworkModel:
        """The network as a ``keras.Model``.

        Raises:
            SimulationError: Python stands between inputs and probes, so that there are no gradients.
        """
        plan = plan_for_training(self.model)
        self._refuse_python(plan)
        names = self._names
        read = parameter_signals(plan)
        return NetworkModel(
            Forward(plan, self.dtype, get_setting(self.model.toplevel, "lif_smoothing")),
            find_parameters(self.model, read),
            trainable=self._is_trainable,
            inputs={names[node]: value for node, value in plan.graph.feedable.items()},
            probes=self._probes,
            predict=self._predict_batch,
            refresh=self._use_trained,
            own=[variable for variables in node_weights(self.model).values() for variable in variables],
            compiles=not uncompiled(self.model),
        )

    def _is_trainable(self, parameter: Parameter) -> bool:
        """Whether ``configure_settings`` lets training change a parameter."""
        obj = parameter.obj.neurons if parameter.attribute == "bias" else parameter.obj
        return bool(get_setting(self.model.toplevel, "trainable", obj))

    def _refuse_python(self, plan: Plan) -> None:
        """Gradients do not pass through Python."""
        for stage in plan.stages:
            parts = [part for part in stage.parts if isinstance(part, PythonPart)]
            operations = [o for part in parts for o in part.operations if o.inputs and o.outputs]
            if operations or stage.sort is Sort.MIXED:
                names = ", ".join(self._machine.names[o.op] for o in operations)
                raise SimulationError(
                    f"This network cannot be trained: {names} runs in Python between the inputs and the probes, and "
                    "gradients do not pass through Python. Replace it by a nengo_nb.TensorNode, or probe before it."
                )

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        metrics: Any = None,
        loss_weights: Any = None,
        jit_compile: bool | None = None,
        **arguments: Any,
    ) -> None:
        """Choose how to learn; arguments as those of ``keras.Model.compile``.

        Args:
            optimizer: A Keras optimizer or its name.
            loss: One loss for all probes, a list, or a mapping from probes (or their names) to losses.
            metrics: The same for metrics.
            loss_weights: The same for the weights of losses.
            jit_compile: Whether XLA compiles training; by default where it gains something.
            **arguments: Passed on to Keras.
        """
        self._check_open("learn")
        _refuse_old_optimizer(optimizer)
        model = self.keras_model
        wanted = list(loss) if isinstance(loss, Mapping) else list(self._probes.values())
        model.wanted = tuple(self._probe_name(probe) for probe in wanted)
        model.use_xla = jit_compile
        model.compile(
            jit_compile=False,  # NetworkModel decides for each program it makes
            optimizer=optimizer,
            loss=self._per_probe(loss),
            metrics=self._per_probe(metrics),
            loss_weights=self._per_probe(loss_weights),
            **arguments,
        )

    def fit(self, x: Any = None, y: Any = None, *, n_steps: int | None = None, **arguments: Any) -> Any:
        """Learn from examples; further arguments as those of ``keras.Model.fit``.

        Args:
            x: For each fed node (or its name), an array ``(examples, n_steps, size)``; an array alone is for the
                first input node.
            y: For each probe (or its name), the target; an array alone is for the first probe.
            n_steps: Number of steps, where no node is fed.
            **arguments: ``epochs``, ``callbacks``, ``validation_data``, ``validation_split``, ``shuffle``, ...

        Returns:
            A Keras ``History``.
        """
        self._check_open("learn")
        if not self.keras_model.trainable_weights:
            raise ValidationError("nothing in this network can be trained", attr="network")
        inputs = self._inputs(x, n_steps)
        validation = arguments.pop("validation_data", None)
        if validation is not None:
            arguments["validation_data"] = (
                self._inputs(validation[0], n_steps),
                self._targets(validation[1]),
            )
        batch = self.minibatch_size or 1
        targets = self._targets(y)
        steps = next(iter(inputs.values())).shape[1]
        self.keras_model.check_gradients_flow(batch, steps, {k: a.shape[2] for k, a in inputs.items()})
        arguments["callbacks"] = [*(arguments.get("callbacks") or ()), StopWhereLossIsNoNumber()]
        try:
            return self.keras_model.fit(inputs, targets, batch_size=batch, **arguments)
        finally:
            self._use_trained()

    def evaluate(
        self, x: Any = None, y: Any = None, *, n_steps: int | None = None, **arguments: Any
    ) -> dict[str, float]:
        """Loss and metrics over examples, the network running as it is, with spikes; arguments as for ``fit``."""
        self._check_open("learn")
        batch = self.minibatch_size or 1
        found = self.keras_model.evaluate(
            self._inputs(x, n_steps), self._targets(y), batch_size=batch, return_dict=True, **arguments
        )
        return {name: float(value) for name, value in found.items()}

    def predict(self, x: Any = None, *, n_steps: int | None = None) -> dict[nengo.Probe, np.ndarray]:
        """What probes record for many examples, each from the initial state; the simulation stays where it is.

        Args:
            x: As for ``fit``.
            n_steps: Number of steps, where no node is fed.

        Returns:
            For each probe, ``(examples, n_steps, size)``.
        """
        self._check_open("run")
        inputs = self._inputs(x, n_steps)
        examples = len(next(iter(inputs.values())))
        batch = self.minibatch_size or 1
        self._use_trained()
        parts = [
            self._predict_batch({k: a[i : i + batch] for k, a in inputs.items()})
            for i in range(0, examples, batch)
        ]
        return {probe: np.concatenate([part[name] for part in parts]) for name, probe in self._probes.items()}

    def _predict_batch(self, inputs: Arrays) -> Arrays:
        """Run one minibatch from the initial state; a smaller one is filled up, and what was filled in left out."""
        size = len(next(iter(inputs.values())))
        batch = self.minibatch_size or 1
        filled = {k: np.resize(a, (batch, *a.shape[1:])) if size < batch else a for k, a in inputs.items()}
        values = {self._names[node]: value for node, value in self._machine.plan.graph.feedable.items()}
        feeds = {values[k]: a.transpose(1, 0, 2).astype(self.dtype) for k, a in filled.items()}
        n_steps = len(next(iter(feeds.values())))
        records = self._machine.run_aside(n_steps, feeds)
        shapes = {p: self.model.sig[p]["in"].shape for p in records}
        return {
            name: np.moveaxis(records[probe], 1, 0)[:size].reshape(size, n_steps, *shapes[probe])
            for name, probe in self._probes.items()
        }

    def _use_trained(self) -> None:
        """Let the simulation run with what was learned, if anything was."""
        if "keras_model" not in self.__dict__:
            return
        values = self.keras_model.values()
        self._machine.set_parameters({parameter.signal: array for parameter, array in values.items()})

    # -- the words of NengoDL 2

    def train(
        self,
        data: Mapping[Any, Any],
        optimizer: Any,
        n_epochs: int = 1,
        objective: Any = None,
        **arguments: Any,
    ) -> Any:
        """Learn from examples; ``compile`` and ``fit`` in one call.

        Args:
            data: Arrays for input nodes and targets for probes, ``(examples, n_steps, size)``.
            optimizer: A Keras optimizer or its name.
            n_epochs: How often all examples are seen.
            objective: For each probe a function ``f(outputs, targets)``; by default the mean squared error.
            **arguments: As for ``fit``.

        Returns:
            A Keras ``History``.
        """
        x, y = self._split(data)
        self.compile(optimizer, self._losses(objective, y))
        return self.fit(x, y, epochs=n_epochs, **{"verbose": 0, **arguments})

    def loss(self, data: Mapping[Any, Any], objective: Any = None) -> float:
        """The loss over examples, the network running as it is; arguments as for ``train``."""
        x, y = self._split(data)
        self.compile(loss=self._losses(objective, y))
        return self.evaluate(x, y, verbose=0)["loss"]

    def _split(self, data: Mapping[Any, Any]) -> tuple[dict[Any, Any], dict[Any, Any]]:
        """Inputs and targets."""
        probes = self._probes
        is_target = {key: isinstance(key, nengo.Probe) or key in probes for key in data}
        return (
            {key: array for key, array in data.items() if not is_target[key]},
            {key: array for key, array in data.items() if is_target[key]},
        )

    def _losses(self, objective: Any, targets: Mapping[Any, Any]) -> dict[Any, Any]:
        """A Keras loss for each probe that has a target."""
        if isinstance(objective, Mapping):
            given = dict(objective)
        else:
            given = dict.fromkeys(targets, "mse" if objective is None else objective)
        return {probe: f if isinstance(f, str) else _targets_first(f) for probe, f in given.items()}

    # -- keeping what was learned

    def save_params(self, path: str | Path) -> Path:
        """Write all parameters to one ``.npz`` file, by name; returns the file."""
        return saving.save(path, self.keras_model.values())

    def load_params(self, path: str | Path) -> None:
        """Read parameters from a file of ``save_params``.

        Raises:
            SimulationError: The file is damaged or of another network; then nothing was loaded.
        """
        self.keras_model.assign(saving.load(path, self.keras_model.values()))
        self._use_trained()

    def get_nengo_params(self, nengo_objs: Any, as_dict: bool = False) -> Any:
        """The arguments that build ensembles and connections with the parameters they have now.

        Args:
            nengo_objs: An ensemble or connection, or several.
            as_dict: Whether several come as a mapping from labels, which must differ.
        """
        values = self.keras_model.values()
        if not isinstance(nengo_objs, list | tuple):
            return saving.nengo_parameters(nengo_objs, self.model, values)
        found = [saving.nengo_parameters(obj, self.model, values) for obj in nengo_objs]
        if not as_dict:
            return found
        labels = [obj.label for obj in nengo_objs]
        if None in labels or len(set(labels)) < len(labels):
            raise ValidationError(f"as_dict needs labels that differ (got {labels})", attr="nengo_objs")
        return dict(zip(labels, found, strict=True))

    def freeze_params(self, nengo_objs: Any) -> None:
        """Write the parameters back into networks, ensembles and connections, for any simulator to build."""
        objs = nengo_objs if isinstance(nengo_objs, list | tuple) else [nengo_objs]
        saving.freeze(objs, self.model, self.keras_model.values())

    def _forget_training(self) -> None:
        """Let all parameters be what they were built with."""
        if "keras_model" in self.__dict__:
            self.keras_model.assign(
                {parameter: as_built(parameter) for parameter in self.keras_model.values()}
            )
            self._use_trained()

    # -- what users write

    def _probe_name(self, probe: Any) -> str:
        names = self._probes
        for name, known in names.items():
            if probe is known or probe == name:
                return name
        raise ValidationError(
            f"there is no probe {probe!r}; there are {', '.join(names) or 'none'}", attr="probe"
        )

    def _per_probe(self, given: Any) -> Any:
        """Something for each probe, by name."""
        if isinstance(given, Mapping):
            return {self._probe_name(probe): value for probe, value in given.items()}
        if isinstance(given, Sequence) and not isinstance(given, str):
            return dict(zip(self.keras_model.wanted, given, strict=True))
        return None if given is None else dict.fromkeys(self.keras_model.wanted, given)

    def _inputs(self, x: Any, n_steps: int | None) -> Arrays:
        """Inputs by name. Nodes with a function or process that are not fed output what they output by themselves."""
        feedable = self._machine.plan.graph.feedable
        names = self._names
        named = {names[node]: node for node in feedable}
        given = {} if x is None else x if isinstance(x, Mapping) else {next(iter(feedable), None): x}
        found: Arrays = {}
        for key, array in given.items():
            node = named[key] if key in named else find_node(feedable, key)
            found[names[node]] = self._checked(array, node)
        if len({a.shape[:2] for a in found.values()}) > 1:
            shapes = ", ".join(f"{name}: {a.shape}" for name, a in found.items())
            raise FeedError(f"inputs differ in their number of examples or steps: {shapes}.")
        if not found and not n_steps:
            raise FeedError("n_steps is needed where no node is fed.")
        examples, steps = (
            next(iter(found.values())).shape[:2] if found else (self.minibatch_size or 1, n_steps)
        )
        left = {feedable[node]: name for name, node in named.items() if name not in found}
        for value, array in self._machine.sources(left, steps).items():
            found[left[value]] = np.broadcast_to(array.astype(self.dtype), (examples, *array.shape))
        return found

    def _targets(self, y: Any) -> Arrays:
        if y is None:
            raise FeedError("y is needed: a target for each probe that has a loss.")
        given = y if isinstance(y, Mapping) else {self.keras_model.wanted[0]: y}
        found = {self._probe_name(probe): np.asarray(array) for probe, array in given.items()}
        missing = set(self.keras_model.wanted) - set(found)
        if missing:
            raise FeedError(f"targets are missing for {', '.join(sorted(missing))}.")
        return {name: found[name] for name in self.keras_model.wanted}

    def _checked(self, array: Any, node: nengo.Node) -> np.ndarray:
        found = np.asarray(array, self.dtype)
        if found.ndim != 3 or found.shape[2] != node.size_out:
            raise FeedError(
                f"the array for {node} has shape {found.shape}, but (examples, n_steps, {node.size_out}) is needed."
            )
        return found


def _targets_first(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A function of outputs and targets as Keras calls it."""

    def loss(y_true: Any, y_pred: Any) -> Any:
        return function(y_pred, y_true)

    return loss


def _refuse_old_optimizer(optimizer: Any) -> None:
    """Optimizers of TensorFlow 1 know nothing of Keras."""
    kind = type(optimizer)
    if kind.__module__.startswith("tensorflow.python.training"):
        twin = (
            kind.__name__.removesuffix("Optimizer")
            .replace("GradientDescent", "SGD")
            .replace("RMSProp", "RMSprop")
        )
        raise ValidationError(
            f"{kind.__name__} belongs to TensorFlow 1; use keras.optimizers.{twin}", attr="optimizer"
        )
