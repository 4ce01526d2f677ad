"""Converters of layers that exist because of a time axis."""

from __future__ import annotations

from .layer_converter import LayerConverter
from .registry import for_layers


@for_layers("TimeDistributed")
class ConvertTimeDistributed(LayerConverter):
    """Where the model has a time axis the layer within is called for each step, and this one is
    never met; elsewhere its first axis is no time of Nengo's.
    """

    refusal = "temporal_model=True makes its time that of the simulation"
