"""Calibration: factors on firing rates from the activities that data cause.

A layer's factor brings a percentile of its activities to a firing rate that is asked for. That is
the normalization of weights by activities, with gains and amplitudes in place of weights.

References:
    Diehl et al. (2015), Fast-classifying, high-accuracy spiking deep networks through weight and
    threshold balancing. IJCNN.
    Rueckauer, Lungu, Hu, Pfeiffer & Liu (2017), Conversion of continuous-valued deep networks to
    efficient event-driven networks for image classification. Frontiers in Neuroscience 11.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import nengo
import numpy as np
from nengo.exceptions import ValidationError

from nengo_nb.simulator import Simulator

from .activations import is_scalable, is_scalable_by_channel
from .conversion import Conversion
from .graph import Call

MINIBATCH = 16
MOST_VALUES = 2**22
"""Number of activities of a layer that a percentile is taken of; of more, equally many of each
example.
"""


def check_calibration(target: float, percentile: float) -> None:
    """Check a firing rate and a percentile.

    Raises:
        ValidationError: They are not positive, or the latter is above 100.
    """
    if not 0 < target < np.inf:
        raise ValidationError(f"must be a positive rate in Hz, not {target!r}", attr="target")
    if not 0 < percentile <= 100:
        raise ValidationError(f"must be above 0, up to 100, not {percentile!r}", attr="percentile")


def activities_at(
    conversion: Conversion, feeds: Mapping[nengo.Node, np.ndarray], percentile: float
) -> dict[Call, np.ndarray]:
    """Return a percentile of the activities of each channel of each layer with neurons.

    Args:
        conversion: A network of rate neurons, without synapses; it gets probes.
        feeds: Examples for each input, ``(examples, steps, size)``.
        percentile: From 0 to 100; over examples, steps and positions.

    Returns:
        For each call with neurons one number for the whole layer, and one for each channel behind
        it.
    """
    n_examples = len(next(iter(feeds.values())))
    calls = {call.name: call for call in conversion.graph.calls}
    with conversion.net:
        probes = {calls[n]: nengo.Probe(e.neurons) for n, e in conversion.neurons.items()}
    kept: dict[Call, list[np.ndarray]] = {call: [] for call in probes}
    size = min(MINIBATCH, n_examples)
    with Simulator(conversion.net, minibatch_size=size, progress_bar=False) as sim:
        # In parts: the activities of all layers for all examples may not fit into memory.
        for begin in range(0, n_examples, size):
            data = sim.predict({node: x[begin : begin + size] for node, x in feeds.items()})
            for call, probe in probes.items():
                kept[call].append(_thinned(data[probe], call, n_examples))
    return {call: _percentiles(parts, percentile) for call, parts in kept.items()}


def _thinned(values: np.ndarray, call: Call, n_examples: int) -> np.ndarray:
    """Return activities as ``(examples and steps, positions, channels)``, of some positions if
    there are too many.
    """
    n_channels = call.output_shapes[0][channel_axis(call.layer)]
    by_channel = values.reshape(-1, *call.output_shapes[0])
    moved = np.moveaxis(by_channel, channel_axis(call.layer), -1) if n_channels else by_channel
    flat = moved.reshape(len(by_channel), -1, n_channels)
    wanted = n_examples * values.shape[1] * call.size
    return flat[:, :: -(-wanted // MOST_VALUES)]


def _percentiles(parts: Sequence[np.ndarray], percentile: float) -> np.ndarray:
    values = np.concatenate(parts).reshape(-1, parts[0].shape[-1])
    return np.append(
        np.percentile(values, percentile), np.percentile(values, percentile, axis=0)
    ).astype(float)


def channel_axis(layer: Any) -> int:
    """Return the axis of channels of an output, counted from its front or end."""
    first = getattr(layer, "data_format", None) == "channels_first"
    return 0 if first else -1


def scales_of(
    activities: Mapping[Call, np.ndarray],
    neurons: Mapping[str, nengo.Ensemble],
    target: float,
    per_channel: bool,
) -> tuple[dict[Any, float | np.ndarray], list[str]]:
    """Return the factor of each layer, or of each of its channels, and the names of silent layers.

    Args:
        activities: As ``activities_at`` returns them.
        neurons: The ensembles that are to be scaled, by the name of their call.
        target: Firing rate in Hz that the activities become.
        per_channel: Whether each channel gets a factor of its own. One that is silent gets that of
            its layer, and so do all of a type that has one factor for all.
    """
    scales: dict[Any, float | np.ndarray] = {}
    silent = []
    for call, (whole, *channels) in activities.items():
        ens = neurons.get(call.name)
        if ens is None or not is_scalable(ens.neuron_type):
            continue
        if not whole > 0:
            silent.append(call.name)
            continue
        own: float | np.ndarray = float(target / whole)
        if per_channel and is_scalable_by_channel(ens.neuron_type):
            own = target / np.where(np.array(channels) > 0, channels, whole)
        # Of the calls of a layer the most active one counts.
        before = scales.get(call.layer)
        scales[call.layer] = own if before is None else np.minimum(before, own)
    return scales, silent
