"""``Layer``: a TensorNode or neurons and the connection to them, in one line."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import nengo
import numpy as np
from nengo.exceptions import ValidationError
from nengo.neurons import NeuronType

from nengo_nb.on_demand import keras
from nengo_nb.settings import configure_settings

from .tensor_function import Shape
from .tensor_node import TensorNode

# NengoDL 2 took these among the arguments of the function itself.
_WORDS = ("transform", "shape_in", "synapse", "return_conn", "shape_out", "label")


class Layer:
    """Applies a function, a Keras layer or a neuron type to the output of a Nengo object.

    ``Layer(f)(x)`` stands for a ``TensorNode`` (without the time) and a connection to it,
    ``Layer(nengo.LIF())(x)`` for the neurons of an ensemble and a connection to them, whose
    transform is not trained::

        x = nengo_nb.Layer(keras.layers.Dense(10))(stimulus)
        x = nengo_nb.Layer(nengo.RectifiedLinear())(x)
        x = nengo_nb.Layer(tf.tanh)(x)

    Args:
        layer_func: A function of ``x`` alone, ``(minibatch, *shape_in)``, a Keras layer, or a
            neuron type.
    """

    def __init__(self, layer_func: Callable[..., Any] | NeuronType) -> None:
        self.layer_func = layer_func

    def __call__(
        self,
        input: Any,  # noqa: A002 - NengoDL's name for it
        transform: Any = None,
        shape_in: Shape | int | None = None,
        synapse: Any = None,
        return_conn: bool = False,
        **layer_args: Any,
    ) -> Any:
        """Add the layer to the network.

        Args:
            input: Source of the connection: whatever Nengo accepts as one.
            transform: Transform of the connection; by default none.
            shape_in: Shape of ``x``, minibatch aside; by default a vector of the input's size.
            synapse: Synapse of the connection; by default none.
            return_conn: Whether the connection is returned too.
            **layer_args: Further arguments of ``TensorNode``, or of ``nengo.Ensemble`` for a neuron
                type.

        Returns:
            The TensorNode, or the neurons; with ``return_conn`` also the connection.
        """
        size = _size_after(transform, input.size_out)
        if isinstance(self.layer_func, NeuronType):
            layer = self._neurons(size if shape_in is None else int(np.prod(shape_in)), layer_args)
        else:
            shape = size if shape_in is None else shape_in
            layer = TensorNode(
                self.layer_func, shape_in=shape, **{"pass_time": False, **layer_args}
            )
        # None is no transform of Nengo's; its default is left alone.
        arguments = {} if transform is None else {"transform": transform}
        conn = nengo.Connection(input, layer, synapse=synapse, **arguments)
        if transform is not None:
            configure_settings(
                trainable=None
            )  # makes the next line possible, and changes nothing else
            nengo.Network.context[-1].config[conn].trainable = False
        return (layer, conn) if return_conn else layer

    def _neurons(self, n_neurons: int, arguments: dict[str, Any]) -> Any:
        """Make neurons with gain 1 and bias 0, whose input is their current."""
        identity = {"gain": np.ones(n_neurons), "bias": np.zeros(n_neurons)}
        return nengo.Ensemble(
            n_neurons, 1, neuron_type=self.layer_func, **{**identity, **arguments}
        ).neurons

    def __repr__(self) -> str:
        return f"Layer({self.layer_func!r})"


def tensor_layer(input: Any, layer_func: Callable[..., Any] | NeuronType, **kwargs: Any) -> Any:  # noqa: A002
    """``Layer(layer_func)(input)``, as NengoDL 2 wrote it: further arguments go to the function
    itself.

    Args:
        input: Source of the connection to the layer.
        layer_func: As for ``Layer``, or a class of Keras layers, which is made with the further
            arguments.
        **kwargs: ``transform``, ``shape_in``, ``synapse``, ``return_conn``, ``shape_out`` and
            ``label`` are for ``Layer``; all others are for ``layer_func``.

    Returns:
        The TensorNode, or the neurons; with ``return_conn`` also the connection.
    """
    words = {name: kwargs.pop(name) for name in _WORDS if name in kwargs}
    if isinstance(layer_func, type) and issubclass(layer_func, keras.layers.Layer):
        layer_func = layer_func(**kwargs)
    elif isinstance(layer_func, NeuronType):
        words.update(kwargs)
    elif kwargs:
        layer_func = functools.partial(layer_func, **kwargs)
    return Layer(layer_func)(input, **words)


def _size_after(transform: Any, size: int) -> int:
    """Return the size of the signal behind a transform."""
    if transform is None:
        return size
    if isinstance(transform, nengo.transforms.Transform):
        return transform.size_out
    # Nengo samples it to the sizes of both ends: the layer gets as many inputs as there are.
    if isinstance(transform, nengo.dists.Distribution):
        return size
    array = np.asarray(transform)
    if array.ndim > 2:
        raise ValidationError(f"a transform has at most two axes, not {array.ndim}", "transform")
    return array.shape[0] if array.ndim == 2 else size
