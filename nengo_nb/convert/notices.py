"""Warnings of a conversion: layers that fall back, and options without an effect."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

from nengo.exceptions import NengoWarning
from nengo.neurons import NeuronType

from nengo_nb.errors import ConversionWarning
from nengo_nb.objects.activations import Softmax

from .activations import is_scalable
from .conversion import Conversion
from .plan import Decision, fallbacks
from .report import Report

STACK_LEVEL = 3
"""From ``warnings.warn`` to the line that makes the converter, which a warning points to."""


def warn(conversion: Conversion, decisions: Sequence[Decision], report: Report) -> None:
    """Warn of layers that fall back, and of options without an effect."""
    fallen = fallbacks(report)
    if fallen:
        warnings.warn(
            "Some layers run as TensorFlow code, in nengo_nb.Simulator alone:\n" + fallen,
            ConversionWarning,
            stacklevel=STACK_LEVEL,
        )
    for sentence, names in (
        (
            "scale_firing_rates has no effect on neurons that have no firing rate",
            _unscaled(conversion, decisions),
        ),
        (
            "The model does not call these layers of scale_firing_rates",
            _missing_layers(conversion),
        ),
        (
            "Nothing in the model has these activations of swap_activations",
            conversion.swaps.unused,
        ),
    ):
        if names:
            warnings.warn(f"{sentence}: {', '.join(names)}.", NengoWarning, stacklevel=STACK_LEVEL)


def _missing_layers(conversion: Conversion) -> list[str]:
    """Find layers that have a factor and are none of the model's."""
    scales = conversion.options.scale_firing_rates
    if not isinstance(scales, Mapping):
        return []
    layers = {id(call.layer) for call in conversion.graph.calls}
    return [getattr(key, "name", repr(key)) for key in scales if id(key) not in layers]


def _unscaled(conversion: Conversion, decisions: Sequence[Decision]) -> list[str]:
    """Find layers whose neurons cannot be scaled."""
    options, names = conversion.options, []
    for decision in decisions:
        converter, call = decision.converter, decision.call
        if converter is None or not options.is_scaled(call.layer):
            continue
        if converter.activation is None or not converter.has_activation:
            continue
        neurons = converter.resolve(converter.activation, call.output_shapes[0])
        # A read-out stays as it is, unless it is named.
        is_read_out = isinstance(neurons, Softmax) and not options.is_scaled_by_name(call.layer)
        is_neurons = isinstance(neurons, NeuronType) and not is_scalable(neurons)
        if is_neurons and not is_read_out:
            names.append(f"{call.name} ({type(neurons).__name__})")
    return names
