"""Neuron types: the signals of their state, and their operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nengo
import numpy as np
from nengo.builder import Model, Signal
from nengo.builder import neurons as nengo_neurons
from nengo.builder.neurons import SimNeurons
from nengo.dists import Choice, Distribution
from nengo.neurons import NeuronType

if TYPE_CHECKING:
    from .workspace import Workspace

Array = np.ndarray

PLAIN_TYPES = (
    nengo.LIF,
    nengo.LIFRate,
    nengo.AdaptiveLIF,
    nengo.AdaptiveLIFRate,
    nengo.RectifiedLinear,
    nengo.SpikingRectifiedLinear,
    nengo.Sigmoid,
    nengo.Tanh,
    nengo.Izhikevich,
)
"""Types whose state is numbers alone; stochastic ones keep the generator."""


def build_neurons(
    workspace: Workspace,
    model: Model,
    neurontype: NeuronType,
    neurons: nengo.ensemble.Neurons,
    input_sig: Signal | None = None,
    output_sig: Signal | None = None,
) -> None:
    """Build a neuron type into a model, as Nengo's function of that name."""
    signals = model.sig[neurons]
    names = neurontype.state
    given = neurontype.initial_state or {}
    plain = (
        type(neurontype) in PLAIN_TYPES
        and not any(name in signals for name in names)
        and all(not isinstance(v, Distribution) or workspace.is_nengos(v) for v in given.values())
    )
    if not plain:
        nengo_neurons.build_neurons(model, neurontype, neurons, input_sig, output_sig)
        return
    input_sig = signals["in"] if input_sig is None else input_sig
    output_sig = signals["out"] if output_sig is None else output_sig
    n_neurons, dtype = neurons.size_in, input_sig.dtype
    rng = workspace.seeded(model.seeds[neurons.ensemble] + 1)
    prefix, state = str(neurons), {}
    for name, default in names.items():
        initial = np.asarray(_initial(given.get(name, default), n_neurons, rng), dtype=dtype)
        state[name] = signals[name] = Signal(initial, name=f"{prefix}.{name}")
    workspace.add_op(SimNeurons(neurons=neurontype, J=input_sig, output=output_sig, state=state))


def _initial(source: Distribution | Array, n: int, rng: np.random.RandomState) -> Array:
    """Return the initial values of a state variable, drawn or given."""
    if not isinstance(source, Distribution):
        return np.array(source)
    if type(source) is Choice and len(source.options) == 1:
        rng.rand(n)  # which Nengo draws to choose among one
        return np.repeat(source.options, n, axis=0)
    return source.sample(n, d=None, rng=rng)
