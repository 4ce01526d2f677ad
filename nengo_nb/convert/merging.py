"""Converters of sums, differences and means of several inputs, and of sums with constants."""

from __future__ import annotations

from typing import Any

import numpy as np

from .conversion import Conversion
from .graph import Call
from .layer_converter import LayerConverter, Target
from .registry import for_layers


class ConvertWeightedSum(LayerConverter):
    """``y = sum_i w_i x_i``: a node with a connection from each input."""

    is_elementwise_in_time = True

    def weights(self, n_inputs: int) -> list[float]:
        """Return the weight of each input."""
        return [1.0] * n_inputs

    def convert(self, node_id: int) -> Target:
        """Make the node and its connections."""
        obj = self.add_nengo_obj(node_id)
        for i, weight in enumerate(self.weights(len(self.call(node_id).inputs))):
            self.add_input(node_id, obj, i, weight)
        return obj

    def add_input(self, node_id: int, obj: Target, input_idx: int, weight: float) -> None:
        """Connect an input, which may have axes of length one that are repeated."""
        shape = self.input_shape(node_id, input_idx)
        positions = np.arange(int(np.prod(shape))).reshape(shape)
        spread = np.broadcast_to(positions, self.output_shape(node_id)).ravel()
        arguments: dict[str, Any] = {} if weight == 1.0 else {"transform": weight}
        self.connect(self.get_input_obj(node_id, input_idx), obj, spread, **arguments)


for_layers("Add")(ConvertWeightedSum)


@for_layers("Average")
class ConvertAverage(ConvertWeightedSum):
    """``y = sum_i x_i / n``."""

    def weights(self, n_inputs: int) -> list[float]:
        """Return equal weights."""
        return [1 / n_inputs] * n_inputs


@for_layers("Subtract")
class ConvertSubtract(ConvertWeightedSum):
    """``y = x_0 - x_1``."""

    def weights(self, n_inputs: int) -> list[float]:
        """Return a positive and a negative weight."""
        return [1.0, -1.0]


@for_layers("Add Subtract Multiply TrueDivide Divide Negative", "ops")
class ConvertArithmetic(ConvertWeightedSum):
    """Sums and differences of tensors, and these and products with constants."""

    @classmethod
    def convertible(cls, layer: Any, converter: Conversion) -> tuple[bool, str | None]:
        """Whether no two tensors are multiplied."""
        kind = type(layer).__name__
        for call in converter.graph.calls_of(layer):
            terms = operands(call)
            if kind in ("TrueDivide", "Divide") and terms[1] is None:
                return False, "a division by a tensor has no counterpart in Nengo"
            if kind == "Multiply" and len(call.inputs) > 1:
                return False, "a product of two tensors has no counterpart in Nengo"
        return True, None

    @classmethod
    def over_time_alone(cls, converter: Conversion, call: Call) -> bool:
        """Whether steps stay apart, which constants with an axis of time would tell."""
        constants = [term for term in operands(call) if term is not None]
        has_time = converter.options.temporal_model and not call.is_per_step
        return not has_time or all(np.ndim(constant) < 2 for constant in constants)

    def convert(self, node_id: int) -> Target:
        """Make the node and its connections."""
        call = self.call(node_id)
        terms, shape = operands(call), self.output_shape(node_id)
        kind = type(self.layer).__name__
        signs = [1.0, -1.0 if kind == "Subtract" else 1.0]
        constants = [
            sign * np.broadcast_to(_without_batch(term, len(shape)), shape)
            for sign, term in zip(signs, terms, strict=False)
            if term is not None
        ]
        if kind in ("Add", "Subtract"):
            obj = self.add_nengo_obj(node_id, constants[0] if constants else None)
            weights = [s for s, term in zip(signs, terms, strict=True) if term is None]
            for i, weight in enumerate(weights):
                self.add_input(node_id, obj, i, weight)
            return obj
        obj = self.add_nengo_obj(node_id)
        factor = constants[0] if constants else np.full(shape, -1.0)
        self.add_product(node_id, obj, 1 / factor if "Divide" in kind else factor)
        return obj

    def add_product(self, node_id: int, obj: Target, factor: np.ndarray) -> None:
        """Connect the input, times a constant of the output's shape."""
        add_scaled_input(self, node_id, obj, factor)


def add_scaled_input(
    converter: LayerConverter, node_id: int, obj: Target, factor: np.ndarray
) -> None:
    """Connect the input of a call, times a factor for each element of the output."""
    shape = converter.input_shape(node_id)
    positions = np.arange(int(np.prod(shape))).reshape(shape)
    spread = np.broadcast_to(positions, factor.shape).ravel()
    flat = np.ascontiguousarray(factor, float).ravel()
    # One number is enough where all are equal; a vector is a diagonal matrix.
    transform = float(flat[0]) if (flat == flat[0]).all() else flat
    converter.connect(converter.get_input_obj(node_id), obj, spread, transform=transform)


def operands(call: Call) -> list[Any]:
    """Return the operands of an operation: constants, and None in place of tensors."""
    if call.node is None:
        return [None]
    arguments = call.node.arguments
    symbols = {id(tensor) for tensor in arguments.keras_tensors}
    values = [*arguments.args, *arguments.kwargs.values()]
    return [None if id(value) in symbols else np.asarray(value, float) for value in values]


def _without_batch(constant: np.ndarray, rank: int) -> np.ndarray:
    """Return a constant without an axis for the batch."""
    return constant[0] if constant.ndim == rank + 1 else constant
