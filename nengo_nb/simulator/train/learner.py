"""Base class of the training mixins: object names, the Keras model and the training plans."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

import nengo
import numpy as np
import tensorflow as tf
from nengo.builder import Model, Signal
from nengo.exceptions import ValidationError

from nengo_nb.engine.forward import parameter_signals
from nengo_nb.objects.operator import node_weights, uncompiled
from nengo_nb.ops.rules import ExecutionMode
from nengo_nb.settings import NetworkSettings, get_setting
from nengo_nb.simulator.params.parameters import (
    LEAST_TAU,
    Parameter,
    find_parameters,
    object_names,
    signal_values,
)
from nengo_nb.simulator.run.runner import Runner
from nengo_nb.simulator.run.signals import SignalValues

from .datasets import Arrays, Examples
from .keras_model import Host, NetworkModel
from .losses import Loss
from .schedules import NamedForward, Schedule
from .training_plans import Trainable


class Learner:
    """Names, Keras model and training plans of a simulator."""

    model: Model
    dtype: str
    seed: int
    minibatch_size: int | None
    signals: SignalValues
    _runner: Runner
    _check_open: Callable[[str], None]

    @cached_property
    def _names(self) -> dict[Any, str]:
        """Names of all objects of the network."""
        return {} if self.model.toplevel is None else object_names(self.model.toplevel)

    def get_name(self, obj: nengo.Node | nengo.Probe) -> str:
        """Return the name of an input node or probe in ``keras_model`` and datasets.

        Raises:
            ValidationError: It is not in the network.
        """
        if obj not in self._names:
            raise ValidationError(f"{obj} is not in this network", attr="obj")
        return self._names[obj]

    @cached_property
    def _probes(self) -> dict[str, nengo.Probe]:
        """Probes of the network by name, without those that are only watched."""
        return {self._names[probe]: probe for probe in self.model.probes if probe in self._names}

    @cached_property
    def _trainable(self) -> Trainable:
        """Training plans of the network, made on demand."""
        names = self._names
        nodes = {names[node]: node for node in self._runner.plan.graph.feedable}
        return Trainable(self.model, nodes, self._probes, self.dtype, self._runner.names)

    @cached_property
    def keras_model(self) -> NetworkModel:
        """The network as a ``keras.Model``."""
        model = NetworkModel(
            find_parameters(self.model, parameter_signals(self._runner.plan)),
            trainable=partial(_is_trainable, NetworkSettings(self.model.toplevel)),
            host=Host(
                signals=partial(signal_values, self.model),
                run=self._predict_many,
                refresh=self._expect_changes,
                use=self._use_trained,
                start=lambda: self._course(self._trainable.forward(self._mode, list(self._probes))),
                pair=lambda x, y: self._examples().pair(x, y),
            ),
            dtype=self.dtype,
            least_tau=LEAST_TAU * self.model.dt,
            own=[
                variable
                for variables in node_weights(self.model).values()
                for variable in variables
            ],
            compiles=not uncompiled(self.model),
        )
        samples = self._trainable.samples
        model.losses_by_output = {
            name: Loss((name,), (s,), samples[name]) for name, s in self._trainable.shapes.items()
        }
        return model

    @property
    def _mode(self) -> ExecutionMode:
        """Mode of spiking neurons in training: rates, or spikes with a surrogate gradient."""
        surrogate = get_setting(self.model.toplevel, "surrogate")
        return ExecutionMode.RATES if surrogate is None else ExecutionMode.SPIKES

    def _use_trained(self) -> None:
        """Hand the trained parameters to the simulation, if there are any."""
        # ``cached_property`` keeps it there once it is made; asking for the attribute would make
        # it.
        if "keras_model" in self.__dict__:
            self._runner.set_parameters(self._trained_signals())

    def _trained_signals(self) -> dict[Signal, np.ndarray]:
        """Return the values of signals that depend on trained parameters."""
        values = {p: tf.constant(array) for p, array in self.keras_model.values().items()}
        return {
            signal: tensor.numpy() for signal, tensor in signal_values(self.model, values).items()
        }

    def _course(self, forward: NamedForward, truncation: int | None = None) -> Schedule:
        """Train each minibatch from the initial state, perhaps in windows of time."""
        return Schedule(forward, truncation, self._noise(forward))

    def _noise(self, forward: NamedForward) -> Callable[[Mapping[str, Any], int], dict[int, Any]]:
        """Return a function for the outputs of Python during training; see ``Trainable.noise``."""
        return self._trainable.noise(forward, self._runner, self.seed, self._trained_signals)

    def _trained_arrays(self) -> dict[tuple[Any, str], np.ndarray]:
        """Return the arrays of parameters, by object and attribute; empty before training."""
        if "keras_model" not in self.__dict__:
            return {}
        return {(p.obj, p.attribute): array for p, array in self.keras_model.values().items()}

    def _examples(self) -> Examples:
        model = self.keras_model
        return Examples(
            self._trainable.nodes,
            self._sources,
            model.losses_by_output,
            self._probe_name,
            self.minibatch_size or 1,
            self.dtype,
        )

    def _sources(self, nodes: Sequence[nengo.Node], n_steps: int) -> dict[nengo.Node, np.ndarray]:
        """Return the outputs of unfed nodes from the start of a run, ``(n_steps, size)``."""
        values = {self._runner.plan.graph.feedable[node]: node for node in nodes}
        return {values[v]: array for v, array in self._runner.sources(values, n_steps).items()}

    def _probe_name(self, probe: Any) -> str:
        names = self._probes
        for name, candidate in names.items():
            if probe is candidate or probe == name:
                return name
        raise ValidationError(
            f"there is no probe {probe!r}; there are {', '.join(names) or 'none'}", attr="probe"
        )

    @abstractmethod
    def _expect_changes(self) -> None:
        """Take note that parameters may have changed since the last prediction."""

    @abstractmethod
    def _predict_many(self, inputs: Arrays) -> Arrays:
        """Run any number of examples."""


def _is_trainable(settings: NetworkSettings, parameter: Parameter) -> bool:
    """Whether ``configure_settings`` lets training change a parameter."""
    # Biases are configured on ``ens.neurons``, encoders and gains on the ensemble.
    obj = parameter.obj.neurons if parameter.attribute == "bias" else parameter.obj
    return bool(settings.get("trainable", obj))
