"""State of one conversion, which the converters of its layers share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import nengo

from .activations import Swaps
from .folding import Affine
from .graph import Graph, Value
from .options import Options


@dataclass
class Conversion:
    """A model on its way into a network.

    Args:
        model: The model, in its functional form.
        options: What the user asked for.
        graph: The calls of the model.
        net: The network that objects are added to.
        swaps: Activations that are replaced.
        objects: The object that stands for each value of the graph, as far as it is made.
        fronts: Nodes in front of activations that are TensorNodes: what is connected to the
            activation goes there.
        folds: By the number of a call, the normalization that becomes a part of its weights.
        neurons: The ensemble of each call that has neurons, by the call's name.
        probes: Probes of the outputs.
    """

    model: Any
    options: Options
    graph: Graph
    net: nengo.Network
    swaps: Swaps
    objects: dict[Value, Any] = field(default_factory=dict)
    fronts: dict[Any, Any] = field(default_factory=dict)
    folds: dict[int, Affine] = field(default_factory=dict)
    neurons: dict[str, nengo.Ensemble] = field(default_factory=dict)
    probes: dict[Value, nengo.Probe] = field(default_factory=dict)
