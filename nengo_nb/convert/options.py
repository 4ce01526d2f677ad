"""Options of a conversion, checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import nengo
from nengo.exceptions import ValidationError
from nengo.synapses import Synapse


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
    scale_firing_rates: float | Mapping[Any, float] | None = None
    synapse: Synapse | float | None = None
    temporal_model: bool = False

    def __post_init__(self) -> None:
        scales = self.scale_firing_rates
        for scale in scales.values() if isinstance(scales, Mapping) else [scales]:
            if scale is not None and not _is_positive(scale):
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

    def scale_of(self, layer: Any) -> float:
        """Return the factor on the firing rates of a layer."""
        scales = self.scale_firing_rates
        if isinstance(scales, Mapping):
            # By identity: the equality of layers may be that of their users.
            return next((float(scale) for key, scale in scales.items() if key is layer), 1.0)
        return 1.0 if scales is None else float(scales)

    def is_scaled_by_name(self, layer: Any) -> bool:
        """Whether the factor was given for this very layer."""
        scales = self.scale_firing_rates
        return isinstance(scales, Mapping) and any(key is layer for key in scales)


def _is_positive(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 < value < math.inf
