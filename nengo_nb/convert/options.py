"""Options of a conversion, checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

import nengo
import numpy as np
from nengo.exceptions import ValidationError
from nengo.synapses import Synapse

Scales = float | Mapping[Any, float | np.ndarray] | None
"""One factor for all layers, or for each layer one, or one for each of its channels."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """Options of ``Converter``, where each is described.

    Raises:
        ValidationError: A value cannot be used.
    """

    allow_fallback: bool = True
    inference_only: bool = False
    max_to_avg_pool: bool = False
    split_shared_weights: bool = False
    swap_activations: Mapping[Any, Any] = field(default_factory=dict)
    scale_firing_rates: Scales = None
    synapse: Synapse | float | None = None
    temporal_model: bool = False

    def __post_init__(self) -> None:
        scales = self.scale_firing_rates
        for scale in scales.values() if isinstance(scales, Mapping) else [scales]:
            if scale is not None and not _are_positive(scale):
                raise ValidationError(
                    f"must be a positive number, or one for each layer, not {scale!r}",
                    attr="scale_firing_rates",
                    obj=self,
                )
        if self.synapse is not None and not isinstance(self.synapse, Synapse):
            if not _is_positive(self.synapse):
                raise ValidationError(
                    "must be a synapse, its time constant in seconds, or None, not "
                    f"{self.synapse!r}",
                    attr="synapse",
                    obj=self,
                )
            object.__setattr__(self, "synapse", nengo.Lowpass(float(self.synapse)))

    def scale_of(self, layer: Any) -> np.ndarray:
        """Return the factor on the firing rates of a layer, or one for each of its channels."""
        scales = self.scale_firing_rates
        if not isinstance(scales, Mapping):
            return np.asarray(1.0 if scales is None else scales, float)
        # By identity: the equality of layers may be that of their users.
        own = [scale for key, scale in scales.items() if key is layer]
        return np.asarray(own[0] if own else 1.0, float)

    def is_scaled(self, layer: Any) -> bool:
        """Whether the firing rates of a layer have a factor."""
        return bool((self.scale_of(layer) != 1.0).any())

    def is_scaled_by_name(self, layer: Any) -> bool:
        """Whether the factor was given for this very layer."""
        scales = self.scale_firing_rates
        return isinstance(scales, Mapping) and any(key is layer for key in scales)


def _is_positive(value: Any) -> bool:
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    return is_number and 0 < value < math.inf


def _are_positive(value: Any) -> bool:
    if isinstance(value, str) or np.ndim(value) == 0:
        return _is_positive(value)
    return np.ndim(value) == 1 and all(map(_is_positive, np.asarray(value)))
