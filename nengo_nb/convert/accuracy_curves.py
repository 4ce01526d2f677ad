"""Accuracy of spiking networks at every step, with the spikes and synaptic operations they take."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np

from nengo_nb.objects.tensor_node import TensorNode
from nengo_nb.on_demand import tf
from nengo_nb.simulator import Simulator

from .activations import is_spiking
from .conversion import Conversion
from .fan_out import fan_outs
from .tuning import Curve, Setting, Tuning, choose

if TYPE_CHECKING:
    from .converter import Converter

Tensor = Any

Metric = Callable[[np.ndarray, np.ndarray], float]
"""Score of outputs, ``(examples, size)``, by labels; larger is better."""

MINIBATCH = 50


def accuracy(outputs: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of examples whose largest output is that of their label.

    Args:
        outputs: ``(examples, classes)``.
        labels: Numbers of classes, ``(examples,)``, or ones for them, ``(examples, classes)``.
    """
    classes = labels.argmax(axis=-1) if labels.ndim == 2 and labels.shape[1] > 1 else labels
    return float(np.mean(outputs.argmax(axis=-1) == classes.reshape(-1)))


def score_of_model(
    compute: Callable[[list[np.ndarray]], np.ndarray],
    arrays: Sequence[np.ndarray],
    labels: np.ndarray,
    metric: Metric,
) -> float:
    """Return the score of a model on all examples, of which some are computed at a time."""

    def compute_part(begin: int) -> np.ndarray:
        return compute([array[begin : begin + MINIBATCH] for array in arrays])

    parts = [compute_part(begin) for begin in range(0, len(labels), MINIBATCH)]
    return metric(np.concatenate(parts).reshape(len(labels), -1), labels)


def run_grid(
    make: Callable[[Setting], Converter],
    settings: Sequence[Setting],
    feeds: Callable[[Conversion], Mapping[nengo.Node, np.ndarray]],
    labels: np.ndarray,
    n_steps: int,
    metric: Metric,
    model_accuracy: float,
) -> Tuning:
    """Run the network of each setting; arguments as in ``trace_curve``.

    Args:
        make: Returns a new converter of a setting.
        settings: The settings.
        feeds: Returns the examples for each input of a network.
        labels: Labels of the examples.
        n_steps: Number of steps that each is presented for.
        metric: Score of outputs by labels.
        model_accuracy: Score of the model.
    """
    curves = []
    for setting in settings:
        # A network of its own: it gets nodes that count, which the user's is not to have.
        conversion = make(setting).conversion
        curve, dt = trace_curve(conversion, setting, feeds(conversion), labels, n_steps, metric)
        curves.append(curve)
    spiking = (e for e in conversion.net.all_ensembles if is_spiking(e.neuron_type))
    n_neurons = sum(ens.n_neurons for ens in spiking)
    chosen = choose(curves, model_accuracy, n_neurons, dt)
    converter = make(chosen.setting)
    return Tuning(tuple(curves), model_accuracy, n_neurons, dt, chosen, converter, make)


def trace_curve(
    conversion: Conversion,
    setting: Setting,
    feeds: Mapping[nengo.Node, np.ndarray],
    labels: np.ndarray,
    n_steps: int,
    metric: Metric,
) -> tuple[Curve, float]:
    """Run a network on all examples.

    Args:
        conversion: The network of the setting.
        setting: The setting.
        feeds: Examples for each input, ``(examples, 1, size)``.
        labels: Their labels.
        n_steps: Number of steps that each is presented for.
        metric: Score of outputs by labels.

    Returns:
        The curve, and the length of a step in seconds.
    """
    # Around the network and not in it: what is added to a network changes the seeds of the others.
    with nengo.Network(seed=0, add_to_container=False) as outer:
        outer.add(conversion.net)
        counters = _make_counters(conversion.net)
    (output,) = conversion.probes.values()
    n_examples = len(labels)
    size = min(MINIBATCH, n_examples)
    outputs, spikes, operations = [], np.zeros(n_steps), np.zeros(n_steps)
    with Simulator(outer, minibatch_size=size, progress_bar=False, seed=0) as sim:
        for begin in range(0, n_examples, size):
            # Each example at every step; a view, as the examples are many and the steps as well.
            part = {
                node: np.broadcast_to(
                    x[begin : begin + size], (len(x[begin : begin + size]), n_steps, x.shape[2])
                )
                for node, x in feeds.items()
            }
            data = sim.predict(part)
            outputs.append(data[output])
            for counter in counters:
                counts = data[counter.probe][:, :, 0].sum(axis=0) * sim.dt * counter.per_output
                spikes += counts / n_examples
                operations += counter.fan_out * counts / n_examples
        dt = sim.dt
    values = np.concatenate(outputs)
    scores = [metric(values[:, k], labels) for k in range(n_steps)]
    return Curve(setting, np.array(scores), spikes, operations), dt


@dataclass(frozen=True)
class Counter:
    """Sum of the outputs of an ensemble's neurons at each step.

    Args:
        probe: Probe of the sum.
        per_output: Spikes of an output of one, for one second.
        fan_out: Synapses behind each neuron.
    """

    probe: nengo.Probe
    per_output: float
    fan_out: float


def _make_counters(net: nengo.Network) -> list[Counter]:
    """Make a sum of the outputs of all neurons that spike: recording each would fill the memory.

    The objects are added to the network around this call.
    """
    counters = []
    for ens, fan_out in fan_outs(net).items():
        if not is_spiking(ens.neuron_type):
            continue
        total = TensorNode(
            _sum_of_sizes, shape_in=(ens.n_neurons,), shape_out=(1,), pass_time=False
        )
        nengo.Connection(ens.neurons, total, synapse=None)
        # A spike is an output of ``amplitude / dt`` for one step.
        height = float(getattr(ens.neuron_type, "amplitude", 1.0))
        counters.append(Counter(nengo.Probe(total, synapse=None), 1 / height, fan_out))
    return counters


def _sum_of_sizes(outputs: Tensor) -> Tensor:
    """Return the sum of outputs, ``(batch, neurons)``; some neurons have negative spikes, too."""
    return tf.reduce_sum(tf.abs(outputs), axis=-1, keepdims=True)
