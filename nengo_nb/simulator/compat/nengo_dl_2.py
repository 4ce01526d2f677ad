"""Methods of NengoDL 2 for its scripts: ``sim.train``, ``sim.loss`` and ``sim.soft_reset``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import keras
import nengo
import numpy as np
from nengo.exceptions import ValidationError
from nengo.utils.progress import NoProgressBar, ProgressBar

from nengo_nb.objects.obj import mse
from nengo_nb.simulator.progress import resolve
from nengo_nb.simulator.train.learner import Learner
from nengo_nb.simulator.train.losses import as_keras


class NengoDL2(Learner):
    """Mixin of ``Learning`` with the training methods of NengoDL 2."""

    dt: float
    progress_bar: bool | ProgressBar
    compile: Callable[..., None]
    fit: Callable[..., Any]
    predict: Callable[..., dict[nengo.Probe, np.ndarray]]
    reset: Callable[..., None]

    def train(
        self,
        data: Mapping[Any, Any] | int,
        optimizer: Any,
        n_epochs: int = 1,
        objective: Any = None,
        shuffle: bool = True,
        truncation: int | None = None,
        progress_bar: bool | None = None,
        **arguments: Any,
    ) -> Any:
        """Train on examples: ``compile`` and ``fit`` in one call.

        Args:
            data: Arrays for input nodes and targets for probes, ``(examples, n_steps, size)``; or
                just a number of steps, where objectives need no targets.
            optimizer: A Keras optimizer or its name.
            n_epochs: Number of passes over all examples.
            objective: For each probe, or tuple of probes, a function ``f(outputs, targets)`` or
                ``f(outputs)``, whose arguments are lists for a tuple; None where the data are the
                derivative of the objective by the probe's output. By default the mean squared error
                of all probes that have data.
            shuffle: Whether examples are seen in random order.
            truncation: See ``fit``.
            progress_bar: Whether Keras shows progress; by default as the simulator does.
            **arguments: As for ``fit``.

        Returns:
            A Keras ``History``.
        """
        x, y, n_steps = self._split(data, objective)
        functions = self._objectives(objective, y)
        self.compile(optimizer, {key: as_keras(f) for key, f in functions.items()})
        shows = self.progress_bar if progress_bar is None else progress_bar
        silent = isinstance(resolve(shows, self.dt), NoProgressBar)
        shown = {"verbose": 0 if silent else "auto", **arguments}
        return self.fit(
            x, y, n_steps=n_steps, epochs=n_epochs, shuffle=shuffle, truncation=truncation, **shown
        )

    def loss(
        self,
        data: Mapping[Any, Any] | int,
        objective: Any = None,
        combine: Callable[[list[float]], Any] = np.mean,
    ) -> Any:
        """Return the loss over examples; spiking neurons spike, as in ``predict``.

        Args:
            data: As for ``train``.
            objective: As for ``train``.
            combine: Reduces the losses of all minibatches to one value.
        """
        x, y, n_steps = self._split(data, objective)
        functions = self._objectives(objective, y)
        outputs = {self._probe_name(p): a for p, a in self.predict(x, n_steps=n_steps).items()}
        targets = {self._probe_name(p): np.asarray(a) for p, a in y.items()}
        examples, batch = len(next(iter(outputs.values()))), self.minibatch_size or 1
        losses = []
        for begin in range(0, examples, batch):
            total = 0.0
            for key, function in functions.items():
                parts = [
                    self._probe_name(probe) for probe in (key if isinstance(key, tuple) else (key,))
                ]
                predictions = [outputs[part][begin : begin + batch] for part in parts]
                aims = [
                    targets[part][begin : begin + batch].astype(predictions[0].dtype)
                    for part in parts
                ]
                # ``as_keras`` swaps: Keras has targets first, NengoDL's objectives have outputs
                # first.
                pair = (aims, predictions) if isinstance(key, tuple) else (aims[0], predictions[0])
                total += float(np.mean(keras.losses.get(as_keras(function))(*pair)))
            losses.append(total)
        return combine(losses)

    def soft_reset(self, include_trainable: bool = False, include_probes: bool = False) -> None:
        """Reset the states; parameters, recorded data and processes stay as they are.

        Args:
            include_trainable: Whether parameters get their built values back.
            include_probes: Whether recorded data are forgotten.
        """
        self.reset(
            include_trainable=include_trainable,
            include_probes=include_probes,
            include_processes=False,
        )

    def _split(
        self, data: Any, objective: Any
    ) -> tuple[dict[Any, Any], dict[Any, Any], int | None]:
        """Split ``data`` into inputs, targets and, without arrays, the number of steps."""
        if not isinstance(data, Mapping):
            targets = self._without_targets(objective, data)
            return {}, targets, int(data)
        probes = self._probes
        is_target = {key: isinstance(key, nengo.Probe) or key in probes for key in data}
        x = {key: array for key, array in data.items() if not is_target[key]}
        return x, {key: array for key, array in data.items() if is_target[key]}, None

    def _without_targets(self, objective: Any, n_steps: Any) -> dict[Any, Any]:
        """Return zeros as targets, for objectives that take outputs alone."""
        if not isinstance(n_steps, int | np.integer) or not isinstance(objective, Mapping):
            raise ValidationError(
                "data must be a mapping from nodes and probes to arrays, or a number of steps "
                "together with an "
                "objective for each probe",
                attr="data",
            )
        probes = [p for key in objective for p in (key if isinstance(key, tuple) else (key,))]
        batch, trainable = self.minibatch_size or 1, self._trainable
        names = {probe: self._probe_name(probe) for probe in probes}
        return {
            probe: np.zeros(
                (batch, trainable.samples[name].count(int(n_steps)), *trainable.shapes[name])
            )
            for probe, name in names.items()
        }

    def _objectives(self, objective: Any, targets: Mapping[Any, Any]) -> dict[Any, Any]:
        """Return the objective of each probe, or tuple of probes."""
        if isinstance(objective, Mapping):
            return dict(objective)
        return dict.fromkeys(targets, mse if objective is None else objective)
