"""Methods and attributes of NengoDL for its scripts, such as ``sim.train`` and ``sim.soft_reset``.

They are made of other public methods of a simulator, which is their first argument.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
from nengo.exceptions import NengoWarning, ValidationError
from nengo.utils.progress import NoProgressBar

from nengo_nb.on_demand import keras
from nengo_nb.replacements import SIMULATOR_ATTRIBUTES
from nengo_nb.simulator.progress import resolve
from nengo_nb.simulator.train.losses import as_keras

if TYPE_CHECKING:
    from nengo_nb.simulator.simulator import Simulator

TRAIN_WITHOUT_EFFECT = {
    "summaries": "pass callbacks=[nengo_nb.callbacks.NengoSummaries(...)].",
    "profile": "pass callbacks=[nengo_nb.callbacks.TensorBoard(log_dir, profile_batch=...)].",
    "extra_feeds": "TensorFlow has no sessions any more that could be fed.",
}
"""Arguments of NengoDL 2's ``sim.train`` that have no effect, and what to do instead."""


def find_attribute(sim: Simulator, name: str) -> Any:
    """Return ``sim.unroll`` or ``sim.stateful``; say what has the place of other old attributes.

    Raises:
        AttributeError: There is no such attribute.
    """
    if name == "unroll":
        return 1
    if name == "stateful":
        return sim._parts.simulation.keeps_state
    if name in SIMULATOR_ATTRIBUTES:
        raise AttributeError(
            f"Simulator.{name} is NengoDL's and not here: {SIMULATOR_ATTRIBUTES[name]}"
        )
    # Raises again what led here: a property that fails with this error, or Python's sentence.
    return object.__getattribute__(sim, name)


def train(
    sim: Simulator,
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
        sim: The simulator.
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

    Warns:
        NengoWarning: ``summaries``, ``profile`` or ``extra_feeds`` were given; they have no effect.
    """
    for name in TRAIN_WITHOUT_EFFECT.keys() & arguments.keys():
        if arguments.pop(name):
            warnings.warn(
                f"{name} has no effect: {TRAIN_WITHOUT_EFFECT[name]}", NengoWarning, stacklevel=2
            )
    x, y, n_steps = _split(sim, data, objective)
    functions = _objectives(objective, y)
    sim.compile(optimizer, {key: as_keras(f) for key, f in functions.items()})
    shows = sim.progress_bar if progress_bar is None else progress_bar
    silent = isinstance(resolve(shows, sim.dt), NoProgressBar)
    shown = {"verbose": 0 if silent else "auto", **arguments}
    return sim.fit(
        x, y, n_steps=n_steps, epochs=n_epochs, shuffle=shuffle, truncation=truncation, **shown
    )


def loss(
    sim: Simulator,
    data: Mapping[Any, Any] | int,
    objective: Any = None,
    combine: Callable[[list[float]], Any] = np.mean,
    extra_feeds: Any = None,
    progress_bar: bool | None = None,  # noqa: ARG001 - nothing is shown
    training: bool = False,
) -> Any:
    """Return the loss over examples.

    Args:
        sim: The simulator.
        data: As for ``train``.
        objective: As for ``train``.
        combine: Reduces the losses of all minibatches to one value.
        extra_feeds: Accepted for NengoDL's sake, without effect.
        progress_bar: The same; nothing is shown.
        training: Whether the network is as it is in a training step: by rates where its neurons
            spike, and with Keras layers that are told so. By default neurons spike, as in
            ``predict``.

    Warns:
        NengoWarning: ``extra_feeds`` were given.
    """
    if extra_feeds:
        reason = TRAIN_WITHOUT_EFFECT["extra_feeds"]
        warnings.warn(f"extra_feeds has no effect: {reason}", NengoWarning, stacklevel=2)
    x, y, n_steps = _split(sim, data, objective)
    functions = _objectives(objective, y)
    find_probe = sim._parts.names.find_probe
    if training:
        sim._parts.simulation.check_open("learn")
        inputs = sim._parts.plans.make_examples({}).inputs(x, n_steps)
        outputs = sim._parts.trainer.training_outputs(inputs, sim.minibatch_size or 1)
    else:
        outputs = {find_probe(p): array for p, array in sim.predict(x, n_steps=n_steps).items()}
    targets = {find_probe(p): np.asarray(array) for p, array in y.items()}
    examples, batch = len(next(iter(outputs.values()))), sim.minibatch_size or 1
    losses = []
    for begin in range(0, examples, batch):
        total = 0.0
        for key, function in functions.items():
            parts = [find_probe(probe) for probe in _probes_of(key)]
            predictions = [outputs[part][begin : begin + batch] for part in parts]
            aims = [
                targets[part][begin : begin + batch].astype(predictions[0].dtype) for part in parts
            ]
            # ``as_keras`` swaps: Keras has targets first, NengoDL's objectives have outputs first.
            pair = (aims, predictions) if isinstance(key, tuple) else (aims[0], predictions[0])
            total += float(np.mean(keras.losses.get(as_keras(function))(*pair)))
        losses.append(total)
    return combine(losses)


def soft_reset(
    sim: Simulator, include_trainable: bool = False, include_probes: bool = False
) -> None:
    """Reset the states; parameters, recorded data and processes stay as they are. Deprecated.

    Args:
        sim: The simulator.
        include_trainable: Whether parameters get their built values back.
        include_probes: Whether recorded data are forgotten.
    """
    warnings.warn(
        "soft_reset is deprecated: use reset, with include_trainable=False, include_probes=False "
        "and include_processes=False for what stays.",
        DeprecationWarning,
        stacklevel=2,
    )
    sim.reset(
        include_trainable=include_trainable,
        include_probes=include_probes,
        include_processes=False,
    )


def _split(
    sim: Simulator, data: Any, objective: Any
) -> tuple[dict[Any, Any], dict[Any, Any], int | None]:
    """Split ``data`` into inputs, targets and, without arrays, the number of steps."""
    if not isinstance(data, Mapping):
        targets = _without_targets(sim, objective, data)
        return {}, targets, int(data)
    probes = sim._parts.names.probes
    is_target = {key: isinstance(key, nengo.Probe) or key in probes for key in data}
    x = {key: array for key, array in data.items() if not is_target[key]}
    return x, {key: array for key, array in data.items() if is_target[key]}, None


def _without_targets(sim: Simulator, objective: Any, n_steps: Any) -> dict[Any, Any]:
    """Return zeros as targets, for objectives that take outputs alone."""
    if not isinstance(n_steps, int | np.integer) or not isinstance(objective, Mapping):
        raise ValidationError(
            "data must be a mapping from nodes and probes to arrays, or a number of steps "
            "together with an "
            "objective for each probe",
            attr="data",
        )
    probes: list[Any] = []
    for key in objective:
        probes += _probes_of(key)
    batch, plans = sim.minibatch_size or 1, sim._parts.plans
    names = {probe: sim._parts.names.find_probe(probe) for probe in probes}
    return {
        probe: np.zeros((batch, plans.samples[name].count(int(n_steps)), *plans.shapes[name]))
        for probe, name in names.items()
    }


def _objectives(objective: Any, targets: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return the objective of each probe, or tuple of probes."""
    if isinstance(objective, Mapping):
        return dict(objective)
    # Where it is needed, as it brings Keras.
    from nengo_nb.objects.obj import mse

    return dict.fromkeys(targets, mse if objective is None else objective)


def _probes_of(key: Any) -> tuple[Any, ...]:
    """Return the probes of an objective: one, or those of a tuple."""
    return key if isinstance(key, tuple) else (key,)
