"""Validate training data: arrays, datasets and generators, with inputs and targets by name."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import nengo
import numpy as np

from nengo_nb.engine.floating_types import narrow
from nengo_nb.errors import FeedError
from nengo_nb.on_demand import keras, tf
from nengo_nb.simulator.run.feeds import find_node

from .class_weights import weighted
from .losses import Loss, probes_of

Arrays = dict[str, np.ndarray]
Sources = Callable[[Sequence[nengo.Node], int], "dict[nengo.Node, np.ndarray]"]
"""From nodes that nothing feeds and a number of steps to their outputs, ``(steps, size)``."""

STEPS = "n_steps"
"""NengoDL asks for an input of this name. The number of steps is known from the others, so
it is left out.
"""


class Examples:
    """Converts training data to arrays by input and output name, and checks them.

    Args:
        nodes: The input nodes by name.
        sources: Outputs of nodes that nothing feeds.
        losses: The outputs that have a loss, by name.
        probe_name: From a probe or its name to the name of the output.
        batch: Size of a minibatch, where nothing else says how many examples there are.
        dtype: ``"float32"`` or ``"float64"``.
    """

    def __init__(
        self,
        nodes: Mapping[str, nengo.Node],
        sources: Sources,
        losses: Mapping[str, Loss],
        probe_name: Callable[[Any], str],
        batch: int,
        dtype: str,
    ) -> None:
        self.nodes = nodes
        self.sources = sources
        self.losses = losses
        self.probe_name = probe_name
        self.batch = batch
        self.dtype = dtype

    def inputs(self, x: Any, n_steps: int | None = None) -> Arrays:
        """Return inputs by name, ``(examples, steps, size)``; unfed nodes have their own output.

        Raises:
            FeedError: A name is unknown, or arrays do not fit.
        """
        inputs = {name: self._array(array, node) for name, (node, array) in self.given(x).items()}
        if len({a.shape[:2] for a in inputs.values()}) > 1:
            shapes = ", ".join(f"{name}: {a.shape}" for name, a in inputs.items())
            raise FeedError(f"inputs differ in their number of examples or steps: {shapes}.")
        if not inputs and not n_steps:
            raise FeedError("n_steps is needed where no node is fed.")
        examples, steps = next(iter(inputs.values())).shape[:2] if inputs else (self.batch, n_steps)
        if n_steps not in (None, steps):
            raise FeedError(f"n_steps is {n_steps}, but the inputs have {steps} steps.")
        for name, array in self._unfed(inputs, steps).items():
            # A broadcast view: the output of a node is not copied for each example.
            inputs[name] = np.broadcast_to(array, (examples, *array.shape))
        return inputs

    def targets(self, y: Any, examples: int, n_steps: int) -> Arrays:
        """Return a target for each output that has a loss; those of joint losses are concatenated.

        Raises:
            FeedError: One is missing, or does not fit.
        """
        by_probe = {name: np.asarray(array) for name, array in self._targets(y).items()}
        for name, array in by_probe.items():
            if array.ndim == 0 or len(array) != examples:
                raise FeedError(
                    f"the target of {name} has shape {array.shape}, but there are {examples} "
                    "examples."
                )
        by_output = self._joined(by_probe, lambda arrays: np.concatenate(arrays, axis=-1))
        for name, array in by_output.items():
            self.losses[name].check_targets(array, n_steps)
            if self.losses[name].needs_numbers and not np.isfinite(array).all():
                raise FeedError(_not_finite(f"the target of {name}"))
        return by_output

    def pair(self, x: Any, y: Any, n_steps: int | None = None) -> tuple[Arrays, Arrays]:
        """Return inputs and targets by name."""
        inputs = self.inputs(x, n_steps)
        examples, steps = next(iter(inputs.values())).shape[:2]
        return inputs, self.targets(y, examples, steps)

    def stream(self, data: Any, class_weight: Mapping[int, float] | None = None) -> Any:
        """Wrap a ``tf.data.Dataset``, generator or ``PyDataset``: arrays by name, weighted."""
        weigh = _as_it_is if class_weight is None else weighted(class_weight)
        # AutoGraph would rewrite the functions of this module, which need none of it.
        if isinstance(data, tf.data.Dataset):
            return data.map(
                tf.autograph.experimental.do_not_convert(lambda *item: weigh(*self._map(*item)))
            )
        if isinstance(data, keras.utils.PyDataset):
            from .named_dataset import NamedDataset

            return NamedDataset(self, data, weigh)
        return (weigh(*self.item(item)) for item in data)

    def item(self, item: Any) -> tuple[Any, ...]:
        """Convert one minibatch of a stream: ``(x, y)`` or ``(x, y, weights)``.

        Raises:
            FeedError: It is something else, or does not fit.
        """
        if not isinstance(item, tuple | list) or len(item) not in (2, 3):
            raise FeedError(
                "a generator or dataset must give (x, y) or (x, y, sample_weight) for each "
                "minibatch."
            )
        return (*self.pair(item[0], item[1]), *item[2:])

    # -- names

    def given(self, x: Any) -> dict[str, tuple[nengo.Node, Any]]:
        """Return the node and its array for each name, from a mapping, a list or one array."""
        if x is None:
            by_key: Mapping[Any, Any] = {}
        elif isinstance(x, Mapping):
            by_key = {
                key: value
                for key, value in x.items()
                if not (isinstance(key, str) and key == STEPS)
            }
        else:
            arrays = x if isinstance(x, tuple | list) and not _is_numbers(x) else [x]
            if len(arrays) > len(self.nodes):
                raise FeedError(
                    f"{len(arrays)} inputs were given, but there are {len(self.nodes)} input nodes."
                )
            by_key = dict(zip(self.nodes, arrays, strict=False))
        by_node = {node: name for name, node in self.nodes.items()}
        by_name = {}
        for key, array in by_key.items():
            node = (
                self.nodes[key] if key in self.nodes else find_node(dict.fromkeys(by_node, 0), key)
            )
            by_name[by_node[node]] = (node, array)
        return by_name

    def _unfed(self, found: Mapping[str, Any], steps: int) -> Arrays:
        """Return the outputs of nodes that nothing feeds, by name."""
        names = {node: name for name, node in self.nodes.items() if name not in found}
        return {
            names[node]: array.astype(self.dtype)
            for node, array in self.sources(list(names), steps).items()
        }

    def _targets(self, y: Any) -> dict[str, Any]:
        """Return targets by probe name.

        Raises:
            FeedError: One is missing.
        """
        if y is None:
            raise FeedError("y is needed: a target for each probe that has a loss.")
        parts = probes_of(self.losses)
        if isinstance(y, Mapping):
            targets = {self.probe_name(probe): array for probe, array in y.items()}
        else:
            arrays = y if isinstance(y, tuple | list) and not _is_numbers(y) else [y]
            targets = dict(zip(parts, arrays, strict=False))
        missing = set(parts) - set(targets)
        if missing:
            raise FeedError(f"targets are missing for {', '.join(sorted(missing))}.")
        return {part: targets[part] for part in parts}

    def _joined(
        self, given: Mapping[str, Any], concatenate: Callable[[list[Any]], Any]
    ) -> dict[str, Any]:
        """Concatenate the targets of joint losses; targets by output name."""
        joined = {}
        for name, loss in self.losses.items():
            parts = [given[part] for part in loss.parts]
            joined[name] = parts[0] if len(parts) == 1 else concatenate(parts)
        return joined

    def _array(self, array: Any, node: nengo.Node) -> np.ndarray:
        narrowed = narrow(np.asarray(array), self.dtype)
        self._check_shape(narrowed.shape, node)
        if not np.isfinite(narrowed).all():
            raise FeedError(_not_finite(f"the array for {node}"))
        return narrowed

    def _check_shape(self, shape: tuple[int | None, ...], node: nengo.Node) -> None:
        if len(shape) != 3 or shape[2] != node.size_out:
            raise FeedError(
                f"the array for {node} has shape {shape}, but (examples, n_steps, "
                f"{node.size_out}) is needed."
            )

    # -- datasets, whose minibatches are tensors

    def _map(self, *item: Any) -> tuple[Any, ...]:
        """Convert one minibatch of a dataset, of symbolic tensors, as ``item`` does arrays."""
        if len(item) not in (2, 3):
            raise FeedError(
                "a dataset must give (x, y) or (x, y, sample_weight) for each minibatch."
            )
        x = {name: tf.cast(tensor, self.dtype) for name, (_, tensor) in self.given(item[0]).items()}
        for name, tensor in x.items():
            self._check_shape(tuple(tensor.shape), self.nodes[name])
            x[name] = _checked(tensor, f"the array for {self.nodes[name]}")
        if not x:
            raise FeedError("a dataset must feed at least one input node.")
        first = next(iter(x.values()))
        # A node that nothing feeds needs the number of steps now, as its output is made outside of
        # TensorFlow.
        left = self.nodes.keys() - x.keys()
        if left and first.shape[1] is None:
            raise FeedError(
                "the dataset does not say how many steps its examples have, so it must feed "
                f"{', '.join(sorted(left))} "
                "too."
            )
        for name, array in self._unfed(x, first.shape[1] or 0).items() if left else ():
            # The batch size may be symbolic: the last minibatch of a dataset can be smaller.
            x[name] = tf.broadcast_to(tf.constant(array), (tf.shape(first)[0], *array.shape))
        targets = {
            name: tf.convert_to_tensor(tensor) for name, tensor in self._targets(item[1]).items()
        }
        y = self._joined(targets, lambda tensors: tf.concat(tensors, axis=-1))
        # Shapes that are unknown while tracing are left to the loss.
        for name, tensor in y.items():
            if first.shape[1] is not None and None not in tensor.shape[1:]:
                self.losses[name].check_targets(tensor, first.shape[1])
            if self.losses[name].needs_numbers and tensor.dtype.is_floating:
                y[name] = _checked(tensor, f"the target of {name}")
        return (x, y, *item[2:])


def _as_it_is(*item: Any) -> tuple[Any, ...]:
    return item


def _not_finite(what: str) -> str:
    return f"{what} holds NaN or infinite values."


def _checked(tensor: Any, what: str) -> Any:
    """Add a check for NaN to the graph of a dataset, whose values come only later."""
    return tf.debugging.check_numerics(tensor, _not_finite(what))


def check_weights(sample_weight: Any) -> None:
    """Check that sample weights, nested or None, are finite.

    Raises:
        FeedError: One is NaN or infinite.
    """
    for weights in tf.nest.flatten(sample_weight):
        if weights is not None and not np.isfinite(np.asarray(weights, float)).all():
            raise FeedError(_not_finite("sample_weight"))


@contextmanager
def told_of_data() -> Iterator[None]:
    """Turn TensorFlow's error for NaN in a stream into a ``FeedError`` without its frames.

    Raises:
        FeedError: A minibatch of a dataset or generator held NaN.
    """
    try:
        yield
    except tf.errors.OpError as error:
        # The error comes from C++ with nothing but text; the sentence in it is that of
        # ``_not_finite``.
        sentence = re.search(
            r"the (array for|target of) .* holds NaN or infinite values\.", error.message
        )
        if sentence is None:
            raise
        raise FeedError(sentence.group()) from None


def is_stream(x: Any) -> bool:
    """Whether examples come minibatch by minibatch, with their targets."""
    return isinstance(x, tf.data.Dataset | keras.utils.PyDataset) or hasattr(x, "__next__")


def count_minibatches(data: Mapping[str, Any], arguments: Mapping[str, Any]) -> float:
    """Count the minibatches of a training; infinity where that is not known.

    Args:
        data: ``x`` and ``batch_size`` of ``keras.Model.fit``.
        arguments: Its other arguments.
    """
    in_an_epoch = arguments.get("steps_per_epoch")
    if in_an_epoch is None:
        if is_stream(data["x"]):
            return math.inf
        examples = len(next(iter(data["x"].values())))
        trained = examples * (1 - (arguments.get("validation_split") or 0))
        in_an_epoch = math.ceil(trained / data["batch_size"])
    return in_an_epoch * (arguments.get("epochs", 1) - arguments.get("initial_epoch", 0))


def peeked(stream: Any) -> tuple[Any, Any]:
    """Return the first minibatch of a stream, and a stream that still begins with it.

    Raises:
        FeedError: There is none.
    """
    try:
        if isinstance(stream, keras.utils.PyDataset):
            return stream[0], stream
        first = next(iter(stream))
    except (StopIteration, IndexError):
        raise FeedError("the generator or dataset is empty.") from None
    # The first one is put back, as an iterator gives each only once; a generator, as Keras refuses
    # other iterators.
    return first, (i for i in itertools.chain([first], stream)) if isinstance(
        stream, Iterator
    ) else stream


def _is_numbers(values: Sequence[Any]) -> bool:
    """Whether nested sequences of numbers are one array, not a list of arrays."""
    # The first leaf decides: NumPy would have to copy everything to say as much.
    while isinstance(values, tuple | list) and values:
        values = values[0]
    return np.ndim(values) == 0
