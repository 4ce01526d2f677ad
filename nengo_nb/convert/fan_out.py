"""Fan-out of neurons: number of synapses that a spike reaches on its way to the next neurons."""

from __future__ import annotations

from typing import Any

import nengo
import numpy as np
from nengo.base import ObjView
from nengo.transforms import Convolution, ConvolutionTranspose, Dense, Sparse


def fan_outs(net: nengo.Network) -> dict[nengo.Ensemble, float]:
    """Return the mean number of synapses behind each neuron of each ensemble.

    A connection has a synapse for each weight that is not zero, and for each position of a kernel.
    What passes nodes on the way, such as pooling, multiplies: of a kernel of 9 weights behind
    averages, each neuron in front of these reaches 9.
    """
    outgoing: dict[Any, list[nengo.Connection]] = {}
    for conn in net.all_connections:
        outgoing.setdefault(_owner(conn.pre), []).append(conn)
    reached: dict[Any, float] = {}

    def synapses_behind(obj: Any) -> float:
        """Return the synapses that one element reaches, by all connections that begin there."""
        if obj not in reached:
            reached[obj] = sum(
                _count_weights(conn) / obj.size_out * beyond(_owner(conn.post))
                for conn in outgoing.get(obj, ())
            )
        return reached[obj]

    def beyond(obj: Any) -> float:
        """Return the factor of what is behind a connection: one where neurons or an output are."""
        passes_on = isinstance(obj, nengo.Node) and obj.output is None and obj in outgoing
        return synapses_behind(obj) if passes_on else 1.0

    return {ens: synapses_behind(ens.neurons) for ens in net.all_ensembles}


def _owner(obj: Any) -> Any:
    return obj.obj if isinstance(obj, ObjView) else obj


def _count_weights(conn: nengo.Connection) -> float:
    """Return the number of synapses of a connection, whose transform says how it is connected."""
    transform = conn.transform
    if isinstance(transform, Convolution | ConvolutionTranspose):
        # A kernel is applied at each position of the smaller side: of the output, or, where it
        # spreads each input, of the input.
        spreads = isinstance(transform, ConvolutionTranspose)
        side = transform.input_shape if spreads else transform.output_shape
        kernel = int(np.prod(transform.kernel_size))
        channels = transform.input_shape.n_channels * transform.n_filters / transform.groups
        return side.size / side.n_channels * kernel * channels
    if isinstance(transform, Sparse):
        init = transform.init
        return float(init.nnz if hasattr(init, "nnz") else np.count_nonzero(init.data))
    if isinstance(transform, Dense) and np.ndim(transform.init) == 2:
        return float(np.count_nonzero(transform.init))
    # One number, one for each element, or none: element by element.
    return float(conn.size_mid)
